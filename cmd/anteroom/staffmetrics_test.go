package main

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// The metrics count visits made by signed-in staff separately. A refused visit does not count.
func TestMetricsTellWhoMadeAVisit(t *testing.T) {
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
			t.Fatalf("status %d at %s: %s", at.status, at.path, at.find(t, "main").Text())
		}
	}
	wantMetrics(t, p, `anteroom_desk_visits_total{maker="nobody"} 1`, `anteroom_desk_visits_total{maker="staff"} 2`, `anteroom_desk_visits_total{maker="passphrase"} 0`)
}

// Each press of Join by staff is counted once, with the reason that the person reads.
func TestMetricsCountStaffJoins(t *testing.T) {
	p := startProgram(t, "METRICS_LISTEN=127.0.0.1:0")
	b := newStaffBrowser(t, p)
	link := b.hostLink()
	if at := b.joinCall(link); at.status != http.StatusForbidden || !strings.Contains(at.text, `"sign-in-again"`) {
		t.Errorf("signed out: %d %s", at.status, at.text)
	}
	b.signIn("/desk/sign-in/microsoft", "Dr Asha Rao", nil)
	if at := b.joinCall(link); at.status != http.StatusForbidden || !strings.Contains(at.text, `"call-consent"`) {
		t.Errorf("without consent: %d %s", at.status, at.text)
	}
	b.signIn("/desk/sign-in/microsoft?for=calls", "Dr Asha Rao", nil)
	for range 2 {
		if at := b.joinCall(link); at.status != http.StatusOK || !strings.Contains(at.text, `"8:orgid:`) {
			t.Errorf("with consent: %d %s", at.status, at.text)
		}
	}
	if at := b.joinCall("/host/unknown"); at.status != http.StatusNotFound && at.status != http.StatusGone {
		t.Errorf("unknown link: %d %s", at.status, at.text)
	}
	wantMetrics(t, p, `anteroom_staff_joins_total{outcome="ok"} 2`, `anteroom_staff_joins_total{outcome="sign-in-again"} 1`,
		`anteroom_staff_joins_total{outcome="call-consent"} 1`, `anteroom_staff_joins_total{outcome="visit-unknown"} 1`)
}

// wantMetrics requires lines of the program's metrics.
func wantMetrics(t *testing.T, p *program, lines ...string) {
	t.Helper()
	answer, err := http.Get("http://" + metricsAddress.FindStringSubmatch(p.log.String())[1] + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range lines {
		if !strings.Contains(string(text), want+"\n") {
			t.Errorf("%s is not among the metrics", want)
		}
	}
}
