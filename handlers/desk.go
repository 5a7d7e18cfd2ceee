package handlers

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/views"
	"github.com/anteroom-visit/anteroom/visit"
)

// The desk's addresses.
const (
	deskPath        = "/desk"
	deskSignInPath  = "/desk/sign-in"
	deskMeetingPath = "/desk/meeting"
	deskBatchPath   = "/desk/batch"
)

// deskRoutes are there only where a passphrase is set.
func (s *Site) deskRoutes(read func(string, echo.HandlerFunc)) {
	e := s.echo
	read(deskSignInPath, s.showSignIn)
	e.POST(deskSignInPath, s.signIn)
	e.POST("/desk/sign-out", s.signOut)
	read(deskPath, s.deskOnly(s.showDesk))
	e.POST(deskPath, s.deskOnly(s.makeVisit))
	e.POST(deskMeetingPath, s.deskOnly(s.examineMeeting))
	read("/desk/visits/:seal", s.deskOnly(s.showSheet))
	read("/desk/visits/:seal/visit.ics", s.deskOnly(s.sendSheetCalendar))
	read("/desk/visits/:seal/qr.svg", s.deskOnly(s.sendQR))
	read(deskBatchPath, s.deskOnly(s.showBatch))
	e.POST(deskBatchPath, s.deskOnly(s.makeBatch))
	read("/desk/batch/template.csv", s.deskOnly(s.sendTemplate))
	s.doctorRoute(s.deskOnly)
}

// showDesk is the form for a new visit; ?like= is the link of one whose person, time zone and
// language it begins with.
func (s *Site) showDesk(c echo.Context) error {
	var draft visit.Draft
	if like, err := s.Seals.Open(c.QueryParam("like")); err == nil {
		draft.Host, draft.Zone, draft.Language, draft.Phone = like.Host, like.Zone, like.Language, like.Phone
		draft.Minutes = strconv.Itoa(like.Minutes)
	}
	form := s.deskForm(c, draft, nil, nil)
	form.Fields["phone"] = cmp.Or(draft.Phone, s.Brand.Phone)
	return s.renderDesk(c, http.StatusOK, form)
}

func (s *Site) renderDesk(c echo.Context, status int, form views.DeskPage) error {
	form.Page = s.deskPage(c, s.translator(c).Text("desk.form.title"))
	return s.render(c, status, views.Desk(form))
}

// makeVisit makes the visit that the form describes, or shows the form again with all that is wrong.
func (s *Site) makeVisit(c echo.Context) error {
	if err := c.Request().ParseForm(); err != nil {
		return asBodyError(err)
	}
	form := c.Request().PostForm
	draft := formDraft(form, s.Brand.Phone)
	v, err := s.fromDraft(draft)
	var faults visit.Faults
	if errors.As(err, &faults) {
		return s.renderDesk(c, http.StatusUnprocessableEntity, s.deskForm(c, draft, form, faults))
	}
	if err != nil {
		return err
	}
	seal, err := s.Seals.Seal(v)
	if err != nil {
		return fmt.Errorf("make visit: %w", err)
	}
	return s.redirect(c, "/desk/visits/"+seal)
}

// fromDraft makes a visit in a language that the site speaks.
func (s *Site) fromDraft(draft visit.Draft) (visit.Visit, error) {
	draft.Zone = cmp.Or(strings.TrimSpace(draft.Zone), s.DeskZone)
	return draft.Visit(s.Now(), s.Links)
}

// fields are what the form of the desk sends, besides the flags.
var deskFields = []string{
	"meeting", "passcode", "name", "host", "date", "time", "minutes", "zone", "language", "role", "phone", "dial-in", "conference",
}

var deskFlags = []string{"chat", "camera", "share"}

// formDraft reads the form. The site's own number is no number of the visit: without it the link is
// shorter, and follows when the site's number changes.
func formDraft(form url.Values, sitePhone string) visit.Draft {
	get := func(name string) string { return strings.TrimSpace(form.Get(name)) }
	flag := func(name string) string {
		if form.Get(name) == "" {
			return "off" // a browser leaves out what is not ticked
		}
		return form.Get(name)
	}
	draft := visit.Draft{
		Meeting: form.Get("meeting"), Passcode: get("passcode"), Name: get("name"), Host: get("host"),
		Start: strings.TrimSpace(get("date") + " " + get("time")), Minutes: get("minutes"), Zone: get("zone"),
		Language: get("language"), Role: get("role"), Phone: get("phone"), DialIn: get("dial-in"), Conference: get("conference"),
		Chat: flag("chat"), Camera: flag("camera"), Share: flag("share"),
	}
	if draft.Phone == strings.TrimSpace(sitePhone) {
		draft.Phone = ""
	}
	return draft
}

// keptFields are what is carried over a sign-in: nothing unless it is a form of the desk.
func keptFields(form url.Values) map[string]string {
	if !form.Has("meeting") {
		return nil
	}
	kept := make(map[string]string)
	for _, name := range append(deskFields, deskFlags...) {
		if form.Has(name) {
			kept[name] = form.Get(name)
		}
	}
	return kept
}

// deskForm is the form with what was typed, nil for a fresh one, and what is wrong with it.
func (s *Site) deskForm(c echo.Context, draft visit.Draft, typed url.Values, faults visit.Faults) views.DeskPage {
	t := s.translator(c)
	page := views.DeskPage{Fields: make(map[string]string), Faults: deskFaults(t, faults), Texts: s.Catalogue.Texts(t, "desk.say.")}
	for _, name := range append(deskFields, deskFlags...) {
		page.Fields[name] = typed.Get(name)
	}
	if typed == nil {
		zone := cmp.Or(draft.Zone, s.DeskZone, defaultZone)
		page.Fields["date"] = s.Now().In(zoneNamed(zone)).Format(time.DateOnly)
		for name, value := range map[string]string{
			"host": draft.Host, "minutes": cmp.Or(draft.Minutes, "15"), "zone": zone,
			"language": draft.Language, "chat": "on", "camera": "on", "share": "on",
		} {
			page.Fields[name] = value
		}
	}
	page.Zones = deskZones(cmp.Or(page.Fields["zone"], s.DeskZone, defaultZone))
	languages := s.Catalogue.Languages()
	for _, language := range languages {
		page.Languages = append(page.Languages, views.Choice{Value: language.Lang(), Text: language.Text("language.name")})
	}
	for _, role := range visit.Roles() {
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
	case visit.RoleGuest:
	}
	return "desk.role.guest"
}

// meetingAnswer is what the desk's script is told of a pasted text. It holds nothing of the text.
type meetingAnswer struct {
	Meeting string `json:"meeting,omitempty"` // kind
	Refusal string `json:"refusal,omitempty"` // code
	Title   string `json:"title,omitempty"`
	Text    string `json:"text"`
}

// examineMeeting says what somebody pasted, while the form is still being filled in.
func (s *Site) examineMeeting(c echo.Context) error {
	if err := c.Request().ParseForm(); err != nil {
		return asBodyError(err)
	}
	t, form := s.translator(c), c.Request().PostForm
	found, refusal := s.Links.ParseWithPasscode(form.Get("meeting"), form.Get("passcode"))
	if refusal != nil {
		id := "desk.refusal." + string(refusal.Code)
		return c.JSON(http.StatusOK, meetingAnswer{Refusal: string(refusal.Code), Title: t.Text(id + ".title"), Text: t.Text(id + ".text")})
	}
	return c.JSON(http.StatusOK, meetingAnswer{Meeting: string(found.Kind), Text: t.Text(foundText(found))})
}

// foundText is the catalogue's id of what is good to know about a meeting. A classic link is so long
// that a link which holds it does not fit into one text message.
func foundText(m teams.Meeting) string {
	switch {
	case m.Channel:
		return "desk.found.channel"
	case m.ID == "":
		return "desk.found.classic"
	case m.Kind == teams.KindID:
		return "desk.found.id"
	}
	return "desk.found.link"
}

// siteAddress is where links begin: the public address, or in a rehearsal without one the address by
// which the clerk has come.
func (s *Site) siteAddress(c echo.Context) *url.URL {
	if s.BaseURL != nil {
		return s.BaseURL
	}
	return &url.URL{Scheme: c.Scheme(), Host: c.Request().Host}
}
