package handlers

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/anteroom-visit/anteroom/handlers/desk"
)

// examined is a doctor who has seen all this.
type examined []Finding

func (e examined) Examine(context.Context) []Finding { return e }

func withDoctor(d Doctor) func(*Options) { return func(o *Options) { o.Desk.Doctor = d } }

func TestDoctorPage(t *testing.T) {
	s := startSite(t, withDesk(t), withDoctor(examined{
		{Check: "phone", State: FindingWarning, Message: "no number & <b>no call</b>", Fix: "set BRAND_PHONE"},
		{Check: "colour", State: FindingOK, Message: "as given"},
		{Check: "service", State: FindingProblem, Message: "refused", Fix: "give the role"},
		{Check: "teams", State: FindingInformation, Message: "a policy", Command: "Get-CsTeamsMeetingPolicy | Select-Object Identity"},
	}))
	a := clerk(t, s).get("/desk/doctor")
	page := a.page(t)
	if a.StatusCode != http.StatusOK || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("status %d, cached %q", a.StatusCode, a.Header.Get("Cache-Control"))
	}
	var order []string
	for _, f := range page.Find("[data-check]").EachIter() {
		order = append(order, f.AttrOr("data-check", ""))
	}
	if got := strings.Join(order, " "); got != "service phone colour teams" {
		t.Errorf("order %q: the worst must come first", got)
	}
	for check, want := range map[string][]string{
		"phone":   {"Warning", "no number & <b>no call</b>", "What to do: set BRAND_PHONE"},
		"service": {"Problem", "refused", "What to do: give the role"},
		"colour":  {"OK", "as given"},
		"teams":   {"Not checked", "Show it with: Get-CsTeamsMeetingPolicy | Select-Object Identity"},
	} {
		text := page.Find(`[data-check="` + check + `"]`).Text()
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s: %q is not in %q", check, w, text)
			}
		}
	}
	if verdict := page.Find(".verdict").Text(); !strings.Contains(verdict, "Problems: 1. Warnings: 1.") {
		t.Errorf("verdict %q", verdict)
	}
	if here := page.Find(`nav.desk-nav [aria-current="page"]`); here.Length() != 1 || here.AttrOr("href", "") != "/desk/doctor" {
		t.Error("the desk's navigation is missing, or does not mark this page")
	}
	if page.Find(`nav.desk-nav a[href="/desk"], nav.desk-nav form[action="/desk/sign-out"]`).Length() != 2 {
		t.Error("no way to the desk, or to sign out")
	}
	if strings.Contains(a.body, "⟨") {
		t.Error("a text is missing")
	}
}

func TestDoctorPageWithoutProblems(t *testing.T) {
	s := startSite(t, withDesk(t), withDoctor(examined{{Check: "phone", State: FindingOK, Message: "there is one"}}))
	page := clerk(t, s).get("/desk/doctor").page(t)
	if v := page.Find(".verdict"); v.AttrOr("data-verdict", "") != "good" || !strings.Contains(v.Text(), "Nothing is wrong.") {
		t.Errorf("verdict %q", v.Text())
	}
	if page.Find("#attention").Length() != 0 {
		t.Error("attention is asked for nothing")
	}
}

func TestDoctorPageNeedsSignIn(t *testing.T) {
	doctor := &counting{}
	if a := newVisitor(t, startSite(t, withDoctor(doctor))).get("/desk/doctor"); a.StatusCode != http.StatusNotFound {
		t.Errorf("without a desk: %d", a.StatusCode)
	}
	a := newVisitor(t, startSite(t, withDesk(t), withDoctor(doctor))).get("/desk/doctor")
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != desk.SignInPath || doctor.times.Load() != 0 {
		t.Errorf("a stranger: %d, examined %d times", a.StatusCode, doctor.times.Load())
	}
	if a := clerk(t, startSite(t, withDesk(t))).get("/desk/doctor"); a.StatusCode != http.StatusNotFound {
		t.Errorf("without a doctor: %d", a.StatusCode)
	}
}

// counting says what it has seen once it is told to.
type counting struct {
	times   atomic.Int32
	began   chan struct{}
	release chan struct{}
}

func (c *counting) Examine(ctx context.Context) []Finding {
	if c.times.Add(1); c.began != nil {
		c.began <- struct{}{}
		<-c.release
	}
	if _, bounded := ctx.Deadline(); !bounded {
		return nil
	}
	return []Finding{{Check: "phone", State: FindingOK, Message: "there is one"}}
}

// Who gives up waiting does not end the examination for the others.
func TestExaminationIsShared(t *testing.T) {
	doctor := &counting{began: make(chan struct{}, 8), release: make(chan struct{})}
	s := startSite(t, withDesk(t), withDoctor(doctor))
	impatient := clerk(t, s)
	ctx, giveUp := context.WithCancel(t.Context())
	first := make(chan struct{})
	go func() {
		defer close(first)
		r, _ := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/desk/doctor", nil)
		if response, err := impatient.http.Do(r); err == nil {
			response.Body.Close()
		}
	}()
	<-doctor.began
	var others sync.WaitGroup
	bodies := make(chan string, 4)
	for range 4 {
		v := clerk(t, s)
		others.Go(func() { bodies <- v.get("/desk/doctor").body })
	}
	giveUp()
	<-first
	close(doctor.release)
	others.Wait()
	for range 4 {
		if body := <-bodies; !strings.Contains(body, "there is one") {
			t.Errorf("not told: %.300s", body)
		}
	}
}
