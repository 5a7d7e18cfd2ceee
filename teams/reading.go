package teams

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Input is what a person pasted or typed.
type Input struct {
	// Text is anything: a link, a meeting ID, an invitation, a mail, a calendar
	// file. At most 64 KiB.
	Text string
	// Passcode is a second field's content, or empty. It goes with a meeting ID
	// in Text, or with a short link that lacks its own; a complete link ignores it.
	Passcode string
	// NoPasscode is true when the person declared that the invitation shows no
	// passcode. A passcode that Text does show is still used.
	NoPasscode bool
	// Choice answers a Question: it is the Text of one of its choices, or empty.
	Choice string
}

// Reading is the result of Rules.Read: exactly one of Meeting, Refusal and Question
// is set.
type Reading struct {
	Meeting  *Meeting
	Refusal  *Refusal
	Question *Question
	// Cancelled is true when the text is a calendar entry or a mail that cancels
	// the meeting. The meeting may still open.
	Cancelled bool
	// Rule names how the text was read, such as "mail+safelinks+short-link". It
	// contains nothing of the text and may be logged.
	Rule string
}

// Outcome names the reading for a log: "meeting", or the code of a refusal or of a
// question.
func (r Reading) Outcome() string {
	switch {
	case r.Question != nil:
		return string(r.Question.Code)
	case r.Refusal != nil:
		return string(r.Refusal.Code)
	}
	return "meeting"
}

// MarshalJSON writes {"meeting":…}, {"refusal":…} or {"question":…}. A cancelled
// meeting has the additional field "cancelled": true. Unlike printing or logging,
// this shows the meeting.
func (r Reading) MarshalJSON() ([]byte, error) {
	switch {
	case r.Question != nil:
		return json.Marshal(map[string]*Question{"question": r.Question})
	case r.Meeting == nil:
		return json.Marshal(map[string]*Refusal{"refusal": r.Refusal})
	case !r.Cancelled:
		return json.Marshal(map[string]*Meeting{"meeting": r.Meeting})
	}
	meeting := struct {
		meetingJSON
		Cancelled bool `json:"cancelled"`
	}{r.Meeting.json(), true}
	return json.Marshal(map[string]any{"meeting": meeting})
}

// QuestionCode names what a person has to decide. The codes are part of the
// public contract.
type QuestionCode string

// The closed list of question codes.
const (
	// ConfirmPasscode asks which of several passcodes belongs to one meeting.
	ConfirmPasscode QuestionCode = "confirm-passcode"
	// ConfirmMeeting asks which of several meetings is meant, or whether the only
	// choice is a Teams meeting at all.
	ConfirmMeeting QuestionCode = "confirm-meeting"
)

// QuestionCodes lists every question code.
func QuestionCodes() []QuestionCode { return []QuestionCode{ConfirmPasscode, ConfirmMeeting} }

// Question is asked where a text supports more than one reading, or one that is
// not certain. To answer it, read the same text again with Input.Choice.
type Question struct {
	Code QuestionCode `json:"code"`
	// Choices holds 1 to 8 meetings, the likeliest first.
	Choices []Meeting `json:"choices"`
}

// String names the question, never its choices.
func (q Question) String() string { return fmt.Sprintf("question %s", q.Code) }

// Format prints String for every verb.
func (q Question) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, q.String()) }

// Choose returns the choice whose Text is given; ok is false if there is none.
func (q Question) Choose(text string) (m Meeting, ok bool) {
	for _, m := range q.Choices {
		if m.Text() == text {
			return m, true
		}
	}
	return Meeting{}, false
}

// maxChoices bounds what a person is asked to compare.
const maxChoices = 8

// askAbout makes the question for these readings, of which there is at least one.
func askAbout(choices []Meeting) *Question {
	code := ConfirmPasscode
	for _, m := range choices {
		if m.ID == "" || m.ID != choices[0].ID {
			code = ConfirmMeeting
		}
	}
	return &Question{Code: code, Choices: choices[:min(len(choices), maxChoices)]}
}

// Text is the shortest text that names the meeting: its link, or its ID and
// passcode. It is as secret as the meeting.
func (m Meeting) Text() string {
	if m.Kind == KindLink {
		return m.Link
	}
	return strings.TrimSpace(m.ID + " " + m.Passcode)
}
