// Package plant makes mistakes on purpose: in a template, in the form, and in what stands around them.
// A check is worth what it catches of these. It finds nothing itself.
package plant

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/anteroom-visit/anteroom/azuredeploy/check/arm"
)

// place is the way to a value in JSON: names and numbers.
type place []any

func (p place) String() string {
	var b strings.Builder
	for _, step := range p {
		fmt.Fprintf(&b, "/%v", step)
	}
	return b.String()
}

func (p place) name() string {
	name, _ := p[len(p)-1].(string)
	return name
}

// holds says whether the way leads through the name.
func (p place) holds(name string) bool { return slices.Contains(p, any(name)) }

// leaf is a value and where it is.
type leaf struct {
	at    place
	value any
}

// every lists each value below v, the composed ones included, in a fixed order.
func every(v any, at place) []leaf {
	var out []leaf
	switch v := v.(type) {
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			here := append(slices.Clone(at), name)
			out = append(append(out, leaf{here, v[name]}), every(v[name], here)...)
		}
	case []any:
		for i, element := range v {
			here := append(slices.Clone(at), i)
			out = append(append(out, leaf{here, element}), every(element, here)...)
		}
	}
	return out
}

// edit returns the JSON with a change made to the container of the place, which the change is given
// as a copy of its own together with the last step.
func edit(text []byte, at place, change func(container, step any) any) ([]byte, error) {
	root, err := arm.Decode(text)
	if err != nil {
		return nil, err
	}
	changed := descend(root, at, change)
	return json.Marshal(changed)
}

func descend(v any, at place, change func(container, step any) any) any {
	if len(at) == 1 {
		return change(v, at[0])
	}
	switch v := v.(type) {
	case map[string]any:
		name, _ := at[0].(string)
		v[name] = descend(v[name], at[1:], change)
	case []any:
		i, _ := at[0].(int)
		v[i] = descend(v[i], at[1:], change)
	}
	return v
}

// set puts another value in the place.
func set(text []byte, at place, value any) ([]byte, error) {
	return edit(text, at, func(container, step any) any {
		switch c := container.(type) {
		case map[string]any:
			c[step.(string)] = value
		case []any:
			c[step.(int)] = value
		}
		return container
	})
}

// remove takes a member or an element away.
func remove(text []byte, at place) ([]byte, error) {
	return edit(text, at, func(container, step any) any {
		switch c := container.(type) {
		case map[string]any:
			delete(c, step.(string))
		case []any:
			i := step.(int)
			return slices.Delete(c, i, i+1)
		}
		return container
	})
}

// rename gives a member another name.
func rename(text []byte, at place, name string) ([]byte, error) {
	return edit(text, at, func(container, step any) any {
		c := container.(map[string]any)
		c[name] = c[step.(string)]
		delete(c, step.(string))
		return c
	})
}

// misspell swaps two letters, as fingers do.
func misspell(word string) string {
	for i := len(word)/2 - 1; i >= 0 && i+1 < len(word); i++ {
		if word[i] != word[i+1] {
			return word[:i] + string(word[i+1]) + string(word[i]) + word[i+2:]
		}
	}
	return word + "x"
}
