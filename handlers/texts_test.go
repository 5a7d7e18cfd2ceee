package handlers

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
)

// A text that the page leaves out is one that no script asks for, and one that there is.
func TestServerOnlyTextsAreReadByNoScript(t *testing.T) {
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
		t.Fatal("the scripts no longer name texts in a way that this test knows")
	}
	site := startSite(t)
	all := site.catalogue.IDs()
	for _, id := range serverOnlyTexts {
		if strings.Contains(scripts.String(), "'"+id+"'") {
			t.Errorf("a script reads %s, which the page does not hand to it", id)
		}
		if strings.Count(id, ".") != 1 {
			t.Errorf("%s may be a name that a script puts together, as preview.${trouble}.${device} is", id)
		}
		if !slices.Contains(all, id) {
			t.Errorf("there is no text %s", id)
		}
	}
	page := site.visitTexts(site.catalogue.Match(""))
	for _, id := range []string{"visit.connecting", "preview.heard"} {
		if page[id] == "" {
			t.Errorf("the page does not hand %s to its script", id)
		}
	}
	texts, able := site.callTexts(site.catalogue.Match(""), false), site.callTexts(site.catalogue.Match(""), true)
	for _, id := range []string{"visit.waiting", "visit.waited.one", "stage.people"} {
		if texts[id] == "" || page[id] != "" {
			t.Errorf("%s is %q among the texts of the call, %q on the page", id, texts[id], page[id])
		}
	}
	for _, id := range missingBuildTexts {
		if texts[id] == "" || able[id] != "" {
			t.Errorf("%s is %q in a build without the call, %q in one with it", id, texts[id], able[id])
		}
	}
}

// The light script is on the page before the texts of the call are.
func TestLightScriptReadsOnlyThePagesTexts(t *testing.T) {
	site := startSite(t)
	call := site.callTexts(site.catalogue.Match(""), false)
	for _, name := range []string{"visitpage", "devicepanel", "starting", "ladder", "meter", "join", "gate", "returning", "visit"} {
		script, err := os.ReadFile("../static/src/visit/" + name + ".ts")
		if err != nil {
			t.Fatal(err)
		}
		for id := range call {
			if strings.Contains(string(script), "'"+id+"'") {
				t.Errorf("%s.ts reads %s, which belongs to the call", name, id)
			}
		}
	}
}

func TestCallTextsAreServedByLanguage(t *testing.T) {
	v := newVisitor(t, startSite(t))
	english, arabic := v.get("/visit/texts/en-GB"), v.get("/visit/texts/ar")
	for _, a := range []answer{english, arabic} {
		if a.StatusCode != 200 || a.Header.Get("Content-Type") != "application/json" || !strings.Contains(a.body, `"visit.waiting":`) {
			t.Errorf("%d %s %.80s", a.StatusCode, a.Header.Get("Content-Type"), a.body)
		}
	}
	if english.body == arabic.body {
		t.Error("both languages have the same words")
	}
	if a := v.get("/visit/texts/tlh"); a.StatusCode != 404 {
		t.Errorf("a language that the site does not have: %d", a.StatusCode)
	}
}
