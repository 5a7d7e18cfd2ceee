package handlers

import (
	"net/http"
	"strings"
	"testing"

	"github.com/anteroom-visit/anteroom/handlers/desk"
)

func TestLogContainsNoCookieOrAddress(t *testing.T) {
	s := startSite(t, withDesk(t), func(o *Options) { o.Origin.Proxies = mustParseProxies(t, "loopback") })
	const address = "198.51.100.77"
	v := newClerk(t, s)
	for _, path := range []string{"/", "/visit", "/nowhere", "/assets/nothing", desk.Path, "/visit/ended?code=0", visitPath(t, s, "Sam")} {
		v.get(path, "X-Forwarded-For", address)
		v.do(http.MethodPost, path, "x=1", "Content-Type", formType, "X-Forwarded-For", address)
	}
	v.join("X-Forwarded-For", address)
	cookies := v.cookies()
	if len(cookies) < 2 {
		t.Fatalf("%d cookies, want those of the visit and of the desk", len(cookies))
	}
	v.postForm("/desk/sign-out", nil)
	log := s.log.String()
	if strings.Contains(log, address) || strings.Contains(log, "127.0.0.1") {
		t.Error("the log contains a client's address")
	}
	for _, c := range cookies {
		if len(c.Value) < 20 || strings.Contains(log, c.Value[:20]) {
			t.Errorf("the log contains the cookie %s, or its value is shorter than 20 bytes: %q", c.Name, c.Value)
		}
	}
}
