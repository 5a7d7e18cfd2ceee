package desk

import (
	"cmp"
	"crypto/rand"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/anteroom-visit/anteroom/views"
	"github.com/anteroom-visit/anteroom/visit"
	"github.com/anteroom-visit/anteroom/visit/date"
)

// formFields are the fields of the desk's form, except for the flags.
var formFields = []string{
	"meeting", "passcode", "name", "host", "date", "time", "minutes", "zone", "language", "role", "phone", "dial-in", "conference",
	"noPasscode", "evenCancelled", "date-order",
	"way", "subject", "lobby", onceField,
}

// onceField is random in each form, so that pressing twice creates one meeting.
const onceField = "once"

var formFlags = []string{"chat", "camera", "share"}

// formDraft reads the form. It leaves out a phone number that is the site's own: the link is shorter
// without it, and follows when the site's number changes.
func formDraft(form url.Values, sitePhone string) visit.Draft {
	get := func(name string) string { return strings.TrimSpace(form.Get(name)) }
	flag := func(name string) string {
		if form.Get(name) == "" {
			return "off" // a browser leaves out what is not ticked
		}
		return form.Get(name)
	}
	draft := visit.Draft{
		Meeting: form.Get("meeting"), Passcode: get("passcode"), NoPasscode: get("noPasscode") != "", Choice: form.Get("choice"),
		EvenCancelled: get("evenCancelled") != "",
		Name:          get("name"), Host: get("host"),
		Start: strings.TrimSpace(get("date") + " " + get("time")), Minutes: get("minutes"), Zone: get("zone"),
		Language: get("language"), Role: get("role"), Phone: get("phone"), DialIn: get("dial-in"), Conference: get("conference"),
		Chat: flag("chat"), Camera: flag("camera"), Share: flag("share"),
	}
	draft.DateOrder, _ = date.ParseOrder(get("date-order"))
	if draft.Phone == strings.TrimSpace(sitePhone) {
		draft.Phone = ""
	}
	return draft
}

// keptFields returns the fields that survive a sign-in: none unless the form is the desk's.
func keptFields(form url.Values) map[string]string {
	if !form.Has("meeting") {
		return nil
	}
	kept := make(map[string]string)
	for _, name := range append(formFields, formFlags...) {
		if form.Has(name) {
			kept[name] = form.Get(name)
		}
	}
	return kept
}

// formPage returns the form with what was typed, nil for a fresh one, and what is wrong with it.
func (d *Desk) formPage(r *http.Request, draft visit.Draft, typed url.Values, faults visit.Faults) views.DeskPage {
	t := d.site.Translator(r)
	page := views.DeskPage{Fields: make(map[string]string), Faults: fieldFaults(t, faults), Texts: d.catalogue.Texts(t, "desk.say.")}
	for _, name := range append(formFields, formFlags...) {
		page.Fields[name] = typed.Get(name)
	}
	if typed == nil {
		zone := cmp.Or(draft.Zone, d.zone, defaultZone)
		page.Fields["date"] = d.now().In(zoneNamed(zone)).Format(time.DateOnly)
		for name, value := range map[string]string{
			"host": draft.Host, "minutes": cmp.Or(draft.Minutes, "15"), "zone": zone,
			"language": draft.Language, "chat": "on", "camera": "on", "share": "on", "lobby": defaultLobby,
		} {
			page.Fields[name] = value
		}
	}
	if page.Creates = d.createsMeetings(); page.Creates {
		page.Lobbies, page.Fields[onceField] = lobbyChoices(t), rand.Text()
	}
	page.Cancelled = faults.Of(visit.FieldMeeting) == visit.CancelledMeeting || page.Fields["evenCancelled"] != ""
	if faults.Of(visit.FieldStart) == visit.AmbiguousDate {
		page.DateChoices = orderChoices(t, date.Read(draft.Start))
	}
	page.BrowserZone = typed == nil && draft.Zone == "" && d.zone == ""
	page.Zones = zoneChoices(cmp.Or(page.Fields["zone"], d.zone, defaultZone))
	languages := d.catalogue.Languages()
	for _, language := range languages {
		page.Languages = append(page.Languages, views.Choice{Value: language.Lang(), Text: language.Text("language.name")})
	}
	for _, role := range visit.VisitorRoles() {
		page.Roles = append(page.Roles, views.Choice{Value: string(role), Text: t.Text(roleText(role))})
	}
	return page
}

func roleText(role visit.Role) string {
	switch role {
	case visit.RoleCompanion:
		return "desk.role.companion"
	case visit.RoleInterpreter:
		return "desk.role.interpreter"
	case visit.RoleAudience:
		return "desk.role.audience"
	case visit.RoleGuest, visit.RoleHost: // a host's link has no sheet
	}
	return "desk.role.guest"
}
