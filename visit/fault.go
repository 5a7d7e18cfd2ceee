package visit

import (
	"slices"
	"strings"

	"github.com/anteroom-visit/anteroom/teams"
)

// Field names a part of a visit, as the desk's form, a CSV's heading and the
// command line's flags name it.
type Field string

// The fields, in the order in which a person fills them in.
const (
	FieldMeeting    Field = "meeting"
	FieldPasscode   Field = "passcode"
	FieldName       Field = "name"
	FieldHost       Field = "host"
	FieldStart      Field = "start"
	FieldMinutes    Field = "minutes"
	FieldEnd        Field = "end"
	FieldZone       Field = "zone"
	FieldLanguage   Field = "language"
	FieldRole       Field = "role"
	FieldPhone      Field = "phone"
	FieldDialIn     Field = "dial-in"
	FieldConference Field = "conference"
	FieldChat       Field = "chat"
	FieldCamera     Field = "camera"
	FieldShare      Field = "share"
	FieldRevision   Field = "revision"
	FieldCreated    Field = "created"
)

// Fields returns the fields that a person fills in, in order: all except the
// revision and the day of creation.
func Fields() []Field {
	return []Field{
		FieldMeeting, FieldPasscode, FieldName, FieldHost, FieldStart, FieldMinutes, FieldEnd, FieldZone, FieldLanguage,
		FieldRole, FieldPhone, FieldDialIn, FieldConference, FieldChat, FieldCamera, FieldShare,
	}
}

// Reason names what is wrong with a field, in kebab case. For a refused meeting it
// is the teams.Code of the refusal.
type Reason string

// The reasons besides the refusal codes of package teams.
const (
	// Missing is a required field that is empty.
	Missing Reason = "missing"
	// TooLong is more than the field takes, such as 64 characters of a name.
	TooLong Reason = "too-long"
	// Unreadable is text with control, invisible or direction-changing characters,
	// or a name without a letter.
	Unreadable Reason = "unreadable"
	// NotATime is a start or end that is not a date with a time, or whose weekday
	// does not fit.
	NotATime Reason = "not-a-time"
	// AmbiguousDate is a start or end such as 5/6/2027, which is 5 June or 6 May:
	// neither the rest of the file nor the country of the zone decides.
	AmbiguousDate Reason = "ambiguous-date"
	// SkippedTime is a time that does not exist in the zone: the clocks go forward
	// then.
	SkippedTime Reason = "skipped-time"
	// OutOfRange is a year before 2024 or after 2150, an end that is not after the
	// start, or more than a day of minutes.
	OutOfRange Reason = "out-of-range"
	// Contradiction is an end that does not fit the minutes.
	Contradiction Reason = "contradiction"
	// Unknown is a value that is not a zone, language, role, or yes or no.
	Unknown Reason = "unknown"
	// NotANumber is a value that is not a phone number, conference ID or count.
	NotANumber Reason = "not-a-number"
	// CancelledMeeting is an invitation that cancels its meeting, unless the draft
	// accepts that.
	CancelledMeeting Reason = "cancelled-meeting"
	// NotCanonical is a meeting that did not come from package teams.
	NotCanonical Reason = "not-canonical"
)

// Fault names what is wrong with one field. It never holds what was typed.
type Fault struct {
	Field  Field  `json:"field"`
	Reason Reason `json:"reason"`
}

// Error describes the fault in short English, for a developer or a shell. The desk
// has its own sentences.
func (f Fault) Error() string { return string(f.Field) + ": " + f.what() }

func (f Fault) what() string {
	switch f.Reason {
	case Missing:
		return "must be given"
	case TooLong:
		return "is too long"
	case Unreadable:
		return "must have letters, and no invisible or control characters"
	case NotATime:
		return "must be a date and time, such as 2026-11-24 14:30"
	case AmbiguousDate:
		return "may have the day or the month first; write it as 2026-11-24, or name the order of dates"
	case SkippedTime:
		return "does not exist: the clocks go forward then"
	case OutOfRange:
		return "is out of range"
	case Contradiction:
		return "does not fit the other times given"
	case Unknown:
		return "is not known"
	case NotANumber:
		return "must be a number of that kind"
	case CancelledMeeting:
		return "is cancelled by its invitation"
	case NotCanonical:
		return "is not in canonical form"
	}
	if slices.Contains(teams.QuestionCodes(), teams.QuestionCode(f.Reason)) {
		return "could mean more than one meeting"
	}
	if f.Field == FieldMeeting || f.Field == FieldPasscode {
		return (&teams.Refusal{Code: teams.Code(f.Reason)}).Error()
	}
	return string(f.Reason)
}

// Faults is everything that is wrong with a visit, at most one fault for a field,
// in the order of Fields.
type Faults []Fault

// Error joins the faults with semicolons.
func (f Faults) Error() string {
	texts := make([]string, len(f))
	for i, fault := range f {
		texts[i] = fault.Error()
	}
	return strings.Join(texts, "; ")
}

// Of returns the reason of the field's fault, "" if it has none.
func (f Faults) Of(field Field) Reason {
	for _, fault := range f {
		if fault.Field == field {
			return fault.Reason
		}
	}
	return ""
}

func (f *Faults) add(field Field, reason Reason) {
	if reason != "" && f.Of(field) == "" {
		*f = append(*f, Fault{field, reason})
	}
}

// err keeps an empty list from being an error that is not nil.
func (f Faults) err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}
