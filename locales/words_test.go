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

// forVisitors says whether a visitor can read the text: the rest is for whoever plays the host of a
// rehearsal or runs one, or sets the site up.
func forVisitors(id string) bool {
	for _, p := range []string{"rehearsal.", "host.", "try.", "visit.rehearsalNotBuilt", "problem.host-key.", "doctor."} {
		if strings.HasPrefix(id, p) {
			return false
		}
	}
	return true
}

// raw is every text of a language as it stands in the file, its placeholders unfilled, by its id; a
// text that has forms for counts is there once for each, as visit.waited.few.
func raw(t *testing.T, language string) map[string]string {
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

func TestEveryTextIsFitToPrint(t *testing.T) {
	for _, language := range catalogue(t).Languages() {
		for id, text := range raw(t, language.Lang()) {
			switch {
			case strings.TrimSpace(text) == "" || text != strings.TrimSpace(text):
				t.Errorf("%s is empty or has space around it: %q", id, text)
			case strings.Contains(text, "  ") || strings.ContainsAny(text, "\n\t<>⟨⟩"):
				t.Errorf("%s holds markup or odd space: %q", id, text)
			case !utf8.ValidString(text) || strings.ContainsRune(text, utf8.RuneError):
				t.Errorf("%s is not readable: %q", id, text)
			}
		}
	}
}

var (
	sentenceEnd = regexp.MustCompile(`[.!?؟:]+(\s|$)`)
	// Words that mean something to us and nothing, or something else, to a visitor.
	ourWords = regexp.MustCompile(`(?i)\b(lobby|lobbies|hosts?|tokens?|permissions?|sessions?|admitted|urls?|404)\b`)
	// Placeholders of the server's texts, and of the texts that a script fills.
	placeholder = regexp.MustCompile(`\{\{\.\w+\}\}|\{\w+\}`)
)

const mostWords = 25

func TestTextsReadEasily(t *testing.T) {
	for _, language := range catalogue(t).Languages() {
		for id, text := range raw(t, language.Lang()) {
			for _, sentence := range sentenceEnd.Split(text, -1) {
				if n := len(strings.Fields(sentence)); n > mostWords && forVisitors(id) {
					t.Errorf("%s has a sentence of %d words: %q", id, n, sentence)
				}
			}
		}
	}
	for id, text := range raw(t, Default) {
		// There the word means what a visitor means by it.
		if !forVisitors(id) || id == "trouble.dismissed.title" {
			continue
		}
		if found := ourWords.FindString(text); found != "" {
			t.Errorf("%s says %q: %q", id, found, text)
		}
	}
}

// A text that a script reads has no placeholder of the server's, and none is left half written.
func TestPlaceholders(t *testing.T) {
	for id, text := range raw(t, Default) {
		if left := placeholder.ReplaceAllString(text, ""); strings.ContainsAny(left, "{}") {
			t.Errorf("%s has a broken placeholder: %q", id, text)
		}
		script := strings.HasPrefix(id, "visit.") || strings.HasPrefix(id, "check.say.") || strings.HasPrefix(id, "desk.say.") || strings.HasPrefix(id, "stage.") || strings.HasPrefix(id, "host.") || strings.HasPrefix(id, "countdown.")
		if server := strings.Contains(text, "{{"); server && script {
			t.Errorf("%s is read by a script that fills no %q", id, text)
		} else if !server && !script && strings.Contains(text, "{") {
			t.Errorf("%s is filled by the server, which knows no %q", id, text)
		}
	}
}
