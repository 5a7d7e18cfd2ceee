package teams

import (
	"encoding/json"
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

// want returns what describePasted must return for the case.
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
	cancelled := ""
	if e.Cancelled {
		cancelled = "cancelled "
	}
	switch {
	case e.Question != "":
		return "question " + e.Question
	case e.Kind == "id":
		return cancelled + e.MeetingID + " " + e.Passcode
	case len(e.Short) == 2:
		return cancelled + "https://teams.microsoft.com/meet/" + e.Short[0] + "?p=" + e.Short[1]
	}
	return cancelled + e.ThreadID + " " + e.TenantID + " " + e.OrganizerID
}

// describePasted is describe, with the thread, tenant and organiser of a long link
// instead of the link, and with "cancelled" before a cancelled meeting.
func describePasted(r Reading) string {
	text := describe(r)
	if r.Meeting != nil && r.Meeting.ThreadID != "" {
		text = r.Meeting.ThreadID + " " + r.Meeting.TenantID + " " + r.Meeting.OrganizerID
	}
	if r.Cancelled && r.Meeting != nil {
		return "cancelled " + text
	}
	return text
}

// TestReadPastedTexts reads texts that people paste. pasted.json has inputs that
// earlier versions read wrongly; pasted-more.json has more of the same kinds.
func TestReadPastedTexts(t *testing.T) {
	for file, minimum := range map[string]int{"pasted.json": 48, "pasted-more.json": 150} {
		cases := readJSON[[]pastedCase](t, "testdata/"+file)
		if len(cases) < minimum {
			t.Errorf("%s: got %d cases, want at least %d", file, len(cases), minimum)
		}
		for _, c := range cases {
			t.Run(c.Kind+"/"+c.Name, func(t *testing.T) {
				r := read(c.Text)
				if got, want := describePasted(r), c.want(t); got != want {
					t.Errorf("got  %s (%s)\nwant %s\ntext %s", got, r.Rule, want, c.Text)
				}
				if err := checkReading(r); err != nil {
					t.Error(err)
				}
			})
		}
	}
}
