package locales

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/anteroom-visit/anteroom/teams"
)

// isSource reports whether a file of the repository can use a text: it is written by hand and not a test.
func isSource(path string) bool {
	name := filepath.Base(path)
	switch filepath.Ext(name) {
	case ".go":
		return !strings.HasSuffix(name, "_test.go") && !strings.HasSuffix(name, "_templ.go")
	case ".templ":
		return true
	case ".ts", ".tsx":
		return strings.HasPrefix(path, filepath.Join("static", "src")+string(filepath.Separator)) && !strings.Contains(name, ".test.")
	}
	return false
}

// sources returns the content of every such file, by its path in the repository.
func sources(t *testing.T) map[string]string {
	t.Helper()
	const root = ".."
	found := make(map[string]string)
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() && path != root && (name == "node_modules" || name == "dist" || name == "testdata" || name == "azuredeploy" || strings.HasPrefix(name, ".")) {
			return filepath.SkipDir
		}
		inside, err := filepath.Rel(root, path)
		if err != nil || entry.IsDir() || !isSource(inside) {
			return err
		}
		text, err := os.ReadFile(path)
		found[inside] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, must := range []string{filepath.Join("views", "door.templ"), filepath.Join("handlers", "errors.go")} {
		if found[must] == "" {
			t.Fatalf("%s is not among the %d sources", must, len(found))
		}
	}
	return found
}

// captured returns what the group of the pattern matches in the sources below a folder.
func captured(t *testing.T, all map[string]string, folder string, pattern string) (found []string) {
	t.Helper()
	for path, text := range all {
		if !strings.HasPrefix(path, folder) {
			continue
		}
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
			found = append(found, m[1])
		}
	}
	if len(found) == 0 {
		t.Fatalf("nothing in %s matches %s: correct the pattern", folder, pattern)
	}
	return found
}

// composed returns the ids that the program builds from a prefix and a name, for every possible name.
func composed(t *testing.T, all map[string]string) (ids []string) {
	t.Helper()
	addTitleAndText := func(prefix string, names ...string) {
		for _, name := range names {
			ids = append(ids, prefix+name+".title", prefix+name+".text")
		}
	}
	for _, code := range teams.Codes() {
		addTitleAndText("refusal.", string(code))
		addTitleAndText("desk.refusal.", string(code))
	}
	addTitleAndText("refusal.", "filtered")
	addTitleAndText("desk.refusal.", "filtered")
	for _, code := range teams.QuestionCodes() {
		addTitleAndText("question.", string(code))
	}
	for _, e := range teams.Endings() {
		addTitleAndText("ending.", e.Name)
		switch e.Action {
		case teams.ActionRejoin, teams.ActionWaitAgain, teams.ActionTakeOver, teams.ActionEdit:
			ids = append(ids, "action."+string(e.Action))
		case teams.ActionPhone, teams.ActionDone: // these have no button
		}
	}
	addTitleAndText("problem.", captured(t, all, "handlers", `Problem\{"([^"]+)"`)...)
	addTitleAndText("problem.", captured(t, all, "handlers", `Reason = "([^"]+)"`)...)
	for _, reason := range slices.Concat(
		captured(t, all, "entra", `Reason = "([^"]+)"`), captured(t, all, "graph", `Reason = "([^"]+)"`),
		captured(t, all, "cmd", `return "(exchange-[a-z]+)"`), captured(t, all, "handlers", `plainFailure\("([^"]+)"\)`),
	) {
		addTitleAndText("staff.", reason)
		ids = append(ids, "staff."+reason+".next")
	}
	for _, fault := range captured(t, all, "handlers", `surveyFault = "([^"]+)"`) {
		ids = append(ids, "survey.fault."+fault)
	}
	for points := range 5 {
		ids = append(ids, fmt.Sprintf("survey.points.%d", points+1))
	}
	addTitleAndText("trouble.", captured(t, all, "views", `Kind: "([^"]+)"`)...)
	for _, steps := range captured(t, all, "views", `"((?:steps|system)\.[a-z-]+": \d)`) {
		name, count, _ := strings.Cut(steps, `": `)
		for step := range int(count[0] - '0') {
			ids = append(ids, fmt.Sprintf("trouble.%s.%d", name, step+1))
		}
		if system, ok := strings.CutPrefix(name, "system."); ok {
			ids = append(ids, "gate.browser.text."+system)
		}
	}
	for _, better := range captured(t, all, "browser", `Better = "([^"]+)"`) {
		ids = append(ids, "browser.better."+better)
	}
	for _, works := range []string{"camera", "microphone", "neither"} {
		ids = append(ids, "preview.works."+works)
	}
	for _, kind := range []string{"blocked", "missing", "busy"} {
		ids = append(ids, "preview."+kind+".camera", "preview."+kind+".microphone")
	}
	return ids
}

// literalIDs returns the ids that appear in the sources as they are, each with the path of a file.
func literalIDs(t *testing.T, all map[string]string) map[string]string {
	t.Helper()
	var prefixes []string
	for _, id := range catalogue(t).IDs() {
		prefix, _, _ := strings.Cut(id, ".")
		if !slices.Contains(prefixes, prefix) {
			prefixes = append(prefixes, prefix)
		}
	}
	literal := regexp.MustCompile("[\"'`]((?:" + strings.Join(prefixes, "|") + `)\.[A-Za-z][A-Za-z0-9.-]*[A-Za-z0-9])["'` + "`]")
	fileOrHost := regexp.MustCompile(`\.(js|css|ts|tsx|svg|json|com|org|ics)$`)
	found := make(map[string]string)
	for path, text := range all {
		for _, m := range literal.FindAllStringSubmatch(text, -1) {
			if !fileOrHost.MatchString(m[1]) {
				found[m[1]] = path
			}
		}
	}
	return found
}

func TestEveryUsedTextExists(t *testing.T) {
	all, ids := sources(t), catalogue(t).IDs()
	for id, path := range literalIDs(t, all) {
		if !slices.Contains(ids, id) {
			t.Errorf("%s uses %s, which is not in the catalogue", path, id)
		}
	}
	for _, id := range composed(t, all) {
		if !slices.Contains(ids, id) {
			t.Errorf("the program uses %s, which is not in the catalogue", id)
		}
	}
}

func TestEveryTextIsUsed(t *testing.T) {
	all := sources(t)
	literal, built := literalIDs(t, all), composed(t, all)
	for _, id := range catalogue(t).IDs() {
		if literal[id] == "" && !slices.Contains(built, id) {
			t.Errorf("nothing uses %s of the catalogue", id)
		}
	}
}
