package main

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/visit"
)

type linkOpenCommand struct {
	linkSettings
	timeSettings
	JSON   bool   `name:"json" help:"Answer as JSON."`
	Reveal bool   `help:"Show the meeting's link and passcode too: with them, anyone can join."`
	URL    string `arg:"" help:"The link; - reads standard input."`
}

// opened is the content of a link as it is printed.
type opened struct {
	ID         string      `json:"id"`
	Revision   int         `json:"revision"`
	Created    string      `json:"created,omitempty"` // YYYY-MM-DD in UTC, empty for a link of form 1
	State      visit.State `json:"state"`
	Meeting    string      `json:"meetingLink,omitempty"`
	MeetingID  string      `json:"meetingId,omitempty"`
	Passcode   string      `json:"passcode,omitempty"`
	Tenant     string      `json:"tenantId,omitempty"`
	Channel    bool        `json:"channel"`
	Name       string      `json:"name,omitempty"`
	Host       string      `json:"host,omitempty"`
	Start      time.Time   `json:"start"`
	End        time.Time   `json:"end"`
	Zone       string      `json:"zone"`
	Language   string      `json:"language"`
	Role       visit.Role  `json:"role"`
	Phone      string      `json:"phone,omitempty"`
	DialIn     string      `json:"dialIn,omitempty"`
	Conference string      `json:"conference,omitempty"`
	Chat       bool        `json:"chat"`
	Camera     bool        `json:"camera"`
	Share      bool        `json:"share"`
}

// Run prints the link's visit, and its state by this machine's clock and the site's settings.
func (l linkOpenCommand) Run(c console, env environ) error {
	m := newMistakes(&l, env)
	if l.LinkKeys.Reveal() == "" {
		m.add("LINK_KEYS", "must be set, to the same as the site's")
	}
	if err := m.err(); err != nil {
		return err
	}
	text := l.URL
	if text == "-" {
		read, err := io.ReadAll(io.LimitReader(c.in, maxInput))
		if err != nil {
			return fmt.Errorf("read standard input: %w", err)
		}
		text = string(read)
	}
	v, err := l.linkSettings.checked().linkKeys.Open(sealOf(text))
	if errors.Is(err, visit.ErrUnknown) {
		return fmt.Errorf("%w: made with another key, cut or changed", err)
	}
	if err != nil {
		return err
	}
	o := describe(v, v.State(c.now(), l.timeSettings.checked()), l.Reveal)
	if l.JSON {
		return writeJSON(c.out, o)
	}
	_, err = io.WriteString(c.out, o.lines())
	return err
}

const hidden = "***"

func describe(v visit.Visit, state visit.State, reveal bool) opened {
	zone := v.Location()
	o := opened{
		ID: v.ID.String(), Revision: v.Revision, State: state,
		Meeting: v.Meeting.Link, MeetingID: v.Meeting.ID, Passcode: v.Meeting.Passcode, Tenant: v.Meeting.TenantID,
		Channel: v.Meeting.Channel, Name: v.Name, Host: v.Host, Start: v.Start.In(zone), End: v.End().In(zone),
		Zone: v.Zone, Language: v.Language, Role: v.Role, Phone: v.Phone, DialIn: v.DialIn.Number,
		Conference: v.DialIn.Conference, Chat: v.Chat, Camera: v.Camera, Share: v.Share,
	}
	if !v.Created.IsZero() {
		o.Created = v.Created.Format(time.DateOnly)
	}
	if reveal {
		return o
	}
	if o.Passcode != "" {
		o.Passcode = hidden
	}
	if v.Meeting.Kind == teams.KindLink {
		o.Meeting = "https://" + hostOf(v.Meeting.Link) + "/" + hidden
	}
	return o
}

func hostOf(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return hidden
	}
	return u.Host
}

func (o opened) lines() string {
	var offered []string
	for _, f := range []struct {
		name string
		on   bool
	}{{"chat", o.Chat}, {"camera", o.Camera}, {"share", o.Share}} {
		if f.on {
			offered = append(offered, f.name)
		}
	}
	var b strings.Builder
	for _, line := range [][2]string{
		{"visit", o.ID},
		{"revision", fmt.Sprint(o.Revision)},
		{"created", o.Created},
		{"state", string(o.State)},
		{"meeting", o.Meeting},
		{"meeting ID", o.MeetingID},
		{"passcode", o.Passcode},
		{"tenant", o.Tenant},
		{"name", o.Name},
		{"host", o.Host},
		{"start", o.Start.Format(time.RFC3339)},
		{"end", o.End.Format(time.RFC3339)},
		{"zone", o.Zone},
		{"language", o.Language},
		{"role", string(o.Role)},
		{"phone", o.Phone},
		{"dial-in", o.DialIn},
		{"conference", o.Conference},
		{"offered", strings.Join(offered, ", ")},
	} {
		if line[1] != "" {
			fmt.Fprintf(&b, "%-11s %s\n", line[0], line[1])
		}
	}
	return b.String()
}
