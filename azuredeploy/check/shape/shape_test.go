package shape

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/anteroom-visit/anteroom/azuredeploy/check/arm"
)

// service is a sound ACS resource that a test changes.
func service(change func(*arm.Resource)) arm.Resource {
	r := arm.Resource{
		Path: "/resources/0", Type: "Microsoft.Communication/communicationServices", APIVersion: "2025-09-01", Name: "door",
		At:   arm.Place{Subscription: "aaaaaaaa-0000-4000-8000-000000000001", ResourceGroup: "visits"},
		Body: map[string]any{"location": "global", "properties": map[string]any{"dataLocation": "Europe", "disableLocalAuth": true}},
	}
	r.ID = "/subscriptions/" + r.At.Subscription + "/resourceGroups/visits/providers/" + r.Type + "/door"
	change(&r)
	return r
}

func properties(r *arm.Resource) map[string]any { return r.Body["properties"].(map[string]any) }

var changes = map[string]struct {
	change      func(*arm.Resource)
	sdk, schema string // a word of what each says; empty where it has nothing to say
}{
	"sound":          {func(*arm.Resource) {}, "", ""},
	"misspelt":       {func(r *arm.Resource) { properties(r)["dataLocatoin"] = "Europe" }, "dataLocatoin", "not known"},
	"another kind":   {func(r *arm.Resource) { properties(r)["disableLocalAuth"] = "yes" }, "DisableLocalAuth", "string and not boolean"},
	"left out":       {func(r *arm.Resource) { delete(properties(r), "dataLocation") }, "", "is missing"},
	"another word":   {func(r *arm.Resource) { properties(r)["publicNetworkAccess"] = "Bogus" }, "", "none of"},
	"another year":   {func(r *arm.Resource) { r.APIVersion = "2021-13-99" }, "the SDK speaks", "no version"},
	"another type":   {func(r *arm.Resource) { r.Type = "Microsoft.Communication/communicationService" }, "not asked about", "there is no"},
	"another place":  {func(r *arm.Resource) { r.ID = "/elsewhere" }, "goes to", ""},
	"a name too bad": {func(r *arm.Resource) { r.Name = "" }, "cannot be empty", "length"},
}

func TestSDK(t *testing.T) {
	for name, c := range changes {
		says(t, name, SDK(t.Context(), service(c.change)), c.sdk)
	}
}

func TestSchemas(t *testing.T) {
	directory := os.Getenv("ARM_SCHEMAS")
	if directory == "" {
		directory = filepath.Join("..", "..", "..", "..", "shared", "data", "arm-schemas")
	}
	schemas, err := OpenSchemas(directory)
	if err != nil {
		t.Skipf("Microsoft's schemas are not here (ARM_SCHEMAS says where): %v", err)
	}
	for name, c := range changes {
		says(t, name, schemas.Check(service(c.change)), c.schema)
	}
	if schemas.Covers("Microsoft.Nothing/nothing") {
		t.Error("covers what it has no schema of")
	}
}

func says(t *testing.T, name string, problems []arm.Problem, want string) {
	t.Helper()
	said := make([]string, len(problems))
	for i, p := range problems {
		said[i] = p.String()
	}
	if all := strings.Join(said, "\n"); (all == "") != (want == "") || !strings.Contains(all, want) {
		t.Errorf("%s: %q, want %q", name, all, want)
	}
}

func TestKnown(t *testing.T) {
	acs := "Microsoft.Communication/communicationServices"
	says(t, "read-only", Known(acs, map[string]any{"hostName": "a"}), "")
	says(t, "misspelt", Known(acs, map[string]any{"hostname2": "a"}), "hostname2")
	says(t, "another type", Known("A/b", nil), "not asked about")
}

func TestNoSchemas(t *testing.T) {
	for _, directory := range []string{"", filepath.Join(t.TempDir(), "none")} {
		if _, err := OpenSchemas(directory); err == nil {
			t.Errorf("%q was opened", directory)
		}
	}
}
