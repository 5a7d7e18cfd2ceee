package locales

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// translations are all languages of the site but the one in which it was written.
func translations(t *testing.T) (*Catalogue, []Translator) {
	t.Helper()
	c := catalogue(t)
	all := c.Languages()
	if len(all) < 2 {
		t.Fatal("there is no other language: these tests have nothing to look at")
	}
	return c, all[1:]
}

func TestEveryLanguageSaysEverything(t *testing.T) {
	c, languages := translations(t)
	for tag, ids := range c.Missing() {
		t.Errorf("%s does not say %q", tag, ids)
	}
	known := c.IDs()
	for _, language := range languages {
		for id := range c.texts[language.Lang()] {
			if !slices.Contains(known, id) {
				t.Errorf("%s says %s, which nobody asks for", language.Lang(), id)
			}
		}
	}
}

// count is the place of a number. A form for one or two can do without it.
var count = regexp.MustCompile(`^\{\{\.Count\}\}$|^\{count\}$`)

func TestTranslationsHaveTheSamePlaces(t *testing.T) {
	places := func(text string) []string {
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
				got, want := places(text), places(english.Other)
				if form != "other" {
					got, want = slices.DeleteFunc(got, count.MatchString), slices.DeleteFunc(want, count.MatchString)
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s: %s (%s) has the places %q, want %q", language.Lang(), id, form, got, want)
				}
			}
		}
	}
}

// A name or a number in Latin letters would pull the marks around it out of their order in a line that
// runs from the right, so it stands isolated there. The parts of a date are in the language's own
// letters, and a text message has no room.
func TestWhatIsFilledInStandsIsolated(t *testing.T) {
	_, languages := translations(t)
	for _, language := range languages {
		if language.Dir() != "rtl" {
			continue
		}
		for id, text := range raw(t, language.Lang()) {
			if strings.Count(text, "\u2066")+strings.Count(text, "\u2068") != strings.Count(text, "\u2069") {
				t.Errorf("%s: an isolate of %s is not closed, or not opened: %q", language.Lang(), id, text)
			}
			if strings.HasPrefix(id, "date.") || strings.HasPrefix(id, "invitation.sms.") {
				continue
			}
			for _, at := range placeholder.FindAllStringIndex(text, -1) {
				if counted := count.MatchString(text[at[0]:at[1]]); !counted && (!strings.HasSuffix(text[:at[0]], "\u2068") || !strings.HasPrefix(text[at[1]:], "\u2069")) {
					t.Errorf("%s: a place in %s is not isolated: %q", language.Lang(), id, text)
				}
			}
		}
	}
}

func TestTranslationsCount(t *testing.T) {
	c, languages := translations(t)
	for _, language := range languages {
		for id, english := range c.texts[Default] {
			if len(formsOf(english)) == 1 {
				continue
			}
			for n := range 121 {
				got := language.Count(id, n)
				if got == c.Match(Default).Count(id, n) || n > 2 && !count.MatchString(got) && !strings.Contains(got, strconv.Itoa(n)) && !strings.Contains(got, "{count}") {
					t.Errorf("%s: %d of %s is %q", language.Lang(), n, id, got)
				}
			}
		}
	}
}

func TestArabicDates(t *testing.T) {
	say := catalogue(t).Match("ar")
	at := time.Date(2026, 11, 24, 14, 30, 0, 0, zone(t, "Europe/London"))
	for _, c := range []struct{ got, want string }{
		{say.Clock(at), "14:30"},
		{say.Day(at), "الثلاثاء 24 نوفمبر"},
		{say.ShortDay(at), "الثلاثاء 24 نوفمبر"},
		{say.When(at, 15, at), "اليوم الساعة 14:30، 15 دقيقة"},
		{say.Length(1), "دقيقة واحدة"},
		{say.Length(2), "دقيقتان"},
		{say.Length(5), "5 دقائق"},
		{say.Length(45), "45 دقيقة"},
		{say.Length(60), "ساعة واحدة"},
		{say.Length(90), "ساعة واحدة و30 دقيقة"},
		{say.Length(125), "ساعتان و5 دقائق"},
		{say.Length(11 * 60), "11 ساعة"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
