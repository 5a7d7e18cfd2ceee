package arm

import (
	"strings"
	"testing"
)

var here = Place{"aaaaaaaa-0000-4000-8000-000000000001", "visits"}

// evaluate gives the value of an expression in a template of its own.
func evaluate(t *testing.T, expression string) (any, []Problem) {
	t.Helper()
	template, err := Decode([]byte(`{
		"parameters": {"word": {"type": "string"}, "many": {"type": "array"}, "key": {"type": "securestring", "defaultValue": "[newGuid()]"}},
		"variables": {"plus": "[concat(parameters('word'), '+')]", "loop": "[variables('loop')]"},
		"resources": [],
		"outputs": {}
	}`))
	if err != nil {
		t.Fatal(err)
	}
	whole := template.(map[string]any)
	delete(whole["variables"].(map[string]any), "loop")
	whole["variables"].(map[string]any)["it"] = expression
	v := &visitor{evaluation: evaluation{at: here, known: make(map[string]any)}}
	v.variables = whole["variables"].(map[string]any)
	v.setParameters(whole, map[string]any{"word": "door", "many": []any{"a", int64(2)}})
	value, err := v.named("variables", []any{"it"})
	v.note(err, "it")
	return value, v.problems
}

func TestExpressions(t *testing.T) {
	acs := "/subscriptions/" + here.Subscription + "/resourceGroups/visits/providers/Microsoft.Communication/communicationServices/a"
	for expression, want := range map[string]any{
		"plain":                              "plain",
		"[[literal]":                         "[literal]",
		"[concat('a', 'b')]":                 "ab",
		"[concat('it''s', 1)]":               "it's1",
		"[variables('plus')]":                "door+",
		"[parameters('many')[0]]":            "a",
		"[last(parameters('many'))]":         int64(2),
		"[if(empty(''), 'yes', no())]":       "yes",
		"[not(equals(1, 2))]":                true,
		"[and(true(), false)]":               nil,
		"[json('0.5')]":                      0.5,
		"[string(12)]":                       "12",
		"[split('a/b', '/')[1]]":             "b",
		"[createObject('x', 'y').x]":         "y",
		"[empty(concat(createArray()))]":     true,
		"[resourceGroup().name]":             "visits",
		"[subscription().subscriptionId]":    here.Subscription,
		"[guid('a', 'b')]":                   GUID("a", "b"),
		"[or(equals(1, 2), equals('', ''))]": true,
		"[resourceId('Microsoft.Communication/communicationServices', 'a')]":                                        acs,
		"[resourceId('" + here.Subscription + "', 'visits', 'Microsoft.Communication/communicationServices', 'a')]": acs,
		"[subscriptionResourceId('A/b', 'c')]":                                                                      "/subscriptions/" + here.Subscription + "/providers/A/b/c",
	} {
		got, problems := evaluate(t, expression)
		if got != want || (len(problems) > 0) != (want == nil) {
			t.Errorf("%s is %v (%v), want %v", expression, got, problems, want)
		}
	}
}

func TestWrongExpressions(t *testing.T) {
	for expression, want := range map[string]string{
		"[concat('a']":                         "syntax",
		"[concat('a)]":                         "not closed",
		"[concat('a') 'b']":                    "behind the expression",
		"[word]":                               "is no call",
		"[]":                                   "nothing where a value",
		"[concat('a'). ]":                      "no name",
		"[parameters('nothing')]":              "no parameter",
		"[variables('nothing')]":               "no variable",
		"[variables('it')]":                    "needs itself",
		"[unheard('a')]":                       "not known",
		"[empty('a', 'b')]":                    "arguments",
		"[newGuid()]":                          "parameter's default",
		"[reference('x')]":                     "only in properties",
		"[if('yes', 1, 2)]":                    "no boolean",
		"[parameters('many')[2]]":              "no element",
		"[parameters('many').a]":               "there is no",
		"[equals(1, '1')]":                     "never equal",
		"[not('a')]":                           "no boolean",
		"[concat(createArray(), 'a')]":         "no array",
		"[createObject('a')]":                  "without a value",
		"[resourceId('A/b/c', 'd')]":           "does not take",
		"[resourceId('no', 'rg', 'A/b', 'c')]": "no subscription",
		"[string(json('{'))]":                  "read JSON",
		"[99999999999999999999]":               "no whole number",
	} {
		if _, problems := evaluate(t, expression); len(problems) == 0 || !strings.Contains(problems[0].What, want) {
			t.Errorf("%s: %v, want %q", expression, problems, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"[concat('a', variables('b')[0].c)]", "[if(empty(''), 1, -2)]", "['it''s']", "[a(]"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !isExpression(text) {
			return
		}
		if n, err := parse(text); (n == nil) == (err == nil) {
			t.Errorf("%q: %v %v", text, n, err)
		}
	})
}

func TestParameters(t *testing.T) {
	for name, c := range map[string]struct {
		declaration map[string]any
		value       any
		ok          bool
	}{
		"text":               {map[string]any{"type": "string"}, "a", true},
		"number for text":    {map[string]any{"type": "string"}, int64(1), false},
		"unknown type":       {map[string]any{"type": "text"}, "a", false},
		"no type":            {map[string]any{}, "a", false},
		"allowed":            {map[string]any{"type": "string", "allowedValues": []any{"a"}}, "a", true},
		"not allowed":        {map[string]any{"type": "string", "allowedValues": []any{"a"}}, "b", false},
		"too small":          {map[string]any{"type": "int", "minValue": int64(2)}, int64(1), false},
		"largest":            {map[string]any{"type": "int", "maxValue": int64(2)}, int64(2), true},
		"too long":           {map[string]any{"type": "string", "maxLength": int64(2)}, "abc", false},
		"a limit of no kind": {map[string]any{"type": "int", "maxValue": "2"}, int64(1), false},
	} {
		if err := fits(c.declaration, c.value); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNestedDeploymentsHaveNamesOfTheirOwn(t *testing.T) {
	template, err := Decode([]byte(`{
		"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
		"parameters": {"outer": {"type": "string", "defaultValue": "x", "metadata": {"description": "d"}}},
		"resources": [{
			"type": "Microsoft.Resources/deployments", "apiVersion": "2025-04-01", "name": "inner", "resourceGroup": "other",
			"properties": {
				"mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"}, "parameters": {"given": {"value": "[parameters('outer')]"}},
				"template": {
					"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
					"parameters": {"given": {"type": "string"}},
					"resources": [{"type": "A/b", "apiVersion": "2025-01-01", "name": "[concat(parameters('given'), parameters('outer'))]"}]
				}
			}
		}]
	}`))
	if err != nil {
		t.Fatal(err)
	}
	d, problems := Evaluate(template.(map[string]any), nil, here, World{})
	if len(problems) != 2 || !strings.Contains(problems[0].What, `no parameter "outer"`) {
		t.Errorf("the inner template sees the outer one's parameters: %v", problems)
	}
	if all := d.All(); len(all) != 2 || all[1].At.ResourceGroup != "other" {
		t.Errorf("resources: %+v", all)
	}
	if found := Lint(template.(map[string]any)); len(found) != 1 || !strings.Contains(found[0].What, `no "outer"`) {
		t.Errorf("lint: %v", found)
	}
}
