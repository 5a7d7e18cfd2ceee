package arm

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Problem is something wrong in a template, and where.
type Problem struct{ Where, What string }

// String is the problem on one line.
func (p Problem) String() string { return p.Where + ": " + p.What }

// Resource is one resource of an evaluated template.
type Resource struct {
	Path       string // where it stands, such as /resources/2
	ID         string
	Type       string
	APIVersion string
	Name       string
	At         Place
	Deployed   bool           // false where its condition is false: Body and DependsOn are empty then
	Scope      string         // what an extension resource extends
	DependsOn  []string       // IDs
	Body       map[string]any // all that the provider is sent: no type, name, condition, scope or dependsOn
	Nested     *Deployment    // of a Microsoft.Resources/deployments
}

// Deployment is a template evaluated with one set of parameters.
type Deployment struct {
	At         Place
	Parameters map[string]any
	Resources  []Resource
	Outputs    map[string]any
	Asked      []Question
}

// All are the deployment's resources and those of the deployments in it.
func (d *Deployment) All() []Resource {
	var all []Resource
	for _, r := range d.Resources {
		all = append(all, r)
		if r.Nested != nil {
			all = append(all, r.Nested.All()...)
		}
	}
	return all
}

// Evaluate deploys the template on paper.
func Evaluate(template map[string]any, given map[string]any, at Place, world World) (*Deployment, []Problem) {
	v := &visitor{evaluation: evaluation{at: at, world: world, known: make(map[string]any)}}
	v.variables, _ = template["variables"].(map[string]any)
	v.setParameters(template, given)
	d := &Deployment{At: at, Parameters: v.parameters}
	for _, name := range sorted(v.variables) {
		_, err := v.named("variables", []any{name})
		v.note(err, "variables", name)
	}
	resources, ok := template["resources"].([]any)
	if !ok {
		v.fault("are no array", "resources")
	}
	for i, written := range resources {
		d.Resources = append(d.Resources, v.resource(i, written))
	}
	d.Outputs = v.outputs(template)
	d.Asked = v.Asked
	return d, v.problems
}

// deployments is the type of a template in a template.
const deployments = "Microsoft.Resources/deployments"

// visitor walks a template and notes what is wrong.
type visitor struct {
	evaluation
	problems []Problem
}

func (v *visitor) fault(what string, steps ...any) {
	v.problems = append(v.problems, Problem{path(steps...), what})
}

func (v *visitor) note(err error, steps ...any) {
	if err != nil {
		v.fault(err.Error(), steps...)
	}
}

func (v *visitor) setParameters(template, given map[string]any) {
	declared, _ := template["parameters"].(map[string]any)
	v.parameters = make(map[string]any, len(declared))
	for _, name := range sorted(given) {
		if _, ok := declared[name]; !ok {
			v.fault("is given but not declared", "parameters", name)
		}
	}
	for _, name := range sorted(declared) {
		declaration, ok := declared[name].(map[string]any)
		if !ok {
			v.fault("is no object", "parameters", name)
			continue
		}
		value, ok := given[name]
		if !ok {
			if value, ok = declaration["defaultValue"]; !ok {
				v.fault("is needed and not given", "parameters", name)
				continue
			}
			v.inDefault = true
			var err error
			value, err = v.value(value)
			v.inDefault = false
			v.note(err, "parameters", name, "defaultValue")
		}
		v.parameters[name] = value
		v.note(fits(declaration, value), "parameters", name)
	}
}

// fits says whether a value is one that the declaration allows.
func fits(declaration map[string]any, value any) error {
	kinds := map[string]string{"string": "string", "securestring": "string", "int": "int64", "bool": "bool", "array": "[]interface {}", "object": "map[string]interface {}"}
	kind, _ := declaration["type"].(string)
	if want, known := kinds[strings.ToLower(kind)]; !known || fmt.Sprintf("%T", value) != want {
		return fmt.Errorf("a value of type %T for a parameter of type %v", value, declaration["type"])
	}
	if allowed, ok := declaration["allowedValues"]; ok {
		if list, ok := allowed.([]any); !ok || !slices.Contains(list, value) {
			return fmt.Errorf("%v is not among the allowed values", value)
		}
	}
	size, sized := value.(int64)
	low, high := "minValue", "maxValue"
	if text, ok := value.(string); ok {
		size, sized, low, high = int64(len(text)), true, "minLength", "maxLength"
	}
	for name, bad := range map[string]func(limit int64) bool{
		low:  func(limit int64) bool { return size < limit },
		high: func(limit int64) bool { return size > limit },
	} {
		limit, ok := declaration[name]
		if !ok {
			continue
		}
		if n, whole := limit.(int64); !whole || !sized || bad(n) {
			return fmt.Errorf("%v is outside of %s %v", value, name, limit)
		}
	}
	return nil
}

// notSent are the members of a resource that are Azure Resource Manager's own.
var notSent = []string{"type", "apiVersion", "name", "condition", "scope", "dependsOn", "subscriptionId", "resourceGroup", "comments"}

func (v *visitor) resource(i int, written any) Resource {
	steps := []any{"resources", i}
	r := Resource{Path: path(steps...), At: v.at, Deployed: true}
	object, ok := written.(map[string]any)
	if !ok {
		v.fault("is no object", steps...)
		return r
	}
	head := func(name string, needed bool) string {
		field, ok := object[name]
		if !ok {
			if needed {
				v.fault("is missing", append(steps, name)...)
			}
			return ""
		}
		value, err := v.value(field)
		v.note(err, append(steps, name)...)
		text, ok := value.(string)
		if (!ok || text == "") && err == nil {
			v.fault("is no text", append(steps, name)...)
		}
		return text
	}
	r.Type, r.APIVersion, r.Name = head("type", true), head("apiVersion", true), head("name", true)
	r.Scope = head("scope", false)
	if place := head("subscriptionId", false); place != "" {
		r.At.Subscription = place
	}
	if place := head("resourceGroup", false); place != "" {
		r.At.ResourceGroup = place
	}
	var err error
	if r.ID, err = resourceID(r.At, []any{r.Type, r.Name}); err != nil {
		v.fault(err.Error(), steps...)
	}
	if r.Scope != "" {
		r.ID = r.Scope + strings.TrimPrefix(r.ID, r.At.id())
	}
	if condition, ok := object["condition"]; ok {
		value, err := v.value(condition)
		v.note(err, append(steps, "condition")...)
		if r.Deployed, ok = value.(bool); !ok {
			v.fault("is no boolean", append(steps, "condition")...)
		}
	}
	depends, err := v.value(object["dependsOn"])
	v.note(err, append(steps, "dependsOn")...)
	v.depends(&r, depends, append(steps, "dependsOn"))
	if r.Deployed {
		v.asking = r.ID
		v.body(&r, object, steps)
		v.asking = ""
	}
	return r
}

func (v *visitor) depends(r *Resource, on any, steps []any) {
	if on == nil {
		return
	}
	list, ok := on.([]any)
	if !ok {
		v.fault("is no array", steps...)
	}
	for _, id := range list {
		text, ok := id.(string)
		if !ok {
			v.fault("holds something else than IDs", steps...)
		}
		r.DependsOn = append(r.DependsOn, text)
	}
}

func (v *visitor) body(r *Resource, object map[string]any, steps []any) {
	r.Body = make(map[string]any)
	nested := r.Type == deployments
	for _, name := range sorted(object) {
		if slices.Contains(notSent, name) {
			continue
		}
		field := object[name]
		if nested && name == "properties" {
			r.Body[name], r.Nested = v.nested(r, field, append(steps, name))
			continue
		}
		v.runtime = true
		value, err := v.value(field)
		v.runtime = false
		v.note(err, append(steps, name)...)
		r.Body[name] = withoutNull(value)
	}
}

// nested evaluates a deployment inside of this one. Only its inner scope is known here, in which it
// sees its own parameters and variables and nothing of ours.
func (v *visitor) nested(r *Resource, field any, steps []any) (any, *Deployment) {
	properties, _ := field.(map[string]any)
	template, ok := properties["template"].(map[string]any)
	if scope, _ := properties["expressionEvaluationOptions"].(map[string]any); !ok || scope["scope"] != "inner" {
		v.fault("is no nested template with inner scope", steps...)
		return field, nil
	}
	outer := maps.Clone(properties)
	delete(outer, "template")
	v.runtime = true
	value, err := v.value(outer)
	v.runtime = false
	v.note(err, steps...)
	sent, _ := value.(map[string]any)
	given := make(map[string]any)
	parameters, _ := sent["parameters"].(map[string]any)
	for name, parameter := range parameters {
		wrapped, _ := parameter.(map[string]any)
		if _, ok := wrapped["value"]; !ok || len(wrapped) != 1 {
			v.fault("has no value", append(steps, "parameters", name)...)
		}
		given[name] = wrapped["value"]
	}
	d, problems := Evaluate(template, given, r.At, v.world)
	for _, p := range problems {
		v.problems = append(v.problems, Problem{path(append(steps, "template")...) + p.Where, p.What})
	}
	for i := range d.Resources {
		d.Resources[i].Path = path(append(steps, "template")...) + d.Resources[i].Path
	}
	if sent != nil {
		sent["template"] = template
	}
	return sent, d
}

// withoutNull drops members that are null: Azure takes them as absent.
func withoutNull(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			if member == nil {
				delete(v, name)
			} else {
				v[name] = withoutNull(member)
			}
		}
	case []any:
		for i := range v {
			v[i] = withoutNull(v[i])
		}
	}
	return v
}

func (v *visitor) outputs(template map[string]any) map[string]any {
	declared, _ := template["outputs"].(map[string]any)
	out := make(map[string]any, len(declared))
	for _, name := range sorted(declared) {
		declaration, ok := declared[name].(map[string]any)
		if !ok {
			v.fault("is no object", "outputs", name)
			continue
		}
		v.runtime = true
		value, err := v.value(declaration["value"])
		v.runtime = false
		v.note(err, "outputs", name)
		if err == nil {
			v.note(fits(map[string]any{"type": declaration["type"]}, value), "outputs", name)
		}
		out[name] = value
	}
	return out
}
