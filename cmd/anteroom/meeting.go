package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/anteroom-visit/anteroom/handlers/pasted"
	"github.com/anteroom-visit/anteroom/locales"
	"github.com/anteroom-visit/anteroom/teams"
)

type meetingCommand struct {
	JSON            bool     `name:"json" help:"Answer as JSON."`
	GovernmentCloud toggle   `name:"government-cloud" setting:"" help:"Accept GCC High and DoD meetings."`
	NoPasscode      bool     `name:"no-passcode" help:"The invitation shows no passcode."`
	Text            []string `arg:"" help:"The pasted text; - reads standard input."`
}

// maxInput is more than any invitation has, in bytes; it protects the memory from an endless pipe.
const maxInput = 1 << 20

// Run prints the result: the exit status is 0 for a meeting, 1 for a refusal or a question.
func (m meetingCommand) Run(c console, env environ) error {
	if err := newMistakes(&m, env).err(); err != nil {
		return err
	}
	text := strings.Join(m.Text, " ")
	if text == "-" {
		read, err := io.ReadAll(io.LimitReader(c.in, maxInput))
		if err != nil {
			return fmt.Errorf("read standard input: %w", err)
		}
		text = string(read)
	}
	reading := teams.Rules{GovernmentCloud: m.GovernmentCloud.on()}.Read(teams.Input{Text: text, NoPasscode: m.NoPasscode})
	if reading.Meeting != nil {
		return m.print(c, reading, meetingLines(reading))
	}
	catalogue, err := locales.Load()
	if err != nil {
		return err
	}
	t := catalogue.Match("")
	if reading.Question != nil {
		err = m.print(c, reading, questionLines(t, *reading.Question))
	} else {
		title, body := pasted.RefusalText(t, "refusal.", *reading.Refusal)
		message := title + ". " + body
		answer := map[string]any{"refusal": map[string]string{"code": string(reading.Refusal.Code), "message": message}}
		err = m.print(c, answer, string(reading.Refusal.Code)+": "+message+"\n")
	}
	if err != nil {
		return err
	}
	return errQuiet
}

// questionLines returns a question and its choices, one per line.
func questionLines(t locales.Translator, q teams.Question) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s %s\n", q.Code, t.Text("question."+string(q.Code)+".title"), t.Text("question."+string(q.Code)+".text"))
	for _, m := range q.Choices {
		fmt.Fprintf(&b, "- %s\n", m.Text())
	}
	return b.String()
}

func (m meetingCommand) print(c console, asJSON any, asText string) error {
	if !m.JSON {
		_, err := io.WriteString(c.out, asText)
		return err
	}
	return writeJSON(c.out, asJSON)
}

// writeJSON does not escape & and <, so that links can be copied.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

func meetingLines(reading teams.Reading) string {
	var b strings.Builder
	m := reading.Meeting
	for _, line := range [][2]string{
		{"link", m.Link},
		{"meeting ID", m.ID},
		{"passcode", m.Passcode},
		{"tenant", m.TenantID},
		{"organiser", m.OrganizerID},
		{"thread", m.ThreadID},
	} {
		if line[1] != "" {
			fmt.Fprintf(&b, "%-11s %s\n", line[0], line[1])
		}
	}
	if m.Channel {
		b.WriteString("channel meeting: visitors have no chat\n")
	}
	if reading.Cancelled {
		b.WriteString("cancelled: the calendar entry cancels this meeting\n")
	}
	return b.String()
}
