package main

import (
	"strings"
	"testing"
)

func TestFrameAncestorsNeedHTTPSAndExactOrigins(t *testing.T) {
	for _, c := range []struct {
		env  []string
		want string // "" for no mistake
	}{
		{[]string{"FRAME_ANCESTORS=https://portal.example", "BASE_URL=https://visit.example"}, ""},
		{[]string{"FRAME_ANCESTORS=https://portal.example", "TLS_SELF_SIGNED=on"}, ""},
		{[]string{"FRAME_ANCESTORS='none'"}, ""},
		{[]string{"FRAME_ANCESTORS=https://portal.example"}, "https"},
		{[]string{"FRAME_ANCESTORS=https://portal.example", "BASE_URL=http://visit.example"}, "https"},
		{[]string{"FRAME_ANCESTORS=https://*.example", "BASE_URL=https://visit.example"}, "must be an origin"},
		{[]string{"FRAME_ANCESTORS=*", "BASE_URL=https://visit.example"}, "must be an origin"},
		{[]string{"TRY=perhaps"}, "--try (TRY)"},
	} {
		if c.want == "" {
			startProgram(t, c.env...)
			continue
		}
		_, err := shell(t, "", append(c.env, "LISTEN=127.0.0.1:0"), "serve")
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q in it", c.env, err, c.want)
		}
	}
}

// TestTryNeedsItsSettingOrARehearsal checks when the page for trying a token exists.
func TestTryNeedsItsSettingOrARehearsal(t *testing.T) {
	azure := "ACS_CONNECTION_STRING=" + startACS(t).ConnectionString()
	for _, c := range []struct {
		env  []string
		want int
	}{
		{nil, 200},
		{[]string{"TRY=off"}, 404},
		{[]string{azure}, 404},
		{[]string{azure, "TRY=on"}, 200},
	} {
		if a := newVisitor(t, startProgram(t, c.env...)).get("/try"); a.StatusCode != c.want {
			t.Errorf("%.12s: status %d, want %d", c.env, a.StatusCode, c.want)
		}
	}
}
