package main

import (
	"strings"
	"testing"
)

const owner = "anteroom-visit/anteroom"

func TestPlantedMistakesInTheWorkflows(t *testing.T) {
	const checkout = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"
	for _, c := range []struct{ rule, name, old, planted string }{
		{"syntax", "ci", "jobs:\n", "jobs:\n\t- x\n"},
		{"unpinned", "ci", checkout, "actions/checkout@v7"},
		{"unpinned", "ci", checkout, "actions/checkout@main"},
		{"unpinned", "ci", checkout, "actions/checkout"},
		{"unpinned", "ci", checkout, "actions/checkout@3d3c42e # v7.0.1"},
		{"unpinned", "ci", checkout, "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1"},
		{"unpinned", "ci", checkout, "docker://alpine:3"},
		{"unpinned", "release", "uses: ./.github/workflows/ci.yml", "uses: someone/else/.github/workflows/ci.yml@v1"},
		{"trigger", "ci", "  pull_request:\n", "  pull_request_target:\n"},
		{"trigger", "ci", "  pull_request:\n", "  workflow_run:\n"},
		{"trigger", "ci", "on:\n  push:\n    branches: [main]\n  pull_request:\n  workflow_call:\n", "on: pull_request_target\n"},
		{"trigger", "ci", "on:\n  push:\n    branches: [main]\n  pull_request:\n  workflow_call:\n", "on: [push, pull_request_target]\n"},
		{"permissions", "ci", "permissions: {}\n", ""},
		{"permissions", "ci", "permissions: {}\n", "permissions: write-all\n"},
		{"permissions", "ci", "permissions: {}\n", "permissions:\n  contents: write\n"},
		{"permissions", "ci", "    permissions:\n      contents: read\n", ""},
		{"permissions", "ci", "      contents: read\n", "      contents: write\n"},
		{"permissions", "release", "contents: read\n      packages: write", "contents: write\n      packages: write"},
		{"permissions", "release", "contents: write # the release", "packages: write # the release"},
		{"timeout", "ci", "    timeout-minutes: 60\n", ""},
		{"credentials", "ci", "        with:\n          persist-credentials: false\n", ""},
		{"credentials", "release", "persist-credentials: false", "persist-credentials: true"},
		{"injection", "ci", "make lint test", "make lint test ${{ github.event.pull_request.title }}"},
		{"injection", "release", `"$IMAGE:${GITHUB_REF_NAME#v}@$DIGEST"`, `"${{ needs.image.outputs.digest }}"`},
		{"continue", "ci", "      - run: make lint test", "      - continue-on-error: true\n        run: make lint test"},
		{"runner", "ci", "ubuntu-24.04", "ubuntu-latest"},
		{"secrets", "release", "${{ github.token }}", "${{ secrets.REGISTRY_PASSWORD }}"},
		{"secrets", "release", "    permissions:\n      contents: read\n\n", "    secrets: inherit\n    permissions:\n      contents: read\n\n"},
		{"owner", "release", "ghcr.io/anteroom-visit/anteroom", "ghcr.io/someone/anteroom"},
		{"bases", "release", "GO_IMAGE=${{ steps.facts.outputs.GO_IMAGE }}", "GO_IMAGE=golang:1.26.8"},
		{"bases", "release", "            NODE_IMAGE=${{ steps.facts.outputs.NODE_IMAGE }}\n", ""},
		{"bases", "release", "NODE_IMAGE=${{ steps.facts.outputs.NODE_IMAGE }}", "NODE_IMAGE=${{ steps.facts.outputs.GO_IMAGE }}"},
		{"platforms", "release", "linux/amd64,linux/arm64", "linux/amd64"},
	} {
		original := readRepo(t, ".github/workflows/"+c.name+".yml")
		planted := strings.Replace(original, c.old, c.planted, 1)
		if planted == original {
			t.Errorf("%s: %q is not in %s.yml", c.rule, c.old, c.name)
			continue
		}
		wantRule(t, c.rule, c.planted, checkWorkflow([]byte(planted), owner))
	}
}
