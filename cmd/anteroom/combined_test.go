package main

import (
	"strings"
	"testing"
)

func TestServeRejectsCombinations(t *testing.T) {
	const (
		acs   = "ACS_CONNECTION_STRING=endpoint=https://contoso.communication.azure.com/;accesskey=Y2FuYXJ5"
		base  = "BASE_URL=https://visit.example.org"
		links = "LINK_KEYS=canary-51d7a2c09e8b43f6"
		desk  = "DESK_PASSPHRASE=canary river 7"
	)
	for _, c := range []struct {
		env  []string
		want string // "" for no mistake
	}{
		{[]string{acs, base, links}, ""},
		{[]string{acs, base, links, desk}, ""},
		{[]string{acs, base, "ADMISSION=open"}, ""},
		{[]string{acs, base}, "--link-keys (LINK_KEYS): must be set for --admission=links"},
		{[]string{acs, base, "ADMISSION=open", desk}, "--link-keys (LINK_KEYS): must be set for --desk-passphrase"},
		{[]string{acs, links}, "--base-url (BASE_URL): must be set with an ACS resource"},
		{[]string{acs, base, links, "ACS_ENDPOINT=https://contoso.communication.azure.com"}, "not both"},
		{[]string{acs, base, links, "REHEARSE=on"}, ""},
		{nil, ""},
		{[]string{"PORT=8081", "ZONE=UTC", "CHAT=off", "WAIT_MINUTES=5", "REHEARSAL_HOST=off", "TRY=off", "TLS_SELF_SIGNED=on"}, ""},
		{[]string{base}, "to rehearse with these settings set --rehearse=on (REHEARSE)"},
		{[]string{links, desk}, "for a site with LINK_KEYS, DESK_PASSPHRASE;"},
		{[]string{"ACS_CONNECTION_STRING=", base}, "--acs-connection-string (ACS_CONNECTION_STRING): is set but empty"},
		{[]string{"ACS_CONNECTION_STRING=", base}, "--acs-endpoint (ACS_ENDPOINT): must be set"},
		{[]string{"ACS_CONNECTION_STRING=", "REHEARSE=on", base}, "is set but empty"},
		{[]string{"BRAND_NAME=", acs, base, links}, "--brand-name (BRAND_NAME): is set but empty"},
		{[]string{base, links, desk, "REHEARSE=on"}, ""},
		{[]string{base, "REHEARSE=off"}, "--acs-endpoint (ACS_ENDPOINT)"},
		{[]string{acs, base, links, "ADMISSION=tenants"}, "--tenants (TENANTS): must name"},
		{[]string{acs, base, links, "TENANTS=aaaabbbb-0000-cccc-1111-dddd2222eeee"}, "--tenants (TENANTS): must be used with"},
		{[]string{"FRAME_ANCESTORS=https://portal.example", "BASE_URL=http://visit.example", "REHEARSE=on"}, "must go with an https address"},
	} {
		err := checkSettings(t, c.env)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%q: %v, want no error", c.env, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "canary")):
			t.Errorf("%q: %v, want %q", c.env, err, c.want)
		}
	}
}
