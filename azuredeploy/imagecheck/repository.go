package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
)

// repository is the source that the rules are for.
type repository struct {
	root     string
	problems []error
}

// rules is an error that lists every rule that the source at root breaks.
func rules(ctx context.Context, root string) error {
	found, err := checkRepository(ctx, root)
	if err == nil && len(found) > 0 {
		err = fmt.Errorf("%d rules broken:\n%w", len(found), errors.Join(found...))
	}
	return err
}

// checkRepository applies all rules that need nothing but the source and Go. Its error is that a
// file could not be read; broken rules are in the list.
func checkRepository(ctx context.Context, root string) ([]error, error) {
	r := &repository{root: root}
	texts := map[string]string{}
	for _, name := range []string{"Dockerfile", ".dockerignore", "go.mod"} {
		text, err := os.ReadFile(filepath.Join(root, name)) //nolint:gosec // the names are above
		if err != nil {
			return nil, fmt.Errorf("check repository: %w", err)
		}
		texts[name] = string(text)
	}
	r.add("Dockerfile", checkDockerfile([]byte(texts["Dockerfile"]), texts[".dockerignore"]))
	owner, err := ownerOf(texts["go.mod"])
	if err != nil {
		return nil, err
	}
	r.add("Dockerfile", checkSource(texts["Dockerfile"], owner))
	if err := r.workflows(texts["Dockerfile"], owner); err != nil {
		return nil, err
	}
	left, err := r.leftOut(ctx, texts[".dockerignore"])
	if err != nil {
		return nil, err
	}
	r.add(".dockerignore", left)
	return r.problems, nil
}

func (r *repository) add(name string, found []problem) {
	for _, p := range found {
		r.problems = append(r.problems, fmt.Errorf("%s: %s", name, p))
	}
}

var moduleLine = regexp.MustCompile(`(?m)^module github\.com/([\w.-]+/[\w.-]+)$`)

// ownerOf is the owner and the repository that the module's path names.
func ownerOf(gomod string) (string, error) {
	m := moduleLine.FindStringSubmatch(gomod)
	if m == nil {
		return "", errors.New("read go.mod: the module's path is not github.com/owner/repository")
	}
	return m[1], nil
}

var sourceLabel = regexp.MustCompile(`org\.opencontainers\.image\.(?:source|documentation)="https://github\.com/([\w.-]+/[\w.-]+)`)

func checkSource(dockerfile, owner string) []problem {
	var found []problem
	for _, m := range sourceLabel.FindAllStringSubmatch(dockerfile, -1) {
		if m[1] != owner {
			found = append(found, problem{"owner", 0, "a label says github.com/" + m[1] + "; the module is " + owner})
		}
	}
	return found
}

func (r *repository) workflows(dockerfile, owner string) error {
	names, err := filepath.Glob(filepath.Join(r.root, ".github", "workflows", "*.y*ml"))
	if err != nil || len(names) == 0 {
		return errors.Join(errors.New("check repository: no workflows"), err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name) //nolint:gosec // found above
		if err != nil {
			return fmt.Errorf("check repository: %w", err)
		}
		r.add(filepath.Base(name), checkWorkflow(text, owner))
		r.add(filepath.Base(name), checkVersions(string(text), dockerfile))
	}
	return nil
}

var (
	baseVersion  = regexp.MustCompile(`(?m)^ARG (GO|NODE)_IMAGE=[^:\n]+:(\d+\.\d+\.\d+)`)
	setupVersion = regexp.MustCompile(`(go|node)-version: (\S+)`)
)

// checkVersions wants the tests to run with the toolchains that the image is built with.
func checkVersions(workflow, dockerfile string) []problem {
	want := map[string]string{}
	for _, m := range baseVersion.FindAllStringSubmatch(dockerfile, -1) {
		want[strings.ToLower(m[1])] = m[2]
	}
	var found []problem
	for _, m := range setupVersion.FindAllStringSubmatch(workflow, -1) {
		if want[m[1]] != m[2] {
			found = append(found, problem{"versions", 0, fmt.Sprintf("%s is %s here and %q in the Dockerfile", m[1], m[2], want[m[1]])})
		}
	}
	return found
}

// leftOut are the files of the program that .dockerignore keeps from the build, and the files
// that it lets in though they are nobody's business there.
func (r *repository) leftOut(ctx context.Context, ignore string) ([]problem, error) {
	const format = `{{if .Module}}{{if .Module.Main}}{{$d := .Dir}}{{range .GoFiles}}{{$d}}/{{.}}{{"\n"}}{{end}}{{range .EmbedFiles}}{{$d}}/{{.}}{{"\n"}}{{end}}{{end}}{{end}}`
	command := exec.CommandContext(ctx, "go", "list", "-deps", "-f", format, "./cmd/anteroom")
	command.Dir = r.root
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("list the program's packages: %w", err)
	}
	root, err := filepath.Abs(r.root)
	if err != nil {
		return nil, fmt.Errorf("check repository: %w", err)
	}
	needed := []string{
		"go.mod", "go.sum", "LICENSE", "NOTICE.md", "azuredeploy/licences", "teams/endings.json", "static/src/endings.ts",
		"static/package.json", "static/package-lock.json", "static/.npmrc", "static/build.mjs", "static/css",
	}
	for line := range strings.Lines(string(out)) {
		name := strings.TrimPrefix(strings.TrimSpace(line), root+"/")
		if name != "" && !strings.HasPrefix(name, "static/dist/") {
			needed = append(needed, name)
		}
	}
	return checkIgnore(ignore, needed)
}

// unwanted stand for what must never be sent to a builder.
var unwanted = []string{
	".env", ".git/config", "static/.env", "key.pem", "static/node_modules/react/index.js", "static/dist/manifest.json",
	"bin/anteroom", "cmd/anteroom/.env", "azuredeploy/parameters.json", "acs/testdata/x", "acs/acs_test.go",
}

func checkIgnore(ignore string, needed []string) ([]problem, error) {
	patterns, err := ignorefile.ReadAll(strings.NewReader(ignore))
	if err != nil {
		return nil, fmt.Errorf("read .dockerignore: %w", err)
	}
	matcher, err := patternmatcher.New(patterns)
	if err != nil {
		return nil, fmt.Errorf("read .dockerignore: %w", err)
	}
	var found []problem
	for want, names := range map[bool][]string{false: needed, true: unwanted} {
		for _, name := range names {
			left, err := matcher.MatchesOrParentMatches(name)
			if err != nil {
				return nil, fmt.Errorf("match .dockerignore: %w", err)
			}
			if left != want {
				found = append(found, problem{"context", 0, fmt.Sprintf("%s is left out: %t, want %t", name, left, want)})
			}
		}
	}
	return found, nil
}
