package visit

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/language"

	"github.com/anteroom-visit/anteroom/teams"
)

const (
	maxMinutes    = 24 * 60
	maxRevision   = 63
	maxPhone      = 24 // characters
	maxDigits     = 15 // of a phone number (ITU-T E.164)
	minDigits     = 3
	maxConference = 20
	maxLanguage   = 35 // characters (RFC 5646, section 4.4.1)
)

// epoch and lastYear bound the start of a visit and the day of its creation.
// Sealed times count from epoch.
var epoch = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

const lastYear = 2150

// Validate returns Faults if a field of the visit is not valid, otherwise nil.
func (v Visit) Validate() error {
	var f Faults
	f.add(FieldMeeting, meetingReason(v.Meeting))
	f.add(FieldName, lineReason(v.Name))
	f.add(FieldHost, lineReason(v.Host))
	if v.Start.Before(epoch) || v.Start.UTC().Year() > lastYear || !v.Start.Truncate(time.Minute).Equal(v.Start) {
		f.add(FieldStart, OutOfRange)
	}
	if !v.Created.IsZero() && (v.Created.Before(epoch) || v.Created.Year() > lastYear || v.Created != Day(v.Created)) {
		f.add(FieldCreated, OutOfRange)
	}
	if v.Minutes < 1 || v.Minutes > maxMinutes {
		f.add(FieldMinutes, OutOfRange)
	}
	if _, ok := location(v.Zone); !ok {
		f.add(FieldZone, Unknown)
	}
	if tag, err := language.Parse(v.Language); err != nil || len(v.Language) > maxLanguage || tag.String() != v.Language {
		f.add(FieldLanguage, Unknown)
	}
	if !slices.Contains(Roles(), v.Role) {
		f.add(FieldRole, Unknown)
	}
	f.add(FieldPhone, phoneReason(v.Phone))
	f.add(FieldDialIn, phoneReason(v.DialIn.Number))
	f.add(FieldConference, conferenceReason(v.DialIn.Conference))
	if v.DialIn.Number == "" && v.DialIn.Conference != "" {
		f.add(FieldDialIn, Missing)
	}
	if v.Revision < 0 || v.Revision > maxRevision {
		f.add(FieldRevision, OutOfRange)
	}
	return f.err()
}

// meetingReason accepts a meeting only if package teams would return the same.
func meetingReason(m teams.Meeting) Reason {
	switch {
	case m == teams.Meeting{}:
		return Missing
	case m.Kind == teams.KindLink:
		if again, ok := teams.Canonical(m.Link); ok && again == m {
			return ""
		}
	case m.Kind == teams.KindID:
		again := teams.Read(teams.Input{Text: m.ID, Passcode: m.Passcode, NoPasscode: m.Passcode == ""})
		if again.Meeting != nil && *again.Meeting == m {
			return ""
		}
	}
	return NotCanonical
}

// phone returns a typed number in the form that a visit keeps. Dots and slashes
// become spaces, typographic hyphens plain ones; invisible marks are dropped.
func phone(typed string) string {
	if len(typed) > 8*maxPhone {
		return typed
	}
	plain := strings.Map(func(r rune) rune {
		switch {
		case r == '.' || r == '/' || unicode.IsSpace(r):
			return ' '
		case r >= '\u2010' && r <= '\u2015':
			return '-'
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, typed)
	return strings.Join(strings.Fields(plain), " ")
}

// phoneReason checks a number in the form that phone returns.
func phoneReason(text string) Reason {
	if text == "" {
		return ""
	}
	digits := 0
	for i, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '+' && i == 0, r == ' ', r == '-', r == '(', r == ')':
		default:
			return NotANumber
		}
	}
	switch {
	case len(text) > maxPhone || digits > maxDigits:
		return TooLong
	case digits < minDigits || phone(text) != text:
		return NotANumber
	}
	return ""
}

func conferenceReason(text string) Reason {
	switch {
	case len(text) > maxConference:
		return TooLong
	case strings.Trim(text, "0123456789") != "":
		return NotANumber
	}
	return ""
}
