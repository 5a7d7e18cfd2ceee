// Command protocol generates what is derived from the Go types of the rehearsal's protocol and from
// teams/endings.json: the TypeScript types, the tables of README.md, and the end codes that the rehearsal uses. Run it
// by `go generate ./rehearsal`; with -check it writes nothing, and fails if a file is not current.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"go/format"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	log.SetFlags(0)
	check := flag.Bool("check", false, "write nothing; fail if a generated file is not current")
	flag.Parse()
	if err := run(".", *check); err != nil {
		log.Fatalf("protocol: %v", err)
	}
}

// run generates the files from the package in a directory.
func run(directory string, check bool) error {
	p, err := parse(directory)
	if err != nil {
		return err
	}
	readme := filepath.Join(directory, "README.md")
	text, err := os.ReadFile(readme) //nolint:gosec // the directory is the program's argument
	if err != nil {
		return err
	}
	for name, table := range map[string]string{
		"client": p.messageTable(p.client), "server": p.messageTable(p.server),
		"objects": p.objectTable(), "commands": p.commandTable(),
		"end codes": endCodeTable(),
	} {
		if text, err = replaceBetween(text, name, table); err != nil {
			return err
		}
	}
	if err := checkEndCodes(slices.Concat(byServer(), byClient())); err != nil {
		return err
	}
	endCodes, err := format.Source([]byte(endCodesInGo()))
	if err != nil {
		return fmt.Errorf("format end codes: %w", err)
	}
	files := map[string][]byte{
		readme:                                  text,
		filepath.Join(directory, "endcodes.go"): endCodes,
		filepath.Join(directory, "..", "static", "src", "rehearsal", "protocol.ts"): []byte(p.typeScript() + endCodesInTypeScript()),
	}
	var stale []error
	for name, content := range files {
		old, err := os.ReadFile(name) //nolint:gosec // as above
		if err == nil && bytes.Equal(old, content) {
			continue
		}
		if check {
			stale = append(stale, fmt.Errorf("%s is not current: run go generate ./rehearsal", name))
			continue
		}
		if err := os.WriteFile(name, content, 0o644); err != nil { //nolint:gosec // source code, for everyone to read
			return err
		}
	}
	return errors.Join(stale...)
}

// replaceBetween replaces the lines between two comments in Markdown.
func replaceBetween(text []byte, name, table string) ([]byte, error) {
	begin, end := "<!-- generated: "+name+" -->\n", "<!-- end: "+name+" -->"
	before, rest, ok := strings.Cut(string(text), begin)
	_, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		return nil, fmt.Errorf("README.md has no place for the table %q", name)
	}
	return []byte(before + begin + "\n" + table + "\n" + end + after), nil
}
