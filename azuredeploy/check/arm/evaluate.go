// Package arm evaluates an Azure deployment template as Azure Resource Manager does: parameters,
// variables and expressions, down to the bodies that its resource providers would be sent. It is
// strict where Azure is strict, knows only the functions that this project's templates use, and
// reaches no network. It is not a deployment: names, quotas, regions and rights stay unchecked.
package arm

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// Place is where a template is deployed.
type Place struct{ Subscription, ResourceGroup string }

func (p Place) id() string {
	return "/subscriptions/" + p.Subscription + "/resourceGroups/" + p.ResourceGroup
}

// World is what a template asks Azure for while it is deployed, by resource type: the properties
// that reference() sees and the keys that listKeys() sees.
type World struct{ Properties, Keys map[string]map[string]any }

// Question is one call of reference or listKeys. By is the ID of the resource that asks, and empty
// where an output does.
type Question struct{ By, What, ID, Type, APIVersion string }

// evaluation is one template on its way.
type evaluation struct {
	at         Place
	world      World
	parameters map[string]any // given or default, evaluated
	variables  map[string]any // as written
	known      map[string]any // variables that are evaluated
	under      []string       // variables being evaluated, to find circles
	inDefault  bool
	runtime    bool
	made       int
	asking     string

	Asked []Question
}

// Decode reads JSON into nil, bool, string, int64, float64, []any and map[string]any.
func Decode(text []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("read JSON: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("read JSON: something behind the value")
	}
	return numbers(v), nil
}

func numbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		if whole, err := v.Int64(); err == nil {
			return whole
		}
		broken, _ := v.Float64()
		return broken
	case []any:
		for i := range v {
			v[i] = numbers(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = numbers(v[k])
		}
	}
	return v
}

// value evaluates every text in v, names of members included.
func (e *evaluation) value(v any) (any, error) {
	switch v := v.(type) {
	case string:
		return e.text(v)
	case []any:
		out := make([]any, len(v))
		for i, element := range v {
			var err error
			if out[i], err = e.value(element); err != nil {
				return nil, fmt.Errorf("%d: %w", i, err)
			}
		}
		return out, nil
	case map[string]any:
		out := make(map[string]any, len(v))
		for _, key := range sorted(v) {
			name, err := e.text(key)
			if err != nil {
				return nil, err
			}
			if out[fmt.Sprint(name)], err = e.value(v[key]); err != nil {
				return nil, fmt.Errorf("%s: %w", key, err)
			}
		}
		return out, nil
	}
	return v, nil
}

func sorted(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func (e *evaluation) text(text string) (any, error) {
	if !isExpression(text) {
		if len(text) > 1 && text[:2] == "[[" {
			return text[1:], nil
		}
		return text, nil
	}
	n, err := parse(text)
	if err != nil {
		return nil, err
	}
	return e.node(n)
}

func (e *evaluation) node(n *node) (any, error) {
	switch {
	case n.of != nil:
		return e.step(n)
	case n.call != "":
		return e.call(n)
	}
	return n.literal, nil
}

func (e *evaluation) step(n *node) (any, error) {
	of, err := e.node(n.of)
	if err != nil {
		return nil, err
	}
	key := any(n.member)
	if n.index != nil {
		if key, err = e.node(n.index); err != nil {
			return nil, err
		}
	}
	switch key := key.(type) {
	case string:
		if object, ok := of.(map[string]any); ok {
			if v, ok := object[key]; ok {
				return v, nil
			}
		}
		return nil, fmt.Errorf("there is no %q in %T", key, of)
	case int64:
		if list, ok := of.([]any); ok && key >= 0 && int(key) < len(list) {
			return list[key], nil
		}
		return nil, fmt.Errorf("there is no element %d", key)
	}
	return nil, fmt.Errorf("%T is no index", key)
}

func (e *evaluation) call(n *node) (any, error) {
	if n.call == "if" {
		return e.choose(n)
	}
	args := make([]any, len(n.args))
	for i, arg := range n.args {
		var err error
		if args[i], err = e.node(arg); err != nil {
			return nil, err
		}
	}
	if n.call == "parameters" || n.call == "variables" {
		return e.named(n.call, args)
	}
	f, known := functions[n.call]
	switch {
	case !known:
		return nil, fmt.Errorf("the function %s is not known here", n.call)
	case len(args) < f.min || len(args) > f.max:
		return nil, fmt.Errorf("%s does not take %d arguments", n.call, len(args))
	case slices.Contains(inDefaults, n.call) && !e.inDefault:
		return nil, fmt.Errorf("%s is allowed in a parameter's default only", n.call)
	case slices.Contains(atRuntime, n.call) && !e.runtime:
		return nil, fmt.Errorf("%s is not allowed here, only in properties and outputs", n.call)
	}
	v, err := f.run(e, args)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", n.call, err)
	}
	return v, nil
}

// choose evaluates the branch that is taken, and not the other one.
func (e *evaluation) choose(n *node) (any, error) {
	if len(n.args) != 3 {
		return nil, errors.New("if takes a condition and two values")
	}
	condition, err := e.node(n.args[0])
	if err != nil {
		return nil, err
	}
	yes, ok := condition.(bool)
	switch {
	case !ok:
		return nil, fmt.Errorf("if: the condition is no boolean but %T", condition)
	case yes:
		return e.node(n.args[1])
	}
	return e.node(n.args[2])
}

func (e *evaluation) named(what string, args []any) (any, error) {
	if len(args) != 1 {
		return nil, errors.New(what + " takes one name")
	}
	name, ok := args[0].(string)
	if !ok {
		return nil, errors.New(what + " takes a name")
	}
	if what == "parameters" {
		v, ok := e.parameters[name]
		if !ok {
			return nil, fmt.Errorf("there is no parameter %q", name)
		}
		return v, nil
	}
	if v, ok := e.known[name]; ok {
		return v, nil
	}
	written, ok := e.variables[name]
	if !ok {
		return nil, fmt.Errorf("there is no variable %q", name)
	}
	if slices.Contains(e.under, name) {
		return nil, fmt.Errorf("the variable %q needs itself", name)
	}
	e.under = append(e.under, name)
	runtime := e.runtime
	e.runtime = false // Azure evaluates variables before it deploys
	v, err := e.value(written)
	e.runtime, e.under = runtime, e.under[:len(e.under)-1]
	if err != nil {
		return nil, fmt.Errorf("variable %s: %w", name, err)
	}
	e.known[name] = v
	return v, nil
}

// path joins the steps to a place in a template.
func path(steps ...any) string {
	var b bytes.Buffer
	for _, step := range steps {
		switch step := step.(type) {
		case int:
			b.WriteString("/" + strconv.Itoa(step))
		default:
			fmt.Fprintf(&b, "/%v", step)
		}
	}
	return b.String()
}
