package azuredeploy

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// expression is a parsed template expression: a literal, a call, or a step into a value.
type expression struct {
	literal any // string, int64 or bool, when call and of are empty
	call    string
	args    []*expression
	of      *expression // the value that index steps into
	index   *expression
}

// isExpression reports whether a string of a template is an expression. "[[" is an escaped bracket.
func isExpression(s string) bool {
	return strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") && !strings.HasPrefix(s, "[[")
}

var (
	token     = regexp.MustCompile(`^\s*('(?:[^']|'')*'|-?\d+|[A-Za-z_][\w]*(?:\.[A-Za-z_]\w*(?:\())?|[][().,])`)
	nameToken = regexp.MustCompile(`^[A-Za-z_]`)
)

// parser reads an expression token by token.
type parser struct {
	rest string
	next string
	err  error
}

var parsed = make(map[string]*expression) // by source; the tests do not run in parallel

// parseExpression reads a string such as "[concat('a', parameters('b'))]".
func parseExpression(s string) (*expression, error) {
	if e, ok := parsed[s]; ok {
		return e, nil
	}
	p := &parser{rest: s[1 : len(s)-1]}
	p.advance()
	e := p.value()
	if p.err == nil && p.next != "" {
		p.err = fmt.Errorf("%q follows the expression", p.next)
	}
	if p.err != nil {
		return nil, fmt.Errorf("%w in %s", p.err, s)
	}
	parsed[s] = e
	return e, nil
}

func (p *parser) advance() {
	if p.next = ""; strings.TrimSpace(p.rest) == "" {
		return
	}
	m := token.FindStringSubmatch(p.rest)
	if m == nil {
		p.fail("no token at %.20q", p.rest)
		return
	}
	p.rest = p.rest[len(m[0]):]
	p.next = m[1]
	if strings.HasSuffix(p.next, "(") && len(p.next) > 1 { // a namespace and a name
		p.next, p.rest = strings.TrimSuffix(p.next, "("), "("+p.rest
	}
}

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
	p.next, p.rest = "", ""
}

func (p *parser) take(want string) bool {
	if p.next != want {
		return false
	}
	p.advance()
	return true
}

func (p *parser) value() *expression {
	e := p.primary()
	for p.err == nil {
		switch {
		case p.take("."):
			e = &expression{of: e, index: &expression{literal: p.next}}
			if !nameToken.MatchString(p.next) {
				p.fail("no name after a dot")
			}
			p.advance()
		case p.take("["):
			e = &expression{of: e, index: p.value()}
			if !p.take("]") {
				p.fail("an index is not closed")
			}
		default:
			return e
		}
	}
	return e
}

func (p *parser) primary() *expression {
	now := p.next
	p.advance()
	switch {
	case strings.HasPrefix(now, "'"):
		return &expression{literal: strings.ReplaceAll(now[1:len(now)-1], "''", "'")}
	case !nameToken.MatchString(now):
		n, err := strconv.ParseInt(now, 10, 64)
		if err != nil {
			p.fail("%q is not a value", now)
		}
		return &expression{literal: n}
	case !p.take("("):
		p.fail("%s is not called", now)
		return nil
	}
	e := &expression{call: now}
	for !p.take(")") {
		e.args = append(e.args, p.value())
		if p.err != nil || p.next != ")" && !p.take(",") {
			p.fail("the arguments of %s are not closed", now)
			return nil
		}
	}
	return e
}

// scope is what the expressions of one template or form can read.
type scope struct {
	template   map[string]any
	parameters map[string]any
	variables  map[string]any // those that were evaluated
	locals     map[string]any // the arguments of lambdas
	world      *world
	name       string // of the resource group
	inDefault  bool
	depth      int
	form       map[string]any // the answers of a form, by step, section and element
}

// value evaluates every string in v, names of members included.
func (s *scope) value(v any) (any, error) {
	switch v := v.(type) {
	case string:
		if !isExpression(v) {
			return strings.Replace(v, "[[", "[", 1), nil
		}
		e, err := parseExpression(v)
		if err != nil {
			return nil, err
		}
		return s.evaluate(e)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			var err error
			if out[i], err = s.value(v[i]); err != nil {
				return nil, err
			}
		}
		return out, nil
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, member := range v {
			key, err := s.value(name)
			if err != nil {
				return nil, err
			}
			if out[fmt.Sprint(key)], err = s.value(member); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
		return out, nil
	}
	return v, nil
}

func (s *scope) evaluate(e *expression) (any, error) {
	switch {
	case e.of != nil:
		return s.step(e)
	case e.call == "":
		return e.literal, nil
	case e.call == "if":
		return s.choose(e)
	case e.call == "lambda":
		return lambda{e.args[:len(e.args)-1], e.args[len(e.args)-1]}, nil
	}
	if s.depth++; s.depth > 200 {
		return nil, errors.New("the expression needs itself")
	}
	defer func() { s.depth-- }()
	args := make([]any, len(e.args))
	for i := range e.args {
		var err error
		if args[i], err = s.evaluate(e.args[i]); err != nil {
			return nil, err
		}
	}
	out, err := s.callFunction(e.call, args)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.call, err)
	}
	return out, nil
}

// choose evaluates the branch that is taken and not the other.
func (s *scope) choose(e *expression) (any, error) {
	if len(e.args) != 3 {
		return nil, errors.New("if needs a condition and two values")
	}
	condition, err := s.evaluate(e.args[0])
	if err != nil {
		return nil, err
	}
	yes, ok := condition.(bool)
	if !ok {
		return nil, fmt.Errorf("if: the condition is a %T", condition)
	}
	if yes {
		return s.evaluate(e.args[1])
	}
	return s.evaluate(e.args[2])
}

func (s *scope) step(e *expression) (any, error) {
	of, err := s.evaluate(e.of)
	if err != nil {
		return nil, err
	}
	key, err := s.evaluate(e.index)
	if err != nil {
		return nil, err
	}
	switch of := of.(type) {
	case map[string]any:
		if v, ok := of[fmt.Sprint(key)]; ok {
			return v, nil
		}
	case []any:
		if i, ok := key.(int64); ok && i >= 0 && int(i) < len(of) {
			return of[i], nil
		}
	}
	if s.form != nil { // the portal evaluates a missing member to null
		return nil, nil
	}
	return nil, fmt.Errorf("there is no %v in a %T", key, of)
}

// lambda is an anonymous function: the names of its arguments and its body.
type lambda struct {
	names []*expression
	body  *expression
}

// apply calls a lambda with one argument.
func (s *scope) apply(f any, arg any) (any, error) {
	l, ok := f.(lambda)
	if !ok || len(l.names) != 1 {
		return nil, errors.New("needs a lambda with one argument")
	}
	inner := *s
	inner.locals = map[string]any{fmt.Sprint(l.names[0].literal): arg}
	for name, v := range s.locals {
		if _, hidden := inner.locals[name]; !hidden {
			inner.locals[name] = v
		}
	}
	return inner.evaluate(l.body)
}
