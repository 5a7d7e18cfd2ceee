package main

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestAdmissionDecidesWhatTheDoorAccepts checks the door and the line in the log. With Azure the door is closed unless
// the operator opens it; a rehearsal is open.
func TestAdmissionDecidesWhatTheDoorAccepts(t *testing.T) {
	const tenant = "AAAABBBB-0000-CCCC-1111-DDDD2222EEEE"
	for what, c := range map[string]struct {
		env         []string
		azure       bool
		classic     int
		short       int
		logs, omits string
	}{
		"nothing set":      {[]string{"ADMISSION="}, true, 403, 403, "only by a link", "anyone who has"},
		"links":            {[]string{"ADMISSION=links"}, true, 403, 403, "only by a link", "anyone who has"},
		"tenants":          {[]string{"ADMISSION=tenants", "TENANTS=" + tenant + ", "}, true, 303, 403, "TENANTS", "anyone who has"},
		"open":             {[]string{"ADMISSION=open", "DAILY_JOINS=0"}, true, 303, 303, "ADMISSION is open: anyone who has", "no other way"},
		"rehearsal":        {[]string{"ADMISSION="}, false, 303, 303, "this is a rehearsal", "anyone who has"},
		"closed rehearsal": {[]string{"ADMISSION=links"}, false, 403, 403, "this is a rehearsal", "anyone who has"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			env := c.env
			if c.azure {
				env = append(env, "LINK_KEYS=long-enough-long-enough", "ACS_CONNECTION_STRING="+startACS(t).ConnectionString())
			}
			p := startProgram(t, env...)
			v := newVisitor(t, p)
			if a := v.submitDoor(classicLink, ""); a.StatusCode != c.classic {
				t.Errorf("long link: status %d, want %d", a.StatusCode, c.classic)
			}
			if a := v.submitDoor(shortLink, ""); a.StatusCode != c.short {
				t.Errorf("short link: status %d, want %d", a.StatusCode, c.short)
			}
			if log := p.log.String(); !strings.Contains(log, c.logs) || strings.Contains(log, c.omits) {
				t.Errorf("log = %s, want %q and not %q", log, c.logs, c.omits)
			}
			warns, want := strings.Contains(p.log.String(), `"level":"WARN","msg":"DAILY_JOINS is 0`), slices.Contains(c.env, "DAILY_JOINS=0")
			if warns != want {
				t.Errorf("log warns that DAILY_JOINS is 0: %t, want %t", warns, want)
			}
		})
	}
}

func TestJoinsPerAddressIsASetting(t *testing.T) {
	p := startProgram(t, "JOINS_PER_ADDRESS=2", "TRUSTED_PROXIES=loopback", "ACS_CONNECTION_STRING="+startACS(t).ConnectionString())
	for i, want := range []int{200, 200, 429} {
		v := newVisitor(t, p)
		v.http.Transport = withHeader{"X-Forwarded-For", "9.9.9.9, 198.51.100.1:443"}
		v.submitDoor(shortLink, "")
		a := v.post("/visit/join", `{"name":"Sam"}`)
		if a.StatusCode != want {
			t.Errorf("join %d: status %d, want %d", i, a.StatusCode, want)
		}
		if want == 429 && (a.json(t)["title"] != "Many people are joining from your network" || a.Header.Get("Retry-After") == "") {
			t.Errorf("join %d: %s, want the title about the network and a Retry-After", i, a.body)
		}
	}
}

// TestMetricsHaveTheirOwnAddressAndNoPersonalData checks where the metrics are served and what they contain.
func TestMetricsHaveTheirOwnAddressAndNoPersonalData(t *testing.T) {
	p := startProgram(t, "METRICS_LISTEN=127.0.0.1:0", "ACS_CONNECTION_STRING="+startACS(t).ConnectionString(), "SESSION_KEYS=canary-session-key-0123456789")
	v := newVisitor(t, p)
	v.submitDoor("https://teams.microsoft.com/meet/2735012345678?p=CanaryPass", "")
	ticket := v.join("Canary Name")
	v.get("/canary?canary=canary")
	v.do("CANARY", "/visit/join", "", "")
	v.post("/visit/events", `{"event":"canary"}`)
	if a := v.get("/metrics"); a.StatusCode != http.StatusNotFound {
		t.Errorf("metrics at the site's address: status %d, want 404", a.StatusCode)
	}
	metrics := metricsURL(t, p)
	operator := newVisitor(t, &program{url: metrics})
	a := operator.get("/metrics")
	for _, want := range []string{
		`anteroom_joins_total{outcome="ok"} 1`, `anteroom_requests_total{route="/visit/join",status="2xx"} 1`, "anteroom_build_info{go=",
		`anteroom_identity_request_seconds_count{operation="create",outcome="ok"} 1`, "go_goroutines", "process_open_fds",
	} {
		if !strings.Contains(a.body, want) {
			t.Errorf("metrics lack %s", want)
		}
	}
	for _, canary := range []string{"canary", "2735012345678", strings.ToLower(ticket["userId"].(string)), "accesskey", "127.0.0.1"} {
		if strings.Contains(strings.ToLower(a.body), canary) {
			t.Errorf("metrics contain %s", canary)
		}
	}
	for _, path := range []string{"/", "/visit", "/debug/pprof/"} {
		if a := operator.get(path); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s at the metrics' address: status %d, want 404", path, a.StatusCode)
		}
	}
	if err := p.stop(); err != nil {
		t.Error(err)
	}
	client := &http.Client{Timeout: 5 * time.Second}
	if answer, err := client.Get(metrics + "/metrics"); err == nil {
		_ = answer.Body.Close()
		t.Error("the metrics are still served after the stop")
	}
}

func TestServeFailsIfMetricsCannotListen(t *testing.T) {
	p := startProgram(t)
	address := strings.TrimPrefix(p.url, "http://")
	if _, err := shell(t, "", []string{"REHEARSE=on", "LISTEN=127.0.0.1:0", "METRICS_LISTEN=" + address}, "serve"); err == nil || !strings.Contains(err.Error(), "listen for metrics") {
		t.Errorf("serve: %v, want an error of listen for metrics", err)
	}
}

// TestAdmissionByLinkNeedsALinkKey checks that a site that admits visitors only by link does not start without a key.
func TestAdmissionByLinkNeedsALinkKey(t *testing.T) {
	azure := "ACS_CONNECTION_STRING=" + startACS(t).ConnectionString()
	_, err := shell(t, "", []string{azure, "LISTEN=127.0.0.1:0"}, "serve")
	if err == nil || !strings.Contains(err.Error(), "--link-keys (LINK_KEYS)") || strings.Contains(err.Error(), "accesskey") {
		t.Errorf("with Azure: %v, want a mistake in LINK_KEYS", err)
	}
	_, err = shell(t, "", []string{"LINK_KEYS=long-enough-long-enough", "OPEN_BEFORE_MINUTES=-1", "GRACE_MINUTES=1441"}, "serve")
	if err == nil || !strings.Contains(err.Error(), "--open-before-minutes (OPEN_BEFORE_MINUTES)") || !strings.Contains(err.Error(), "--grace-minutes (GRACE_MINUTES)") {
		t.Errorf("limits: %v, want mistakes in OPEN_BEFORE_MINUTES and GRACE_MINUTES", err)
	}
	startProgram(t, azure, "ADMISSION=links", "LINK_KEYS=long-enough-long-enough")
	startProgram(t) // a rehearsal creates its own key
}
