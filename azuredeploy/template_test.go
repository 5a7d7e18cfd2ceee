package azuredeploy

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dlclark/regexp2"
)

// notSettings are variables that the template sets and the program does not read.
var notSettings = []string{
	"DEPLOYMENT_ID", // makes every deployment a new revision, because changed secrets alone do not
}

var environmentName = regexp.MustCompile(`"name": "([A-Z][A-Z_]+)"|'name', '([A-Z][A-Z_]+)'`)

// environmentNames returns the variables that the template sets for the program.
func environmentNames(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, m := range environmentName.FindAllStringSubmatch(readFile(t, "azuredeploy.json"), -1) {
		names = append(names, m[1]+m[2])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func TestTemplateSetsOnlySettingsOfTheProgram(t *testing.T) {
	read := settings(t)
	names := environmentNames(t)
	if len(names) < 20 {
		t.Fatalf("found %d variables in the template", len(names))
	}
	for _, name := range names {
		if _, ok := read[name]; !ok && !slices.Contains(notSettings, name) {
			t.Errorf("the template sets %s, and the program does not read it", name)
		}
	}
}

func TestParametersAreDescribedAndDocumented(t *testing.T) {
	guide := readFile(t, "docs/deploy.md")
	for name, p := range object(readJSON(t, "azuredeploy.json"), "parameters") {
		if description := text(p, "metadata", "description"); !strings.HasSuffix(description, ".") {
			t.Errorf("parameter %s has no description that ends like a sentence: %q", name, description)
		}
		if !strings.Contains(guide, "`"+name+"`") {
			t.Errorf("docs/deploy.md does not mention the parameter %s", name)
		}
	}
}

func TestParametersAndVariablesAreUsed(t *testing.T) {
	source := readFile(t, "azuredeploy.json")
	template := readJSON(t, "azuredeploy.json")
	for name := range object(template, "parameters") {
		if !strings.Contains(source, "parameters('"+name+"')") {
			t.Errorf("parameter %s is not used", name)
		}
	}
	for name := range object(template, "variables") {
		if !strings.Contains(source, "variables('"+name+"')") {
			t.Errorf("variable %s is not used", name)
		}
	}
}

// TestSecretsStaySecret checks that no secret has a fixed default or appears in an output.
func TestSecretsStaySecret(t *testing.T) {
	template := readJSON(t, "azuredeploy.json")
	var secure []string
	for name, p := range object(template, "parameters") {
		if text(p, "type") != "securestring" {
			if regexp.MustCompile(`(?i)keys?$|secret|passphrase|password`).MatchString(name) {
				t.Errorf("parameter %s must be a securestring", name)
			}
			continue
		}
		secure = append(secure, name)
		if value := text(p, "defaultValue"); value != "" && value != "[concat(newGuid(), newGuid())]" {
			t.Errorf("parameter %s has a fixed default", name)
		}
	}
	if len(secure) < 3 {
		t.Errorf("found %d secrets among the parameters", len(secure))
	}
	for name, output := range object(template, "outputs") {
		value := text(output, "value")
		leaks := strings.Contains(value, "list") || slices.ContainsFunc(secure, func(s string) bool { return strings.Contains(value, "'"+s+"'") })
		if leaks || text(output, "type") != "string" {
			t.Errorf("output %s may contain a secret: %s", name, value)
		}
	}
}

var elementReference = regexp.MustCompile(`steps\('(\w+)'\)((?:\.\w+)+)|basics\('(\w+)'\)`)

// formElements returns the elements of the form, by "step.name".
func formElements(t *testing.T) map[string]map[string]any {
	t.Helper()
	form := object(readJSON(t, "createUiDefinition.json"), "parameters")
	found := make(map[string]map[string]any)
	var add func(step string, elements []any)
	add = func(step string, elements []any) {
		for _, e := range elements {
			key := step + "." + text(e, "name")
			if found[key] != nil || text(e, "name") == "" {
				t.Errorf("the form has two elements %s, or one without a name", key)
			}
			found[key] = e.(map[string]any)
			add(key, array(e, "elements"))
		}
	}
	add("basics", array(form, "basics"))
	for _, step := range array(form, "steps") {
		add(text(step, "name"), array(step, "elements"))
	}
	return found
}

func TestFormOutputsAreParameters(t *testing.T) {
	parameters := object(readJSON(t, "azuredeploy.json"), "parameters")
	elements := formElements(t)
	outputs := object(readJSON(t, "createUiDefinition.json"), "parameters", "outputs")
	for _, name := range slices.Sorted(maps.Keys(outputs)) {
		if parameters[name] == nil {
			t.Errorf("the form's output %s is not a parameter", name)
		}
		for _, m := range elementReference.FindAllStringSubmatch(text(outputs, name), -1) {
			key := "basics." + m[3]
			if m[1] != "" {
				key = strings.TrimSuffix(m[1]+m[2], ".id")
			}
			if elements[key] == nil {
				t.Errorf("the form's output %s reads %s, which does not exist", name, key)
			}
		}
	}
	for key, e := range elements {
		if pattern := text(e, "constraints", "regex"); pattern != "" {
			if _, err := regexp2.Compile(pattern, regexp2.ECMAScript); err != nil {
				t.Errorf("%s: %v", key, err)
			}
			if text(e, "constraints", "validationMessage") == "" {
				t.Errorf("%s rejects answers without a message", key)
			}
		}
	}
}

// TestPublishedNamesAgree checks that the button, the image and the workflow name this repository.
func TestPublishedNamesAgree(t *testing.T) {
	const name = "anteroom-visit/anteroom"
	button := "https://portal.azure.com/#create/Microsoft.Template/uri/https%3A%2F%2Fraw.githubusercontent.com%2Fanteroom-visit%2Fanteroom%2Freleased%2Fazuredeploy.json" +
		"/createUIDefinitionUri/https%3A%2F%2Fraw.githubusercontent.com%2Fanteroom-visit%2Fanteroom%2Freleased%2FcreateUiDefinition.json"
	for _, file := range []string{"README.md", "docs/deploy.md"} {
		if strings.Count(readFile(t, file), "("+button+")") != 1 {
			t.Errorf("%s must contain one button that opens the released template with its form", file)
		}
	}
	image := text(readJSON(t, "azuredeploy.json"), "parameters", "image", "defaultValue")
	if !regexp.MustCompile(`^ghcr\.io/` + name + `:\d+\.\d+\.\d+(@sha256:[0-9a-f]{64})?$`).MatchString(image) {
		t.Errorf("the template deploys %s", image)
	}
	if !strings.Contains(readFile(t, "azuredeploy/publish-template"), "refs/heads/released") {
		t.Error("publish-template does not push to the branch that the button reads")
	}
}

func TestPinImageChangesOnlyTheImage(t *testing.T) {
	root := t.TempDir()
	if err := os.CopyFS(filepath.Join(root, "azuredeploy"), os.DirFS(".")); err != nil {
		t.Fatal(err)
	}
	before := readFile(t, "azuredeploy.json")
	template := filepath.Join(root, "azuredeploy.json")
	pin := func(image string) (string, error) {
		if err := os.WriteFile(template, []byte(before), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := exec.Command(filepath.Join(root, "azuredeploy", "pin-image"), image).Output()
		after, _ := os.ReadFile(template)
		return string(after), err
	}
	image := "ghcr.io/anteroom-visit/anteroom:1.2.3@sha256:" + strings.Repeat("0a", 32)
	after, err := pin(image)
	if old := text(readJSON(t, "azuredeploy.json"), "parameters", "image", "defaultValue"); err != nil || after != strings.Replace(before, `"`+old+`"`, `"`+image+`"`, 1) {
		t.Errorf("the template changed in another way: %v", err)
	}
	for _, bad := range []string{"", "ghcr.io/anteroom-visit/anteroom:1.2.3", "ghcr.io/anteroom-visit/anteroom:latest@sha256:" + strings.Repeat("0", 64), "ghcr.io/somebody/else:1.2.3@sha256:" + strings.Repeat("0", 64)} {
		if after, err := pin(bad); err == nil || after != before {
			t.Errorf("%q was written into the template: %v", bad, err)
		}
	}
}
