package locales

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// forVisitors says whether a visitor can read the text: the rest is for whoever plays the host of a
// rehearsal or runs one, or sets the site up.
func forVisitors(id string) bool {
	for _, p := range []string{"rehearsal.", "host.", "try.", "visit.rehearsalNotBuilt", "problem.host-key."} {
		if strings.HasPrefix(id, p) {
			return false
		}
	}
	return true
}

// raw is the text of every id as it stands in the file, its placeholders unfilled.
func raw(t *testing.T) (texts map[string]string) {
	t.Helper()
	file, err := os.ReadFile(Default + ".json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(file, &texts); err != nil {
		t.Fatal(err)
	}
	if len(texts) != len(catalogue(t).IDs()) {
		t.Fatalf("%d texts in the file, %d ids in the catalogue", len(texts), len(catalogue(t).IDs()))
	}
	return texts
}

func TestEveryTextIsFitToPrint(t *testing.T) {
	for id, text := range raw(t) {
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

var (
	sentenceEnd = regexp.MustCompile(`[.!?:]+(\s|$)`)
	// Words that mean something to us and nothing, or something else, to a visitor.
	ourWords = regexp.MustCompile(`(?i)\b(lobby|lobbies|hosts?|tokens?|permissions?|sessions?|admitted|urls?|404)\b`)
	// Placeholders of the server's texts, and of the texts that a script fills.
	placeholder = regexp.MustCompile(`\{\{\.\w+\}\}|\{\w+\}`)
)

const mostWords = 25

func TestTextsReadEasily(t *testing.T) {
	for id, text := range raw(t) {
		if !forVisitors(id) {
			continue
		}
		for _, sentence := range sentenceEnd.Split(text, -1) {
			if n := len(strings.Fields(sentence)); n > mostWords {
				t.Errorf("%s has a sentence of %d words: %q", id, n, sentence)
			}
		}
		if found := ourWords.FindString(text); found != "" {
			t.Errorf("%s says %q: %q", id, found, text)
		}
	}
}

// A text that a script reads has no placeholder of the server's, and none is left half written.
func TestPlaceholders(t *testing.T) {
	for id, text := range raw(t) {
		if left := placeholder.ReplaceAllString(text, ""); strings.ContainsAny(left, "{}") {
			t.Errorf("%s has a broken placeholder: %q", id, text)
		}
		script := strings.HasPrefix(id, "visit.") || strings.HasPrefix(id, "check.say.") || strings.HasPrefix(id, "stage.") || strings.HasPrefix(id, "host.") || strings.HasPrefix(id, "countdown.")
		if server := strings.Contains(text, "{{"); server && script {
			t.Errorf("%s is read by a script that fills no %q", id, text)
		} else if !server && !script && strings.Contains(text, "{") {
			t.Errorf("%s is filled by the server, which knows no %q", id, text)
		}
	}
}
