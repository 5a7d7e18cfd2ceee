// Package views renders the site's pages: templ components, each with a view model of its own. It
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

// Brand describes the organisation to visitors.
type Brand struct {
	// Name is shown at the top of every page; empty shows the site's own name.
	Name string
	// Phone is the number to call when joining fails, as people write it; empty shows none.
	Phone string
	// PrivacyURL is the organisation's privacy notice; empty shows no link.
	PrivacyURL string
	// Palette is the organisation's own colour; nil means the site's.
	Palette *Palette
	// Logo is shown before the name; its zero value shows none.
	Logo Logo
}

// Logo is a picture with its size in CSS pixels.
type Logo struct {
	URL           string
	Width, Height int
	// Dark reports a logo that needs a light plate on a dark page.
	Dark bool
}

// inCall returns the brand's colours for the call, or nil.
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
	// Refresh is the number of seconds after which a browser without script reloads; 0 means never.
	Refresh int
	// Browser chooses the words about this browser.
	Browser Browser
	// Desk omits what is for visitors only.
	Desk bool
	// SignedIn offers signing out, at the desk. Setup explains why a new site cannot make calls yet.
	SignedIn bool
	Setup    Notice
	// Languages are the other languages of the page.
	Languages []Language
	// Prefetch lists scripts for the browser to fetch after the page has loaded.
	Prefetch []string
	// Failed reports that a form was rejected, which the title shows.
	Failed bool
}

// Notice is a short message at the top of a page; its zero value shows nothing.
type Notice struct{ Title, Text string }

// Language is another language of a page: its BCP 47 tag, its name in that language, and its address.
type Language struct{ Tag, Name, Address string }

// text returns the catalogue's message with these values.
func (p Page) text(id string, values ...string) string { return p.T.Text(id, values...) }

// initials returns the first letters of the organisation's first two words, shown when it has no logo;
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

// documentTitle returns the title: the page first, because screen readers read it in this order.
func (p Page) documentTitle() string {
	title := p.Title
	if p.Failed {
		title = p.text("site.error", "Title", title)
	}
	return title + " - " + p.organisation()
}

// failed returns the page with a title that reports an error if its form was rejected.
func (p Page) failed(yes bool) Page {
	p.Failed = yes
	return p
}

// dial returns the brand's phone number as a tel: link.
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

// dial returns the number as a tel: link, which pauses before it types the conference ID.
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
	// Meeting and Passcode are what the visitor typed.
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
	// Chosen is the value of the choice that was made, or empty.
	Chosen string
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

// faulty reports whether the meeting's field must be corrected.
func (p DoorPage) faulty() bool { return p.Refusal != "" && !p.passcodeOnly() }

// typed returns Meeting for a textarea, whose first line break HTML parsers drop.
func (p DoorPage) typed() string { return "\n" + p.Meeting }

// passcodeOnly reports whether only the passcode is missing.
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
	// Stage is the path of the call's script.
	Stage string
	// Texts are the messages that the script shows.
	Texts map[string]string
	// Host is the path of the host's page in a rehearsal, "" otherwise.
	Host string
	// Call is what the page needs to know about the call.
	Call Call
	// Appointment is whom the visitor meets, and when.
	Appointment Appointment
	// Address leads here from another browser; it holds nothing personal.
	Address string
	// Secure is the https address of this page or of the site, "" when it has none.
	Secure string
	// Late is the text for a visitor who comes after the planned end, otherwise "".
	Late string
	// WaitingText is the organisation's own text for visitors who wait, as plain text; "" shows none.
	WaitingText string
	// Calendar is the path of the visit as a calendar file, "" for a meeting that the visitor brought.
	Calendar string
}

// Appointment is whom the visitor meets, and when, in words. Empty fields are not shown.
type Appointment struct {
	// With is the person whom the visitor meets, such as "Dr Asha Rao".
	With string
	// When is day, time and length in words; DateTime is the start in RFC 3339.
	When, DateTime string
	// Zone names the time zone if it may not be the visitor's own.
	Zone string
}

// isLong reports whether the name needs smaller letters to fit two lines of a phone.
func (a Appointment) isLong() bool { return utf8.RuneCountInString(a.With) > 24 }

// intent returns the address that opens the page in Android's own browser from inside another app.
func (p VisitPage) intent() string {
	scheme, rest, found := strings.Cut(p.Address, "://")
	if !found {
		return ""
	}
	return "intent://" + rest + "#Intent;scheme=" + scheme + ";end"
}

// Call is what a visit's page knows about its call before it begins.
type Call struct {
	// Visit identifies this visit. It is the same in every tab and after a reload.
	Visit string
	// Role is "audience" for a visitor without camera and microphone, "guest" otherwise.
	Role string
	// With is the person whom the visitor waits for, or empty when that is not known.
	With string
	// WaitMinutes is how long a visitor may wait to be admitted; 0 means no limit.
	WaitMinutes int
	// Link is the path of the visit's sealed link, "" for a meeting that the visitor brought.
	Link string
	// NoCamera and NoShare report that the visitor cannot use a camera or share a screen.
	NoCamera, NoShare bool
}

// audience reports whether the visitor only watches.
func (c Call) audience() bool { return c.Role == "audience" }

// waiting returns the text of the second id, which names the person whom the visitor waits for, or of
// the first id when that person is not known.
func (p VisitPage) waiting(nobody, somebody string) string {
	if p.Call.With == "" {
		return p.text(nobody)
	}
	return p.text(somebody, "With", p.Call.With)
}

// CheckPage is the page on which a visitor tests the device before the visit.
type CheckPage struct {
	Page
	// Texts are the messages that the script shows.
	Texts map[string]string
	// Back is the path of the visit to return to, "" where there is none.
	Back string
	// Hosts are the hosts that a network must allow.
	Hosts []string
	// Probes are addresses of the call service that answer without a token, and Relay is the stun: address
	// of a relay for audio and video. Both are empty in a rehearsal.
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
	// NoStart reports that visitors cannot start again with another link.
	NoStart bool
	// Reference is the request's id, "" where nothing failed.
	Reference string
}

// TryPage is the page that joins with a pasted identity and token.
type TryPage struct {
	Page
	Stage string
	Texts map[string]string
	// Ticket is the site's part of the ticket, as JSON; the visitor adds the rest.
	Ticket any
}

// pageData is the data that the page passes to its script.
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
	// OpensIn is the number of seconds until the visit can be joined.
	OpensIn int `json:"opensIn,omitempty"`
	// Addresses that the device test contacts.
	Probes []string `json:"probes,omitempty"`
	Relay  string   `json:"relay,omitempty"`
	Socket string   `json:"socket,omitempty"`
	// Better is what works better than this browser, in words.
	Better string `json:"better,omitempty"`
	// Brand is the organisation's colours for the call, which is dark around the pictures.
	Brand *Shades `json:"brand,omitempty"`
	// The rest is for the host's page of a rehearsal.
	Ticket  any    `json:"ticket,omitempty"`
	HostKey string `json:"hostKey,omitempty"`
	Room    string `json:"room,omitempty"`
	// Seal is the link's text on the page of signed-in staff.
	Seal string `json:"seal,omitempty"`
}
