// Package views is how the site looks: templ components, each fed by a view model of its own. It
// reads no request, no session and nothing outside its models.
package views

import (
	"strings"

	"github.com/anteroom-visit/anteroom/locales"
)

// Brand is the organisation as its visitors see it.
type Brand struct {
	// Name stands at the top of every page; empty shows the site's own name.
	Name string
	// Phone is the number to call when joining fails, as it is to be read; empty shows none.
	Phone string
	// PrivacyURL is the organisation's privacy notice; empty shows no link.
	PrivacyURL string
}

// Page is what all pages share.
type Page struct {
	T          locales.Translator
	Title      string
	Brand      Brand
	Rehearsal  bool
	Stylesheet string
	Script     string
	Icon       string
	// Prefetch lists scripts for the browser to fetch when it has nothing better to do.
	Prefetch []string
}

// text is the catalogue's message, with the brand's own values filled in.
func (p Page) text(id string, values ...string) string { return p.T.Text(id, values...) }

func (p Page) organisation() string {
	if p.Brand.Name != "" {
		return p.Brand.Name
	}
	return p.text("site.name")
}

// documentTitle has the page first and the organisation second, as screen readers read it out.
func (p Page) documentTitle() string { return p.Title + " - " + p.organisation() }

// dial is the brand's phone number as a tel: link takes it.
func (b Brand) dial() string {
	return "tel:" + strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, b.Phone)
}

// DoorPage is the page with one box.
type DoorPage struct {
	Page
	// Meeting and Passcode are what the visitor typed, to be kept.
	Meeting, Passcode string
	// Refusal is the code of what is wrong with it, "" on a first visit.
	Refusal string
}

// typed is Meeting as a textarea takes it: parsers drop a line break that comes first in one.
func (p DoorPage) typed() string { return "\n" + p.Meeting }

// passcodeOnly says that the box is right and only the passcode lacks.
func (p DoorPage) passcodeOnly() bool { return p.Refusal == "passcode-missing" }

// VisitPage is the page on which a visitor joins.
type VisitPage struct {
	Page
	Name   string
	NoChat bool
	// Notice is the catalogue's id of what went wrong, or "".
	Notice string
	// Stage is the path of the script that is the call.
	Stage string
	// Texts are the messages that the script says.
	Texts map[string]string
	// Host is the path of the host's page in a rehearsal, "" otherwise.
	Host string
}

// EndedPage is the page after a call.
type EndedPage struct {
	Page
	Ending, Action string
	// Return says that the session still has a visit to come back to.
	Return bool
	// Reference is the code pair for support, "" after an ordinary end.
	Reference string
}

// again says that the next step leads back into the same visit.
func (p EndedPage) again() bool {
	switch p.Action {
	case "rejoin", "wait-again", "take-over":
		return p.Return
	}
	return false
}

// next is the catalogue's id of what the way back is called: nobody rejoins where they never were.
func (p EndedPage) next() string {
	switch p.Ending {
	case "denied", "nobody-joined", "meeting-full", "name-too-long", "timed-out", "service-trouble":
		return "action.try-again"
	}
	return "action." + p.Action
}

// ProblemPage is the page for everything that failed.
type ProblemPage struct {
	Page
	Text string
	// Call makes the organisation's number the next step.
	Call bool
	// NoStart says that starting again with another link leads nowhere.
	NoStart bool
	// Reference is the request's id, "" where nothing failed.
	Reference string
}

// TryPage is the page that joins with an identity and a token that somebody pastes.
type TryPage struct {
	Page
	Stage string
	Texts map[string]string
	// Ticket is what the site knows of the ticket, as JSON; the visitor adds the rest.
	Ticket any
}

// pageData is what the page tells its script.
type pageData struct {
	Page  string            `json:"page"`
	Stage string            `json:"stage,omitempty"`
	Texts map[string]string `json:"texts,omitempty"`
	// The rest is for the host's page of a rehearsal.
	Ticket  any    `json:"ticket,omitempty"`
	HostKey string `json:"hostKey,omitempty"`
	Room    string `json:"room,omitempty"`
}
