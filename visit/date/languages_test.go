package date_test

import (
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/locales"
	"github.com/anteroom-visit/anteroom/visit/date"
)

// People can paste every date that the site shows, in each of its languages.
func TestReadAcceptsTheSitesOwnDates(t *testing.T) {
	catalogue, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range catalogue.Languages() {
		for month := range 12 {
			for day := 1; day <= 28; day += 9 {
				at := time.Date(2027, time.Month(month+1), day, 14, 30, 0, 0, time.UTC)
				clock := " " + language.Clock(at)
				year := " " + at.Format("2006")
				for _, text := range []string{
					language.Date(at) + clock, language.Date(at) + "," + clock, language.ShortDay(at) + year + clock, language.ShortDate(at) + year + clock,
				} {
					if got := date.Read(text); len(got) != 1 || !got[0].At.Equal(at) {
						t.Errorf("%s: %q: got %v, want %v alone", language.Lang(), text, got, at)
					}
				}
			}
		}
	}
}
