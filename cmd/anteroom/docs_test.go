package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// runHere lists the programs whose commands in the guides were run as written, on Linux and without Azure.
var runHere = strings.Fields("anteroom base64 cd chmod cp go install make openssl printf try-image")

// notRunHere lists the programs that need Azure, a cluster, a daemon, a release or PowerShell. A guide that uses one names
// it in a paragraph that begins with "Not run here:".
var notRunHere = strings.Fields("az buildah cosign docker gh git kubectl systemctl Connect-MgGraph Get-MgServicePrincipal Get-MgUser New-MgUserAppRoleAssignment Where-Object")

// notCommands matches the beginning of a block that does not contain commands.
var notCommands = regexp.MustCompile(`^(\{|<|https://|resources:|visitor's |key |plain |POST |BASE_URL=)`)

// guides returns the Markdown files of the repository, by path.
func guides(t *testing.T) map[string]string {
	t.Helper()
	found := make(map[string]string)
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md", "acs/acstest/*.md", "entra/entratest/*.md", "rehearsal/*.md"} {
		paths, err := filepath.Glob("../../" + pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			found[strings.TrimPrefix(path, "../../")] = string(text)
		}
	}
	if len(found) < 25 {
		t.Fatalf("found %d guides, want at least 25", len(found))
	}
	return found
}

var (
	commandBlock = regexp.MustCompile(`(?m)^\n((?: {4,}.*\n|\n {4,}.*\n)+)`)
	notWords     = regexp.MustCompile(`(?s)(^|\s)#\s[^\n]*|\\\n|'[^']*'`) // comments, broken lines, quoted text
	separator    = regexp.MustCompile(`&&|\||\$\(|\n`)
	assignment   = regexp.MustCompile(`^(\$ |export |\$?\w+ ?= ?\S* ?)+`)
	inlineCode   = regexp.MustCompile("`([^`]+)`")
)

// commandsIn returns the commands in a guide's blocks, each split into words.
func commandsIn(t *testing.T, path, text string) (found [][]string) {
	for _, m := range commandBlock.FindAllStringSubmatch(text, -1) {
		block := strings.TrimSpace(m[1])
		if notCommands.MatchString(block) {
			continue
		}
		for _, command := range separator.Split(notWords.ReplaceAllString(block, " "), -1) {
			words := strings.Fields(assignment.ReplaceAllString(strings.TrimSpace(command), ""))
			if len(words) == 0 {
				continue
			}
			name := filepath.Base(words[0])
			if slices.Contains(runHere, name) || slices.Contains(notRunHere, name) {
				found = append(found, append([]string{name}, words[1:]...))
			} else if !strings.HasPrefix(strings.TrimSpace(command), "$") { // a variable of PowerShell
				t.Errorf("%s: add the program of %q to runHere or notRunHere", path, strings.Join(words, " "))
			}
		}
	}
	return found
}

func TestGuidesMarkCommandsThatWereNotRun(t *testing.T) {
	total := 0
	for path, text := range guides(t) {
		var marked []string
		for _, m := range regexp.MustCompile(`(?s)Not run here: (.*?)\n\n`).FindAllStringSubmatch(text, -1) {
			for _, code := range inlineCode.FindAllStringSubmatch(m[1], -1) {
				marked = append(marked, strings.Fields(code[1])[0])
			}
		}
		for _, command := range commandsIn(t, path, text) {
			total++
			if name := command[0]; slices.Contains(notRunHere, name) && !slices.Contains(marked, name) {
				t.Errorf("%s does not mark that %s was not run: %q", path, name, strings.Join(command, " "))
			}
		}
	}
	if total < 60 {
		t.Errorf("found %d commands, want at least 60", total)
	}
}

// TestGuidesNameWhatExists checks the targets of make, the packages and tests of go, and the commands and flags of the
// program that the guides mention.
func TestGuidesNameWhatExists(t *testing.T) {
	makefile, help := testdata(t, "../../Makefile"), testdata(t, "testdata/cli/help.txt")
	checked := 0
	for path, text := range guides(t) {
		commands := commandsIn(t, path, text)
		for _, m := range inlineCode.FindAllStringSubmatch(text, -1) {
			if words := strings.Fields(assignment.ReplaceAllString(notWords.ReplaceAllString(m[1], " "), "")); len(words) > 1 {
				commands = append(commands, append([]string{filepath.Base(words[0])}, words[1:]...))
			}
		}
		for _, command := range commands {
			missing := ""
			switch command[0] {
			case "make":
				for _, target := range command[1:] {
					if !strings.Contains(target, "=") && !strings.Contains(makefile, "\n"+target+":") {
						missing = target
					}
				}
			case "go":
				missing = missingTest(command)
			case "anteroom":
				if path == "docs/decisions/seal.md" {
					continue // names of keys, such as "anteroom link encryption"
				}
				missing = missingFlag(help, command[1:])
			default:
				continue
			}
			checked++
			if missing != "" {
				t.Errorf("%s: %q names %s, which does not exist", path, strings.Join(command, " "), missing)
			}
		}
	}
	if checked < 60 {
		t.Errorf("checked %d commands, want at least 60", checked)
	}
}

// missingTest returns the package or test in a command such as `go test ./acs -run Signs` that does not exist, or "".
func missingTest(command []string) string {
	if command[1] != "test" {
		return ""
	}
	for i, word := range command {
		if folder, ok := strings.CutPrefix(word, "./"); ok && folder != "PACKAGE" {
			folder = strings.TrimSuffix(folder, "/...")
			tests, _ := filepath.Glob("../../" + folder + "/*_test.go")
			if below, _ := filepath.Glob("../../" + folder + "/*/*_test.go"); len(tests)+len(below) == 0 {
				return word
			}
			if run := slices.Index(command, "-run"); run > i && run+1 < len(command) && !strings.HasPrefix(command[run+1], "-") {
				if !slices.ContainsFunc(tests, func(file string) bool {
					source, err := os.ReadFile(file)
					return err == nil && regexp.MustCompile(`func Test\w*`+strings.TrimPrefix(command[run+1], "Test")).Match(source)
				}) {
					return "test " + command[run+1]
				}
			}
		}
	}
	return ""
}

// missingFlag returns the command or flag that the program's help does not list, or "".
func missingFlag(help string, words []string) string {
	typed := "anteroom"
	for i, word := range words {
		if flag, _, _ := strings.Cut(word, "="); strings.HasPrefix(word, "--") && !regexp.MustCompile(regexp.QuoteMeta(flag)+`\b`).MatchString(help) {
			return flag
		}
		if isCommand := regexp.MustCompile(`^[a-z]+$`).MatchString(word); i == 0 || i == 1 && isCommand && strings.Contains(help, typed+" <command>") {
			typed += " " + word
			if !strings.HasPrefix(word, "-") && !strings.Contains(help, "$ "+typed+" --help") {
				return typed
			}
		}
	}
	return ""
}

// TestGuidesLinkToFilesThatExist follows the relative links of every guide.
func TestGuidesLinkToFilesThatExist(t *testing.T) {
	checked := 0
	for path, text := range guides(t) {
		for _, m := range regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`).FindAllStringSubmatch(text, -1) {
			checked++
			if _, err := os.Stat(filepath.Join("../..", filepath.Dir(path), m[1])); err != nil {
				t.Errorf("%s links to %s: %v", path, m[1], err)
			}
		}
	}
	if checked < 80 {
		t.Errorf("checked %d links, want at least 80", checked)
	}
}

func testdata(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
