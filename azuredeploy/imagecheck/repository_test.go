package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestRepositoryKeepsTheRules(t *testing.T) {
	if err := rules(t.Context(), repo); err != nil {
		t.Error(err)
	}
}

func TestOwnerAndVersions(t *testing.T) {
	if got, err := ownerOf(readRepo(t, "go.mod")); err != nil || got != owner {
		t.Errorf("owner %q, %v", got, err)
	}
	if _, err := ownerOf("module example.org/x\n"); err == nil {
		t.Error("a module that is not on GitHub has an owner")
	}
	dockerfile, workflow := readRepo(t, "Dockerfile"), readRepo(t, ".github/workflows/ci.yml")
	moved := strings.Replace(dockerfile, "image.source=\"https://github.com/anteroom-visit", "image.source=\"https://github.com/someone", 1)
	wantRule(t, "owner", "a source label", checkSource(moved, owner))
	wantRule(t, "versions", "an older Go", checkVersions(strings.Replace(workflow, "go-version: 1.26.8", "go-version: 1.25.0", 1), dockerfile))
	wantRule(t, "versions", "a newer Node", checkVersions(workflow, strings.Replace(dockerfile, "node:20.20.2", "node:22.1.0", 1)))
}

func TestPlantedMistakesInTheIgnoreFile(t *testing.T) {
	original := readRepo(t, ".dockerignore")
	r := repository{root: repo}
	for old, planted := range map[string]string{
		"!teams\n": "", "!go.sum\n": "", "!static/.npmrc\n": "", "!azuredeploy/licences\n": "!azuredeploy\n",
		"**/.*\n": "", "static/node_modules\n": "", "static/dist/manifest.json\n": "", "**/*_test.go\n": "",
		"*\n!LICENSE": "!LICENSE", "!handlers\n": "!handlers/*.md\n",
	} {
		if !strings.Contains(original, old) {
			t.Errorf("%q is not in .dockerignore", old)
			continue
		}
		found, err := r.leftOut(t.Context(), strings.Replace(original, old, planted, 1))
		if err != nil {
			t.Fatal(err)
		}
		wantRule(t, "context", planted+" for "+old, found)
	}
}

const (
	digestA = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	digestB = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
	ours    = "ghcr.io/anteroom-visit/anteroom"
)

func TestPin(t *testing.T) {
	template := "{\n  \"parameters\": {\n    \"image\": {\n      \"defaultValue\": \"" + ours + ":main\"\n    },\n    \"n\": {\"defaultValue\": 2}\n  }\n}\n"
	path := filepath.Join(t.TempDir(), "azuredeploy.json")
	if err := os.WriteFile(path, []byte(template), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, image := range []string{ours + ":1.2.3@" + digestA, ours + ":1.2.4@" + digestB} {
		if err := run(t.Context(), []string{"pin", path, image}, nil); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if want := strings.Replace(template, ours+":main", image, 1); string(got) != want {
			t.Errorf("pinned:\n%s\nwant:\n%s", got, want)
		}
	}
	for name, c := range map[string]struct{ template, image string }{
		"no digest":         {template, ours + ":1.2.3"},
		"a short digest":    {template, ours + ":1.2.3@sha256:aaaa"},
		"latest":            {template, ours + ":latest@" + digestA},
		"no version":        {template, ours + "@" + digestA},
		"an empty digest":   {template, ours + ":1.2.3@"},
		"another's image":   {template, "ghcr.io/someone/anteroom:1.2.3@" + digestA},
		"a longer name":     {strings.Replace(template, ":main", "-old:main", 1), ours + ":1.2.3@" + digestA},
		"two parameters":    {strings.Replace(template, "2}", `"`+ours+`:1"}`, 1), ours + ":1.2.3@" + digestA},
		"the text twice":    {strings.Replace(template, `"n": {`, `"n": {"metadata": "`+ours+`:main", `, 1), ours + ":1.2.3@" + digestA},
		"no JSON":           {template + "}", ours + ":1.2.3@" + digestA},
		"nothing to be set": {"{}", ours + ":1.2.3@" + digestA},
		"a line too many":   {template, ours + ":1.2.3@" + digestA + "\n"},
	} {
		if got, err := pin([]byte(c.template), c.image); err == nil {
			t.Errorf("%s: pinned: %s", name, got)
		}
	}
}

// The script asks docker, which stands in here as a program that knows one answer.
func TestBaseDigests(t *testing.T) {
	for answer, want := range map[string]string{
		"echo " + digestA: "NODE_IMAGE=docker.io/library/node:20.20.2-bookworm-slim@" + digestA + "\nGO_IMAGE=docker.io/library/golang:1.26.8-bookworm@" + digestA + "\n",
		"echo latest":     "", "true": "", "exit 1": "",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "docker"), []byte("#!/bin/sh\n"+answer+"\n"), 0o700); err != nil { //nolint:gosec // a program
			t.Fatal(err)
		}
		command := exec.CommandContext(t.Context(), filepath.Join(repo, "azuredeploy", "base-digests"))
		command.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"))
		out, err := command.Output()
		if (err == nil) != (want != "") || want != "" && string(out) != want {
			t.Errorf("docker that does %q: %v\n%s", answer, err, out)
		}
	}
}

// The button reads these two files from a branch that has nothing else, whatever was on it before.
func TestPublishTemplate(t *testing.T) {
	dir := t.TempDir()
	work := filepath.Join(dir, "work")
	git := func(args ...string) string {
		t.Helper()
		command := exec.CommandContext(t.Context(), "git", args...)
		command.Dir = work
		command.Env = append(os.Environ(),
			"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org")
		if args[0] == "publish" {
			command.Path, command.Args = filepath.Join(work, "azuredeploy", "publish-template"), args
		}
		out, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("%q: %v\n%s", args, err, out)
		}
		return strings.TrimSpace(string(out))
	}
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(work, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o700); err != nil { //nolint:gosec // one of them is a program
			t.Fatal(err)
		}
	}
	write("azuredeploy/publish-template", readRepo(t, "azuredeploy/publish-template"))
	write("azuredeploy.json", "committed")
	write("createUiDefinition.json", "form")
	git("init", "--quiet", "--bare", filepath.Join(dir, "origin"))
	git("init", "--quiet")
	git("remote", "add", "origin", filepath.Join(dir, "origin"))
	git("add", ".")
	git("commit", "--quiet", "--message", "all")
	for _, digest := range []string{digestA, digestB} {
		write("azuredeploy.json", digest)
		git("publish", "Release")
		git("fetch", "--quiet", "origin")
		if names := git("ls-tree", "-r", "--name-only", "origin/released"); names != "azuredeploy.json\ncreateUiDefinition.json" {
			t.Errorf("on the branch: %q", names)
		}
		if text := git("show", "origin/released:azuredeploy.json"); text != digest {
			t.Errorf("the template on the branch: %q, want %q", text, digest)
		}
	}
	if names := git("diff", "--cached", "--name-only"); names != "" {
		t.Errorf("the clone's own index has changed: %s", names)
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{nil, {"verify"}, {"pin", "x"}, {"push", "x"}} {
		if err := run(t.Context(), args, nil); err == nil || !strings.Contains(err.Error(), "usage") {
			t.Errorf("%q: %v", args, err)
		}
	}
}
