package rules

import (
	"regexp"
	"slices"
	"strings"
)

func objects(v any) map[string]map[string]any {
	members, _ := v.(map[string]any)
	out := make(map[string]map[string]any, len(members))
	for name, member := range members {
		out[name], _ = member.(map[string]any)
	}
	return out
}

var secretName = regexp.MustCompile(`(?i)(key|keys|secret|password|passphrase)$`)

// parameters: secrets are secure and have no value of their own, places are not chosen for anybody,
// and every other parameter has a default: one click is enough.
func (f *finder) parameters(template map[string]any) {
	for name, p := range objects(template["parameters"]) {
		where := "/parameters/" + name
		kind, fallback := text(p, "type"), p["defaultValue"]
		f.unless(text(p, "metadata", "description") != "", where, "is not explained")
		f.unless(!secretName.MatchString(name) || kind == "securestring", where, "is a secret and not secure")
		if kind == "securestring" {
			made, _ := fallback.(string)
			ok := made == "" || strings.Contains(made, "newGuid()") && len(regexp.MustCompile(`'[^']+'`).FindString(made)) == 0
			f.unless(ok, where, "has a secret that is no secret")
			_, limited := p["allowedValues"]
			f.unless(!limited, where, "has secrets to choose from")
		}
		_, given := p["defaultValue"]
		f.unless(given != (name == "dataLocation"), where, "must have a default, and dataLocation none")
	}
	for name, want := range map[string]any{
		"authMode": "managedIdentity", "admission": "links", "minReplicas": int64(2), "location": "[resourceGroup().location]",
		"acsRoleDefinitionGuid": acsOwner, "deploymentId": "[utcNow()]", "existingAcsResourceId": "", "governmentCloud": "off",
	} {
		got := member(template, "parameters", name, "defaultValue")
		f.unless(got == want, "/parameters/"+name, "is %v by itself, want %v", got, want)
	}
	for name, want := range map[string][]any{
		"dataLocation": dataLocations, "authMode": {"managedIdentity", "accessKey"}, "admission": {"links", "tenants", "open"},
		"chat": {"auto", "off"}, "governmentCloud": {"off", "on"},
	} {
		got := list(template, "parameters", name, "allowedValues")
		f.unless(slices.Equal(got, want), "/parameters/"+name, "allows %v, want %v", got, want)
	}
	for name, want := range map[string]map[string]any{
		"minReplicas": {"minValue": int64(1), "maxValue": int64(300)}, "maxReplicas": {"minValue": int64(1), "maxValue": int64(300)},
		"waitMinutes": {"minValue": int64(5), "maxValue": int64(240)}, "logRetentionDays": {"minValue": int64(30), "maxValue": int64(730)},
		"dailyJoins": {"minValue": int64(0)}, "appName": {"minLength": int64(2), "maxLength": int64(32)},
		"acsRoleDefinitionGuid": {"minLength": int64(36), "maxLength": int64(36)},
	} {
		for _, limit := range []string{"minValue", "maxValue", "minLength", "maxLength"} {
			got := member(template, "parameters", name, limit)
			f.unless(got == want[limit], "/parameters/"+name+"/"+limit, "is %v, want %v", got, want[limit])
		}
	}
}

// dataLocations are where Communication Services can keep data (its documentation, 2026-08).
var dataLocations = []any{
	"Africa", "Asia Pacific", "Australia", "Brazil", "Canada", "Europe", "France", "Germany",
	"India", "Japan", "Korea", "Norway", "Switzerland", "UAE", "UK", "United States",
}
