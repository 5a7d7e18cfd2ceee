package arm

import (
	"fmt"
	"slices"
	"strings"
)

// Lint finds what an evaluation cannot see: mistakes in branches that are not taken, members that
// Azure Resource Manager does not know, and parameters and variables that nothing uses.
func Lint(template map[string]any) []Problem {
	l := &linter{parameters: make(map[string]int), variables: make(map[string]int)}
	l.members(template, "", "$schema", "contentVersion", "metadata", "parameters", "variables", "resources", "outputs")
	l.must(template, "", "$schema", "contentVersion", "resources")
	l.constants(template)
	for name, declaration := range objects(template["parameters"]) {
		l.parameters[name] = 0
		where := path("parameters", name)
		l.members(declaration, where, "type", "defaultValue", "allowedValues", "minValue", "maxValue", "minLength", "maxLength", "metadata")
		l.must(declaration, where, "type")
		l.limits(declaration, where)
		if metadata, ok := declaration["metadata"]; ok {
			m, _ := metadata.(map[string]any)
			l.members(m, where+"/metadata", "description")
			l.described(m, where+"/metadata")
		}
	}
	variables, _ := template["variables"].(map[string]any)
	for name := range variables {
		l.variables[name] = 0
	}
	resources, _ := template["resources"].([]any)
	for i, resource := range resources {
		l.resource(resource, path("resources", i))
	}
	for name, declaration := range objects(template["outputs"]) {
		where := path("outputs", name)
		l.members(declaration, where, "type", "value")
		l.must(declaration, where, "type", "value")
	}
	l.expressions(template, "")
	for name, uses := range l.parameters {
		l.unless(uses > 0, path("parameters", name), "is not used")
	}
	for name, uses := range l.variables {
		l.unless(uses > 0, path("variables", name), "is not used")
	}
	return l.problems
}

// objects are the objects among the members of v.
func objects(v any) map[string]map[string]any {
	members, _ := v.(map[string]any)
	out := make(map[string]map[string]any, len(members))
	for name, member := range members {
		out[name], _ = member.(map[string]any)
	}
	return out
}

type linter struct {
	parameters, variables map[string]int // how often each is used
	nested                []string       // where other templates stand
	problems              []Problem
}

func (l *linter) unless(ok bool, where, what string) {
	if !ok {
		l.problems = append(l.problems, Problem{where, what})
	}
}

func (l *linter) members(object map[string]any, where string, known ...string) {
	for name := range object {
		l.unless(slices.Contains(known, name), where+"/"+name, "is not known")
	}
}

func (l *linter) must(object map[string]any, where string, needed ...string) {
	for _, name := range needed {
		_, ok := object[name]
		l.unless(ok, where+"/"+name, "is missing")
	}
}

func (l *linter) constants(template map[string]any) {
	schema := "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
	l.unless(template["$schema"] == schema, "/$schema", "is not "+schema)
	l.unless(template["contentVersion"] == "1.0.0.0", "/contentVersion", "is not 1.0.0.0")
	if metadata, ok := template["metadata"]; ok {
		m, _ := metadata.(map[string]any)
		l.members(m, "/metadata", "description")
		l.described(m, "/metadata")
	}
}

func (l *linter) described(metadata map[string]any, where string) {
	text, ok := metadata["description"].(string)
	l.unless(ok && strings.TrimSpace(text) != "", where+"/description", "is no text")
}

// limits belong to the type that they limit, and are whole numbers in order.
func (l *linter) limits(declaration map[string]any, where string) {
	kind, _ := declaration["type"].(string)
	for _, pair := range []struct{ low, high, kinds string }{{"minValue", "maxValue", "int"}, {"minLength", "maxLength", "string securestring array"}} {
		var bounds []int64
		for _, name := range []string{pair.low, pair.high} {
			limit, ok := declaration[name]
			if !ok {
				continue
			}
			n, whole := limit.(int64)
			l.unless(whole, where+"/"+name, "is no whole number")
			l.unless(slices.Contains(strings.Fields(pair.kinds), kind), where+"/"+name, "does not limit a "+kind)
			bounds = append(bounds, n)
		}
		l.unless(len(bounds) < 2 || bounds[0] <= bounds[1], where, "has its limits the wrong way round")
	}
	allowed, ok := declaration["allowedValues"]
	if !ok {
		return
	}
	list, _ := allowed.([]any)
	l.unless(len(list) > 0, where+"/allowedValues", "is no list")
	for _, value := range list {
		l.unless(fits(map[string]any{"type": kind}, value) == nil, where+"/allowedValues", fmt.Sprintf("%v is no %s", value, kind))
	}
}

func (l *linter) resource(v any, where string) {
	resource, ok := v.(map[string]any)
	l.unless(ok, where, "is no object")
	l.members(resource, where, append([]string{"location", "properties", "identity", "tags", "sku", "kind", "zones"}, notSent...)...)
	properties, _ := resource["properties"].(map[string]any)
	if nested, ok := properties["template"].(map[string]any); ok && resource["type"] == deployments {
		l.nested = append(l.nested, where+"/properties/template")
		for _, p := range Lint(nested) {
			l.unless(false, where+"/properties/template"+p.Where, p.What)
		}
	}
}

// expressions parses every text, and counts what it uses. A nested template has names of its own.
func (l *linter) expressions(v any, where string) {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			l.expression(name, where)
			if !slices.Contains(l.nested, where+"/"+name) {
				l.expressions(member, where+"/"+name)
			}
		}
	case []any:
		for i, element := range v {
			l.expressions(element, where+path(i))
		}
	case string:
		l.expression(v, where)
	}
}

func (l *linter) expression(text, where string) {
	if !isExpression(text) {
		opened, closed := strings.HasPrefix(text, "["), strings.HasSuffix(text, "]")
		half := opened && !closed || closed && !opened && strings.Contains(text, "(")
		l.unless(!half, where, "is half an expression")
		return
	}
	parsed, err := parse(text)
	if err != nil {
		l.unless(false, where, err.Error())
		return
	}
	parsed.each(func(n *node) {
		if n.call == "" {
			return
		}
		uses := map[string]map[string]int{"parameters": l.parameters, "variables": l.variables}[n.call]
		if uses == nil {
			f, known := functions[n.call]
			l.unless(known || n.call == "if", where, "the function "+n.call+" is not known here")
			l.unless(!known || len(n.args) >= f.min && len(n.args) <= f.max, where, n.call+" does not take so many arguments")
			return
		}
		name := "?"
		if len(n.args) == 1 {
			name, _ = n.args[0].literal.(string)
		}
		_, declared := uses[name]
		l.unless(declared, where, fmt.Sprintf("there is no %q among the %s", name, n.call))
		if declared && where != path(n.call, name) {
			uses[name]++
		}
	})
}
