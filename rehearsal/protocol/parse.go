package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// A protocol is what the Go source declares.
type protocol struct {
	structs   map[string]object // by Go name
	kinds     map[string]string // Go name to member t
	constants map[string]string
	verbs     []verb
	client    []string // Go names of the messages that a client sends, in order
	server    []string
}

// An object is a struct.
type object struct {
	doc    string // without the name at its start
	fields []field
}

// A field is a member of an object.
type field struct {
	name     string // in JSON; the Go name of an embedded struct
	goType   string
	embedded bool
	optional bool
	doc      string
	side     string   // client or server, if only one sends it
	enum     []string // values, if it has only these
	verbs    []string // of the commands that use it
}

// A verb is a command.
type verb struct{ name, doc string }

func parse(directory string) (*protocol, error) {
	p := &protocol{structs: map[string]object{}, kinds: map[string]string{}, constants: map[string]string{}}
	files := token.NewFileSet()
	for _, name := range []string{"wire.go", "wire_client.go", "wire_server.go", "command.go"} {
		file, err := parser.ParseFile(files, filepath.Join(directory, name), nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.GenDecl:
				p.addDeclaration(d)
			case *ast.FuncDecl:
				p.addFunction(d)
			}
		}
	}
	return p, p.check()
}

// check reports a source that the parser did not understand.
func (p *protocol) check() error {
	if len(p.client) == 0 || len(p.server) == 0 || len(p.verbs) == 0 {
		return errors.New("no messages or no commands found")
	}
	for _, name := range slices.Concat(p.client, p.server) {
		if p.kinds[name] == "" || p.structs[name].doc == "" {
			return fmt.Errorf("message %s has no kind or no doc comment", name)
		}
	}
	return nil
}

func (p *protocol) addDeclaration(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			if body, ok := s.Type.(*ast.StructType); ok {
				p.structs[s.Name.Name] = object{docOf(s.Name.Name, d.Doc), fieldsOf(body)}
			}
		case *ast.ValueSpec:
			for i, name := range s.Names {
				value := ""
				if i < len(s.Values) {
					value = textOf(s.Values[i])
				}
				p.constants[name.Name] = value
				if strings.HasPrefix(name.Name, "verb") {
					p.verbs = append(p.verbs, verb{value, strings.TrimSpace(s.Comment.Text())})
				}
			}
		}
	}
}

// addFunction takes the kind from a method t, and the messages of a side from its decoder.
func (p *protocol) addFunction(d *ast.FuncDecl) {
	switch d.Name.Name {
	case "t":
		result := d.Body.List[0].(*ast.ReturnStmt).Results[0]
		p.kinds[d.Recv.List[0].Type.(*ast.Ident).Name] = textOf(result)
	case "DecodeClient":
		p.client = decoded(d.Body)
	case "DecodeServer":
		p.server = decoded(d.Body)
	}
}

// decoded returns the types of the composite literals that a decoder passes to decode.
func decoded(body ast.Node) []string {
	var names []string
	ast.Inspect(body, func(n ast.Node) bool {
		if literal, ok := n.(*ast.CompositeLit); ok {
			names = append(names, literal.Type.(*ast.Ident).Name)
		}
		return true
	})
	return names
}

func fieldsOf(body *ast.StructType) []field {
	var fields []field
	for _, f := range body.Fields.List {
		tags := reflect.StructTag("")
		if f.Tag != nil {
			tags = reflect.StructTag(textOf(f.Tag))
		}
		name, options, _ := strings.Cut(tags.Get("json"), ",")
		out := field{
			name: name, goType: typeOf(f.Type), optional: strings.Contains(options, "omit"),
			doc: strings.TrimSpace(f.Comment.Text()), side: tags.Get("wire"),
			enum: strings.Fields(tags.Get("enum")), verbs: strings.Fields(tags.Get("for")),
		}
		if len(f.Names) == 0 {
			out.name, out.embedded = out.goType, true
		}
		fields = append(fields, out)
	}
	return fields
}

// docOf returns a doc comment in one line, without the name and the verb "is" at its start.
func docOf(name string, c *ast.CommentGroup) string {
	text := strings.Join(strings.Fields(c.Text()), " ")
	return sentence(strings.TrimPrefix(strings.TrimPrefix(text, name+" "), "is "))
}

// textOf returns the value of a string literal.
func textOf(e ast.Expr) string {
	literal, ok := e.(*ast.BasicLit)
	if !ok {
		return ""
	}
	text, err := strconv.Unquote(literal.Value)
	if err != nil {
		return literal.Value
	}
	return text
}

// typeOf writes a type as in Go.
func typeOf(e ast.Expr) string {
	switch t := e.(type) {
	case *ast.Ident:
		return t.Name
	case *ast.StarExpr:
		return "*" + typeOf(t.X)
	case *ast.ArrayType:
		return "[]" + typeOf(t.Elt)
	case *ast.MapType:
		return "map[" + typeOf(t.Key) + "]" + typeOf(t.Value)
	case *ast.SelectorExpr:
		return typeOf(t.X) + "." + t.Sel.Name
	}
	return ""
}

// fields returns the members of an object that a side sends, with those of embedded objects in place. A field that
// only one side sends is never left out by that side.
func (p *protocol) fields(name, side string) []field {
	var found []field
	for _, f := range p.structs[name].fields {
		switch {
		case f.side != "" && side != "" && f.side != side:
		case f.embedded:
			for _, inner := range p.fields(f.goType, side) {
				inner.optional = inner.optional && f.side == ""
				found = append(found, inner)
			}
		default:
			f.optional = f.optional && f.side == ""
			found = append(found, f)
		}
	}
	return found
}

// referenced returns the objects, other than those of the browser, that messages have as members, in alphabetical order.
func (p *protocol) referenced() []string {
	var found []string
	var visit func(name, side string)
	visit = func(name, side string) {
		for _, f := range p.fields(name, side) {
			base := baseOf(f.goType)
			if _, ok := p.structs[base]; ok && browserType(base) == "" && !slices.Contains(found, base) {
				found = append(found, base)
				visit(base, side)
			}
		}
	}
	for _, name := range p.client {
		visit(name, "client")
	}
	for _, name := range p.server {
		visit(name, "server")
	}
	slices.Sort(found)
	return found
}

// baseOf returns the element type of a pointer, a slice or a map.
func baseOf(goType string) string {
	base := strings.TrimPrefix(strings.TrimPrefix(goType, "*"), "[]")
	if _, value, ok := strings.Cut(base, "]"); ok {
		return value
	}
	return base
}
