package handlers

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
)

// The visit page leaves out the texts in serverOnlyTexts, so no script may read them.
func TestScriptsReadNoServerOnlyTexts(t *testing.T) {
	var scripts strings.Builder
	src := os.DirFS("../static/src")
	err := fs.WalkDir(src, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(src, path)
		scripts.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(scripts.String(), "'visit.connecting'") {
		t.Fatal("no script contains 'visit.connecting': this test cannot find the texts that scripts read")
	}
	site := startSite(t)
	all := site.catalogue.IDs()
	for _, id := range serverOnlyTexts {
		if strings.Contains(scripts.String(), "'"+id+"'") {
			t.Errorf("a script reads %s, which the page leaves out", id)
		}
		if strings.Count(id, ".") != 1 {
			t.Errorf("serverOnlyTexts lists %s: a script may compose such a name, like preview.${trouble}.${device}", id)
		}
		if !slices.Contains(all, id) {
			t.Errorf("serverOnlyTexts lists %s, which is not in the catalogue", id)
		}
	}
	page := site.visitTexts(site.catalogue.Match(""))
	for _, id := range []string{"visit.connecting", "preview.heard"} {
		if page[id] == "" {
			t.Errorf("the page's texts lack %s", id)
		}
	}
	withoutBuild, withBuild := site.callTexts(site.catalogue.Match(""), false), site.callTexts(site.catalogue.Match(""), true)
	for _, id := range []string{"visit.waiting", "visit.waited.one", "stage.people"} {
		if withoutBuild[id] == "" || page[id] != "" {
			t.Errorf("%s: %q in the call's texts, %q in the page's, want it only in the call's", id, withoutBuild[id], page[id])
		}
	}
	for _, id := range missingBuildTexts {
		if withoutBuild[id] == "" || withBuild[id] != "" {
			t.Errorf("%s: %q in a build without calls, %q in one with calls, want it only without", id, withoutBuild[id], withBuild[id])
		}
	}
}

// The page's own scripts run before the texts of the call are loaded.
func TestPageScriptsReadNoCallTexts(t *testing.T) {
	site := startSite(t)
	call := site.callTexts(site.catalogue.Match(""), false)
	for _, name := range []string{"visitpage", "devicepanel", "starting", "ladder", "meter", "join", "gate", "returning", "visit"} {
		script, err := os.ReadFile("../static/src/visit/" + name + ".ts")
		if err != nil {
			t.Fatal(err)
		}
		for id := range call {
			if strings.Contains(string(script), "'"+id+"'") {
				t.Errorf("%s.ts reads %s, a text of the call", name, id)
			}
		}
	}
}

func TestCallTextsAreServedByLanguage(t *testing.T) {
	v := newVisitor(t, startSite(t))
	english, arabic := v.get("/visit/texts/en-GB"), v.get("/visit/texts/ar")
	for _, a := range []answer{english, arabic} {
		if a.StatusCode != 200 || a.Header.Get("Content-Type") != jsonType || !strings.Contains(a.body, `"visit.waiting":`) {
			t.Errorf("status %d, type %s, want 200 and the texts as %s: %.80s", a.StatusCode, a.Header.Get("Content-Type"), jsonType, a.body)
		}
	}
	if english.body == arabic.body {
		t.Errorf("the texts in English and Arabic are equal: %.80s", english.body)
	}
	if a := v.get("/visit/texts/tlh"); a.StatusCode != 404 {
		t.Errorf("unknown language: status %d, want 404", a.StatusCode)
	}
}
