// Package invitation is what is handed to a visitor for a visit and its address:
// a calendar file, a QR code, a text message, an e-mail. All words are the
// catalogue's, in the visitor's language. It sends nothing and seals nothing.
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

// Brand is whose site it is, as far as an invitation says so.
type Brand struct {
	// Name is the organisation's, may be empty.
	Name string
	// Phone is called when joining fails and the visit names no number of its
	// own; may be empty.
	Phone string
}

// Invitation is one visit's, ready to be written down in several forms. Make it
// with New.
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

// New makes the invitation of a valid visit whose address is link. Now is when it
// is handed out: dates of another year are then written with it.
func New(v visit.Visit, link string, brand Brand, catalogue *locales.Catalogue, now time.Time) (Invitation, error) {
	if err := v.Validate(); err != nil {
		return Invitation{}, fmt.Errorf("make invitation: %w", err)
	}
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || len(link) > maxLink || strings.IndexFunc(link, odd) >= 0 {
		return Invitation{}, errors.New("make invitation: the link is no web address")
	}
	return Invitation{
		visit: v, link: link, host: u.Hostname(), words: catalogue.Match(v.Language), start: v.Start.In(v.Location()), now: now,
		brand: Brand{plain(brand.Name), plain(brand.Phone)},
	}, nil
}

// odd are characters that an address has only in escaped form.
func odd(r rune) bool {
	return r <= ' ' || r > unicode.MaxASCII || strings.ContainsRune(`<>"\^{|}`+"`\x7f", r)
}

// plain is an operator's text on one line, without characters that nobody sees.
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

// Link is the visit's address.
func (i Invitation) Link() string { return i.link }

// phone is the number to call when joining fails, "" for none.
func (i Invitation) phone() string {
	if i.visit.Phone != "" {
		return i.visit.Phone
	}
	return i.brand.Phone
}

// paragraphs are what an e-mail and a calendar entry say.
func (i Invitation) paragraphs() []string {
	day, clock, zone := i.words.FullDay(i.start, i.now), i.words.Clock(i.start), i.words.Zone(i.start)
	var out []string
	if i.visit.Host == "" {
		out = append(out, i.words.Text("invitation.visit", "Day", day, "Time", clock, "Zone", zone))
	} else {
		out = append(out, i.words.Text("invitation.visitWith", "With", i.visit.Host, "Day", day, "Time", clock, "Zone", zone))
	}
	out = append(
		out,
		i.words.Text("invitation.doNotTravel"),
		i.words.Text("invitation.open")+"\n"+i.link,
		i.words.Text("invitation.noApp"),
		i.words.Text("invitation.private"),
	)
	if phone := i.phone(); phone != "" {
		out = append(out, i.words.Text("invitation.help", "Phone", phone))
	}
	switch dialIn := i.visit.DialIn; {
	case dialIn.Conference != "":
		out = append(out, i.words.Text("invitation.dialInConference", "Number", dialIn.Number, "Conference", dialIn.Conference))
	case dialIn.Number != "":
		out = append(out, i.words.Text("invitation.dialIn", "Number", dialIn.Number))
	}
	return out
}

// Email is a message in plain text.
type Email struct {
	// Subject is one line.
	Subject string `json:"subject"`
	// Body has lines that end in a line feed, and the link alone on its line.
	Body string `json:"body"`
}

// Email writes the e-mail.
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
