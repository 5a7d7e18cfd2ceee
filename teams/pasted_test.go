package teams

import (
	"encoding/json"
	"os"
	"testing"
)

// pastedCase is one input of testdata/pasted.json. Expect is a refusal code, or an
// object with the meeting's fields, or one with the question's code.
type pastedCase struct {
	Name   string          `json:"name"`
	Kind   string          `json:"kind"`
	Text   string          `json:"text"`
	Expect json.RawMessage `json:"expect"`
}

type expectation struct {
	Kind, MeetingID, Passcode, ThreadID, TenantID, OrganizerID string
	Short                                                      []string
	Channel                                                    bool
	Cancelled                                                  bool
	Question                                                   string
}

// want is the description of what a case expects, as describeReading makes it.
func (c pastedCase) want(t *testing.T) string {
	t.Helper()
	var code string
	if json.Unmarshal(c.Expect, &code) == nil {
		return code
	}
	var e expectation
	if err := json.Unmarshal(c.Expect, &e); err != nil {
		t.Fatal(err)
	}
	switch {
	case e.Question != "":
		return "question " + e.Question
	case e.Kind == "id":
		return e.MeetingID + " " + e.Passcode
	case len(e.Short) == 2:
		return "https://teams.microsoft.com/meet/" + e.Short[0] + "?p=" + e.Short[1]
	}
	return e.ThreadID + " " + e.TenantID + " " + e.OrganizerID
}

func describeReading(r Reading) string {
	switch {
	case r.Question != nil:
		return "question " + string(r.Question.Code)
	case r.Refusal != nil:
		return string(r.Refusal.Code)
	case r.Cancelled:
		return "cancelled " + r.Meeting.Text()
	case r.Meeting.ThreadID != "":
		return r.Meeting.ThreadID + " " + r.Meeting.TenantID + " " + r.Meeting.OrganizerID
	}
	return r.Meeting.Text()
}

func TestReadPasted(t *testing.T) {
	data, err := os.ReadFile("testdata/pasted.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []pastedCase
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.Kind+"/"+c.Name, func(t *testing.T) {
			r := Read(Input{Text: c.Text})
			if got, want := describeReading(r), c.want(t); got != want {
				t.Errorf("got  %s (%s)\nwant %s\ntext %s", got, r.Rule, want, c.Text)
			}
		})
	}
}
