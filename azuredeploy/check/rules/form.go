package rules

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/anteroom-visit/anteroom/azuredeploy/check/arm"
)

// Parameters that the form leaves to their defaults, and why.
var notInForm = map[string]string{
	"sessionKey":       "made anew: a form cannot leave a parameter out, only give it",
	"generatedLinkKey": "made anew",
	"deploymentId":     "made anew",
	"image":            "the release writes its digest into the template, and the form would write over it",
}

var formReference = regexp.MustCompile(`(steps\('([^']+)'\)|(basics)\()\.?'?([A-Za-z]+)'?`)

// form: what it asks is what the template takes, and every answer that it uses is asked for.
func (f *finder) form(text []byte, template map[string]any) {
	decoded, err := arm.Decode(bytes.TrimSpace(text))
	if err != nil {
		f.unless(false, "createUiDefinition.json", "%v", err)
		return
	}
	f.unless(member(decoded, "handler") == "Microsoft.Azure.CreateUIDef" && member(decoded, "version") == "0.1.2-preview", "createUiDefinition.json", "is no form that the portal knows")
	body := member(decoded, "parameters")
	asked := make(map[string]map[string]any) // "step.element"
	f.elements(asked, "basics", list(body, "basics"))
	for _, step := range list(body, "steps") {
		s, _ := step.(map[string]any)
		name, _ := s["name"].(string)
		f.unless(name != "" && s["label"] != nil, "createUiDefinition.json", "a step without a name or a label")
		f.elements(asked, name, list(s, "elements"))
	}
	outputs, _ := member(body, "outputs").(map[string]any)
	parameters := objects(template["parameters"])
	used := make(map[string]bool)
	for name, output := range outputs {
		where := "createUiDefinition.json/outputs/" + name
		p, ok := parameters[name]
		f.unless(ok, where, "is no parameter of the template")
		expression := fmt.Sprint(output)
		keys := formKeys(expression)
		for _, key := range keys {
			f.unless(asked[key] != nil, where, "%s is not asked for", key)
			used[key] = true
		}
		f.unless(expression == "[location()]" || slices.ContainsFunc(keys, func(k string) bool { return strings.HasSuffix(k, "."+formName(name)) }), where, "does not give its own answer: %s", expression)
		for _, key := range keys {
			if strings.HasSuffix(key, "."+formName(name)) && ok {
				f.answer("createUiDefinition.json/"+key, asked[key], p)
			}
		}
	}
	for name := range parameters {
		_, given := outputs[name]
		f.unless(given != (notInForm[name] != ""), "createUiDefinition.json/outputs/"+name, "every parameter is asked for, or on the list of those that are not")
	}
	for key, element := range asked {
		for _, expression := range []string{fmt.Sprint(element["visible"])} {
			for _, other := range formKeys(expression) {
				f.unless(asked[other] != nil, "createUiDefinition.json/"+key, "%s is not asked for", other)
				used[other] = true
			}
		}
	}
	for key, element := range asked {
		f.unless(used[key] || element["type"] == "Microsoft.Common.InfoBox", "createUiDefinition.json/"+key, "is asked for and not used")
	}
}

// formName is what the form calls the element that answers a parameter.
func formName(parameter string) string {
	if parameter == "existingAcsResourceId" {
		return "existing"
	}
	return parameter
}

func formKeys(expression string) []string {
	var keys []string
	for _, found := range formReference.FindAllStringSubmatch(expression, -1) {
		keys = append(keys, found[2]+found[3]+"."+found[4])
	}
	return keys
}

// ofElements are the members that a form's elements may have.
var ofElements = []string{
	"name", "type", "label", "toolTip", "defaultValue", "placeholder", "constraints", "options", "visible",
	"resourceType", "min", "max", "subLabel", "showStepMarkers",
}

func (f *finder) elements(asked map[string]map[string]any, step string, elements []any) {
	for _, v := range elements {
		e, _ := v.(map[string]any)
		name := text(e, "name")
		where := "createUiDefinition.json/" + step + "." + name
		f.unless(name != "" && asked[step+"."+name] == nil, where, "has no name, or is there twice")
		f.unless(strings.HasPrefix(text(e, "type"), "Microsoft."), where, "is no element")
		for member := range e {
			f.unless(slices.Contains(ofElements, member), where, "%s is not known", member)
		}
		if pattern := text(e, "constraints", "regex"); pattern != "" {
			form, err := regexp.Compile(pattern)
			f.unless(err == nil, where, "is no regular expression: %v", err)
			fallback, ok := e["defaultValue"].(string)
			f.unless(err != nil || !ok || fallback == "" || form.MatchString(fallback), where, "its own default does not pass")
			f.unless(text(e, "constraints", "validationMessage") != "", where, "does not say what is wrong")
		}
		asked[step+"."+name] = e
	}
}

// answer: a question offers what its parameter takes, by itself what the parameter is by itself, and
// hides what is a secret.
func (f *finder) answer(where string, element, parameter map[string]any) {
	secure := text(parameter, "type") == "securestring"
	f.unless(secure == (text(element, "type") == "Microsoft.Common.PasswordBox"), where, "a secret is shown, or what is none is hidden")
	if allowed, ok := parameter["allowedValues"].([]any); ok {
		var offered []any
		var first string
		for _, choice := range list(element, "constraints", "allowedValues") {
			offered = append(offered, member(choice, "value"))
			if text(choice, "label") == text(element, "defaultValue") {
				first = text(choice, "value")
			}
		}
		f.unless(slices.Equal(offered, allowed), where, "offers %v, and the parameter takes %v", offered, allowed)
		f.unless(first == text(parameter, "defaultValue"), where, "is %q by itself, and the parameter %v", first, parameter["defaultValue"])
		return
	}
	fallback, ok := element["defaultValue"]
	if ok && parameter["defaultValue"] != nil {
		f.unless(fmt.Sprint(fallback) == fmt.Sprint(parameter["defaultValue"]), where, "is %v by itself, and the parameter %v", fallback, parameter["defaultValue"])
	}
}
