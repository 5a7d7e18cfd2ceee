package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// workflow is what our rules read of a GitHub workflow.
type workflow struct {
	On          yaml.Node      `yaml:"on"`
	Permissions yaml.Node      `yaml:"permissions"`
	Jobs        map[string]job `yaml:"jobs"`
}

type job struct {
	Uses           yaml.Node         `yaml:"uses"`
	Needs          any               `yaml:"needs"`
	TimeoutMinutes int               `yaml:"timeout-minutes"`
	Permissions    map[string]string `yaml:"permissions"`
	Secrets        any               `yaml:"secrets"`
	Steps          []workflowStep    `yaml:"steps"`
}

type workflowStep struct {
	Uses     yaml.Node         `yaml:"uses"`
	Run      yaml.Node         `yaml:"run"`
	With     map[string]string `yaml:"with"`
	Continue any               `yaml:"continue-on-error"`
}

// checkWorkflow says what is wrong with a workflow; owner is the part of the module's path that
// names the owner and the repository, such as "anteroom-visit/anteroom".
func checkWorkflow(source []byte, owner string) []problem {
	var w workflow
	if err := yaml.Unmarshal(source, &w); err != nil {
		return []problem{{"syntax", 0, err.Error()}}
	}
	c := workflowCheck{}
	c.triggers(w.On)
	if w.Permissions.Kind != yaml.MappingNode || len(w.Permissions.Content) > 0 {
		c.add("permissions", 0, "the workflow as a whole has to have none: permissions: {}")
	}
	for name, j := range w.Jobs {
		c.job(name, j)
	}
	for i, line := range strings.Split(string(source), "\n") {
		c.line(i+1, line, owner)
	}
	return c.problems
}

type workflowCheck struct{ problems []problem }

func (c *workflowCheck) add(rule string, line int, format string, args ...any) {
	c.problems = append(c.problems, problem{rule, line, fmt.Sprintf(format, args...)})
}

// triggers refuses those that run a stranger's change with our rights.
func (c *workflowCheck) triggers(on yaml.Node) {
	names := []string{on.Value}
	for _, n := range on.Content {
		names = append(names, n.Value)
	}
	for _, name := range names {
		if name == "pull_request_target" || name == "workflow_run" || name == "issue_comment" {
			c.add("trigger", on.Line, "%s runs with our rights on a stranger's request", name)
		}
	}
}

// writers are the permissions that a job may have beyond reading, and what it does in return.
var writers = map[string][]string{
	"image":   {"packages", "id-token", "attestations"},
	"publish": {"contents"},
}

func (c *workflowCheck) job(name string, j job) {
	if j.Permissions == nil {
		c.add("permissions", 0, "job %s does not say what it may do", name)
	}
	for what, level := range j.Permissions {
		if level != "read" && level != "none" && !slices.Contains(writers[name], what) {
			c.add("permissions", 0, "job %s may %s %s", name, level, what)
		}
	}
	if j.Secrets != nil {
		c.add("secrets", 0, "job %s passes secrets on", name)
	}
	if !j.Uses.IsZero() {
		c.uses(&j.Uses)
		return
	}
	if j.TimeoutMinutes == 0 {
		c.add("timeout", 0, "job %s may run for six hours", name)
	}
	for _, s := range j.Steps {
		c.step(s)
	}
}

func (c *workflowCheck) step(s workflowStep) {
	if s.Continue != nil {
		c.add("continue", 0, "a step may fail unseen")
	}
	if strings.Contains(s.Run.Value, "${{") {
		c.add("injection", s.Run.Line, "an expression inside a script is a script that somebody else writes; use env")
	}
	if s.Uses.IsZero() {
		return
	}
	c.uses(&s.Uses)
	name, _, _ := strings.Cut(s.Uses.Value, "@")
	switch {
	case name == "actions/checkout" && s.With["persist-credentials"] != "false":
		c.add("credentials", s.Uses.Line, "checkout leaves its token behind")
	case name == "docker/build-push-action":
		c.build(s)
	}
}

var (
	pinned        = regexp.MustCompile(`^[\w.-]+/[\w./-]+@[0-9a-f]{40}$`)
	versionOfPin  = regexp.MustCompile(`^# v\d+\.\d+\.\d+$`)
	baseFromFacts = regexp.MustCompile(`(?m)^(NODE_IMAGE|GO_IMAGE)=\$\{\{ steps\.facts\.outputs\.(NODE_IMAGE|GO_IMAGE) \}\}$`)
)

func (c *workflowCheck) uses(n *yaml.Node) {
	switch {
	case strings.HasPrefix(n.Value, "./"): // this repository, this commit
	case !pinned.MatchString(n.Value):
		c.add("unpinned", n.Line, "%s is not pinned by a commit", n.Value)
	case !versionOfPin.MatchString(n.LineComment):
		c.add("unpinned", n.Line, "%s does not say which version that is", n.Value)
	}
}

// build wants an image to be built from bases whose digests were looked up, for both processors.
func (c *workflowCheck) build(s workflowStep) {
	found := map[string]bool{}
	for _, m := range baseFromFacts.FindAllStringSubmatch(s.With["build-args"], -1) {
		found[m[1]] = m[1] == m[2]
	}
	if !found["NODE_IMAGE"] || !found["GO_IMAGE"] {
		c.add("bases", s.Uses.Line, "the base images are not given by digest")
	}
	if s.With["platforms"] != "linux/amd64,linux/arm64" {
		c.add("platforms", s.Uses.Line, "the image is built for %q", s.With["platforms"])
	}
}

var (
	registryName = regexp.MustCompile(`ghcr\.io/([\w.-]+/[\w.-]+)`)
	storedSecret = regexp.MustCompile(`\bsecrets\.`)
	movingRunner = regexp.MustCompile(`runs-on:.*-latest`)
)

func (c *workflowCheck) line(number int, text, owner string) {
	for _, m := range registryName.FindAllStringSubmatch(text, -1) {
		if m[1] != owner {
			c.add("owner", number, "ghcr.io/%s is not ours; the module is %s", m[1], owner)
		}
	}
	if storedSecret.MatchString(text) {
		c.add("secrets", number, "a stored secret; the workflow's own token is enough")
	}
	if movingRunner.MatchString(text) {
		c.add("runner", number, "another machine tomorrow; name its version")
	}
}
