package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	threatTests = regexp.MustCompile("`([a-z/]+)` ((?:[A-Z]\\w+(?:, )?)+)")
	testName    = regexp.MustCompile(`(?m)^func Test(\w+)\(`)
)

// TestThreatsNameTestsThatExist compares the tests in docs/threats.md with those of the packages.
func TestThreatsNameTestsThatExist(t *testing.T) {
	named := 0
	for _, found := range threatTests.FindAllStringSubmatch(testdata(t, "../../docs/threats.md"), -1) {
		tests := make(map[string]bool)
		files, _ := filepath.Glob("../../" + found[1] + "/*_test.go")
		for _, file := range files {
			for _, name := range testName.FindAllStringSubmatch(testdata(t, file), -1) {
				tests[name[1]] = true
			}
		}
		for name := range strings.SplitSeq(found[2], ", ") {
			if named++; name != "" && !tests[name] {
				t.Errorf("package %s has no Test%s", found[1], name)
			}
		}
	}
	if named < 20 {
		t.Errorf("docs/threats.md names %d tests, want at least 20", named)
	}
}
