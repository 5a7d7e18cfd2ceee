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
	texts := site.visitTexts(site.catalogue.Match(""), false)
	for _, id := range []string{"visit.connecting", "preview.heard", "stage.people"} {
		if texts[id] == "" {
			t.Errorf("the page does not hand %s to its script", id)
		}
	}
	able := site.visitTexts(site.catalogue.Match(""), true)
	for _, id := range missingBuildTexts {
		if texts[id] == "" || able[id] != "" {
			t.Errorf("%s is %q in a build without the call, %q in one with it", id, texts[id], able[id])
		}
	}
}
