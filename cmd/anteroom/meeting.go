package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/anteroom-visit/anteroom/locales"
	"github.com/anteroom-visit/anteroom/teams"
)

type meetingCommand struct {
	JSON            bool     `name:"json" help:"Answer as JSON."`
	GovernmentCloud toggle   `name:"government-cloud" setting:"" help:"Take GCC High and DoD meetings."`
	Text            []string `arg:"" help:"What was pasted; - reads standard input."`
}

// maxInput is far more than the link doctor reads; it only keeps a pipe from filling the memory.
const maxInput = 1 << 20

// Run prints what the text is: exit status 0 for a meeting, 1 for a refusal.
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
	meeting, refusal := teams.Rules{GovernmentCloud: m.GovernmentCloud.on()}.Parse(text)
	if refusal == nil {
		return m.print(c, map[string]any{"meeting": meeting}, meetingLines(meeting))
	}
	catalogue, err := locales.Load()
	if err != nil {
		return err
	}
	id := "refusal." + string(refusal.Code)
	t := catalogue.Match("")
	message := t.Text(id+".title") + ". " + t.Text(id+".text")
	told := map[string]any{"refusal": map[string]string{"code": string(refusal.Code), "message": message}}
	if err := m.print(c, told, string(refusal.Code)+": "+message+"\n"); err != nil {
		return err
	}
	return errQuiet
}

func (m meetingCommand) print(c console, asJSON any, asText string) error {
	if !m.JSON {
		_, err := io.WriteString(c.out, asText)
		return err
	}
	return writeJSON(c.out, asJSON)
}

// writeJSON keeps & and < as they are: links are there to be copied.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

func meetingLines(m teams.Meeting) string {
	var b strings.Builder
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
	return b.String()
}
