package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestNoStaffSignInWithoutEntra checks that a site without ENTRA_* settings has no routes and no texts of staff sign-in,
// and that the desk's passphrase works.
func TestNoStaffSignInWithoutEntra(t *testing.T) {
	service := startACS(t)
	p := startProgram(t, "ACS_CONNECTION_STRING="+service.ConnectionString(), "BASE_URL=http://localhost", "LINK_KEYS=a-link-key-for-the-tests",
		"SESSION_KEYS=a-session-key-of-thirty-two-bytes", "DESK_PASSPHRASE=canary quiet river 7")
	b := newStaffBrowser(t, p)
	for _, path := range []string{"/desk/sign-in/microsoft", "/desk/sign-in/callback", "/host/abc", "/desk/visits/abc/host.ics"} {
		if at := b.get(path); at.status != http.StatusNotFound {
			t.Errorf("%s: status %d at %s, want 404", path, at.status, at.path)
		}
	}
	for _, path := range []string{"/host/join", "/host/token"} {
		if at := b.post(path, nil); at.status != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", path, at.status)
		}
	}
	checkNoStaffTexts := func(name string, at page) {
		t.Helper()
		if strings.Contains(at.text, "Microsoft") || strings.Contains(at.text, "/host/") || strings.Contains(at.text, "host.ics") || strings.Contains(at.text, `name="way"`) {
			t.Errorf("%s mentions staff sign-in", name)
		}
	}
	checkNoStaffTexts("the sign-in", b.get("/desk/sign-in"))
	if at := b.post("/desk/sign-in", url.Values{"passphrase": {"canary quiet river 7"}}); at.path != "/desk" || at.status != http.StatusOK {
		t.Fatalf("sign-in ended at %s, status %d, want /desk, 200", at.path, at.status)
	}
	checkNoStaffTexts("the form", b.get("/desk"))
	form := newMeetingForm("meeting", shortLink)
	if at := b.post("/desk", form); !strings.HasPrefix(at.path, "/desk/visits/") {
		t.Errorf("form with way=create: %s, status %d, want a visit from the invitation", at.path, at.status)
	} else {
		checkNoStaffTexts("the sheet", at)
	}
	if at := b.post("/desk/sign-out", nil); at.path != "/desk/sign-in" || at.refresh != "" {
		t.Errorf("sign-out: %s, refresh %q, want /desk/sign-in and none", at.path, at.refresh)
	}
	for _, cookie := range b.http.Jar.Cookies(&url.URL{Scheme: "http", Host: strings.TrimPrefix(b.site, "http://")}) {
		if strings.Contains(cookie.Name, "staff") {
			t.Errorf("the site set the cookie %s", cookie.Name)
		}
	}
}
