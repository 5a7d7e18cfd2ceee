package handlers

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/anteroom-visit/anteroom/locales"
	"github.com/anteroom-visit/anteroom/views"
	"github.com/anteroom-visit/anteroom/visit"
)

// showState shows the page of a visit that cannot be joined now. It changes no session and issues nothing.
func (s *Site) showState(w http.ResponseWriter, r *http.Request, v *sealedVisit) error {
	t, now, start := s.translator(r), s.now(), v.local(v.Start)
	state := v.State(now, s.visits.Limits)
	words := []string{"Day", t.FullDay(start, now), "Time", t.Clock(start), "Zone", t.Zone(start)}
	page := views.StatePage{State: string(state), Appointment: s.appointment(t, v)}
	status := http.StatusOK
	if state == visit.StateEnded {
		status = http.StatusGone
		page.Page, page.Text = s.page(r, t.Text("problem.visit-ended.title")), t.Text("state.endedText", words...)
		return s.render(w, r, status, views.State(page))
	}
	opens := v.local(v.Opens(s.visits.Limits))
	if state == visit.StateEarlyToday {
		page.Page = s.page(r, t.Text("state.today", words...))
		page.Text = t.Text("state.opensToday", "Time", t.Clock(opens))
		wait := opens.Sub(now)
		page.OpensIn, page.Countdown = int(math.Ceil(wait.Seconds())), countdown(t, wait)
		page.Refresh = page.OpensIn + 1
	} else {
		page.Page = s.page(r, t.Text("state.early", words...))
		page.Text = t.Text("state.opens", "Day", t.FullDay(opens, now), "Time", t.Clock(opens))
	}
	page.Texts = s.catalogue.Texts(t, "countdown.")
	page.Link, page.Calendar, page.Check = s.link(r, v), v.path()+"/visit.ics", v.path()+"/check"
	invited, err := s.invitation(r, v)
	if err != nil {
		return err
	}
	code, err := invited.QR()
	if err != nil {
		return err
	}
	page.Code = views.QR{Size: strconv.Itoa(code.Size), Path: code.Path, Title: invited.QRTitle()}
	return s.render(w, r, status, views.State(page))
}

// countdown returns the time until Join in the same words as the page's script, which updates it.
func countdown(t locales.Translator, wait time.Duration) string {
	minutes := int(math.Ceil(wait.Minutes()))
	switch hours := minutes / 60; {
	case minutes <= 1:
		return t.Text("countdown.minute")
	case hours < 2:
		return strings.ReplaceAll(t.Count("countdown.minutes", minutes), "{count}", strconv.Itoa(minutes))
	default:
		return strings.ReplaceAll(t.Count("countdown.hours", hours), "{count}", strconv.Itoa(hours))
	}
}

// appointment returns the host and the time of a visit.
func (s *Site) appointment(t locales.Translator, v *sealedVisit) views.Appointment {
	start := v.local(v.Start)
	return views.Appointment{
		With: v.Host, When: t.When(start, v.Minutes, s.now()), DateTime: start.Format(time.RFC3339), Zone: t.Zone(start),
	}
}
