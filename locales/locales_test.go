package locales

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

func catalogue(t *testing.T) *Catalogue {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// someLanguages returns a catalogue of eight languages. In each, the text greeting is the language's own tag;
// only English has englishOnly and hello.
func someLanguages(t *testing.T) *Catalogue {
	t.Helper()
	from := fstest.MapFS{"en-GB.json": {Data: []byte(`{"greeting":"en-GB","englishOnly":"Only here","hello":"Hello {{.Name}}"}`)}}
	for _, tag := range []string{"de", "fr-CA", "pt-BR", "ar", "he", "ur", "az-Arab"} {
		from[tag+".json"] = &fstest.MapFile{Data: []byte(`{"greeting":"` + tag + `"}`)}
	}
	c, err := load(from)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestMatchReturnsTheBestLanguage(t *testing.T) {
	c := someLanguages(t)
	for header, want := range map[string]string{
		"":                                 "en-GB",
		"de":                               "de",
		"DE-at":                            "de",
		"de-CH-1996,de;q=0.9":              "de",
		"en-US,en;q=0.5":                   "en-GB",
		"ar-EG":                            "ar",
		"iw":                               "he",
		"pt":                               "pt-BR",
		"fr":                               "fr-CA",
		"ja, de;q=0.1":                     "de",
		"de;q=0.1, ar;q=0.9":               "ar",
		"de;q=0, ar":                       "ar",
		"zh":                               "en-GB",
		"*":                                "en-GB",
		"xx-YY":                            "en-GB",
		"de;q=high":                        "en-GB",
		";;;":                              "en-GB",
		"../../etc/passwd":                 "en-GB",
		"<script>":                         "en-GB",
		"\x00\xff":                         "en-GB",
		"de\r\nX: y":                       "en-GB",
		strings.Repeat("a", 10<<10):        "en-GB",
		strings.Repeat("a-", 5<<10):        "en-GB",
		strings.Repeat("xx-YY,", 10<<10/6): "en-GB",
	} {
		began := time.Now()
		got := c.Match(header)
		if took := time.Since(began); took > time.Second {
			t.Errorf("Match(%.40q) took %s, want at most 1s", header, took)
		}
		if got.Lang() != want || got.Text("greeting") != want {
			t.Errorf("Match(%.40q) = %s with the greeting %q, want %s", header, got.Lang(), got.Text("greeting"), want)
		}
	}
	if got := catalogue(t).Match("en-US").Lang(); got != Default {
		t.Errorf("Match(en-US) in the site's own languages = %q, want %q", got, Default)
	}
}

func TestFindAcceptsOnlyOneKnownTag(t *testing.T) {
	c := someLanguages(t)
	for tag, want := range map[string]string{"de": "de", "de-AT": "de", "AR": "ar", "ar-EG": "ar", "en": "en-GB", "en-US": "en-GB", "fr": "fr-CA", "iw": "he"} {
		if got, ok := c.Find(tag); !ok || got.Lang() != want {
			t.Errorf("Find(%q) = %s, %t, want %s", tag, got.Lang(), ok, want)
		}
	}
	for _, tag := range []string{"", "ja", "xx", "*", "de,ar", "de;q=1", "../de", "<script>", "\x00", strings.Repeat("a", 10<<10)} {
		if got, ok := c.Find(tag); ok {
			t.Errorf("Find(%.40q) = %s, want none", tag, got.Lang())
		}
	}
}

// FuzzMatch checks that every header leads to a language that exists.
func FuzzMatch(f *testing.F) {
	for _, seed := range []string{"", "de", "en-GB,en;q=0.8", "*;q=0", "x-private", "i-klingon", "de-u-co-phonebk", "und", "a;q=1e9", "art-lojban", "sr-Latn-RS", "-,-"} {
		f.Add(seed)
	}
	c, err := Load()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, header string) {
		got := c.Match(header)
		if _, ok := c.Find(got.Lang()); !ok || (got.Dir() == "rtl") != (got.Lang() == "ar") || got.Text("site.name") == "" {
			t.Errorf("Match(%q) = %q, %q, want a language of the site and its direction", header, got.Lang(), got.Dir())
		}
		if found, ok := c.Find(header); ok && found.Text("site.name") == "" {
			t.Errorf("Find(%q) = %q, which has no site.name", header, found.Lang())
		}
	})
}

func TestMissingListsUntranslatedTexts(t *testing.T) {
	missing := someLanguages(t).Missing()
	if len(missing) != 7 || !slices.Equal(slices.Sorted(slices.Values(missing["de"])), []string{"englishOnly", "hello"}) {
		t.Errorf("Missing = %v, want 7 languages, and englishOnly and hello for de", missing)
	}
	c, err := load(fstest.MapFS{"en-GB.json": {Data: []byte(`{"greeting":"Hello"}`)}, "de.json": {Data: []byte(`{"greeting":"Hallo"}`)}})
	if err != nil {
		t.Fatal(err)
	}
	if missing := c.Missing(); len(missing) != 0 {
		t.Errorf("Missing of a complete catalogue = %v, want none", missing)
	}
}

func TestDirFollowsTheScript(t *testing.T) {
	c := someLanguages(t)
	for tag, want := range map[string]string{"ar": "rtl", "he": "rtl", "ur": "rtl", "az-Arab": "rtl", "de": "ltr", "pt-BR": "ltr", "en-GB": "ltr"} {
		got := c.Match(tag)
		if got.Lang() != tag || got.Dir() != want {
			t.Errorf("direction of %s (found %s) = %s, want %s", tag, got.Lang(), got.Dir(), want)
		}
	}
}

func TestTextInsertsValuesAndFallsBackToEnglish(t *testing.T) {
	c := someLanguages(t)
	english, german := c.Match("en"), c.Match("de")
	for _, check := range []struct{ what, got, want string }{
		{"own language", german.Text("greeting"), "de"},
		{"not translated yet", german.Text("englishOnly"), "Only here"},
		{"with a value", english.Text("hello", "Name", "Sam"), "Hello Sam"},
		{"not translated, with a value", german.Text("hello", "Name", "Sam"), "Hello Sam"},
		{"a value with a placeholder and markup", english.Text("hello", "Name", "{{.Name}} <b>"), "Hello {{.Name}} <b>"},
		{"a name without its value", english.Text("hello", "Name", "Sam", "Rest"), "Hello Sam"},
		{"unknown", english.Text("no.such.id"), "⟨no.such.id⟩"},
		{"empty", english.Text(""), "⟨⟩"},
	} {
		if check.got != check.want {
			t.Errorf("%s: got %q, want %q", check.what, check.got, check.want)
		}
	}
}

func TestTextsSelectsByPrefix(t *testing.T) {
	c := catalogue(t)
	texts := c.Texts(c.Match(""), "door.", "stage.")
	for _, id := range c.IDs() {
		_, got := texts[id]
		if want := strings.HasPrefix(id, "door.") || strings.HasPrefix(id, "stage."); got != want {
			t.Errorf("Texts contains %s: %t, want %t", id, got, want)
		}
	}
	if len(texts) == 0 {
		t.Error("Texts with two prefixes is empty")
	}
	if n := len(c.Texts(c.Match(""))); n != 0 {
		t.Errorf("Texts without a prefix has %d texts, want 0", n)
	}
}

func TestIDsReturnsACopy(t *testing.T) {
	c := catalogue(t)
	ids := c.IDs()
	ids[0] = "changed by the caller"
	if slices.Contains(c.IDs(), "changed by the caller") {
		t.Error("a caller can change the catalogue")
	}
}

func TestLoadErrorNamesTheBrokenFile(t *testing.T) {
	const good = `{"greeting":"Hello"}`
	for what, c := range map[string]struct {
		from fstest.MapFS
		want string
	}{
		"nothing there":       {fstest.MapFS{}, Default},
		"no default language": {fstest.MapFS{"de.json": {Data: []byte(good)}}, Default},
		"default is empty":    {fstest.MapFS{"en-GB.json": {Data: []byte("{}")}}, Default},
		"broken default":      {fstest.MapFS{"en-GB.json": {Data: []byte("{")}}, "en-GB.json"},
		"broken other":        {fstest.MapFS{"en-GB.json": {Data: []byte(good)}, "de.json": {Data: []byte(`{"greeting":`)}}, "de.json"},
		"broken placeholder":  {fstest.MapFS{"en-GB.json": {Data: []byte(good)}, "de.json": {Data: []byte(`[1]`)}}, "de.json"},
	} {
		if _, err := load(c.from); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: load = %v, want an error that names %s", what, err, c.want)
		}
	}
}

// TestNoIDTwice checks that no file repeats an id, because the JSON parser silently keeps the last.
func TestNoIDTwice(t *testing.T) {
	for _, language := range catalogue(t).Languages() {
		raw, err := os.ReadFile(language.Lang() + ".json")
		if err != nil {
			t.Fatal(err)
		}
		d := json.NewDecoder(bytes.NewReader(raw))
		seen := make(map[string]bool)
		_, _ = d.Token() // the opening brace
		for d.More() {
			id, err := d.Token()
			if err != nil {
				t.Fatal(err)
			}
			name, _ := id.(string)
			if seen[name] {
				t.Errorf("%s: the id %s is repeated", language.Lang(), name)
			}
			seen[name] = true
			var text json.RawMessage
			if err := d.Decode(&text); err != nil {
				t.Fatal(err)
			}
		}
		if len(seen) != len(catalogue(t).IDs()) {
			t.Errorf("%s: %d ids in the file, %d in the catalogue", language.Lang(), len(seen), len(catalogue(t).IDs()))
		}
	}
}
