// Package invitation writes what a visitor receives for a visit: a calendar file, a
// QR code, text messages, an email, a page to print. Its words are the catalogue's,
// in the visitor's language. It sends nothing and seals nothing.
package invitation

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/anteroom-visit/anteroom/locales"
	"github.com/anteroom-visit/anteroom/visit"
)

// Brand is the organisation, as an invitation shows it.
type Brand struct {
	// Name of the organisation, may be empty.
	Name string
	// Phone is the number to call when joining fails, if the visit has none of its
	// own; may be empty.
	Phone string
}

// Invitation writes one visit in several forms. Make it with New.
type Invitation struct {
	visit visit.Visit
	link  string
	host  string // of the link
	brand Brand
	words locales.Translator
	start time.Time // in the visitor's zone
	now   time.Time
}

// maxLink is more than any link of ours has, in characters.
const maxLink = 2000

// New returns the invitation to a valid visit whose address is link. Dates outside
// the year of now are written with their year.
func New(v visit.Visit, link string, brand Brand, catalogue *locales.Catalogue, now time.Time) (Invitation, error) {
	if err := v.Validate(); err != nil {
		return Invitation{}, fmt.Errorf("make invitation: %w", err)
	}
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || len(link) > maxLink || strings.IndexFunc(link, odd) >= 0 {
		return Invitation{}, errors.New("make invitation: the link must be a web address")
	}
	return Invitation{
		visit: v, link: link, host: u.Hostname(), words: catalogue.Match(v.Language), start: v.Start.In(v.Location()), now: now,
		brand: Brand{plain(brand.Name), plain(brand.Phone)},
	}, nil
}

// odd reports whether an address has the character only in escaped form.
func odd(r rune) bool {
	return r <= ' ' || r > unicode.MaxASCII || strings.ContainsRune(`<>"\^{|}`+"`\x7f", r)
}

// plain returns an operator's text on one line, without invisible characters.
func plain(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r) || unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	return strings.Join(strings.Fields(text), " ")
}

// Link returns the visit's address.
func (i Invitation) Link() string { return i.link }

// phone returns the number to call when joining fails, "" for none.
func (i Invitation) phone() string {
	if i.visit.Phone != "" {
		return i.visit.Phone
	}
	return i.brand.Phone
}

// paragraphs returns the text of an email and of a calendar entry.
func (i Invitation) paragraphs() []string {
	out := []string{
		i.when(i.words.FullDay(i.start, i.now)),
		i.words.Text("invitation.doNotTravel"),
		i.words.Text("invitation.open") + "\n" + i.link,
		i.words.Text("invitation.noApp"),
		i.words.Text("invitation.private"),
	}
	if phone := i.phone(); phone != "" {
		out = append(out, i.words.Text("invitation.help", "Phone", phone))
	}
	return append(out, i.dialIn()...)
}

// when returns the sentence with the time, and with the host if there is one.
func (i Invitation) when(day string) string {
	id := "invitation.visit"
	if i.visit.Host != "" {
		id = "invitation.visitWith"
	}
	return i.words.Text(id, "With", i.visit.Host, "Day", day, "Time", i.words.Clock(i.start), "Zone", i.words.Zone(i.start))
}

// dialIn returns the sentence with the meeting's telephone number, if it has one.
func (i Invitation) dialIn() []string {
	switch d := i.visit.DialIn; {
	case d.Conference != "":
		return []string{i.words.Text("invitation.dialInConference", "Number", d.Number, "Conference", d.Conference)}
	case d.Number != "":
		return []string{i.words.Text("invitation.dialIn", "Number", d.Number)}
	}
	return nil
}

// Email is a message in plain text.
type Email struct {
	// Subject is one line.
	Subject string `json:"subject"`
	// Body has lines that end in a line feed, and the link alone on its line.
	Body string `json:"body"`
}

// Email returns the email.
func (i Invitation) Email() Email {
	day, clock := i.words.FullDay(i.start, i.now), i.words.Clock(i.start)
	subject := i.words.Text("invitation.subject", "Day", day, "Time", clock)
	parts := i.paragraphs()
	if i.visit.Name != "" {
		parts = append([]string{i.words.Text("invitation.greeting", "Name", i.visit.Name)}, parts...)
	}
	if i.brand.Name != "" {
		subject = i.words.Text("invitation.subjectFrom", "Site", i.brand.Name, "Day", day, "Time", clock)
		parts = append(parts, i.brand.Name)
	}
	return Email{Subject: subject, Body: strings.Join(parts, "\n\n") + "\n"}
}
