package azuredeploy

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// readFile returns a file of the repository, by its path from the root.
func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var decoded = make(map[string]map[string]any) // by path; the tests do not run in parallel

// readJSON decodes a JSON file of the repository. It rejects anything after the first value. Nobody may change the result.
func readJSON(t *testing.T, path string) map[string]any {
	t.Helper()
	if value, ok := decoded[path]; ok {
		return value
	}
	decoded[path] = decodeJSON(t, readFile(t, path))
	return decoded[path]
}

func decodeJSON(t *testing.T, source string) map[string]any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(source))
	decoder.UseNumber()
	var value map[string]any
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	if decoder.More() {
		t.Fatal("a second value follows the first")
	}
	return integers(value).(map[string]any)
}

// integers replaces every json.Number in v with an int64 or a float64.
func integers(v any) any {
	switch v := v.(type) {
	case json.Number:
		if whole, err := v.Int64(); err == nil {
			return whole
		}
		fraction, _ := v.Float64()
		return fraction
	case []any:
		for i := range v {
			v[i] = integers(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = integers(v[name])
		}
	}
	return v
}

// member returns a value inside nested objects and arrays, or nil.
func member(v any, steps ...any) any {
	for _, step := range steps {
		switch step := step.(type) {
		case string:
			object, _ := v.(map[string]any)
			v = object[step]
		case int:
			array, _ := v.([]any)
			if step >= len(array) {
				return nil
			}
			v = array[step]
		}
	}
	return v
}

// text returns a string inside nested objects and arrays, or "".
func text(v any, steps ...any) string {
	s, _ := member(v, steps...).(string)
	return s
}

// object returns an object inside nested objects and arrays, or nil.
func object(v any, steps ...any) map[string]any {
	o, _ := member(v, steps...).(map[string]any)
	return o
}

// array returns an array inside nested objects and arrays, or nil.
func array(v any, steps ...any) []any {
	a, _ := member(v, steps...).([]any)
	return a
}

// scratch is a folder that is removed after the tests.
var scratch string

func TestMain(m *testing.M) {
	var err error
	if scratch, err = os.MkdirTemp("", "azuredeploy"); err != nil {
		panic(err)
	}
	status := m.Run()
	_ = os.RemoveAll(scratch)
	os.Exit(status)
}

// program is the path of bin/anteroom, built once for all tests of this package.
var program = sync.OnceValues(func() (string, error) {
	path := filepath.Join(scratch, "anteroom")
	command := exec.Command("go", "build", "-o", path, "../cmd/anteroom")
	if out, err := command.CombinedOutput(); err != nil {
		return "", &buildError{err, string(out)}
	}
	return path, nil
})

type buildError struct {
	err    error
	output string
}

func (e *buildError) Error() string { return e.err.Error() + "\n" + e.output }

// setting is one line of `anteroom settings --json`.
type setting struct {
	Variable string `json:"env"`
	Default  string `json:"default"`
	Secret   bool   `json:"secret"`

	Kind    string   `json:"kind"`
	Choices []string `json:"choices"`
	Min     *int64   `json:"min"`
	Max     *int64   `json:"max"`
	Valid   []string `json:"valid"`   // examples that the program accepts
	Invalid []string `json:"invalid"` // examples that it rejects
}

// settings returns the settings that the program reads, by their variables.
func settings(t *testing.T) map[string]setting {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(path, "settings", "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var list []setting
	if err := json.Unmarshal(out, &list); err != nil {
		t.Fatal(err)
	}
	byName := make(map[string]setting, len(list))
	for _, s := range list {
		byName[s.Variable] = s
	}
	if len(byName) < 30 {
		t.Fatalf("the program lists %d settings", len(byName))
	}
	return byName
}
