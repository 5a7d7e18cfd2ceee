package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/anteroom-visit/anteroom/azuredeploy/check/arm"
	"github.com/anteroom-visit/anteroom/azuredeploy/check/plant"
	"github.com/anteroom-visit/anteroom/azuredeploy/check/rules"
)

func tree(t *testing.T) rules.Files {
	t.Helper()
	files, err := readFiles(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestTemplate inspects what needs neither the program nor the schemas.
func TestTemplate(t *testing.T) {
	for _, p := range rules.NewChecker(rules.Facts{}).Inspect(tree(t)) {
		t.Error(p)
	}
}

// TestNamedMistakes plants the mistakes that somebody made once, and catches each without schemas.
func TestNamedMistakes(t *testing.T) {
	files := tree(t)
	mistakes, err := plant.Mistakes(files)
	if err != nil {
		t.Fatal(err)
	}
	checker := rules.NewChecker(rules.Facts{})
	present := make(map[arm.Problem]bool)
	for _, p := range checker.Inspect(files) {
		present[p] = true
	}
	tried := 0
	for _, m := range mistakes {
		if m.Class != "by name" && m.Class != "disagreement" {
			continue
		}
		tried++
		needsProgram := strings.Contains(m.Where, "variable that nobody reads") || strings.Contains(m.Where, "setting that is forgotten") || strings.Contains(m.Where, "BASEURL") || strings.Contains(m.Where, "value: abc")
		if !needsProgram && !checker.Notices(m.Files, present) {
			t.Errorf("not noticed: %s", m.Where)
		}
	}
	if tried < 80 {
		t.Errorf("%d mistakes: the test hardly tried", tried)
	}
}

// TestProgram holds the template against the program of this tree, which needs its bundle to serve.
func TestProgram(t *testing.T) {
	root := filepath.Join("..", "..")
	if _, err := os.Stat(filepath.Join(root, "static", "dist", "manifest.json")); err != nil {
		t.Skip("the program is not built (make build): what it reads and answers stays unasked")
	}
	p, err := startProgram(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	defer p.stop()
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 200, "/nowhere": 404} {
		if got := p.answers(path); got != want {
			t.Errorf("%s: %d, want %d", path, got, want)
		}
	}
	for _, problem := range rules.NewChecker(rules.Facts{Settings: p.settings, Answers: p.answers}).Inspect(tree(t)) {
		t.Error(problem)
	}
}

func TestReport(t *testing.T) {
	files := tree(t)
	files.Template = []byte(`{"resources": 7}`)
	var out bytes.Buffer
	err := report(rules.NewChecker(rules.Facts{}), files, false, &out)
	if err == nil || errors.Is(err, errFound) {
		t.Errorf("a template in which nothing can be planted: %v", err)
	}
	if !strings.Contains(out.String(), "problem  ") {
		t.Errorf("reported: %s", out.String())
	}
}
