// Package rules holds a deployment template against everything that it has to agree with: Azure's
// shapes, the program that it starts, the form that fills it in, the places that name it, and what is
// safe. It deploys nothing and asks no network.
package rules

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/anteroom-visit/anteroom/azuredeploy/check/arm"
	"github.com/anteroom-visit/anteroom/azuredeploy/check/shape"
)

// Setting is one that the program reads, as `anteroom settings --json` lists it.
type Setting struct {
	Flag     string `json:"flag"`
	Variable string `json:"env"`
	Default  string `json:"default"`
	Secret   bool   `json:"secret"`
}

// Files are the texts that have to agree, as they stand in the tree. A text that is not there is nil.
type Files struct {
	Template []byte // azuredeploy.json
	Form     []byte // createUiDefinition.json
	Module   []byte // go.mod
	Readme   []byte // README.md
	Guide    []byte // docs/deploy.md
	Release  []byte // .github/workflows/release.yml
	Publish  []byte // azuredeploy/publish-template, which the workflow runs
	Manifest []byte // docs/kubernetes.yaml
}

// Facts are what files are held against.
type Facts struct {
	Settings []Setting
	Answers  func(path string) int // the status that the program answers a GET with; nil where it does not run
	Schemas  *shape.Schemas        // nil where there are none
}

// owner is who publishes, read from the one place that says so: the module's path.
type owner struct{ host, name, repository string }

var modulePath = regexp.MustCompile(`(?m)^module ([a-z0-9.]+)/([A-Za-z0-9-]+)/([A-Za-z0-9._-]+)$`)

func ownerOf(module []byte) (owner, error) {
	found := modulePath.FindSubmatch(module)
	if found == nil {
		return owner{}, fmt.Errorf("go.mod names no module such as github.com/owner/repository")
	}
	return owner{string(found[1]), string(found[2]), string(found[3])}, nil
}

// finder collects problems.
type finder struct{ problems []arm.Problem }

// unless notes a problem where ok is false.
func (f *finder) unless(ok bool, where, format string, args ...any) {
	if !ok {
		f.problems = append(f.problems, arm.Problem{Where: where, What: fmt.Sprintf(format, args...)})
	}
}

// Checker inspects one version of the files after another against the same facts. It remembers what
// it has sent through the SDK already.
type Checker struct {
	facts  Facts
	shapes map[string][]arm.Problem
}

// NewChecker holds files against these facts.
func NewChecker(facts Facts) *Checker {
	return &Checker{facts, make(map[string][]arm.Problem)}
}

// Inspect tells every problem of the files, each once.
func (c *Checker) Inspect(files Files) []arm.Problem {
	return c.inspect(files, func([]arm.Problem) bool { return false })
}

// Notices says whether the files have a problem that is not among those present.
func (c *Checker) Notices(files Files, present map[arm.Problem]bool) bool {
	noticed := func(problems []arm.Problem) bool {
		return slices.ContainsFunc(problems, func(p arm.Problem) bool { return !present[p] })
	}
	return noticed(c.inspect(files, noticed))
}

// inspect goes from the cheap to the dear, until what is found is enough.
func (c *Checker) inspect(files Files, enough func([]arm.Problem) bool) []arm.Problem {
	f := new(finder)
	decoded, err := arm.Decode(bytes.TrimSpace(files.Template))
	template, ok := decoded.(map[string]any)
	if err != nil || !ok {
		f.unless(false, "azuredeploy.json", "is no JSON object: %v", err)
		return f.problems
	}
	f.problems = append(f.problems, arm.Lint(template)...)
	f.parameters(template)
	f.published(files, template)
	f.form(files.Form, template)
	f.manifest(files.Manifest, c.facts)
	for _, set := range Sets() {
		if enough(f.problems) {
			return f.problems
		}
		c.deploy(f, template, set)
	}
	f.program(c.facts.Settings, template)
	return unique(f.problems)
}

func unique(problems []arm.Problem) []arm.Problem {
	seen := make(map[arm.Problem]bool, len(problems))
	var out []arm.Problem
	for _, p := range problems {
		if !seen[p] {
			seen[p] = true
			out = append(out, p)
		}
	}
	return out
}

// member steps into v by names and numbers; nil where a step leads nowhere.
func member(v any, steps ...any) any {
	for _, step := range steps {
		switch step := step.(type) {
		case string:
			object, _ := v.(map[string]any)
			v = object[step]
		case int:
			list, _ := v.([]any)
			if step >= len(list) {
				return nil
			}
			v = list[step]
		}
	}
	return v
}

// list is the array at the end of the steps.
func list(v any, steps ...any) []any {
	l, _ := member(v, steps...).([]any)
	return l
}

// text is the text at the end of the steps.
func text(v any, steps ...any) string {
	t, _ := member(v, steps...).(string)
	return t
}

// variable is the environment variable that a parameter stands for: brandPrivacyUrl is
// BRAND_PRIVACY_URL.
func variable(parameter string) string {
	var b strings.Builder
	for _, r := range parameter {
		if r >= 'A' && r <= 'Z' {
			b.WriteByte('_')
		}
		b.WriteRune(r)
	}
	return strings.ToUpper(b.String())
}
