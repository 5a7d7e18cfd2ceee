package shape

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/anteroom-visit/anteroom/azuredeploy/check/arm"
)

// Schemas are Microsoft's schemas of resource types, one file for each version and provider. They are
// walked by hand: they do not forbid members that they do not name, and that is the very mistake
// to be found.
type Schemas struct {
	directory string
	files     map[string]*schemaFile
}

type schemaFile struct {
	Resources   map[string]*schema `json:"resourceDefinitions"`
	Definitions map[string]*schema `json:"definitions"`
}

type schema struct {
	Ref                  string             `json:"$ref"`
	Type                 string             `json:"type"`
	OneOf                []*schema          `json:"oneOf"`
	AllOf                []*schema          `json:"allOf"`
	Properties           map[string]*schema `json:"properties"`
	AdditionalProperties *others            `json:"additionalProperties"`
	Required             []string           `json:"required"`
	Items                *schema            `json:"items"`
	Enum                 []any              `json:"enum"`
	Pattern              string             `json:"pattern"`
	MinLength            *int               `json:"minLength"`
	MaxLength            *int               `json:"maxLength"`
	Minimum              *float64           `json:"minimum"`
	Maximum              *float64           `json:"maximum"`
}

// others are the members that a schema does not name: none, any, or those of one schema.
type others struct {
	allowed bool
	schema  *schema
}

// UnmarshalJSON takes a boolean or a schema.
func (o *others) UnmarshalJSON(text []byte) error {
	if err := json.Unmarshal(text, &o.allowed); err == nil {
		return nil
	}
	o.allowed = true
	return json.Unmarshal(text, &o.schema)
}

// ErrNoSchemas is given where the directory is not there.
var ErrNoSchemas = errors.New("there are no schemas")

// OpenSchemas takes the directory that holds VERSION/PROVIDER.json.
func OpenSchemas(directory string) (*Schemas, error) {
	if info, err := os.Stat(directory); directory == "" || err != nil || !info.IsDir() { //nolint:gosec // the operator says where
		return nil, fmt.Errorf("open %q: %w", directory, ErrNoSchemas)
	}
	return &Schemas{directory, make(map[string]*schemaFile)}, nil
}

// Covers says whether there is a schema for any version of the type's provider.
func (s *Schemas) Covers(resourceType string) bool {
	provider, _, _ := strings.Cut(resourceType, "/")
	found, err := filepath.Glob(filepath.Join(s.directory, "*", provider+".json"))
	return err == nil && len(found) > 0
}

func (s *Schemas) open(version, provider string) (*schemaFile, error) {
	name := filepath.Join(version, provider+".json")
	if f, ok := s.files[name]; ok {
		return f, nil
	}
	root, err := os.OpenRoot(s.directory)
	if err != nil {
		return nil, fmt.Errorf("open schemas: %w", err)
	}
	defer func() { _ = root.Close() }()
	text, err := root.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no version %s of %s", version, provider)
	}
	var f schemaFile
	if err == nil {
		err = json.Unmarshal(text, &f)
	}
	if err != nil {
		return nil, fmt.Errorf("read schema: %w", err)
	}
	s.files[name] = &f
	return &f, nil
}

// Check walks the resource along its schema: versions, members that are not known, members that are
// missing, kinds, enumerations, limits. A provider without any schema here is passed over.
func (s *Schemas) Check(r arm.Resource) []arm.Problem {
	if !s.Covers(r.Type) {
		return nil
	}
	provider, rest, _ := strings.Cut(r.Type, "/")
	f, err := s.open(r.APIVersion, provider)
	if err != nil {
		return []arm.Problem{{Where: r.Path + "/apiVersion", What: "schema: " + err.Error()}}
	}
	definition, ok := f.Resources[strings.ReplaceAll(rest, "/", "_")]
	if !ok {
		return []arm.Problem{{Where: r.Path + "/type", What: "schema: there is no " + r.Type}}
	}
	whole := map[string]any{"type": r.Type, "apiVersion": r.APIVersion, "name": r.Name}
	for name, member := range r.Body {
		whole[name] = member
	}
	w := walker{file: f}
	w.walk(r.Path, definition, whole)
	return w.problems
}

type walker struct {
	file     *schemaFile
	problems []arm.Problem
}

func (w *walker) fault(where, format string, args ...any) {
	w.problems = append(w.problems, arm.Problem{Where: where, What: "schema: " + fmt.Sprintf(format, args...)})
}

func (w *walker) walk(where string, s *schema, v any) {
	switch {
	case s.Ref != "":
		name, local := strings.CutPrefix(s.Ref, "#/definitions/")
		if target, ok := w.file.Definitions[name]; local && ok {
			w.walk(where, target, v)
		}
		return
	case len(s.OneOf) > 0:
		w.either(where, s.OneOf, v)
		return
	}
	for _, part := range s.AllOf {
		w.walk(where, part, v)
	}
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, v) {
		w.fault(where, "%v is none of %v", v, s.Enum)
	}
	switch v := v.(type) {
	case map[string]any:
		w.object(where, s, v)
	case []any:
		w.kind(where, s, "array")
		for i, element := range v {
			if s.Items != nil {
				w.walk(fmt.Sprintf("%s/%d", where, i), s.Items, element)
			}
		}
	case string:
		w.kind(where, s, "string")
		w.text(where, s, v)
	case bool:
		w.kind(where, s, "boolean")
	case int64:
		w.kind(where, s, "integer", "number")
		w.number(where, s, float64(v))
	case float64:
		if !slices.ContainsFunc(wronglyWhole, func(end string) bool { return strings.HasSuffix(where, end) }) {
			w.kind(where, s, "number")
		}
		w.number(where, s, v)
	}
}

// either accepts what one alternative accepts. Expressions are evaluated already: the alternative
// that allows one is left out.
func (w *walker) either(where string, alternatives []*schema, v any) {
	var best []arm.Problem
	for i, a := range alternatives {
		if strings.HasSuffix(a.Ref, "/definitions/expression") {
			continue
		}
		tried := walker{file: w.file}
		tried.walk(where, a, v)
		if len(tried.problems) == 0 {
			return
		}
		if i == 0 || len(tried.problems) < len(best) {
			best = tried.problems
		}
	}
	w.problems = append(w.problems, best...)
}

func (w *walker) object(where string, s *schema, v map[string]any) {
	w.kind(where, s, "object")
	for name, member := range v {
		switch definition, ok := s.Properties[name]; {
		case ok:
			w.walk(where+"/"+name, definition, member)
		case s.AdditionalProperties != nil && s.AdditionalProperties.schema != nil:
			w.walk(where+"/"+name, s.AdditionalProperties.schema, member)
		case s.AdditionalProperties != nil && s.AdditionalProperties.allowed:
		case len(s.AllOf) == 0:
			w.fault(where+"/"+name, "is not known")
		}
	}
	for _, name := range s.Required {
		if _, ok := v[name]; !ok {
			w.fault(where+"/"+name, "is missing")
		}
	}
}

// wronglyWhole are numbers that Microsoft's schemas call whole, and that its own words and its SDK
// do not: "Required CPU in cores, e.g. 0.5".
var wronglyWhole = []string{"/resources/cpu"}

func (w *walker) kind(where string, s *schema, allowed ...string) {
	if s.Type != "" && !slices.Contains(allowed, s.Type) {
		w.fault(where, "is %s and not %s", allowed[0], s.Type)
	}
}

func (w *walker) text(where string, s *schema, text string) {
	if s.Pattern != "" {
		if form, err := regexp.Compile(s.Pattern); err == nil && !form.MatchString(text) {
			w.fault(where, "does not match %s", s.Pattern)
		}
	}
	if s.MinLength != nil && len(text) < *s.MinLength || s.MaxLength != nil && len(text) > *s.MaxLength {
		w.fault(where, "has a length that is not allowed")
	}
}

func (w *walker) number(where string, s *schema, n float64) {
	if s.Minimum != nil && n < *s.Minimum || s.Maximum != nil && n > *s.Maximum {
		w.fault(where, "%v is outside of what is allowed", n)
	}
}
