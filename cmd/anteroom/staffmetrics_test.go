package main

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// The metrics tell visits made by signed-in staff from the others. A visit that was refused is none.
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
	answer, err := http.Get("http://" + metricsAddress.FindStringSubmatch(p.log.String())[1] + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`{maker="nobody"} 1`, `{maker="staff"} 2`, `{maker="passphrase"} 0`} {
		if !strings.Contains(string(text), "anteroom_desk_visits_total"+want+"\n") {
			t.Errorf("%s is not among the metrics", want)
		}
	}
}
