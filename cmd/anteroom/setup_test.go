package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/anteroom-visit/anteroom/acs/acstest"
)

// TestNewSiteReportsThatItIsBeingSetUp starts a site whose role has not reached the ACS resource yet. Visitors and staff
// see that, and everything works without a restart once the role has.
func TestNewSiteReportsThatItIsBeingSetUp(t *testing.T) {
	tokens := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"access_token":"entra","expires_in":"3600","resource":"https://communication.azure.com/","token_type":"Bearer"}`))
	}))
	t.Cleanup(tokens.Close)
	t.Setenv("IDENTITY_ENDPOINT", tokens.URL)
	t.Setenv("IDENTITY_HEADER", "header")
	var hasRole atomic.Bool
	service, err := acstest.New(acstest.Options{Bearer: func(string) error {
		if !hasRole.Load() {
			return acstest.ErrNoRole
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	endpoint, err := service.Start("", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = service.Close() })
	const passphrase = "lantern-orchid-copper-71"
	p := startProgram(t, "ACS_ENDPOINT="+endpoint, "AZURE_CLIENT_ID=6ed6ac3f-6f3c-4d4e-9d5a-000000000001", "DESK_PASSPHRASE="+passphrase,
		"LINK_KEYS="+linkKey, "SESSION_KEYS="+sessionKey, "BASE_URL=http://localhost:8080")
	v := newVisitor(t, p)
	v.submitDoor(shortLink, "")
	a := v.post("/visit/join", `{"name":"Sam"}`)
	problem := a.json(t)
	if problem["type"] != "urn:anteroom:problem:service-starting" || a.Header.Get("Retry-After") != "8" {
		t.Errorf("join: %v, Retry-After %q, want service-starting and 8", problem, a.Header.Get("Retry-After"))
	}
	if text, _ := problem["detail"].(string); !strings.Contains(text, "wait") {
		t.Errorf("detail = %q, want a request to wait", text)
	}
	clerk := newVisitor(t, p)
	clerk.do(http.MethodPost, "/desk/sign-in", "application/x-www-form-urlencoded", "passphrase="+passphrase)
	if page := clerk.get("/desk").body; !strings.Contains(page, `id="setup"`) || !strings.Contains(page, "being set up") {
		t.Error("the desk does not show that the site is being set up")
	}
	if page := clerk.get("/desk/doctor").body; !strings.Contains(page, "the ACS resource has refused it since") {
		t.Error("the doctor does not show since when")
	}
	hasRole.Store(true)
	if got := v.join("Sam"); got["token"] == "" {
		t.Error("the ticket has no token although the role is effective")
	}
	if page := clerk.get("/desk").body; strings.Contains(page, `id="setup"`) {
		t.Error("the desk still shows that the site is being set up")
	}
	if log := p.log.String(); !strings.Contains(log, "being set up: the identity service does not permit this site yet") || !strings.Contains(log, "set up: the identity service permits") {
		t.Errorf("log = %s, want the lines before and after the role is effective", log)
	}
}
