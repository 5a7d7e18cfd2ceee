package desk

import (
	"github.com/anteroom-visit/anteroom/handlers/pasted"
	"github.com/anteroom-visit/anteroom/locales"
	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/views"
	"github.com/anteroom-visit/anteroom/visit"
)

// faultTexts are the catalogue's ids for what is wrong with a field, besides refused meetings.
var faultTexts = map[visit.Fault]string{
	{Field: visit.FieldMeeting, Reason: visit.Missing}:       "desk.fault.meetingMissing",
	{Field: visit.FieldName, Reason: visit.TooLong}:          "desk.fault.nameTooLong",
	{Field: visit.FieldName, Reason: visit.Unreadable}:       "desk.fault.nameUnreadable",
	{Field: visit.FieldHost, Reason: visit.TooLong}:          "desk.fault.hostTooLong",
	{Field: visit.FieldHost, Reason: visit.Unreadable}:       "desk.fault.hostUnreadable",
	{Field: visit.FieldStart, Reason: visit.Missing}:         "desk.fault.startMissing",
	{Field: visit.FieldStart, Reason: visit.NotATime}:        "desk.fault.startNotATime",
	{Field: visit.FieldStart, Reason: visit.AmbiguousDate}:   "desk.fault.ambiguous",
	{Field: visit.FieldEnd, Reason: visit.AmbiguousDate}:     "desk.fault.ambiguous",
	{Field: visit.FieldStart, Reason: visit.SkippedTime}:     "desk.fault.startSkipped",
	{Field: visit.FieldStart, Reason: visit.OutOfRange}:      "desk.fault.startOutOfRange",
	{Field: visit.FieldMinutes, Reason: visit.NotANumber}:    "desk.fault.minutes",
	{Field: visit.FieldMinutes, Reason: visit.OutOfRange}:    "desk.fault.minutes",
	{Field: visit.FieldZone, Reason: visit.Unknown}:          "desk.fault.zone",
	{Field: visit.FieldLanguage, Reason: visit.Unknown}:      "desk.fault.language",
	{Field: visit.FieldRole, Reason: visit.Unknown}:          "desk.fault.role",
	{Field: visit.FieldPhone, Reason: visit.NotANumber}:      "desk.fault.phone",
	{Field: visit.FieldPhone, Reason: visit.TooLong}:         "desk.fault.phone",
	{Field: visit.FieldDialIn, Reason: visit.NotANumber}:     "desk.fault.dialIn",
	{Field: visit.FieldDialIn, Reason: visit.TooLong}:        "desk.fault.dialIn",
	{Field: visit.FieldDialIn, Reason: visit.Missing}:        "desk.fault.dialInMissing",
	{Field: visit.FieldConference, Reason: visit.NotANumber}: "desk.fault.conference",
	{Field: visit.FieldConference, Reason: visit.TooLong}:    "desk.fault.conference",
	{Field: visit.FieldEnd, Reason: visit.NotATime}:          "desk.fault.end",
	{Field: visit.FieldEnd, Reason: visit.SkippedTime}:       "desk.fault.end",
	{Field: visit.FieldEnd, Reason: visit.OutOfRange}:        "desk.fault.end",
	{Field: visit.FieldEnd, Reason: visit.Contradiction}:     "desk.fault.endContradiction",
	{Field: visit.FieldChat, Reason: visit.Unknown}:          "desk.fault.yesOrNo",
	{Field: visit.FieldCamera, Reason: visit.Unknown}:        "desk.fault.yesOrNo",
	{Field: visit.FieldShare, Reason: visit.Unknown}:         "desk.fault.yesOrNo",
	{Field: visit.FieldMeeting, Reason: visit.NotCanonical}:  "desk.fault.other",
	{Field: "", Reason: ""}:                                  "desk.fault.cells",
}

// faultText returns what is wrong in short, for a list, and at length with the way out, for the field.
func faultText(t locales.Translator, f visit.Fault) (short, long string) {
	if f.Reason == visit.CancelledMeeting {
		return t.Text("desk.fault.cancelled"), t.Text("desk.fault.cancelledText")
	}
	if f.Field == visit.FieldMeeting || f.Field == visit.FieldPasscode {
		for _, code := range teams.Codes() {
			if string(f.Reason) == string(code) {
				return pasted.RefusalText(t, "desk.refusal.", teams.Refusal{Code: code})
			}
		}
		for _, code := range teams.QuestionCodes() {
			if string(f.Reason) == string(code) {
				id := "question." + string(code)
				return t.Text(id + ".title"), t.Text(id + ".text")
			}
		}
	}
	id, known := faultTexts[f]
	if !known {
		id = "desk.fault.other"
	}
	text := t.Text(id)
	return text, ""
}

// fieldFaults places each fault at the input that corrects it.
func fieldFaults(t locales.Translator, faults visit.Faults) []views.Fault {
	out := make([]views.Fault, len(faults))
	for i, f := range faults {
		short, long := faultText(t, f)
		out[i] = views.Fault{Field: string(f.Field), Short: short, Long: long}
		if f.Field == visit.FieldStart {
			out[i].Field = "date"
		}
	}
	return out
}
