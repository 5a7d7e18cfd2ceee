package handlers

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/handlers/desk"
)

// fixedFindings is a Doctor that returns these findings.
type fixedFindings []Finding

func (e fixedFindings) Examine(context.Context) []Finding { return e }

func withDoctor(d Doctor) func(*Options) { return func(o *Options) { o.Desk.Doctor = d } }

func TestDoctorPageShowsFindings(t *testing.T) {
	s := startSite(t, withDesk(t), withDoctor(fixedFindings{
		{Check: "phone", State: FindingWarning, Message: "no number & <b>no call</b>", Fix: "set BRAND_PHONE"},
		{Check: "colour", State: FindingOK, Message: "as given"},
		{Check: "service", State: FindingProblem, Message: "refused", Fix: "give the role"},
		{Check: "teams", State: FindingInformation, Message: "a policy", Command: "Get-CsTeamsMeetingPolicy | Select-Object Identity"},
	}))
	a := newClerk(t, s).get("/desk/doctor")
	page := a.page(t)
	if a.StatusCode != http.StatusOK || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("status %d, Cache-Control %q, want 200 and no-store", a.StatusCode, a.Header.Get("Cache-Control"))
	}
	var order []string
	for _, f := range page.Find("[data-check]").EachIter() {
		order = append(order, f.AttrOr("data-check", ""))
	}
	if got := strings.Join(order, " "); got != "service phone colour teams" {
		t.Errorf("order %q, want service phone colour teams: the worst first", got)
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
				t.Errorf("%s: text %q, want %q in it", check, text, w)
			}
		}
	}
	if verdict := page.Find(".verdict").Text(); !strings.Contains(verdict, "Problems: 1. Warnings: 1.") {
		t.Errorf("verdict %q, want 1 problem and 1 warning", verdict)
	}
	if current := page.Find(`nav.desk-nav [aria-current="page"]`); current.Length() != 1 || current.AttrOr("href", "") != "/desk/doctor" {
		t.Errorf("%d current pages in the navigation, href %q, want 1 for /desk/doctor", current.Length(), current.AttrOr("href", ""))
	}
	if n := page.Find(`nav.desk-nav a[href="/desk"], nav.desk-nav form[action="/desk/sign-out"]`).Length(); n != 2 {
		t.Errorf("%d of the link to the desk and the form to sign out, want both", n)
	}
	if strings.Contains(a.body, "⟨") {
		t.Error("the page contains ⟨, the mark of a text that is missing from the catalogue")
	}
}

func TestDoctorPageWithoutProblems(t *testing.T) {
	s := startSite(t, withDesk(t), withDoctor(fixedFindings{{Check: "phone", State: FindingOK, Message: "there is one"}}))
	page := newClerk(t, s).get("/desk/doctor").page(t)
	if v := page.Find(".verdict"); v.AttrOr("data-verdict", "") != "good" || !strings.Contains(v.Text(), "Nothing is wrong.") {
		t.Errorf("verdict %q: %q, want good: %q", v.AttrOr("data-verdict", ""), v.Text(), "Nothing is wrong.")
	}
	if n := page.Find("#attention").Length(); n != 0 {
		t.Errorf("%d #attention elements, want none without problems", n)
	}
}

func TestDoctorPageNeedsSignIn(t *testing.T) {
	doctor := &blockingDoctor{}
	if a := newVisitor(t, startSite(t, withDoctor(doctor))).get("/desk/doctor"); a.StatusCode != http.StatusNotFound {
		t.Errorf("without a desk: status %d, want 404", a.StatusCode)
	}
	a := newVisitor(t, startSite(t, withDesk(t), withDoctor(doctor))).get("/desk/doctor")
	if a.StatusCode != http.StatusSeeOther || a.location() != desk.SignInPath || doctor.calls.Load() != 0 {
		t.Errorf("without a sign-in: status %d to %q, %d calls of Examine, want 303 to %s and none", a.StatusCode, a.location(), doctor.calls.Load(), desk.SignInPath)
	}
	if a := newClerk(t, startSite(t, withDesk(t))).get("/desk/doctor"); a.StatusCode != http.StatusNotFound {
		t.Errorf("without a doctor: status %d, want 404", a.StatusCode)
	}
}

// blockingDoctor is a Doctor that counts calls. With began set, it returns only after release is closed.
type blockingDoctor struct {
	calls   atomic.Int32
	began   chan struct{}
	release chan struct{}
}

func (c *blockingDoctor) Examine(ctx context.Context) []Finding {
	if c.calls.Add(1); c.began != nil {
		c.began <- struct{}{}
		<-c.release
	}
	if _, ok := ctx.Deadline(); !ok {
		return nil
	}
	return []Finding{{Check: "phone", State: FindingOK, Message: "there is one"}}
}

// A visitor who closes the page must not cancel the examination for the others.
func TestExaminationIsShared(t *testing.T) {
	doctor := &blockingDoctor{began: make(chan struct{}, 8), release: make(chan struct{})}
	s := startSite(t, withDesk(t), withDoctor(doctor))
	first := newClerk(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	firstDone := make(chan struct{})
	go func() {
		defer close(firstDone)
		r, _ := http.NewRequestWithContext(ctx, http.MethodGet, s.url+"/desk/doctor", nil)
		if response, err := first.http.Do(r); err == nil {
			response.Body.Close()
		}
	}()
	<-doctor.began
	var others sync.WaitGroup
	bodies := make(chan string, 4)
	for range 4 {
		v := newClerk(t, s)
		others.Go(func() { bodies <- v.get("/desk/doctor").body })
	}
	cancel()
	<-firstDone
	close(doctor.release)
	others.Wait()
	for range 4 {
		if body := <-bodies; !strings.Contains(body, "there is one") {
			t.Errorf("page without the finding: %.300s", body)
		}
	}
}

// An examination makes an identity, so a page that is reloaded within the minute shows the same one.
func TestExaminationLastsAMinute(t *testing.T) {
	clock, doctor := newClock(), &blockingDoctor{}
	s := startSite(t, withDesk(t), withDoctor(doctor), func(o *Options) { o.Now = clock.Now })
	staff := newClerk(t, s)
	look := func(when string, want int32) {
		t.Helper()
		if a := staff.get("/desk/doctor"); !strings.Contains(a.body, "there is one") || doctor.calls.Load() != want {
			t.Errorf("%s: %d, examined %d times, want %d", when, a.StatusCode, doctor.calls.Load(), want)
		}
	}
	look("first", 1)
	clock.advance(59 * time.Second)
	look("within the minute", 1)
	clock.advance(time.Second)
	look("after a minute", 2)
	clock.advance(-time.Hour)
	look("after the clock was set back", 3)
}
