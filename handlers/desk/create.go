package desk

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/anteroom-visit/anteroom/handlers/reply"
	"github.com/anteroom-visit/anteroom/handlers/staff"
	"github.com/anteroom-visit/anteroom/locales"
	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/views"
	"github.com/anteroom-visit/anteroom/visit"
)

const (
	// wayCreate is the value of the form's field "way" that asks for a new Teams meeting.
	wayCreate    = "create"
	defaultLobby = "organization"
	maxSubject   = 120 // characters
	// anyMeeting is a placeholder while the rest of a form is checked, so that a form with mistakes
	// creates no meeting.
	anyMeeting = "https://teams.microsoft.com/meet/2000000000000?p=StandIn1"
)

// createsMeetings reports whether the desk offers to create a Teams meeting.
func (d *Desk) createsMeetings() bool { return d.staff != nil && d.staff.CreatesMeetings() }

// invitesHosts reports whether a visit's page has a part for the host.
func (d *Desk) invitesHosts() bool {
	return d.staff != nil && (d.staff.CreatesMeetings() || d.staff.JoinsCalls())
}

// takeForm returns the form that was kept for a sign-in, nil for none.
func (d *Desk) takeForm(w http.ResponseWriter, r *http.Request) url.Values {
	if d.staff == nil {
		return nil
	}
	var form url.Values
	for name, value := range d.staff.TakeForm(w, r) {
		if form == nil {
			form = make(url.Values)
		}
		form.Set(name, value)
	}
	return form
}

// makeVisitWithMeeting creates the Teams meeting of a visit, and then makes the visit. Every failure keeps
// what was typed, with a sign-in first where that is the way out.
func (d *Desk) makeVisitWithMeeting(w http.ResponseWriter, r *http.Request, draft visit.Draft, form url.Values) error {
	checked := draft
	checked.Meeting, checked.Passcode = anyMeeting, ""
	v, err := d.fromDraft(checked)
	var faults visit.Faults
	if err != nil && !errors.As(err, &faults) {
		return err
	}
	t := d.site.Translator(r)
	asked := staff.NewMeeting{
		Subject: cmp.Or(strings.Join(strings.Fields(form.Get("subject")), " "), t.Text("desk.create.usualSubject")),
		Start:   v.Start, End: v.End(), Lobby: cmp.Or(form.Get("lobby"), defaultLobby),
	}
	page := d.formPage(r, draft, form, faults)
	if utf8.RuneCountInString(asked.Subject) > maxSubject || strings.ContainsFunc(asked.Subject, unicode.IsControl) {
		page.Faults = append(page.Faults, views.Fault{Field: "subject", Short: t.Text("desk.fault.subject")})
	}
	if !slices.Contains(staff.Lobbies(), asked.Lobby) {
		page.Faults = append(page.Faults, views.Fault{Field: "lobby", Short: t.Text("desk.fault.lobby")})
	}
	if len(page.Faults) > 0 {
		return d.renderDesk(w, r, http.StatusUnprocessableEntity, page)
	}
	path, err := d.staff.CreateMeeting(w, r, formKey(form), asked, func(made staff.Meeting) (string, error) {
		path, err := d.visitWith(made, draft)
		if err == nil {
			d.log.InfoContext(r.Context(), "meeting created", "id", made.ID != "", "dialIn", made.Phone != "")
			d.count(r, 1)
		}
		return path, err
	})
	if err == nil {
		return reply.SeeOther(w, path)
	}
	page.Failure = staff.ReasonOf(err)
	d.log.WarnContext(r.Context(), "no meeting created", "reason", page.Failure, "error", err.Error())
	if done, err := d.staff.RenderMeetingProblem(w, r, err, keptFields(form)); done {
		return err
	}
	return d.renderDesk(w, r, staff.StatusOf(page.Failure), page)
}

// formKey returns what makes a second press of the same form equal to the first. Two forms with the same
// content differ by the field that each page has for itself; a corrected form is another one.
func formKey(form url.Values) string {
	if form.Get(onceField) == "" {
		return rand.Text()
	}
	sum := sha256.Sum256([]byte(form.Encode()))
	return hex.EncodeToString(sum[:])
}

// visitWith returns the path of the sheet for a visit in a created meeting. The visitor's link holds the
// meeting ID where the meeting's own link is a long one; the host's always holds that link.
func (d *Desk) visitWith(made staff.Meeting, draft visit.Draft) (string, error) {
	link := d.links.Read(teams.Input{Text: made.JoinURL}).Meeting
	draft.Meeting, draft.Passcode = made.JoinURL, ""
	if made.ID != "" && made.Passcode != "" && (link == nil || link.ID == "") {
		draft.Meeting, draft.Passcode = made.ID, made.Passcode
	}
	typed := draft
	if draft.DialIn == "" {
		draft.DialIn, draft.Conference = made.Phone, made.ConferenceID
	}
	v, err := d.fromDraft(draft)
	if err != nil { // a visit can do without Graph's telephone number
		v, err = d.fromDraft(typed)
	}
	if err != nil {
		return "", errors.Join(staff.ErrUnusableMeeting, err)
	}
	seal, err := d.seals.Seal(v)
	if err != nil {
		return "", fmt.Errorf("make visit: %w", err)
	}
	path := "/desk/visits/" + seal
	if link == nil || *link == v.Meeting {
		return path, nil
	}
	host := v.In(visit.RoleHost, v.Name)
	host.Meeting = *link
	if seal, err = d.seals.Seal(host); err != nil {
		return "", fmt.Errorf("make host's link: %w", err)
	}
	return path + "?host=" + seal, nil
}

func lobbyChoices(t locales.Translator) []views.Choice {
	var choices []views.Choice
	for _, lobby := range staff.Lobbies() {
		choices = append(choices, views.Choice{Value: lobby, Text: t.Text(lobbyText(lobby))})
	}
	return choices
}

func lobbyText(lobby string) string {
	switch lobby {
	case "organizer":
		return "desk.create.lobbyOrganizer"
	case "everyone":
		return "desk.create.lobbyEveryone"
	}
	return "desk.create.lobbyOrganization"
}
