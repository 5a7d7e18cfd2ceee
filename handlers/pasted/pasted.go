// Package pasted holds what the door and the desk share about pasted meetings: the form's fields, and the
// texts for a refusal and for a question. It decides nothing.
package pasted

import (
	"net/url"

	"github.com/anteroom-visit/anteroom/locales"
	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/views"
)

// Input returns what a form sent: meeting, passcode, noPasscode=1, and choice, the answer to a question.
func Input(form url.Values) teams.Input {
	return teams.Input{
		Text: form.Get("meeting"), Passcode: form.Get("passcode"), NoPasscode: form.Get("noPasscode") != "", Choice: form.Get("choice"),
	}
}

// RefusalText returns the texts for a refusal. The prefix is "refusal." for a visitor and
// "desk.refusal." for staff.
func RefusalText(t locales.Translator, prefix string, r teams.Refusal) (title, text string) {
	id := prefix + views.RefusalID(string(r.Code), r.Service)
	return t.Text(id+".title", "Service", r.Service), t.Text(id+".text", "Service", r.Service)
}

// Question returns a question with its choices as a person reads them. A choice's value names a
// meeting, so it belongs into a form and never into an address.
func Question(t locales.Translator, q teams.Question) views.Question {
	out := views.Question{Code: string(q.Code)}
	for _, m := range q.Choices {
		out.Choices = append(out.Choices, views.Choice{Value: m.Text(), Text: choiceText(t, m)})
	}
	return out
}

func choiceText(t locales.Translator, m teams.Meeting) string {
	switch {
	case m.ThreadID != "":
		return t.Text("question.link", "Link", m.Link)
	case m.Passcode == "":
		return t.Text("question.idAlone", "ID", grouped(m.ID))
	}
	return t.Text("question.id", "ID", grouped(m.ID), "Passcode", m.Passcode)
}

// grouped writes a meeting ID as an invitation does, in threes.
func grouped(id string) string {
	out := ""
	for i, r := range id {
		if i > 0 && i%3 == 0 {
			out += " "
		}
		out += string(r)
	}
	return out
}
