package locales

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// isForVisitors reports whether a visitor can read the text. The others are for people who play the host of a
// rehearsal, run a rehearsal, or set the site up.
func isForVisitors(id string) bool {
	for _, p := range []string{"rehearsal.", "host.", "try.", "visit.rehearsalNotBuilt", "problem.host-key.", "doctor."} {
		if strings.HasPrefix(id, p) {
			return false
		}
	}
	return true
}

// rawTexts returns the texts of a language as they are in the file, by their ids. A text with plural forms has one
// entry for each form, such as visit.waited.few.
func rawTexts(t *testing.T, language string) map[string]string {
	t.Helper()
	file, err := os.ReadFile(language + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var read map[string]any
	if err := json.Unmarshal(file, &read); err != nil {
		t.Fatal(err)
	}
	texts := make(map[string]string)
	for id, text := range read {
		switch text := text.(type) {
		case string:
			texts[id] = text
		case map[string]any:
			for form, text := range text {
				texts[id+"."+form] = fmt.Sprint(text)
			}
		default:
			t.Fatalf("%s: %s is neither a text nor forms of one", language, id)
		}
	}
	return texts
}

func TestTextsHaveNoMarkupAndNoOddSpace(t *testing.T) {
	for _, language := range catalogue(t).Languages() {
		for id, text := range rawTexts(t, language.Lang()) {
			switch {
			case strings.TrimSpace(text) == "" || text != strings.TrimSpace(text):
				t.Errorf("%s is empty or has space around it: %q", id, text)
			case strings.Contains(text, "  ") || strings.ContainsAny(text, "\n\t<>⟨⟩"):
				t.Errorf("%s contains markup or odd space: %q", id, text)
			case !utf8.ValidString(text) || strings.ContainsRune(text, utf8.RuneError):
				t.Errorf("%s is not valid UTF-8: %q", id, text)
			}
		}
	}
}

var (
	sentenceEnd = regexp.MustCompile(`[.!?؟:]+(\s|$)`)
	// technicalWords mean nothing, or something else, to a visitor.
	technicalWords = regexp.MustCompile(`(?i)\b(lobby|lobbies|hosts?|tokens?|permissions?|sessions?|admitted|urls?|404)\b`)
	// placeholder matches the server's placeholders and those that a script fills.
	placeholder = regexp.MustCompile(`\{\{\.\w+\}\}|\{\w+\}`)
)

const maxWords = 25

func TestTextsForVisitorsArePlain(t *testing.T) {
	for _, language := range catalogue(t).Languages() {
		for id, text := range rawTexts(t, language.Lang()) {
			for _, sentence := range sentenceEnd.Split(text, -1) {
				if n := len(strings.Fields(sentence)); n > maxWords && isForVisitors(id) {
					t.Errorf("%s has a sentence of %d words, want at most %d: %q", id, n, maxWords, sentence)
				}
			}
		}
	}
	for id, text := range rawTexts(t, Default) {
		// In this text, the word has its everyday meaning.
		if !isForVisitors(id) || id == "trouble.dismissed.title" {
			continue
		}
		if found := technicalWords.FindString(text); found != "" {
			t.Errorf("%s contains the technical word %q: %q", id, found, text)
		}
	}
}

// TestPlaceholdersFit checks that texts for scripts have no placeholders of the server, and that every one is complete.
func TestPlaceholdersFit(t *testing.T) {
	for id, text := range rawTexts(t, Default) {
		if left := placeholder.ReplaceAllString(text, ""); strings.ContainsAny(left, "{}") {
			t.Errorf("%s has a broken placeholder: %q", id, text)
		}
		script := strings.HasPrefix(id, "visit.") || strings.HasPrefix(id, "check.say.") || strings.HasPrefix(id, "desk.say.") || strings.HasPrefix(id, "stage.") || strings.HasPrefix(id, "host.") || strings.HasPrefix(id, "countdown.")
		if server := strings.Contains(text, "{{"); server && script {
			t.Errorf("%s is for a script, which cannot fill the server's placeholder: %q", id, text)
		} else if !server && !script && strings.Contains(text, "{") {
			t.Errorf("%s is for the server, which cannot fill the script's placeholder: %q", id, text)
		}
	}
}
