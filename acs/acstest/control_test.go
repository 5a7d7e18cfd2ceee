package acstest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestControl(t *testing.T) {
	s := start(t, Options{})
	control := s.Control()
	do := func(method, path, body string, header ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, "http://127.0.0.1"+path, strings.NewReader(body))
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
			if header[i] == "Host" {
				r.Host = header[i+1]
			}
		}
		w := httptest.NewRecorder()
		control.ServeHTTP(w, r)
		return w
	}
	const fault = `{"kind":"throttled","operation":"create","times":2,"retryAfterSeconds":7}`
	for name, c := range map[string]struct {
		w      *httptest.ResponseRecorder
		status int
	}{
		"unknown kind":    {do("POST", "/acstest/faults", `{"kind":"meteor"}`), 400},
		"unknown field":   {do("POST", "/acstest/faults", `{"kind":"drop","who":1}`), 400},
		"negative":        {do("POST", "/acstest/faults", `{"kind":"drop","times":-1}`), 400},
		"no JSON":         {do("POST", "/acstest/faults", `x`), 400},
		"unknown path":    {do("GET", "/acstest/keys", ""), 404},
		"another site":    {do("POST", "/acstest/faults", fault, "Sec-Fetch-Site", "cross-site"), 403},
		"rebound name":    {do("GET", "/acstest/ledger", "", "Host", "evil.example:80"), 403},
		"its own name":    {do("GET", "/acstest/ledger", "", "Host", "[::1]:80"), 200},
		"a fault":         {do("POST", "/acstest/faults", fault), 204},
		"a fault, spoilt": {do("POST", "/acstest/faults", `{"kind":"html","status":999}`), 400},
	} {
		if c.w.Code != c.status {
			t.Errorf("%s: %d, want %d: %s", name, c.w.Code, c.status, c.w.Body)
		}
	}
	if resp, _, _, _ := send(t, s, post(createTarget, `{"createTokenWithScopes":["voip"]}`)); resp.StatusCode != 201 {
		t.Errorf("another operation: %d", resp.StatusCode)
	}
	if resp, _, _, _ := send(t, s, post(createTarget, "")); resp.StatusCode != 429 || resp.Header.Get("Retry-After") != "7" {
		t.Errorf("the operation: %d, Retry-After %q", resp.StatusCode, resp.Header.Get("Retry-After"))
	}
	if w := do("DELETE", "/acstest/faults", ""); w.Code != 204 {
		t.Errorf("clear: %d", w.Code)
	}
	createIdentity(t, s, "")
	w := do("GET", "/acstest/ledger", "")
	var l Ledger
	if err := json.Unmarshal(w.Body.Bytes(), &l); err != nil {
		t.Fatal(err)
	}
	if len(l.Identities) != 2 || len(l.Identities[0].Tokens) != 1 || l.Requests[OpCreate] != 2 || strings.Contains(w.Body.String(), "eyJ") {
		t.Errorf("ledger = %s", w.Body)
	}
}

// TestSlowClientGone checks that the service does nothing for a client that has
// closed its connection.
func TestSlowClientGone(t *testing.T) {
	s := start(t, Options{})
	if err := s.Inject(Fault{Kind: FaultSlow, Delay: time.Hour}); err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Timeout: 30 * time.Millisecond}
	if resp, err := client.Post(s.Endpoint()+createTarget, "application/json", nil); err == nil {
		resp.Body.Close()
		t.Error("answered")
	}
	if l := s.Ledger(); len(l.Identities) != 0 || l.Requests[OpCreate] != 1 {
		t.Errorf("ledger = %+v", l)
	}
}
