package locales

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// translations returns the catalogue and its languages other than the default.
func translations(t *testing.T) (*Catalogue, []Translator) {
	t.Helper()
	c := catalogue(t)
	all := c.Languages()
	if len(all) < 2 {
		t.Fatal("the catalogue has only one language: these tests need a second")
	}
	return c, all[1:]
}

func TestEveryLanguageIsComplete(t *testing.T) {
	c, languages := translations(t)
	for tag, ids := range c.Missing() {
		t.Errorf("%s lacks %q", tag, ids)
	}
	known := c.IDs()
	for _, language := range languages {
		for id := range c.texts[language.Lang()] {
			if !slices.Contains(known, id) {
				t.Errorf("%s has %s, which %s does not have", language.Lang(), id, Default)
			}
		}
	}
}

// numberPlaceholder matches the placeholder of a number. A form for one or two can omit it.
var numberPlaceholder = regexp.MustCompile(`^\{\{\.Count\}\}$|^\{count\}$`)

func TestTranslationsHaveTheSamePlaceholders(t *testing.T) {
	placeholders := func(text string) []string {
		found := placeholder.FindAllString(text, -1)
		slices.Sort(found)
		return slices.Compact(found)
	}
	c, languages := translations(t)
	for _, language := range languages {
		for id, m := range c.texts[language.Lang()] {
			english := c.texts[Default][id]
			if english == nil {
				continue
			}
			for form, text := range formsOf(m) {
				got, want := placeholders(text), placeholders(english.Other)
				if form != "other" {
					got, want = slices.DeleteFunc(got, numberPlaceholder.MatchString), slices.DeleteFunc(want, numberPlaceholder.MatchString)
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s: placeholders of %s (%s) = %q, want %q", language.Lang(), id, form, got, want)
				}
			}
		}
	}
}

// TestInsertedTextIsIsolated checks the isolates of right-to-left languages: without them, a name or a number in Latin
// letters would reorder the punctuation around it. Dates are exempt because their parts are in the language's own
// letters, and text messages because they have no room.
func TestInsertedTextIsIsolated(t *testing.T) {
	_, languages := translations(t)
	for _, language := range languages {
		if language.Dir() != "rtl" {
			continue
		}
		for id, text := range rawTexts(t, language.Lang()) {
			if strings.Count(text, "\u2066")+strings.Count(text, "\u2068") != strings.Count(text, "\u2069") {
				t.Errorf("%s: the isolates of %s are not balanced: %q", language.Lang(), id, text)
			}
			if strings.HasPrefix(id, "date.") || strings.HasPrefix(id, "invitation.sms.") {
				continue
			}
			for _, at := range placeholder.FindAllStringIndex(text, -1) {
				if counted := numberPlaceholder.MatchString(text[at[0]:at[1]]); !counted && (!strings.HasSuffix(text[:at[0]], "\u2068") || !strings.HasPrefix(text[at[1]:], "\u2069")) {
					t.Errorf("%s: a placeholder in %s is not isolated: %q", language.Lang(), id, text)
				}
			}
		}
	}
}

func TestCountedTextsAreTranslated(t *testing.T) {
	c, languages := translations(t)
	for _, language := range languages {
		for id, english := range c.texts[Default] {
			if len(formsOf(english)) == 1 {
				continue
			}
			for n := range 121 {
				got := language.Count(id, n)
				if got == c.Match(Default).Count(id, n) || n > 2 && !numberPlaceholder.MatchString(got) && !strings.Contains(got, strconv.Itoa(n)) && !strings.Contains(got, "{count}") {
					t.Errorf("%s: Count(%s, %d) = %q, want a translation with the number in it", language.Lang(), id, n, got)
				}
			}
		}
	}
}

func TestArabicDates(t *testing.T) {
	arabic := catalogue(t).Match("ar")
	at := time.Date(2026, 11, 24, 14, 30, 0, 0, zone(t, "Europe/London"))
	for _, c := range []struct{ got, want string }{
		{arabic.Clock(at), "14:30"},
		{arabic.Day(at), "الثلاثاء 24 نوفمبر"},
		{arabic.ShortDay(at), "الثلاثاء 24 نوفمبر"},
		{arabic.When(at, 15, at), "اليوم الساعة 14:30، 15 دقيقة"},
		{arabic.Length(1), "دقيقة واحدة"},
		{arabic.Length(2), "دقيقتان"},
		{arabic.Length(5), "5 دقائق"},
		{arabic.Length(45), "45 دقيقة"},
		{arabic.Length(60), "ساعة واحدة"},
		{arabic.Length(90), "ساعة واحدة و30 دقيقة"},
		{arabic.Length(125), "ساعتان و5 دقائق"},
		{arabic.Length(11 * 60), "11 ساعة"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
