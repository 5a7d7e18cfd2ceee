package azuredeploy

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

type workflow struct {
	On          yaml.Node      `yaml:"on"`
	Permissions yaml.Node      `yaml:"permissions"`
	Jobs        map[string]job `yaml:"jobs"`
}

type job struct {
	Uses           yaml.Node         `yaml:"uses"`
	TimeoutMinutes int               `yaml:"timeout-minutes"`
	Permissions    map[string]string `yaml:"permissions"`
	Secrets        any               `yaml:"secrets"`
	Steps          []struct {
		Uses     yaml.Node         `yaml:"uses"`
		Run      string            `yaml:"run"`
		With     map[string]string `yaml:"with"`
		Continue any               `yaml:"continue-on-error"`
	} `yaml:"steps"`
}

// mayWrite lists the permissions that a job may have beyond reading.
var mayWrite = map[string][]string{
	"image":    {"packages", "id-token", "attestations"},
	"publish":  {"contents"},
	"template": {"id-token"}, // signs in to Azure without a stored secret
}

var (
	pinnedAction = regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40}$`)
	versionNote  = regexp.MustCompile(`^# v\d+\.\d+\.\d+$`)
)

// workflowProblems returns the rules that a GitHub workflow breaks.
func workflowProblems(source string) (problems []string) {
	add := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	var w workflow
	if err := yaml.Unmarshal([]byte(source), &w); err != nil {
		return []string{err.Error()}
	}
	uses := func(n yaml.Node) {
		if !n.IsZero() && !strings.HasPrefix(n.Value, "./") && (!pinnedAction.MatchString(n.Value) || !versionNote.MatchString(n.LineComment)) {
			add("%s must be pinned to a commit, with its version in a comment", n.Value)
		}
	}
	if w.Permissions.Kind != yaml.MappingNode || len(w.Permissions.Content) > 0 {
		add("the workflow must have no permissions of its own: permissions: {}")
	}
	for _, trigger := range []string{"pull_request_target", "workflow_run", "issue_comment"} {
		if w.On.Value == trigger || slices.ContainsFunc(w.On.Content, func(n *yaml.Node) bool { return n.Value == trigger }) {
			add("%s runs a stranger's request with our permissions", trigger)
		}
	}
	for name, j := range w.Jobs {
		uses(j.Uses)
		if j.Permissions == nil || j.Secrets != nil {
			add("job %s must declare its permissions and pass no secrets", name)
		}
		for what, level := range j.Permissions {
			if level != "read" && !slices.Contains(mayWrite[name], what) {
				add("job %s may not %s %s", name, level, what)
			}
		}
		if j.Uses.IsZero() && j.TimeoutMinutes == 0 {
			add("job %s has no timeout", name)
		}
		for _, s := range j.Steps {
			uses(s.Uses)
			if strings.Contains(s.Run, "${{") {
				add("job %s has an expression inside a script; use env", name)
			}
			if s.Continue != nil {
				add("job %s has a step that may fail unnoticed", name)
			}
			if strings.HasPrefix(s.Uses.Value, "actions/checkout@") && s.With["persist-credentials"] != "false" {
				add("job %s leaves the token of the checkout behind", name)
			}
		}
	}
	for _, bad := range []string{`\bsecrets\.`, `runs-on:.*-latest`, `ghcr\.io/[^a]`} {
		if found := regexp.MustCompile(bad).FindString(source); found != "" {
			add("%q is not allowed", found)
		}
	}
	return problems
}

func TestWorkflowsKeepTheRules(t *testing.T) {
	files, err := filepath.Glob("../.github/workflows/*.yml")
	if err != nil || len(files) < 2 {
		t.Fatalf("found %d workflows: %v", len(files), err)
	}
	for _, file := range files {
		for _, problem := range workflowProblems(readFile(t, strings.TrimPrefix(filepath.ToSlash(file), "../"))) {
			t.Errorf("%s: %s", filepath.Base(file), problem)
		}
	}
}

func TestWorkflowRulesNoticeMistakes(t *testing.T) {
	good := readFile(t, ".github/workflows/ci.yml")
	for _, c := range [][2]string{
		{"permissions: {}", "permissions: write-all"},
		{"contents: read", "contents: write"},
		{"persist-credentials: false", "persist-credentials: true"},
		{"ubuntu-24.04", "ubuntu-latest"},
		{"  pull_request:", "  pull_request_target:"},
		{"timeout-minutes: 60\n", "\n"},
		{" # v7.0.1", ""},
		{"actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1", "actions/checkout@v7"},
		{"run: make", "run: echo ${{ github.head_ref }}; make"},
		{"run: make", "continue-on-error: true\n        run: make"},
	} {
		bad := strings.Replace(good, c[0], c[1], 1)
		if bad == good {
			t.Errorf("ci.yml no longer contains %q", c[0])
		} else if len(workflowProblems(bad)) == 0 {
			t.Errorf("%q instead of %q goes unnoticed", c[1], c[0])
		}
	}
}

// TestReleaseBuildsFromDigests checks what the image and the template of a release are made of.
func TestReleaseBuildsFromDigests(t *testing.T) {
	release := readFile(t, ".github/workflows/release.yml")
	for _, wanted := range []string{
		"NODE_IMAGE=${{ steps.facts.outputs.NODE_IMAGE }}", "GO_IMAGE=${{ steps.facts.outputs.GO_IMAGE }}",
		"platforms: linux/amd64,linux/arm64", "azuredeploy/base-digests", "azuredeploy/try-image", "azuredeploy/pin-image", "azuredeploy/publish-template",
	} {
		if !strings.Contains(release, wanted) {
			t.Errorf("release.yml does not contain %q", wanted)
		}
	}
}
