package main

import (
	"bytes"
	"fmt"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// dockerfile is a Dockerfile as BuildKit reads it.
type dockerfile struct {
	stages   []instructions.Stage
	args     []instructions.ArgCommand // before the first FROM
	defaults map[string]string         // of args
	lint     []problem                 // what BuildKit's own linter says
}

// problem is a rule that was broken, and where.
type problem struct {
	rule string
	line int
	text string
}

func (p problem) String() string { return fmt.Sprintf("line %d: %s: %s", p.line, p.rule, p.text) }

// parseDockerfile reads source with BuildKit's parser and linter.
func parseDockerfile(source []byte) (dockerfile, error) {
	read, err := parser.Parse(bytes.NewReader(source))
	if err != nil {
		return dockerfile{}, fmt.Errorf("parse Dockerfile: %w", err)
	}
	d := dockerfile{defaults: map[string]string{}}
	for _, w := range read.Warnings {
		var at []parser.Range
		if w.Location != nil {
			at = append(at, *w.Location)
		}
		d.lint = append(d.lint, problem{"buildkit-warning", lineOf(at), w.Short})
	}
	lint := linter.New(&linter.Config{Warn: func(rule, _, _, text string, at []parser.Range) {
		d.lint = append(d.lint, problem{"buildkit-" + rule, lineOf(at), text})
	}})
	if d.stages, d.args, err = instructions.Parse(read.AST, lint); err != nil {
		return dockerfile{}, fmt.Errorf("parse Dockerfile: %w", err)
	}
	for _, command := range d.args {
		for _, arg := range command.Args {
			d.defaults[arg.Key] = arg.ValueString()
		}
	}
	return d, nil
}

func lineOf(at []parser.Range) int {
	if len(at) == 0 {
		return 0
	}
	return at[0].Start.Line
}
