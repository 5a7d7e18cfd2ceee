// Package views is how the site looks: templ components, each fed by a view model of its own. It
// reads no request, no session and nothing outside its models.
package views

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"

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
	// Palette is the organisation's own colour; nil leaves the site's.
	Palette *Palette
	// Logo stands before the name; its zero value shows none.
	Logo Logo
}

// Logo is a picture, and its size in CSS pixels at which it has the shape that it was drawn in.
type Logo struct {
	URL           string
	Width, Height int
	// Dark reports a logo that needs a light plate on a dark page.
	Dark bool
}

// inCall is the brand's colour for the call, nil without one.
func (b Brand) inCall() *Shades {
	if b.Palette == nil {
		return nil
	}
	return &b.Palette.Dark
}

// style writes the brand's colour as a style element of its own, which a page's policy allows by its
// nonce or by StyleHash.
func (b Brand) style() templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if b.Palette == nil {
			return nil
		}
		_, err := io.WriteString(w, `<style nonce="`+templ.EscapeString(templ.GetNonce(ctx))+`">`+b.css()+"</style>")
		return err
	})
}

// css returns the style sheet of a brand with a palette. It holds only colours that this package wrote.
func (b Brand) css() string {
	set := func(s Shades) string {
		return "{--brand:" + s.Brand + ";--on-brand:" + s.OnBrand + ";--brand-hover:" + s.Hover + "}"
	}
	return ":root" + set(b.Palette.Light) + `@media(prefers-color-scheme:dark){:root:not([data-theme="light"])` + set(b.Palette.Dark) + "}"
}

// StyleHash returns the source by which a Content-Security-Policy allows the brand's style element, ""
// for a brand without one.
func (b Brand) StyleHash() string {
	if b.Palette == nil {
		return ""
	}
	sum := sha256.Sum256([]byte(b.css()))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
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
	// DialIn is the meeting's own telephone number, for a visit that can be joined and has one.
	DialIn DialIn
	// Refresh is after how many seconds a browser without script asks again; 0 is never.
	Refresh int
	// Browser chooses the words about this browser.
	Browser Browser
	// Desk leaves out what is there for visitors alone.
	Desk bool
	// SignedIn offers signing out, at the desk. Setup explains why a new site cannot make calls yet.
	SignedIn bool
	Setup    Notice
	// Languages are the other languages in which the page can be had.
	Languages []Language
	// Prefetch lists scripts for the browser to fetch once the page is there.
	Prefetch []string
	// Failed reports a form that was sent back, which the title then says.
	Failed bool
}

// Notice is a short message at the top of a page; its zero value shows nothing.
type Notice struct{ Title, Text string }

// Language is one that a page can be had in: its BCP 47 tag, its own name for itself, and where.
type Language struct{ Tag, Name, Address string }

// text is the catalogue's message, with the brand's own values filled in.
func (p Page) text(id string, values ...string) string { return p.T.Text(id, values...) }

// initials are the first letters of the organisation's first two words, shown where it has no logo;
// "" without a name.
func (p Page) initials() string {
	var letters []rune
	for _, word := range strings.Fields(p.Brand.Name) {
		first := []rune(word)[0]
		if unicode.IsLetter(first) || unicode.IsDigit(first) {
			letters = append(letters, unicode.ToUpper(first))
		}
	}
	return string(letters[:min(len(letters), 2)])
}

func (p Page) organisation() string {
	if p.Brand.Name != "" {
		return p.Brand.Name
	}
	return p.text("site.name")
}

// documentTitle has the page first and the organisation second, as screen readers read it out.
func (p Page) documentTitle() string {
	title := p.Title
	if p.Failed {
		title = p.text("site.error", "Title", title)
	}
	return title + " - " + p.organisation()
}

// failed is the page with a title that reports an error, where its form was sent back.
func (p Page) failed(yes bool) Page {
	p.Failed = yes
	return p
}

// dial is the brand's phone number as a tel: link takes it.
func (b Brand) dial() string {
	return "tel:" + strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, b.Phone)
}

// DialIn is a number to call, and what to type after it.
type DialIn struct{ Number, Conference string }

// dial is the number as a tel: link takes it, which waits before it types.
func (d DialIn) dial() string {
	address := Brand{Phone: d.Number}.dial()
	if d.Conference != "" {
		address += ",," + d.Conference + "#"
	}
	return address
}

// DoorPage is the page with one box.
type DoorPage struct {
	Page
	// Meeting and Passcode are what the visitor typed, to be kept.
	Meeting, Passcode string
	// NoPasscode is true when the visitor declared that the invitation has none.
	NoPasscode bool
	// Refusal is the code of what is wrong with it, "" on a first visit. Service is the name of the
	// other service, or of the mail filter, that goes with some codes.
	Refusal, Service string
	// Question is asked where the text could mean more than one meeting.
	Question Question
	// Example is a meeting to try the site with, in a rehearsal; "" offers none.
	Example string
}

// Question is what the visitor or the clerk has to decide about a pasted text. The zero value asks nothing.
type Question struct {
	// Code is confirm-passcode or confirm-meeting.
	Code    string
	Choices []Choice
}

// RefusalID returns the part of the catalogue's IDs that names a refusal. A mail filter's link has
// texts of its own.
func RefusalID(code, service string) string {
	if code == "not-a-meeting" && service != "" {
		return "filtered"
	}
	return code
}

// refusalText returns one of a refusal's texts: part is title or text.
func (p DoorPage) refusalText(part string) string {
	return p.text("refusal."+RefusalID(p.Refusal, p.Service)+"."+part, "Service", p.Service)
}

// faulty reports whether the box has to be put right.
func (p DoorPage) faulty() bool { return p.Refusal != "" && !p.passcodeOnly() }

// typed is Meeting as a textarea takes it: parsers drop a line break that comes first in one.
func (p DoorPage) typed() string { return "\n" + p.Meeting }

// passcodeOnly says that the box is right and only the passcode lacks.
func (p DoorPage) passcodeOnly() bool { return p.Refusal == "passcode-missing" }

// VisitPage is the page on which a visitor joins.
type VisitPage struct {
	Page
	Name   string
	NoChat bool
	// Cancelled is true when the pasted calendar entry cancels the meeting.
	Cancelled bool
	// Notice is the catalogue's id of what went wrong, or "".
	Notice string
	// Stage is the path of the script that is the call.
	Stage string
	// Texts are the messages that the script says.
	Texts map[string]string
	// Host is the path of the host's page in a rehearsal, "" otherwise.
	Host string
	// Call is what the page has to know of the call that follows.
	Call Call
	// Appointment is who is met and when.
	Appointment Appointment
	// Address leads here from another browser; it holds nothing personal.
	Address string
	// Secure is the https address of this page or of the site, "" when it has none.
	Secure string
	// Late tells a visitor who comes after the planned end, "" otherwise.
	Late string
	// WaitingText is the organisation's own text for visitors who wait, as plain text; "" shows none.
	WaitingText string
	// Calendar is the path of the visit as a calendar file, "" for a meeting that the visitor brought.
	Calendar string
}

// Appointment is who is met and when, as a visitor reads it. What is empty is not shown.
type Appointment struct {
	// With is the person met, such as "Dr Asha Rao".
	With string
	// When is day, time and length in words, DateTime the same beginning in RFC 3339.
	When, DateTime string
	// Zone names the time zone, where it may not be the visitor's own.
	Zone string
}

// isLong reports whether the name needs smaller letters to fit two lines of a phone.
func (a Appointment) isLong() bool { return utf8.RuneCountInString(a.With) > 24 }

// intent is what opens the address in Android's own browser, from inside another app.
func (p VisitPage) intent() string {
	scheme, rest, found := strings.Cut(p.Address, "://")
	if !found {
		return ""
	}
	return "intent://" + rest + "#Intent;scheme=" + scheme + ";end"
}

// Call is what a visit's page knows of its call before it begins.
type Call struct {
	// Visit tells this visit from others. It is the same in every tab, and after a reload.
	Visit string
	// Role is "audience" for a visitor without camera and microphone, "guest" otherwise.
	Role string
	// With is whom the visitor waits for, as visitors read it; empty when that is not known.
	With string
	// WaitMinutes is how long a visitor may wait to be let in; 0 is for ever.
	WaitMinutes int
	// Link is the path of the visit's sealed link, "" for a meeting that the visitor brought.
	Link string
	// NoCamera and NoShare say that the visitor is not offered a camera, or to share a screen.
	NoCamera, NoShare bool
}

// audience says that the visitor only looks on.
func (c Call) audience() bool { return c.Role == "audience" }

// waiting is the text named by the second id, which has a place for whom the visitor waits for, or
// by the first when that is not known.
func (p VisitPage) waiting(nobody, somebody string) string {
	if p.Call.With == "" {
		return p.text(nobody)
	}
	return p.text(somebody, "With", p.Call.With)
}

// CheckPage is where a visitor tests the device before the visit.
type CheckPage struct {
	Page
	// Texts are the messages that the script says.
	Texts map[string]string
	// Return says that the session has a visit to come back to.
	Return bool
	// Hosts are those that a network must let through, as a technical team writes them down.
	Hosts []string
	// Probes are addresses of the call service that answer anybody, and Relay is the stun: address
	// of one that carries sound and picture. Both are empty in a rehearsal.
	Probes []string
	Relay  string
	// Socket is the path of the rehearsal's signalling, "" outside of one.
	Socket string
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
	// These are for the visit's page.
	Visit       string `json:"visit,omitempty"`
	Role        string `json:"role,omitempty"`
	WaitMinutes int    `json:"waitMinutes,omitempty"`
	Link        string `json:"link,omitempty"`
	NoCamera    bool   `json:"noCamera,omitempty"`
	NoShare     bool   `json:"noShare,omitempty"`
	// OpensIn is in how many seconds the visit can be joined, on the page of one that cannot yet.
	OpensIn int `json:"opensIn,omitempty"`
	// What the device test asks for an answer.
	Probes []string `json:"probes,omitempty"`
	Relay  string   `json:"relay,omitempty"`
	Socket string   `json:"socket,omitempty"`
	// Better is what works better than this browser, in words.
	Better string `json:"better,omitempty"`
	// Brand is the organisation's colour for the call, which is dark around the pictures.
	Brand *Shades `json:"brand,omitempty"`
	// The rest is for the host's page of a rehearsal.
	Ticket  any    `json:"ticket,omitempty"`
	HostKey string `json:"hostKey,omitempty"`
	Room    string `json:"room,omitempty"`
	// Seal is the link's text on the page of signed-in staff.
	Seal string `json:"seal,omitempty"`
}
