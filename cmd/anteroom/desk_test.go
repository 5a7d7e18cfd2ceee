package main

import (
	"net/url"
	"strings"
	"testing"

	masked "github.com/anteroom-visit/anteroom/secret"
	"github.com/anteroom-visit/anteroom/visit"
)

func TestDeskSettings(t *testing.T) {
	keys, err := visit.NewKeyring([]string{"a-link-key-for-the-tests"})
	if err != nil {
		t.Fatal(err)
	}
	whole := site{linkMaker: linkMaker{&url.URL{Scheme: "https", Host: "visit.example.org"}, keys}}
	for _, c := range []struct {
		what, passphrase, zone string
		checked                site
		resource               bool
		says                   string
	}{
		{"no desk", "", "Europe/London", site{}, true, ""},
		{"a desk", "quiet river 7", "America/New_York", whole, true, ""},
		{"a desk of a rehearsal", "quiet river 7", "UTC", site{}, false, ""},
		{"too short", "canary pass", "UTC", whole, true, "12 characters"},
		{"no keys", "canary river 7", "UTC", site{linkMaker: linkMaker{baseURL: whole.baseURL}}, true, "LINK_KEYS"},
		{"no address", "canary river 7", "UTC", site{linkMaker: linkMaker{linkKeys: keys}}, true, "BASE_URL"},
		{"no zone", "", "Mars/Base", whole, true, "--zone (ZONE)"},
		{"this machine's zone", "", "Local", whole, true, "--zone (ZONE)"},
	} {
		var m mistakes
		s := deskSettings{DeskPassphrase: secret{masked.New(c.passphrase)}, Zone: c.zone}
		s.check(&m, c.checked, c.resource)
		switch err := m.err(); {
		case c.says == "" && err != nil:
			t.Errorf("%s: %v", c.what, err)
		case c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "canary")):
			t.Errorf("%s: %v, want %q", c.what, err, c.says)
		}
	}
}
