package handlers

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/anteroom-visit/anteroom/views"
	"github.com/anteroom-visit/anteroom/visit"
	"github.com/anteroom-visit/anteroom/visit/invitation"
)

// sheetOf opens the link in the address and makes the visit's invitation. Nothing of it is kept: the
// sheet is made from the link alone, by any replica.
func (s *Site) sheetOf(c echo.Context) (visit.Visit, invitation.Invitation, error) {
	v, err := s.Seals.Open(c.Param("seal"))
	if err != nil {
		return v, invitation.Invitation{}, errNotFound
	}
	link, err := s.linkTo(c, v)
	if err != nil {
		return v, invitation.Invitation{}, err
	}
	i, err := invitation.New(v, link, invitation.Brand{Name: s.Brand.Name, Phone: s.Brand.Phone}, s.Catalogue, s.Now())
	return v, i, err
}

func (s *Site) linkTo(c echo.Context, v visit.Visit) (string, error) {
	seal, err := s.Seals.Seal(v)
	if err != nil {
		return "", fmt.Errorf("make link: %w", err)
	}
	return s.siteAddress(c).JoinPath("v", seal).String(), nil
}

// showSheet is everything that a clerk hands on for a visit.
func (s *Site) showSheet(c echo.Context) error {
	v, i, err := s.sheetOf(c)
	if err != nil {
		return err
	}
	code, err := i.QR()
	if err != nil {
		return err
	}
	t := s.translator(c)
	start, now := v.Start.In(v.Location()), s.Now()
	seal, _, _ := strings.Cut(c.Param("seal"), "/")
	page := views.SheetPage{
		Page: s.deskPage(c, t.Text("desk.sheet.title")), Link: i.Link(), Self: "/desk/visits/" + seal, Like: "/desk?like=" + url.QueryEscape(seal),
		When: t.When(start, v.Minutes, now), Zone: t.Zone(start), Name: v.Name, Host: v.Host, Role: t.Text(roleText(v.Role)),
		State: t.Text(stateText(v.State(now, s.VisitLimits)), "When", t.RelativeDay(v.Opens(s.VisitLimits).In(v.Location()), now)+" "+t.Clock(v.Opens(s.VisitLimits).In(v.Location()))),
		Code:  views.QR{Size: strconv.Itoa(code.Size), Path: code.Path, Title: t.Text("desk.sheet.qr")},
		Texts: s.Catalogue.Texts(t, "desk.say."), Phone: s.Brand.Phone,
	}
	if v.Phone != "" {
		page.Phone = v.Phone
	}
	page.TextMessage, page.Email = s.messagesOf(c, i)
	words := s.Catalogue.Match(v.Language)
	page.Lang, page.Dir, page.CodeTitle = words.Lang(), words.Dir(), i.QRTitle()
	page.Others, err = s.othersOf(c, v)
	if err != nil {
		return err
	}
	return s.render(c, http.StatusOK, views.Sheet(page))
}

// messagesOf are the texts to send, with what they cost.
func (s *Site) messagesOf(c echo.Context, i invitation.Invitation) (views.TextMessage, views.Email) {
	t := s.translator(c)
	m, mail := i.TextMessage(), i.Email()
	text := views.TextMessage{Text: m.Text, Fits: m.Fits()}
	count := []string{"Length", strconv.Itoa(m.Length), "Limit", strconv.Itoa(m.Limit), "Messages", strconv.Itoa(m.Messages)}
	if m.Fits() {
		text.Count = t.Text("desk.sheet.smsFits", count...)
	} else {
		text.Count = t.Text("desk.sheet.smsLong", count...)
	}
	email := views.Email{Subject: mail.Subject, Body: mail.Body}
	for paragraph := range strings.SplitSeq(strings.TrimSpace(mail.Body), "\n\n") {
		email.Paragraphs = append(email.Paragraphs, strings.Split(paragraph, "\n"))
	}
	// RFC 6068: spaces as %20, line breaks as %0D%0A.
	escape := func(text string) string {
		return strings.ReplaceAll(url.QueryEscape(strings.ReplaceAll(text, "\n", "\r\n")), "+", "%20")
	}
	email.Mailto = "mailto:?subject=" + escape(mail.Subject) + "&body=" + escape(mail.Body)
	return text, email
}

// othersOf are the links for those who join the visit with the visitor.
func (s *Site) othersOf(c echo.Context, v visit.Visit) ([]views.OtherLink, error) {
	var others []views.OtherLink
	for _, role := range []visit.Role{visit.RoleCompanion, visit.RoleInterpreter} {
		if role == v.Role {
			continue
		}
		other := v.In(role, "")
		link, err := s.linkTo(c, other)
		if err != nil {
			return nil, err
		}
		others = append(others, views.OtherLink{
			ID: string(role), Title: s.translator(c).Text(otherText(role)), Link: link, Sheet: "/desk/visits/" + link[strings.LastIndex(link, "/")+1:],
		})
	}
	return others, nil
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

// sendSheetCalendar is the calendar file, to be attached to a message.
func (s *Site) sendSheetCalendar(c echo.Context) error {
	_, i, err := s.sheetOf(c)
	if err != nil {
		return err
	}
	text, err := i.Calendar()
	if err != nil {
		return err
	}
	return sendFile(c, "visit.ics", "text/calendar; charset=utf-8; method=PUBLISH", text)
}

// sendQR is the code as an image, to be put into a letter.
func (s *Site) sendQR(c echo.Context) error {
	_, i, err := s.sheetOf(c)
	if err != nil {
		return err
	}
	text, err := i.SVG()
	if err != nil {
		return err
	}
	return sendFile(c, "visit-qr.svg", "image/svg+xml", text)
}

// sendFile makes the browser keep the text as a file instead of showing it.
func sendFile(c echo.Context, name, contentType, text string) error {
	c.Response().Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	return c.Blob(http.StatusOK, contentType, []byte(text))
}
