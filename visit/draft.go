package visit

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/anteroom-visit/anteroom/teams"
)

// Draft is a visit as somebody typed it: at the desk, in a row of a CSV, in a
// shell. Every field may be empty; what the visit then has stands at the field.
type Draft struct {
	// Meeting is anything that package teams reads.
	Meeting string
	// Passcode goes with a meeting ID.
	Passcode string
	// NoPasscode is true when the person declared that the meeting has none.
	NoPasscode bool
	// Choice answers the question that Meeting raised before (teams.Input.Choice).
	Choice string
	Name   string
	Host   string
	// Start is local to Zone, 2026-11-24 14:30 or 24/11/2026 14:30, or with an
	// offset (RFC 3339), or "now".
	Start string
	// Minutes is 15 when End is empty too.
	Minutes string
	// End is written like Start, or a time alone, on the day of the start.
	End string
	// Zone is "Europe/London" when empty, so callers fill in their own first.
	Zone string
	// Language is "en-GB" when empty.
	Language string
	// Role is "guest" when empty.
	Role       string
	Phone      string
	DialIn     string
	Conference string
	// Chat, Camera and Share are on, yes, true, 1 (also when empty) or off, no,
	// false, 0.
	Chat, Camera, Share string
}

// What a Draft leaves open.
const (
	defaultMinutes  = 15
	defaultZone     = "Europe/London"
	defaultLanguage = "en-GB"
)

// Set puts text into the field of that name and reports whether there is one.
func (d *Draft) Set(field Field, text string) bool {
	to, ok := map[Field]*string{
		FieldMeeting: &d.Meeting, FieldPasscode: &d.Passcode, FieldName: &d.Name, FieldHost: &d.Host,
		FieldStart: &d.Start, FieldMinutes: &d.Minutes, FieldEnd: &d.End, FieldZone: &d.Zone,
		FieldLanguage: &d.Language, FieldRole: &d.Role, FieldPhone: &d.Phone, FieldDialIn: &d.DialIn,
		FieldConference: &d.Conference, FieldChat: &d.Chat, FieldCamera: &d.Camera, FieldShare: &d.Share,
	}[field]
	if ok {
		*to = text
	}
	return ok
}

// Visit makes the visit with a new ID: nil, or Faults. A start of "now" is now's
// minute.
func (d Draft) Visit(now time.Time, rules teams.Rules) (Visit, error) {
	var f Faults
	v := Visit{
		ID: NewID(), Created: Day(now), Name: line(d.Name), Host: line(d.Host), Phone: phone(d.Phone),
		DialIn: DialIn{phone(d.DialIn), strings.Trim(strings.ReplaceAll(d.Conference, " ", ""), "#")},
		Zone:   or(d.Zone, defaultZone), Role: Role(strings.ToLower(or(d.Role, string(RoleGuest)))),
	}
	v.Meeting = d.meeting(rules, &f)
	v.Language = d.language(&f)
	d.times(&v, now, &f)
	v.Chat, v.Camera, v.Share = d.flag(FieldChat, d.Chat, &f), d.flag(FieldCamera, d.Camera, &f), d.flag(FieldShare, d.Share, &f)
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

// inOrder drops the faults that only follow from others, and sorts the rest.
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

func (d Draft) meeting(rules teams.Rules, f *Faults) teams.Meeting {
	if strings.TrimSpace(d.Meeting) == "" {
		f.add(FieldMeeting, Missing)
		return teams.Meeting{}
	}
	reading := rules.Read(teams.Input{Text: d.Meeting, Passcode: d.Passcode, NoPasscode: d.NoPasscode, Choice: d.Choice})
	switch {
	case reading.Meeting != nil:
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

// times fills in start and minutes.
func (d Draft) times(v *Visit, now time.Time, f *Faults) {
	zone, ok := location(v.Zone)
	if !ok {
		f.add(FieldZone, Unknown)
		zone = time.UTC
	}
	start, reason := moment(d.Start, zone, now)
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
	end, reason := endOf(d.End, start, zone, now)
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
