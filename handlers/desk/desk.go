// Package desk is the part of the site where staff make links to visits, one or many, and examine the
// site. It stores no visit: a link holds all of it.
package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"golang.org/x/sync/singleflight"

	"github.com/anteroom-visit/anteroom/handlers/assets"
	"github.com/anteroom-visit/anteroom/handlers/identity"
	"github.com/anteroom-visit/anteroom/handlers/pasted"
	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/handlers/reply"
	"github.com/anteroom-visit/anteroom/handlers/staff"
	"github.com/anteroom-visit/anteroom/locales"
	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/views"
	"github.com/anteroom-visit/anteroom/visit"
)

// The desk's addresses.
const (
	Path        = "/desk"
	SignInPath  = "/desk/sign-in"
	MeetingPath = "/desk/meeting"
	BatchPath   = "/desk/batch"
)

// Site is what the desk needs of the site around it.
type Site interface {
	// Page returns what every page shares.
	Page(r *http.Request, title string) views.Page
	// Render writes a page.
	Render(w http.ResponseWriter, r *http.Request, status int, page templ.Component) error
	// Translator returns the language of the answer.
	Translator(r *http.Request) locales.Translator
	// Address returns where another browser finds the site, with a slash at its end.
	Address(r *http.Request) string
	// ClientKey returns what counts as one client.
	ClientKey(r *http.Request) string
}

// Options configures a Desk.
type Options struct {
	// Passphrase opens the desk; empty leaves only Staff.
	Passphrase string
	// Open opens the desk to everyone.
	Open bool
	// Staff signs staff in with their own accounts; nil leaves only the passphrase.
	Staff *staff.Staff
	// Zone is the IANA time zone that a form begins with; empty is Europe/London.
	Zone string
	// SessionKeys seal the cookie, together with the passphrase; Secure cookies travel over https only.
	SessionKeys []string
	Secure      bool
	// Seals makes the links to visits, and Limits are when they can be joined.
	Seals  *visit.Keyring
	Limits visit.Limits
	// Links are the rules by which pasted text becomes a meeting.
	Links teams.Rules
	Brand views.Brand
	// Permission is whether the site can make calls; nil is always.
	Permission *identity.Permission
	// Made is told of visits that were made, and how their maker signed in: staff, passphrase or nobody; nil
	// is told nothing.
	Made func(maker string, visits int)
	// Examine returns what the doctor found; nil has no such page.
	Examine   func(ctx context.Context) []views.Finding
	Site      Site
	Assets    *assets.Bundle
	Catalogue *locales.Catalogue
	Log       *slog.Logger
	Now       func() time.Time
}

// Desk is the pages of the desk.
type Desk struct {
	zone      string
	seals     *visit.Keyring
	limits    visit.Limits
	links     teams.Rules
	brand     views.Brand
	site      Site
	assets    *assets.Bundle
	catalogue *locales.Catalogue
	log       *slog.Logger
	now       func() time.Time

	open         bool
	permission   *identity.Permission
	door         door
	staff        *staff.Staff
	made         func(maker string, visits int)
	examine      func(ctx context.Context) []views.Finding
	examinations singleflight.Group
	examined     examination
}

// New builds the desk.
func New(o Options) (*Desk, error) {
	door, err := newDoor(o)
	if err != nil {
		return nil, err
	}
	return &Desk{
		zone: o.Zone, seals: o.Seals, limits: o.Limits, links: o.Links, brand: o.Brand, site: o.Site, assets: o.Assets,
		catalogue: o.Catalogue, log: o.Log, now: o.Now, door: door, open: o.Open, permission: o.Permission, staff: o.Staff, made: o.Made, examine: o.Examine,
	}, nil
}

// SignInsWaiting returns how many attempts to sign in are being delayed.
func (d *Desk) SignInsWaiting() int { return d.door.attempts.delayed() }

// Handler answers a request, or returns an error for the site's table.
type Handler = func(w http.ResponseWriter, r *http.Request) error

// Routes lists the desk's addresses: read routes GET and HEAD, post POST.
func (d *Desk) Routes(read, post func(path string, h Handler)) {
	read(SignInPath, d.showSignIn)
	if d.door.isOpenable() {
		post(SignInPath, d.signIn)
	}
	if d.staff != nil {
		d.staff.Routes(read)
	}
	post("/desk/sign-out", d.signOut)
	read(Path, d.signedInOnly("open form", d.showDesk))
	post(Path, d.signedInOnly("make visit", d.makeVisit))
	post(MeetingPath, d.signedInOnly("check meeting", d.examineMeeting))
	read("/desk/visits/:seal", d.signedInOnly("open visit", d.showSheet))
	read("/desk/visits/:seal/visit.ics", d.signedInOnly("fetch calendar file", d.sendSheetCalendar))
	if d.invitesHosts() {
		read("/desk/visits/:seal/host.ics", d.signedInOnly("fetch host's calendar file", d.sendHostCalendar))
	}
	read("/desk/visits/:seal/qr.svg", d.signedInOnly("fetch QR code", d.sendQR))
	read(BatchPath, d.signedInOnly("open batch form", d.showBatch))
	post(BatchPath, d.signedInOnly("make batch", d.makeBatch))
	read("/desk/batch/template.csv", d.signedInOnly("fetch batch template", d.sendTemplate))
	read("/desk/doctor", d.signedInOnly("examine site", d.showDoctor))
}

// showDesk shows the form for a new visit; ?like= names one whose host, time zone, language and length
// it begins with.
func (d *Desk) showDesk(w http.ResponseWriter, r *http.Request) error {
	if kept := d.takeForm(w, r); kept != nil {
		page := d.formPage(r, formDraft(kept, d.brand.Phone), kept, nil)
		page.IsBack = true
		return d.renderDesk(w, r, http.StatusOK, page)
	}
	var draft visit.Draft
	if like, err := d.seals.Open(r.URL.Query().Get("like")); err == nil {
		draft.Host, draft.Zone, draft.Language, draft.Phone = like.Host, like.Zone, like.Language, like.Phone
		draft.Minutes = strconv.Itoa(like.Minutes)
	}
	form := d.formPage(r, draft, nil, nil)
	form.Fields["phone"] = cmp.Or(draft.Phone, d.brand.Phone)
	return d.renderDesk(w, r, http.StatusOK, form)
}

func (d *Desk) renderDesk(w http.ResponseWriter, r *http.Request, status int, form views.DeskPage) error {
	form.Page = d.page(r, d.site.Translator(r).Text("desk.form.title"))
	return d.site.Render(w, r, status, views.Desk(form))
}

// makeVisit makes the visit that the form describes, or shows the form again with everything that is
// wrong.
func (d *Desk) makeVisit(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return problem.FromBody(err)
	}
	form := r.PostForm
	draft := formDraft(form, d.brand.Phone)
	if d.staff != nil && form.Get("way") == wayCreate {
		return d.makeVisitWithMeeting(w, r, draft, form)
	}
	v, err := d.fromDraft(draft)
	var faults visit.Faults
	if errors.As(err, &faults) {
		page := d.formPage(r, draft, form, faults)
		in := pasted.Input(form)
		in.Choice = "" // a choice that was made is shown with the others
		if reading := d.links.Read(in); reading.Question != nil {
			page.Question = pasted.Question(d.site.Translator(r), *reading.Question)
			page.Question.Chosen = form.Get("choice")
		}
		return d.renderDesk(w, r, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	seal, err := d.seals.Seal(v)
	if err != nil {
		return fmt.Errorf("make visit: %w", err)
	}
	d.count(r, 1)
	return reply.SeeOther(w, "/desk/visits/"+seal)
}

// count records the visits that a request has made.
func (d *Desk) count(r *http.Request, visits int) {
	maker, _ := r.Context().Value(signedInAs{}).(string)
	if maker != byPassphrase && maker != byNobody {
		maker = "staff"
	}
	d.log.InfoContext(r.Context(), "visits made", "maker", maker, "visits", visits)
	if d.made != nil {
		d.made(maker, visits)
	}
}

// fromDraft makes a visit, in the desk's time zone unless the draft names one.
func (d *Desk) fromDraft(draft visit.Draft) (visit.Visit, error) {
	draft.Zone = cmp.Or(strings.TrimSpace(draft.Zone), d.zone)
	return draft.Visit(d.now(), d.links)
}

// meetingAnswer is what the desk's script learns about a pasted text. It contains nothing of the text.
type meetingAnswer struct {
	Meeting   string `json:"meeting,omitempty"`  // kind
	Refusal   string `json:"refusal,omitempty"`  // code
	Question  string `json:"question,omitempty"` // code
	Cancelled bool   `json:"cancelled,omitempty"`
	Title     string `json:"title,omitempty"`
	Text      string `json:"text"`
}

// examineMeeting reads what somebody pasted, while the form is still being filled in.
func (d *Desk) examineMeeting(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return problem.FromBody(err)
	}
	t := d.site.Translator(r)
	reading := d.links.Read(pasted.Input(r.PostForm))
	d.log.InfoContext(r.Context(), "meeting read", "at", "desk", "outcome", reading.Outcome(), "rule", reading.Rule)
	var answer meetingAnswer
	switch {
	case reading.Question != nil:
		id := "question." + string(reading.Question.Code)
		answer = meetingAnswer{Question: string(reading.Question.Code), Title: t.Text(id + ".title"), Text: t.Text("desk.found.question")}
	case reading.Refusal != nil:
		answer.Refusal = string(reading.Refusal.Code)
		answer.Title, answer.Text = pasted.RefusalText(t, "desk.refusal.", *reading.Refusal)
	default:
		answer = meetingAnswer{Meeting: string(reading.Meeting.Kind), Text: t.Text(foundText(*reading.Meeting))}
		if _, ok := teams.ReadDialIn(r.PostForm.Get("meeting")); ok {
			answer.Text += " " + t.Text("desk.found.dialIn")
		}
		if reading.Cancelled {
			answer.Cancelled, answer.Title = true, t.Text("desk.found.cancelled")
		}
	}
	return reply.JSON(w, http.StatusOK, answer)
}

// foundText returns the catalogue's id of advice about a meeting. A link that holds a classic link does
// not fit into one text message.
func foundText(m teams.Meeting) string {
	switch {
	case m.Channel:
		return "desk.found.channel"
	case m.ID == "":
		return "desk.found.classic"
	case m.Kind == teams.KindID && m.Passcode == "":
		return "desk.found.idAlone"
	case m.Kind == teams.KindID:
		return "desk.found.id"
	}
	return "desk.found.link"
}
