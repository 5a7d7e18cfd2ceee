package visit

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/visit/date"
)

// Draft is a visit as somebody typed it: at the desk, in a row of a CSV, in a
// shell. Every field may be empty; its comment names what the visit then has.
type Draft struct {
	// Meeting is anything that package teams reads.
	Meeting string
	// Passcode belongs to a meeting ID.
	Passcode string
	// NoPasscode is true when the person declared that the meeting has none.
	NoPasscode bool
	// Choice answers the question that Meeting raised before (teams.Input.Choice).
	Choice string
	// EvenCancelled accepts a meeting although its invitation cancels it.
	EvenCancelled bool
	Name          string
	Host          string
	// Start is a date with a time in any form that package date reads, local to
	// Zone unless it has an offset; or "now".
	Start string
	// Minutes is 15 when End is empty too.
	Minutes string
	// End has the form of Start, or is a time of day alone, on the day of the start.
	End string
	// Zone is an IANA or Windows time zone, "Europe/London" when empty: callers
	// fill in their own default first.
	Zone string
	// Language is "en-GB" when empty.
	Language string
	// Role is "guest" when empty.
	Role  string
	Phone string
	// DialIn and Conference are those of a pasted invitation when both are empty.
	DialIn     string
	Conference string
	// Chat, Camera and Share are on, yes, true, 1 (also when empty) or off, no,
	// false, 0.
	Chat, Camera, Share string

	// DateOrder is the order of numeric dates, if it is known: from the rest of the
	// file, or because the person was asked. When it is 0, the country of the zone
	// decides.
	DateOrder date.Orders
}

// The defaults of a Draft.
const (
	defaultMinutes  = 15
	defaultZone     = "Europe/London"
	defaultLanguage = "en-GB"
)

// Set stores text in the field of that name and returns false if there is none.
func (d *Draft) Set(field Field, text string) bool {
	to := d.at(field)
	if to == nil {
		return false
	}
	*to = text
	return true
}

func (d *Draft) at(field Field) *string {
	switch field {
	case FieldMeeting:
		return &d.Meeting
	case FieldPasscode:
		return &d.Passcode
	case FieldName:
		return &d.Name
	case FieldHost:
		return &d.Host
	case FieldStart:
		return &d.Start
	case FieldMinutes:
		return &d.Minutes
	case FieldEnd:
		return &d.End
	case FieldZone:
		return &d.Zone
	case FieldLanguage:
		return &d.Language
	case FieldRole:
		return &d.Role
	case FieldPhone:
		return &d.Phone
	case FieldDialIn:
		return &d.DialIn
	case FieldConference:
		return &d.Conference
	case FieldChat:
		return &d.Chat
	case FieldCamera:
		return &d.Camera
	case FieldShare:
		return &d.Share
	case FieldRevision, FieldCreated:
	}
	return nil
}

// Visit returns the visit with a new ID, or Faults. A start of "now" is the minute
// of now.
func (d Draft) Visit(now time.Time, rules teams.Rules) (Visit, error) {
	var f Faults
	v := Visit{
		ID: NewID(), Created: Day(now), Name: line(d.Name), Host: line(d.Host), Phone: phone(d.Phone),
		DialIn: DialIn{phone(d.DialIn), strings.Trim(strings.ReplaceAll(d.Conference, " ", ""), "#")},
		Zone:   date.Zone(or(d.Zone, defaultZone)), Role: Role(strings.ToLower(or(d.Role, string(RoleGuest)))),
	}
	v.Meeting = d.meeting(rules, &f)
	if v.DialIn == (DialIn{}) {
		v.DialIn = dialInOf(d.Meeting)
	}
	v.Language = d.language(&f)
	d.times(&v, now, &f)
	v.Chat, v.Camera, v.Share = d.flag(FieldChat, d.Chat, &f), d.flag(FieldCamera, d.Camera, &f), d.flag(FieldShare, d.Share, &f)
	if v.Role == RoleHost { // staff get theirs from the visit's sheet
		f.add(FieldRole, Unknown)
	}
	var more Faults
	_ = errors.As(v.Validate(), &more)
	for _, fault := range more {
		f.add(fault.Field, fault.Reason)
	}
	if err := f.inOrder().err(); err != nil {
		return Visit{}, err
	}
	return v, nil
}

// inOrder drops the faults that follow from others, and sorts the rest.
func (f Faults) inOrder() Faults {
	order := Fields()
	slices.SortStableFunc(f, func(a, b Fault) int { return slices.Index(order, a.Field) - slices.Index(order, b.Field) })
	follows := map[Fault]bool{
		{FieldMeeting, Missing}:    f.Of(FieldPasscode) != "",
		{FieldMinutes, OutOfRange}: f.Of(FieldEnd) != "",
	}
	return slices.DeleteFunc(f, func(fault Fault) bool { return follows[fault] })
}

func or(text, otherwise string) string {
	if text = strings.TrimSpace(text); text == "" {
		return otherwise
	}
	return text
}

// dialInOf returns the dial-in of a pasted invitation, none if it is not usable.
func dialInOf(invitation string) DialIn {
	read, ok := teams.ReadDialIn(invitation)
	number := phone(read.Number)
	if !ok || phoneReason(number) != "" || conferenceReason(read.Conference) != "" {
		return DialIn{}
	}
	return DialIn{number, read.Conference}
}

func (d Draft) meeting(rules teams.Rules, f *Faults) teams.Meeting {
	if strings.TrimSpace(d.Meeting) == "" {
		f.add(FieldMeeting, Missing)
		return teams.Meeting{}
	}
	reading := rules.Read(teams.Input{Text: d.Meeting, Passcode: d.Passcode, NoPasscode: d.NoPasscode, Choice: d.Choice})
	switch {
	case reading.Meeting != nil:
		if reading.Cancelled && !d.EvenCancelled {
			f.add(FieldMeeting, CancelledMeeting)
		}
		return *reading.Meeting
	case reading.Question != nil:
		f.add(FieldMeeting, Reason(reading.Question.Code))
	case reading.Refusal.Code == teams.PasscodeMissing:
		f.add(FieldPasscode, Reason(reading.Refusal.Code))
	default:
		f.add(FieldMeeting, Reason(reading.Refusal.Code))
	}
	return teams.Meeting{}
}

func (d Draft) language(f *Faults) string {
	typed := or(d.Language, defaultLanguage)
	tag, err := language.Parse(typed)
	if err != nil || len(typed) > maxLanguage {
		f.add(FieldLanguage, Unknown)
		return defaultLanguage
	}
	return tag.String()
}

func (d Draft) flag(field Field, text string, f *Faults) bool {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "", "on", "yes", "true", "1":
		return true
	case "off", "no", "false", "0":
	default:
		f.add(field, Unknown)
	}
	return false
}

// times sets the start and the minutes of v.
func (d Draft) times(v *Visit, now time.Time, f *Faults) {
	zone, ok := location(v.Zone)
	if !ok {
		f.add(FieldZone, Unknown)
		zone = time.UTC
	}
	clock := clockRules{zone: zone, now: now, known: d.DateOrder, country: date.InZone(v.Zone)}
	start, reason := clock.moment(d.Start)
	f.add(FieldStart, reason)
	v.Start = start
	v.Minutes = defaultMinutes
	if text := strings.TrimSpace(d.Minutes); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			f.add(FieldMinutes, NotANumber)
		}
		v.Minutes = n
	}
	if strings.TrimSpace(d.End) == "" || reason != "" {
		return
	}
	end, reason := clock.end(d.End, start)
	f.add(FieldEnd, reason)
	minutes := int(end.Sub(start) / time.Minute)
	switch {
	case reason != "":
	case minutes < 1 || minutes > maxMinutes:
		f.add(FieldEnd, OutOfRange)
	case strings.TrimSpace(d.Minutes) != "" && minutes != v.Minutes:
		f.add(FieldEnd, Contradiction)
	default:
		v.Minutes = minutes
	}
}
