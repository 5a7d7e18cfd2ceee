package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// acceptedLicences lists the licences that a built program may contain, each with words from its text.
func acceptedLicences() map[string]string {
	return map[string]string{
		"MIT":        "permission is hereby granted, free of charge",
		"BSD":        "redistribution and use in source and binary forms",
		"Apache-2.0": "apache license version 2.0",
		"ISC":        "permission to use, copy, modify, and/or distribute this software",
		"Unlicense":  "this is free and unencumbered software released into the public domain",
		"ISC, older": "permission to use, copy, modify, and distribute this software",
	}
}

var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying)([.-].*)?$`)

// rejectedLicences matches words of licences with further conditions for distribution.
var rejectedLicences = regexp.MustCompile(`gnu (affero |lesser )?general public|mozilla public license|eclipse public license|server side public|business source|commons clause`)

// TestLicencesOfModules reads the licence of every module that is built into the program.
func TestLicencesOfModules(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Dir}}{{end}}{{end}}", ".").Output()
	if err != nil {
		t.Fatalf("list modules: %v", err)
	}
	modules := strings.Fields(strings.Join(slices.Compact(slices.Sorted(strings.SplitSeq(string(out), "\n"))), "\n"))
	if len(modules) < 40 {
		t.Fatalf("%d modules, want at least 20", len(modules)/2)
	}
	for i := 0; i+1 < len(modules); i += 2 {
		name, dir := modules[i], modules[i+1]
		text := licenceOf(t, dir)
		if text == "" {
			t.Errorf("%s has no licence file", name)
			continue
		}
		known := false
		for _, words := range acceptedLicences() {
			known = known || strings.Contains(text, words)
		}
		if !known || rejectedLicences.MatchString(text) {
			t.Errorf("%s has a licence that is not in acceptedLicences: %.120s", name, text)
		}
	}
}

// licenceOf returns the text of a module's licence files in lower case, with single spaces.
func licenceOf(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		if e.IsDir() || !licenceFile.MatchString(e.Name()) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(text))
	}
	return strings.Join(strings.Fields(strings.ToLower(strings.Join(all, " "))), " ")
}
