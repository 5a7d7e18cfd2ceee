package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestMetricsCountVisitsByMaker checks that visits of signed-in staff count separately, and refused ones not at all.
func TestMetricsCountVisitsByMaker(t *testing.T) {
	p := startProgram(t, "METRICS_LISTEN=127.0.0.1:0")
	pasted := newMeetingForm("way", "", "meeting", shortLink)
	stranger, clerk := newStaffBrowser(t, p), newStaffBrowser(t, p)
	clerk.signIn("/desk/sign-in/microsoft?for=meetings", "Dr Asha Rao", nil)
	for _, c := range []struct {
		by   *staffBrowser
		form url.Values
		want int
	}{
		{stranger, pasted, http.StatusOK},
		{clerk, pasted, http.StatusOK},
		{clerk, newMeetingForm(), http.StatusOK},
		{clerk, newMeetingForm("lobby", "nowhere"), http.StatusUnprocessableEntity},
	} {
		if at := c.by.post("/desk", c.form); at.status != c.want {
			t.Fatalf("status %d, want %d, at %s: %s", at.status, c.want, at.path, at.find(t, "main").Text())
		}
	}
	wantMetrics(t, p, `anteroom_desk_visits_total{maker="nobody"} 1`, `anteroom_desk_visits_total{maker="staff"} 2`, `anteroom_desk_visits_total{maker="passphrase"} 0`)
}

// TestMetricsCountStaffJoins checks that each press of Join by staff counts once, with the reason that the page shows.
func TestMetricsCountStaffJoins(t *testing.T) {
	p := startProgram(t, "METRICS_LISTEN=127.0.0.1:0")
	b := newStaffBrowser(t, p)
	link := b.hostLink()
	if at := b.joinCall(link); at.status != http.StatusForbidden || !strings.Contains(at.text, `"sign-in-again"`) {
		t.Errorf("signed out: %d %s, want 403 and sign-in-again", at.status, at.text)
	}
	b.signIn("/desk/sign-in/microsoft", "Dr Asha Rao", nil)
	if at := b.joinCall(link); at.status != http.StatusForbidden || !strings.Contains(at.text, `"call-consent"`) {
		t.Errorf("without consent: %d %s, want 403 and call-consent", at.status, at.text)
	}
	b.signIn("/desk/sign-in/microsoft?for=calls", "Dr Asha Rao", nil)
	for range 2 {
		if at := b.joinCall(link); at.status != http.StatusOK || !strings.Contains(at.text, `"8:orgid:`) {
			t.Errorf("with consent: %d %s, want 200 and an identity", at.status, at.text)
		}
	}
	if at := b.joinCall("/host/unknown"); at.status != http.StatusNotFound && at.status != http.StatusGone {
		t.Errorf("unknown link: %d %s, want 404 or 410", at.status, at.text)
	}
	wantMetrics(t, p, `anteroom_staff_joins_total{outcome="ok"} 2`, `anteroom_staff_joins_total{outcome="sign-in-again"} 1`,
		`anteroom_staff_joins_total{outcome="call-consent"} 1`, `anteroom_staff_joins_total{outcome="visit-unknown"} 1`)
}

// wantMetrics checks that the program's metrics have these lines.
func wantMetrics(t *testing.T, p *program, lines ...string) {
	t.Helper()
	metrics := metricsOf(t, p)
	for _, want := range lines {
		if !strings.Contains(metrics, want+"\n") {
			t.Errorf("metrics lack %s", want)
		}
	}
}
