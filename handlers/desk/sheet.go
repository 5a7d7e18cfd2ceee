package desk

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/handlers/reply"
	"github.com/anteroom-visit/anteroom/locales"
	"github.com/anteroom-visit/anteroom/views"
	"github.com/anteroom-visit/anteroom/visit"
	"github.com/anteroom-visit/anteroom/visit/invitation"
)

// sheetOf opens the link in the address and makes the visit's invitation. Nothing is stored: any replica
// makes the sheet from the link.
func (d *Desk) sheetOf(r *http.Request) (visit.Visit, invitation.Invitation, error) {
	v, err := d.seals.Open(r.PathValue("seal"))
	if err != nil {
		return v, invitation.Invitation{}, problem.NotFound
	}
	link, err := d.linkTo(r, v)
	if err != nil {
		return v, invitation.Invitation{}, err
	}
	i, err := invitation.New(v, link, invitation.Brand{Name: d.brand.Name, Phone: d.brand.Phone}, d.catalogue, d.now())
	return v, i, err
}

// linkTo returns the link to a visit.
func (d *Desk) linkTo(r *http.Request, v visit.Visit) (string, error) {
	seal, err := d.seals.Seal(v)
	if err != nil {
		return "", fmt.Errorf("make link: %w", err)
	}
	return d.site.Address(r) + "v/" + seal, nil
}

// showSheet shows everything that a clerk passes on for a visit.
func (d *Desk) showSheet(w http.ResponseWriter, r *http.Request) error {
	v, i, err := d.sheetOf(r)
	if err != nil {
		return err
	}
	code, err := i.QR()
	if err != nil {
		return err
	}
	t := d.site.Translator(r)
	start, now := v.Start.In(v.Location()), d.now()
	seal, _, _ := strings.Cut(r.PathValue("seal"), "/")
	page := views.SheetPage{
		Page: d.page(r, t.Text("desk.sheet.title")), Link: i.Link(), Self: "/desk/visits/" + seal, Like: "/desk?like=" + url.QueryEscape(seal),
		When: t.DateAndTime(start, v.Minutes), Zone: t.Zone(start), Name: v.Name, Host: v.Host, Role: t.Text(roleText(v.Role)),
		State: t.Text(stateText(v.State(now, d.limits)), "When", t.RelativeDay(v.Opens(d.limits).In(v.Location()), now)+" "+t.Clock(v.Opens(d.limits).In(v.Location()))),
		Code:  views.QR{Size: strconv.Itoa(code.Size), Path: code.Path, Title: t.Text("desk.sheet.qr")},
		Texts: d.catalogue.Texts(t, "desk.say."), DialIn: v.DialIn.Number,
	}
	if v.DialIn.Conference != "" {
		page.DialIn += ",," + v.DialIn.Conference + "#"
	}
	page.FullText, page.ShortText = textMessage(t, i.TextMessage()), textMessage(t, i.ShortTextMessage())
	page.Email, page.Paper, page.LongLink = email(i.Email()), views.Paper(i.Paper()), v.Meeting.ID == ""
	words := d.catalogue.Match(v.Language)
	page.Lang, page.Dir, page.CodeTitle = words.Lang(), words.Dir(), i.QRTitle()
	page.Others, err = d.othersOf(r, v)
	if err != nil {
		return err
	}
	if d.invitesHosts() {
		links, err := d.hostLinks(r, v)
		if err != nil {
			return err
		}
		host, err := d.hostInvitation(r, v)
		if err != nil {
			return err
		}
		page.HostText, page.HostCalendar = host.HostText(links), page.Self+"/host.ics"
		if r.URL.RawQuery != "" {
			page.HostCalendar += "?host=" + url.QueryEscape(r.URL.Query().Get("host"))
		}
		if v.State(now, d.limits) != visit.StateEnded {
			page.HostLink = links.Browser
		}
	}
	return d.site.Render(w, r, http.StatusOK, views.Sheet(page))
}

// textMessage returns a text message with its length in words.
func textMessage(t locales.Translator, m invitation.TextMessage) views.TextMessage {
	id := "desk.sheet.smsFits"
	if !m.Fits() {
		id = "desk.sheet.smsLong"
	}
	return views.TextMessage{Text: m.Text, Count: t.Text(
		id, "Length", strconv.Itoa(m.Length), "Limit", strconv.Itoa(m.Limit), "Messages", strconv.Itoa(m.Messages),
	)}
}

// email returns an email with the address that opens it in a mail program (RFC 6068: spaces as %20,
// line breaks as %0D%0A).
func email(mail invitation.Email) views.Email {
	escape := func(text string) string {
		return strings.ReplaceAll(url.QueryEscape(strings.ReplaceAll(text, "\n", "\r\n")), "+", "%20")
	}
	return views.Email{
		Subject: mail.Subject, Body: mail.Body, Mailto: "mailto:?subject=" + escape(mail.Subject) + "&body=" + escape(mail.Body),
	}
}

// othersOf returns the links for people who join the visit with the visitor.
func (d *Desk) othersOf(r *http.Request, v visit.Visit) ([]views.OtherLink, error) {
	var others []views.OtherLink
	for _, role := range []visit.Role{visit.RoleCompanion, visit.RoleInterpreter} {
		if role == v.Role {
			continue
		}
		other := v.In(role, "")
		link, err := d.linkTo(r, other)
		if err != nil {
			return nil, err
		}
		others = append(others, views.OtherLink{
			ID: string(role), Title: d.site.Translator(r).Text(otherText(role)), Link: link, Sheet: "/desk/visits/" + link[strings.LastIndex(link, "/")+1:],
		})
	}
	return others, nil
}

// hostLinks returns the addresses at which the host joins: the meeting in Teams, and the page on which
// signed-in staff join as themselves, where the site lets them. The query may hold a host's visit with the meeting's own link.
func (d *Desk) hostLinks(r *http.Request, v visit.Visit) (invitation.HostLinks, error) {
	host, err := d.seals.Open(r.URL.Query().Get("host"))
	if err != nil || host.Role != visit.RoleHost || host.ID != v.ID {
		host = v.In(visit.RoleHost, v.Name)
	}
	if !d.staff.JoinsCalls() {
		return invitation.HostLinks{Teams: host.Meeting.Link}, nil
	}
	seal, err := d.seals.Seal(host)
	if err != nil {
		return invitation.HostLinks{}, fmt.Errorf("make host's link: %w", err)
	}
	return invitation.HostLinks{Teams: host.Meeting.Link, Browser: d.site.Address(r) + "host/" + seal}, nil
}

// sendHostCalendar sends the host's calendar file: a created meeting is in nobody's calendar.
func (d *Desk) sendHostCalendar(w http.ResponseWriter, r *http.Request) error {
	v, _, err := d.sheetOf(r)
	if err != nil {
		return err
	}
	links, err := d.hostLinks(r, v)
	if err != nil {
		return err
	}
	i, err := d.hostInvitation(r, v)
	if err != nil {
		return err
	}
	text, err := i.HostCalendar(links)
	if err != nil {
		return err
	}
	return reply.File(w, "host.ics", "text/calendar; charset=utf-8; method=PUBLISH", []byte(text))
}

// hostInvitation is the invitation in the language of the desk.
func (d *Desk) hostInvitation(r *http.Request, v visit.Visit) (invitation.Invitation, error) {
	link, err := d.linkTo(r, v)
	if err != nil {
		return invitation.Invitation{}, err
	}
	v.Language = d.site.Translator(r).Lang()
	return invitation.New(v, link, invitation.Brand{Name: d.brand.Name, Phone: d.brand.Phone}, d.catalogue, d.now())
}

func otherText(role visit.Role) string {
	if role == visit.RoleInterpreter {
		return "desk.sheet.interpreter"
	}
	return "desk.sheet.companion"
}

func stateText(state visit.State) string {
	switch state {
	case visit.StateEarlyToday:
		return "desk.state.earlyToday"
	case visit.StateOpen:
		return "desk.state.open"
	case visit.StateLate:
		return "desk.state.late"
	case visit.StateEnded:
		return "desk.state.ended"
	case visit.StateEarly:
	}
	return "desk.state.early"
}

// sendSheetCalendar sends the calendar file, to attach to a message.
func (d *Desk) sendSheetCalendar(w http.ResponseWriter, r *http.Request) error {
	_, i, err := d.sheetOf(r)
	if err != nil {
		return err
	}
	text, err := i.Calendar()
	if err != nil {
		return err
	}
	return reply.File(w, "visit.ics", "text/calendar; charset=utf-8; method=PUBLISH", []byte(text))
}

// sendQR sends the code as an image, to put into a letter.
func (d *Desk) sendQR(w http.ResponseWriter, r *http.Request) error {
	_, i, err := d.sheetOf(r)
	if err != nil {
		return err
	}
	text, err := i.SVG()
	if err != nil {
		return err
	}
	return reply.File(w, "visit-qr.svg", "image/svg+xml", []byte(text))
}
