package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/anteroom-visit/anteroom/azuredeploy/check/arm"
)

// Variables that the template sets and serve does not read, and why.
var notRead = map[string]string{
	"DEPLOYMENT_ID": "nobody reads it: it makes each deployment a revision, because changed secrets alone do not",
}

// Settings of serve that the template leaves alone, and why.
var notInTemplate = map[string]string{ //nolint:gosec // names of settings, no secrets
	"LISTEN":                  "PORT says it: ingress and probes need the number",
	"TOKEN_MINUTES":           "an hour, the shortest that Azure gives, is right for a visit",
	"METRICS_LISTEN":          "nothing in Container Apps collects from a second port",
	"AZURE_TENANT_ID":         "belongs to a workload identity; a container app has a managed one",
	"REHEARSAL_HOST":          "rehearsals are for a laptop",
	"REHEARSAL_ADMIT_SECONDS": "rehearsals are for a laptop",
	"TLS_SELF_SIGNED":         "the ingress has a certificate",
	"TRY":                     "a page for developers, off unless asked for",
	"ZONE":                    "its default suits; the desk's form has every other",
	"BRAND_LOGO":              "a file, which takes an image of one's own",
	"OPEN_BEFORE_MINUTES":     "its default suits; who needs another sets it on the container app",
	"GRACE_MINUTES":           "its default suits; who needs another sets it on the container app",
	"JOINS_PER_ADDRESS":       "its default suits; dailyJoins bounds the bill",
	"JOINS_PER_VISIT":         "its default suits; dailyJoins bounds the bill",
	"JOINS_PER_SESSION":       "its default suits; dailyJoins bounds the bill",
}

// program holds the template's environment against what the program reads.
func (f *finder) program(settings []Setting, template map[string]any) {
	if settings == nil {
		return
	}
	read := make(map[string]Setting, len(settings))
	for _, s := range settings {
		read[s.Variable] = s
	}
	set := make(map[string]string) // variable: how it is set
	for _, s := range Sets() {
		d, _ := arm.Evaluate(template, s.Given, arm.Place{Subscription: here, ResourceGroup: group}, world())
		for _, r := range d.All() {
			if r.Type == appType && r.Deployed {
				for _, e := range variables(r) {
					set[e.name] = e.kind
				}
			}
		}
	}
	for name, how := range set {
		s, ok := read[name]
		f.unless(ok || notRead[name] != "", "env/"+name, "is set by the template and not read by the program")
		f.unless(!ok || s.Secret == (how == "secretRef"), "env/"+name, "is a secret in the program or in the template, and not in both")
	}
	for name := range read {
		_, ok := set[name]
		f.unless(ok != (notInTemplate[name] != ""), "env/"+name, "is read by the program: it belongs into the template, or on the list of what does not, and not on both")
	}
	for name := range notInTemplate {
		_, ok := read[name]
		f.unless(ok, "env/"+name, "is on the list of what does not belong into the template, and is not read by the program")
	}
	for name, p := range objects(template["parameters"]) {
		s, ok := read[variable(name)]
		mine := fmt.Sprint(p["defaultValue"])
		f.unless(!ok || s.Default == "" || mine == s.Default || slices.Contains(ownDefaults, name), "/parameters/"+name, "is %q by itself, and %q in the program", mine, s.Default)
	}
}

// ownDefaults are better known to a deployment than to the program.
var ownDefaults = []string{"trustedProxies", "admission"}

// missing says which variables that are read are not among the names.
func missing(settings []Setting, names []string) []string {
	var out []string
	for _, name := range names {
		known := slices.ContainsFunc(settings, func(s Setting) bool { return s.Variable == name })
		if !known && notRead[name] == "" && !strings.HasPrefix(name, "AZURE_") {
			out = append(out, name)
		}
	}
	return out
}
