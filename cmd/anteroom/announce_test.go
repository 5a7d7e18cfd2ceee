package main

import (
	"bytes"
	"net"
	"net/http"
	"strings"
	"testing"

	"rsc.io/qr"
)

// Without any setting everything can be tried: the door's example, the desk and the host's page.
func TestServeWithoutSettingsShowsEverything(t *testing.T) {
	p := startProgram(t, "ADMISSION=")
	v := newVisitor(t, p)
	example := v.get("/").page(t).Find(`form input[type="hidden"][name="meeting"]`).AttrOr("value", "")
	if a := v.knock(example, ""); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/visit" {
		t.Errorf("the example %q: %d", example, a.StatusCode)
	}
	desk := v.get("/desk")
	if strings.Contains(desk.body, "/desk/sign-out") {
		t.Error("a desk that is open to everyone offers signing out")
	}
	if desk.StatusCode != http.StatusOK || desk.page(t).Find(`textarea[name="meeting"]`).Length() != 1 {
		t.Errorf("the desk: %d", desk.StatusCode)
	}
	printed := p.out.String()
	for _, path := range []string{"/desk\n", "/rehearsal/host/"} {
		if !strings.Contains(printed, path) {
			t.Errorf("%s is not announced: %s", path, printed)
		}
	}
	_, host, _ := strings.Cut(printed, "/rehearsal/host/")
	host, _, _ = strings.Cut(host, "\n")
	if a := v.get("/rehearsal/host/" + host); a.StatusCode != http.StatusOK {
		t.Errorf("the host's page: %d", a.StatusCode)
	}
}

// A desk without a passphrase makes links that only this process can open.
func TestDeskIsOnlyOpenWhereItsLinksEndWithTheProgram(t *testing.T) {
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
			t.Errorf("%s: %d, want %d", what, a.StatusCode, c.want)
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
				t.Fatalf("module %d, %d is wrong", x-2, 2*y-2)
			}
		}
	}
	if len(lines) != (code.Size+5)/2 {
		t.Errorf("%d lines for %d modules", len(lines), code.Size)
	}
}

func TestAnnouncementOfARealSiteNamesItsAddressOnly(t *testing.T) {
	var out bytes.Buffer
	announcement{baseURL: mustURL(t, "https://visit.example.org/"), at: &net.TCPAddr{Port: 8080}, hasDesk: true}.print(&out)
	if got := out.String(); got != "\n  Anteroom is ready: open https://visit.example.org\n\n" {
		t.Errorf("%q", got)
	}
}
