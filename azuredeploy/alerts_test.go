package azuredeploy

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// documented lists the properties that docs/operations uses of each resource type and workbook item, with the values that
// Microsoft's documentation accepts: learn.microsoft.com/azure/templates for the resources, the schema of
// microsoft/Application-Insights-Workbooks and its documented examples for the items. A name that ends in "!" is required.
var documented = map[string]map[string]string{
	"Microsoft.Insights/actionGroups@2023-01-01": {
		"location!": "global", "properties.groupShortName!": ".{1,12}", "properties.enabled!": "true|false",
		"properties.emailReceivers[].name!": ".+", "properties.emailReceivers[].emailAddress!": ".+",
		"properties.emailReceivers[].useCommonAlertSchema": "true|false",
	},
	"Microsoft.Insights/scheduledQueryRules@2022-06-15": {
		"location!": ".+", "properties.displayName": ".+", "properties.description": ".+", "properties.severity!": "[0-4]",
		"properties.enabled": "true|false", "properties.autoMitigate": "true|false", "properties.scopes[]!": `\[resourceId\(.*`,
		"properties.evaluationFrequency!": "PT(1|5|10|15|30|45)M|PT[1-6]H|P1D", "properties.windowSize!": "PT(1|5|10|15|30|45)M|PT[1-6]H|P[12]D",
		"properties.criteria.allOf[].query!":                                   "(?s).+",
		"properties.criteria.allOf[].timeAggregation!":                         "Average|Count|Maximum|Minimum|Total",
		"properties.criteria.allOf[].operator!":                                "Equals|GreaterThan|GreaterThanOrEqual|LessThan|LessThanOrEqual",
		"properties.criteria.allOf[].threshold!":                               "[0-9]+",
		"properties.criteria.allOf[].failingPeriods.numberOfEvaluationPeriods": "[1-6]",
		"properties.criteria.allOf[].failingPeriods.minFailingPeriodsToAlert":  "[1-6]",
		"properties.actions.actionGroups[]":                                    `\[resourceId\('Microsoft\.Insights/actionGroups'.*`,
	},
	"workbook item 1": {"name": ".+", "content.json!": "(?s).+"},
	"workbook item 3": {
		"name": ".+", "content.version!": `KqlItem/1\.0`, "content.query!": "(?s).+", "content.size": "[0-4]", "content.title": ".+",
		"content.queryType!": "0", "content.resourceType!": "microsoft.operationalinsights/workspaces",
		"content.crossComponentResources[]!": regexp.QuoteMeta("{Workspace}"), "content.visualization": "table|tiles|timechart|barchart",
	},
	"workbook item 9": {
		"name": ".+", "content.version!": `KqlParameterItem/1\.0`, "content.style": "pills", "content.queryType": "[01]",
		"content.resourceType": ".+", "content.crossComponentResources[]": ".+",
		"content.parameters[].id!": "[0-9a-f-]{36}", "content.parameters[].version!": `KqlParameterItem/1\.0`, "content.parameters[].name!": `\w+`,
		"content.parameters[].label": ".+", "content.parameters[].type!": "1|5", "content.parameters[].isRequired": "true|false",
		"content.parameters[].value": ".*", "content.parameters[].query": "(?s).+", "content.parameters[].queryType": "1",
		"content.parameters[].resourceType": ".+", "content.parameters[].crossComponentResources[]": ".+",
		"content.parameters[].typeSettings.additionalResourceOptions[]": ".+",
	},
}

// undocumented compares a resource or item with the table.
func undocumented(kind string, v any) (mistakes []string) {
	table, ok := documented[kind]
	if !ok {
		return []string{kind + " is not in the table"}
	}
	found := make(map[string]bool)
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, one := range v {
				walk(strings.TrimPrefix(path+"."+name, "."), one)
			}
		case []any:
			for _, one := range v {
				walk(path+"[]", one)
			}
		default:
			accepted, ok := table[path]
			if required, yes := table[path+"!"]; yes {
				accepted, ok = required, true
				found[path+"!"] = true
			}
			if written := fmt.Sprint(v); !ok {
				mistakes = append(mistakes, fmt.Sprintf("%s: %s is not documented", kind, path))
			} else if !regexp.MustCompile("^(?:" + accepted + ")$").MatchString(written) {
				mistakes = append(mistakes, fmt.Sprintf("%s: %s does not accept %q", kind, path, written))
			}
		}
	}
	walk("", v)
	for _, path := range slices.Sorted(maps.Keys(table)) {
		if strings.HasSuffix(path, "!") && !found[path] {
			mistakes = append(mistakes, fmt.Sprintf("%s: %s is missing", kind, strings.TrimSuffix(path, "!")))
		}
	}
	return mistakes
}

// alertResources returns the resources of the alerts' template, with each rule's values put in, by type and API version.
func alertResources(t *testing.T) map[string][]map[string]any {
	found := make(map[string][]map[string]any)
	template := readJSON(t, "docs/operations/azure-alerts.json")
	for _, resource := range array(template, "resources") {
		kind := text(resource, "type") + "@" + text(resource, "apiVersion")
		rules := []any{nil}
		if member(resource, "copy") != nil {
			rules = array(template, "variables", "rules")
		}
		for _, rule := range rules {
			put, _ := substitute(resource, rule).(map[string]any)
			for _, name := range []string{"type", "apiVersion", "name", "copy", "dependsOn"} {
				delete(put, name)
			}
			found[kind] = append(found[kind], put)
		}
	}
	return found
}

var ofRule = regexp.MustCompile(`^\[variables\('rules'\)\[copyIndex\(\)\]\.(\w+)\]$`)

// substitute copies a value and replaces the expressions that read a rule.
func substitute(v, rule any) any {
	switch v := v.(type) {
	case map[string]any:
		result := make(map[string]any)
		for name, one := range v {
			result[name] = substitute(one, rule)
		}
		return result
	case []any:
		var result []any
		for _, one := range v {
			result = append(result, substitute(one, rule))
		}
		return result
	case string:
		if m := ofRule.FindStringSubmatch(v); m != nil {
			return member(rule, m[1])
		}
	}
	return v
}

func TestAlertsHaveDocumentedProperties(t *testing.T) {
	resources := alertResources(t)
	if rules := len(resources["Microsoft.Insights/scheduledQueryRules@2022-06-15"]); rules < 5 || len(resources) != 2 {
		t.Fatalf("%d rules, %d types", rules, len(resources))
	}
	for kind, all := range resources {
		for _, one := range all {
			for _, mistake := range undocumented(kind, one) {
				t.Error(mistake)
			}
		}
	}
}

func TestWorkbookHasDocumentedProperties(t *testing.T) {
	workbook := readJSON(t, "docs/operations/workbook.json")
	if text(workbook, "version") != "Notebook/1.0" || len(array(workbook, "items")) < 10 {
		t.Fatal("not a workbook")
	}
	for _, item := range array(workbook, "items") {
		kind := fmt.Sprintf("workbook item %v", member(item, "type"))
		delete(object(item), "type")
		for _, mistake := range undocumented(kind, item) {
			t.Errorf("%s: %s", text(item, "name"), mistake)
		}
	}
}

func TestUndocumentedPropertiesAreNoticed(t *testing.T) {
	const kind = "Microsoft.Insights/scheduledQueryRules@2022-06-15"
	for mistake, change := range map[string]func(rule map[string]any){
		"properties.windowsize is not documented":           func(r map[string]any) { object(r, "properties")["windowsize"] = "PT5M" },
		"properties.severity does not accept \"5\"":         func(r map[string]any) { object(r, "properties")["severity"] = 5 },
		"properties.windowSize does not accept \"PT7M\"":    func(r map[string]any) { object(r, "properties")["windowSize"] = "PT7M" },
		"properties.evaluationFrequency is missing":         func(r map[string]any) { delete(object(r, "properties"), "evaluationFrequency") },
		"properties.criteria.allOf[].operator is missing":   func(r map[string]any) { delete(object(r, "properties", "criteria", "allOf", 0), "operator") },
		"properties.criteria.allOf[].treshold is not docum": func(r map[string]any) { object(r, "properties", "criteria", "allOf", 0)["treshold"] = 1 },
	} {
		rule := alertResources(t)[kind][0]
		change(rule)
		if found := strings.Join(undocumented(kind, rule), "\n"); !strings.Contains(found, mistake) {
			t.Errorf("%s is not noticed: %s", mistake, found)
		}
	}
}
