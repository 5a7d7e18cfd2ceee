package main

import (
	"bytes"
	"net"
	"net/http"
	"strings"
	"testing"

	"rsc.io/qr"
)

// TestServeWithoutSettingsOffersEverything checks the door's example, the desk and the host's page.
func TestServeWithoutSettingsOffersEverything(t *testing.T) {
	p := startProgram(t, "ADMISSION=")
	v := newVisitor(t, p)
	example := v.get("/").page(t).Find(`form input[type="hidden"][name="meeting"]`).AttrOr("value", "")
	if a := v.submitDoor(example, ""); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/visit" {
		t.Errorf("the example %q: status %d to %q, want 303 to /visit", example, a.StatusCode, a.Header.Get("Location"))
	}
	desk := v.get("/desk")
	if strings.Contains(desk.body, "/desk/sign-out") {
		t.Error("a desk without sign-in offers signing out")
	}
	if desk.StatusCode != http.StatusOK || desk.page(t).Find(`textarea[name="meeting"]`).Length() != 1 {
		t.Errorf("the desk: status %d, want 200 and one field for the meeting", desk.StatusCode)
	}
	printed := p.out.String()
	for _, path := range []string{"/desk\n", "/rehearsal/host/"} {
		if !strings.Contains(printed, path) {
			t.Errorf("printed %s, want %s in it", printed, path)
		}
	}
	_, host, _ := strings.Cut(printed, "/rehearsal/host/")
	host, _, _ = strings.Cut(host, "\n")
	if a := v.get("/rehearsal/host/" + host); a.StatusCode != http.StatusOK {
		t.Errorf("the host's page: status %d, want 200", a.StatusCode)
	}
}

// TestDeskWithoutPassphraseNeedsTemporaryKeys checks that only a desk whose links end with the process is open to all.
func TestDeskWithoutPassphraseNeedsTemporaryKeys(t *testing.T) {
	azure := "ACS_CONNECTION_STRING=" + startACS(t).ConnectionString()
	for what, c := range map[string]struct {
		env  []string
		want int
	}{
		"a rehearsal":                   {nil, http.StatusOK},
		"a rehearsal with a passphrase": {[]string{"DESK_PASSPHRASE=quiet river 7"}, http.StatusSeeOther},
		"a rehearsal with real keys":    {[]string{"LINK_KEYS=" + linkKey}, http.StatusSeeOther},
		"a real site":                   {[]string{azure}, http.StatusNotFound},
		"a real site without link keys": {[]string{azure, "ADMISSION=open"}, http.StatusNotFound},
		"a real site with its own desk": {[]string{azure, "LINK_KEYS=" + linkKey, "DESK_PASSPHRASE=quiet river 7"}, http.StatusSeeOther},
		"a real site that may rehearse": {[]string{azure, "REHEARSE=on"}, http.StatusNotFound},
	} {
		v := newVisitor(t, startProgram(t, c.env...))
		if a := v.get("/desk"); a.StatusCode != c.want {
			t.Errorf("%s: status %d, want %d", what, a.StatusCode, c.want)
		}
		offers := v.get("/").page(t).Find(`input[type="hidden"][name="meeting"]`).Length() > 0
		if strings.HasPrefix(what, "a real site") && offers {
			t.Errorf("%s: the door offers an example", what)
		}
	}
}

func TestWriteCodeDrawsEveryModule(t *testing.T) {
	code, err := qr.Encode("https://192.0.2.7:8443", qr.L)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	writeCode(&b, code)
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	for y, line := range lines {
		for x, r := range []rune(strings.TrimPrefix(line, "    ")) {
			top, bottom := r == ' ' || r == '▄', r == ' ' || r == '▀'
			if top != code.Black(x-2, 2*y-2) || bottom != code.Black(x-2, 2*y-1) {
				t.Fatalf("%q draws the modules at %d, %d and below as black: %t, %t; want the opposite of one", r, x-2, 2*y-2, top, bottom)
			}
		}
	}
	if len(lines) != (code.Size+5)/2 {
		t.Errorf("%d lines for %d modules, want %d", len(lines), code.Size, (code.Size+5)/2)
	}
}

func TestAnnouncementOfARealSiteNamesItsAddressOnly(t *testing.T) {
	var out bytes.Buffer
	announcement{baseURL: mustURL(t, "https://visit.example.org/"), at: &net.TCPAddr{Port: 8080}, hasDesk: true}.print(&out)
	if got, want := out.String(), "\n  Anteroom is ready: open https://visit.example.org\n\n"; got != want {
		t.Errorf("printed %q, want %q", got, want)
	}
}
