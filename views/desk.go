package views

import (
	"slices"
	"strings"
)

// SignInPage is where staff sign in to the desk.
type SignInPage struct {
	Page
	// Passphrase and Microsoft report which ways in there are; at least one.
	Passphrase, Microsoft bool
	// Wrong reports that the passphrase was wrong.
	Wrong bool
	// LockedMinutes is how long to wait, or "" when an attempt is allowed.
	LockedMinutes string
	// SignedOut reports that a sign-in has expired.
	SignedOut bool
	// Kept is the form that was filled in when the sign-in expired.
	Kept map[string]string
}

// kept returns the names of Kept in a fixed order.
func (p SignInPage) kept() []string {
	var names []string
	for name := range p.Kept {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Choice is one option of a select.
type Choice struct{ Value, Text string }

// Fault is what is wrong with one field of a form: in short for the summary, and, where there is more
// to say, at length for the field.
type Fault struct{ Field, Short, Long string }

// DeskPage is the form for a new visit.
type DeskPage struct {
	Page
	// Fields are the values of the inputs, by name.
	Fields map[string]string
	Faults []Fault
	// Question is asked where the pasted text could mean more than one meeting.
	Question Question
	// Cancelled is true when the pasted invitation cancels the meeting.
	Cancelled               bool
	Zones, Languages, Roles []Choice
	// Creates offers to create a Teams meeting, and Lobbies are who can join it without waiting.
	Creates bool
	Lobbies []Choice
	// Failure is the last part of the ids staff.<failure>.* of why no meeting was created, "" for none.
	Failure string
	// IsBack marks a form that was kept while somebody signed in.
	IsBack bool
	// BrowserZone lets the script choose the browser's time zone.
	BrowserZone bool
	// DateChoices are the meanings of a date whose order is in doubt.
	DateChoices []Choice
	// Texts are the messages that the script shows.
	Texts map[string]string
}

func (p DeskPage) fault(field string) (Fault, bool) {
	for _, f := range p.Faults {
		if f.Field == field {
			return f, true
		}
	}
	return Fault{}, false
}

func (p DeskPage) faulty(field string) bool {
	_, found := p.fault(field)
	return found
}

// message returns a field's fault in one or more sentences, or "".
func (p DeskPage) message(field string) string {
	f, _ := p.fault(field)
	switch {
	case f.Long == "":
		return f.Short
	case strings.HasSuffix(f.Short, "?"), strings.HasSuffix(f.Short, "؟"):
		return f.Short + " " + f.Long
	}
	return f.Short + ". " + f.Long
}

// describedBy returns the ids of the elements that explain a field.
func (p DeskPage) describedBy(field, hint string) string {
	switch {
	case p.faulty(field) && hint != "":
		return field + "-error " + hint
	case p.faulty(field):
		return field + "-error"
	}
	return hint
}

// more reports whether one of the further choices is wrong or was filled in.
func (p DeskPage) more() bool {
	return slices.ContainsFunc([]string{"language", "role", "phone", "dial-in", "conference"}, p.faulty) || p.Fields["dial-in"] != "" || p.Fields["conference"] != ""
}

// typed returns the meeting for a textarea, whose first line break HTML parsers drop.
func (p DeskPage) typed() string { return "\n" + p.Fields["meeting"] }

// QR is a QR code: the side of its square in modules, its dark modules as a path, and what it is.
type QR struct{ Size, Path, Title string }

func (q QR) box() string { return "0 0 " + q.Size + " " + q.Size }

// TextMessage is a text for phones, and its length and cost.
type TextMessage struct{ Text, Count string }

// Paper is a page for the visitor, in large type.
type Paper struct {
	Title, When, DoNotTravel string
	Steps                    []string
	// Caption belongs under the code.
	Caption string
	Notes   []string
}

// Email is a message, and the address that opens it in an email program.
type Email struct{ Subject, Body, Mailto string }

// OtherLink is a link for another person who joins the same visit.
type OtherLink struct{ ID, Title, Link, Sheet string }

// SheetPage is everything that a clerk passes on for a visit.
type SheetPage struct {
	Page
	// Self is the path of this sheet, Like that of a new form with the same values.
	Link, Self, Like       string
	When, Zone, Name, Host string
	// DialIn is the meeting's telephone number with its conference ID, "" for none.
	Role, State, DialIn string
	Code                QR
	FullText, ShortText TextMessage
	// LongLink is true if the link makes every text message long.
	LongLink bool
	Email    Email
	Paper    Paper
	Others   []OtherLink
	// HostLink is where signed-in staff join the visit as themselves, or "" without staff sign-in.
	HostLink string
	// HostText is what the host receives, and HostCalendar the path of the file with it; both are "" where
	// staff have no accounts.
	HostText, HostCalendar string
	// Lang, Dir and CodeTitle are for the printed page, which is in the visitor's language.
	Lang, Dir, CodeTitle string
	// Texts are the messages that the script shows.
	Texts map[string]string
}

// CellFault is what is wrong with one cell of a file.
type CellFault struct{ Line, Column, Text string }

// BatchPage is the page that turns a file of visits into a file of links.
type BatchPage struct {
	Page
	MaxRows string
	// Fault is what is wrong with the file as a whole, "" for nothing.
	Fault string
	// Problems are the mistakes by row; More is how many are not listed, BadRows how many rows have one.
	Problems      []CellFault
	More, BadRows string
	// Good is the file of the rows without a mistake, as a data: address, "" if there is none.
	Good string
	// Zone is the time zone of rows without one; BrowserZone lets the script choose the browser's.
	Zone        string
	BrowserZone bool
	Zones       []Choice
	// Doubt asks for the order of the file's dates, and Kept is the file in base64 meanwhile.
	Doubt *DateDoubt
	Kept  string
	// Decided shows in words how the dates were read, "" if no order had to be decided.
	Decided string
}

// DateDoubt is a date with several meanings.
type DateDoubt struct {
	Line    string
	Choices []Choice
}
