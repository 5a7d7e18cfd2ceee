package azuredeploy

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/dlclark/regexp2"
)

// form is createUiDefinition.json with the answers of one operator.
type form struct {
	scope    scope
	template map[string]any
	elements map[string]map[string]any // by path, such as "basics.brandName"
}

// newForm returns the form as it opens, in a region.
func newForm(t *testing.T, region string) *form {
	t.Helper()
	f := &form{template: object(readJSON(t, "createUiDefinition.json"), "parameters"), elements: formElements(t)}
	f.scope = scope{name: "visits", world: &newCloud().world, form: map[string]any{"location": region}}
	for path, e := range f.elements {
		if kind(e) != "Section" && kind(e) != "ArmApiControl" {
			f.answer(path, initial(e))
		}
	}
	return f
}

// kind returns the last part of an element's type, such as TextBox.
func kind(element map[string]any) string {
	parts := strings.Split(text(element, "type"), ".")
	return parts[len(parts)-1]
}

// initial returns what an element contains when the form opens. A list without a default shows its first entry.
func initial(element map[string]any) any {
	choices := array(element, "constraints", "allowedValues")
	for _, c := range choices {
		if member(c, "label") == element["defaultValue"] {
			return member(c, "value")
		}
	}
	if len(choices) > 0 {
		return member(choices[0], "value")
	}
	return element["defaultValue"]
}

func (f *form) answer(path string, v any) {
	steps := strings.Split(path, ".")
	in := f.scope.form
	for _, step := range steps[:len(steps)-1] {
		if in[step] == nil {
			in[step] = make(map[string]any)
		}
		in = object(in, step)
	}
	in[steps[len(steps)-1]] = v
}

func (f *form) answered(path string) any {
	var steps []any
	for step := range strings.SplitSeq(path, ".") {
		steps = append(steps, step)
	}
	return member(f.scope.form, steps...)
}

// isVisible reports whether an element and the section around it are shown.
func (f *form) isVisible(path string) (bool, error) {
	v, conditional := f.elements[path]["visible"]
	if !conditional {
		return true, nil
	}
	shown, err := f.scope.value(v)
	return shown == true, err
}

// submit checks all answers as the portal does, and returns the parameters for the template.
func (f *form) submit() (map[string]any, error) {
	for _, path := range slices.Sorted(maps.Keys(f.elements)) {
		shown, err := f.isVisible(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if !shown {
			f.answer(path, nil) // a hidden element has no value
		} else if err := f.check(path); err != nil {
			return nil, err
		}
	}
	given := make(map[string]any)
	for name, expression := range object(f.template, "outputs") {
		v, err := f.scope.value(expression)
		if err != nil {
			return nil, fmt.Errorf("output %s: %w", name, err)
		}
		given[name] = v
	}
	return given, nil
}

// check rejects an answer that breaks the constraints of its element.
func (f *form) check(path string) error {
	e := f.elements[path]
	value := f.answered(path)
	if written, ok := value.(string); ok && written == "" || value == nil {
		if member(e, "constraints", "required") == true && array(e, "constraints", "allowedValues") == nil {
			return rejection(path + " is required")
		}
		return nil
	}
	patterns := []any{map[string]any{"regex": member(e, "constraints", "regex"), "message": member(e, "constraints", "validationMessage")}}
	for _, v := range append(patterns, array(e, "constraints", "validations")...) {
		if pattern := text(v, "regex"); pattern != "" {
			matched, err := regexp2.MustCompile(pattern, regexp2.ECMAScript).MatchString(fmt.Sprint(value))
			if err != nil || !matched {
				return rejection(fmt.Sprintf("%s: %s", path, text(v, "message")))
			}
		}
		if condition := text(v, "isValid"); condition != "" {
			if valid, err := f.scope.value(condition); err != nil || valid != true {
				return rejection(fmt.Sprintf("%s: %s %v", path, text(v, "message"), err))
			}
		}
	}
	if choices := array(e, "constraints", "allowedValues"); choices != nil &&
		!slices.ContainsFunc(choices, func(c any) bool { return member(c, "value") == value }) {
		return rejection(path + " does not offer this")
	}
	return nil
}

// filledForm returns the form with the first page filled in as docs/deploy.md does it.
func filledForm(t *testing.T, region string) *form {
	f := newForm(t, region)
	f.answer("basics.brandName", "Example Clinic")
	f.answer("basics.brandPhone", "01234 567890")
	f.answer("basics.deskPassphrase", "the night porter knows")
	return f
}

func TestFirstPageAsksAtMostSevenQuestions(t *testing.T) {
	f := newForm(t, "westeurope")
	var questions []string
	for path, e := range f.elements {
		if strings.HasPrefix(path, "basics.") && !slices.Contains([]string{"InfoBox", "TextBlock", "ArmApiControl"}, kind(e)) {
			questions = append(questions, path)
			if text(e, "toolTip") == "" {
				t.Errorf("%s is not explained", path)
			}
		}
	}
	if len(questions) > 7 {
		t.Errorf("the first page asks %d questions: %v", len(questions), questions)
	}
	for _, wanted := range []string{"brandName", "brandPhone", "deskPassphrase", "zone"} {
		if !slices.Contains(questions, "basics."+wanted) {
			t.Errorf("the first page does not ask for %s", wanted)
		}
	}
	if _, err := f.submit(); err == nil {
		t.Error("an empty form is accepted")
	}
}

// TestFirstPageMakesAWorkingSite deploys the form's answers and starts the program with the result.
func TestFirstPageMakesAWorkingSite(t *testing.T) {
	given, err := filledForm(t, "westeurope").submit()
	if err != nil {
		t.Fatal(err)
	}
	c := newCloud()
	out, err := c.deploy(readJSON(t, "azuredeploy.json"), "visits", given)
	if err != nil {
		t.Fatal(err)
	}
	env := environmentOf(c.app(t))
	if mistakes := startMistakes(t, env); len(mistakes) > 0 {
		t.Errorf("the program does not start: %v", mistakes)
	}
	for name, want := range map[string]string{"BRAND_NAME": "Example Clinic", "BRAND_PHONE": "01234 567890", "ADMISSION": "links", "DESK_PASSPHRASE": "the night porter knows"} {
		if env[name] != want {
			t.Errorf("%s is %q, want %q", name, env[name], want)
		}
	}
	if out["desk"] != env["BASE_URL"]+"/desk" || out["site"] != env["BASE_URL"] {
		t.Errorf("the outputs are %v, the site's address %s", out, env["BASE_URL"])
	}
	for name, value := range env {
		if value == "" {
			t.Errorf("%s is set and empty", name)
		}
	}
}

// TestDataLocationFollowsTheRegion compares what the form shows with what the template deploys, for every region.
func TestDataLocationFollowsTheRegion(t *testing.T) {
	template := readJSON(t, "azuredeploy.json")
	regions := object(template, "variables", "dataLocations")
	if len(regions) < 50 {
		t.Fatalf("the template knows %d regions", len(regions))
	}
	for region, data := range regions {
		f := filledForm(t, region)
		shown, err := f.scope.value(member(f.elements["basics.dataKept"], "options", "text"))
		if err != nil || !strings.Contains(fmt.Sprint(shown), fmt.Sprintf(": %s.", data)) {
			t.Errorf("%s: the form shows %v %v, want %v", region, shown, err, data)
		}
		given, err := f.submit()
		if err != nil {
			t.Fatal(err)
		}
		c := newCloud()
		if _, err := c.deploy(template, "visits", given); err != nil {
			t.Fatalf("%s: %v", region, err)
		}
		for _, r := range c.sent {
			if r.kind == "Microsoft.Communication/communicationServices" && member(r.body, "properties", "dataLocation") != data {
				t.Errorf("%s: the data is kept in %v, want %v", region, member(r.body, "properties", "dataLocation"), data)
			}
		}
	}
	f := filledForm(t, "israelcentral")
	if shown, err := f.isVisible("basics.dataUnknown"); !shown {
		t.Errorf("nothing is said of a region without a data location: %v", err)
	}
	given, err := f.submit()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := newCloud().deploy(template, "visits", given); err == nil || !strings.Contains(err.Error(), "dataLocation must be chosen") {
		t.Errorf("a region without a data location: %v", err)
	}
	f.answer("expert.acs.dataLocation", "Europe")
	if given, err = f.submit(); err != nil {
		t.Fatal(err)
	}
	if _, err := newCloud().deploy(template, "visits", given); err != nil {
		t.Error(err)
	}
}

func TestFormRecoversADeletedVault(t *testing.T) {
	f := filledForm(t, "westeurope")
	for answer, want := range map[string]bool{
		`/subscriptions/x/resourceGroups/VISITS/providers/Microsoft.KeyVault/vaults/anteroom-abc`:  true,
		`/subscriptions/x/resourceGroups/visits2/providers/Microsoft.KeyVault/vaults/anteroom-abc`: false,
		`/subscriptions/x/resourceGroups/visits/providers/Microsoft.KeyVault/vaults/other`:         false,
	} {
		f.answer("basics.deletedVaults", map[string]any{"value": []any{map[string]any{"properties": map[string]any{"vaultId": answer}}}})
		given, err := f.submit()
		if err != nil || given["recoverKeyVault"] != want {
			t.Errorf("%s: %v %v", answer, given["recoverKeyVault"], err)
		}
	}
}

func TestFormChecksSubscriptionGroupAndRegion(t *testing.T) {
	config := object(readJSON(t, "createUiDefinition.json"), "parameters", "config", "basics")
	var types []string
	for _, r := range object(readJSON(t, "azuredeploy.json"), "resources") {
		types = append(types, text(r, "type"))
	}
	providers := array(config, "subscription", "resourceProviders")
	for _, kind := range append(types, appType) {
		if provider, _, _ := strings.Cut(kind, "/"); provider != "Microsoft.Resources" && !slices.Contains(providers, any(provider)) {
			t.Errorf("the form does not check that %s is registered", provider)
		}
	}
	permission := text(config, "resourceGroup", "constraints", "validations", 0, "permission")
	if permission != "Microsoft.Authorization/roleAssignments/write" {
		t.Errorf("the form checks the permission %q", permission)
	}
	if !slices.Contains(array(config, "location", "resourceTypes"), any("Microsoft.App/managedEnvironments")) {
		t.Error("the form offers regions without Container Apps")
	}
}
