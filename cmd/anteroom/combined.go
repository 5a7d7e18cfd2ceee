package main

import (
	"strings"

	"github.com/anteroom-visit/anteroom/handlers"
	"github.com/anteroom-visit/anteroom/handlers/policy"
)

// checked returns the settings in the form in which they are used, with all mistakes in them.
func (s serveCommand) checked(env environ) (service, site, *mistakes) {
	m := newMistakes(&s, env)
	service, site := s.serviceSettings.checked(m), s.siteSettings.checked()
	site.host = s.rehearsalSettings.checked()
	s.checkRehearsal(m)
	s.checkPublic(m)
	s.checkTenants(m)
	s.checkEntra(m)
	return service, site, m
}

// checkRehearsal rejects a rehearsal with settings of a real site, whose visitors would meet nobody.
func (s serveCommand) checkRehearsal(m *mistakes) {
	if s.named() || isOn(s.Rehearse) {
		return
	}
	var set []string
	for _, one := range settingsOf(&s) {
		if value := one.value(); one.rule.Production && value != "" && value != one.Default {
			set = append(set, one.variable)
		}
	}
	if len(set) > 0 {
		m.add("ACS_ENDPOINT", "must be set, or --acs-connection-string (ACS_CONNECTION_STRING), for a site with %s; to rehearse with these settings set --rehearse=on (REHEARSE)", strings.Join(set, ", "))
	}
}

// checkPublic requires the settings without which a site with an ACS resource cannot work.
func (s serveCommand) checkPublic(m *mistakes) {
	if s.named() && s.BaseURL == "" {
		m.add("BASE_URL", "must be set with an ACS resource: links, cookies and the origin of requests depend on it")
	}
	if s.named() && s.LinkKeys.Reveal() == "" {
		switch {
		case s.Admission == "" || s.Admission == string(handlers.AdmitLinks):
			m.add("LINK_KEYS", "must be set for --admission=links (ADMISSION), or nobody can join")
		case s.DeskPassphrase.Reveal() != "":
			m.add("LINK_KEYS", "must be set for --desk-passphrase (DESK_PASSPHRASE): the desk seals its links with them")
		}
	}
	https := s.TLSSelfSigned.on() || strings.HasPrefix(strings.ToLower(s.BaseURL), "https:")
	if framers, _ := policy.ParseFrameAncestors(s.FrameAncestors); len(framers) > 0 && !https {
		m.add("FRAME_ANCESTORS", "must go with an https address in --base-url (BASE_URL): browsers keep no cookie in a frame without it")
	}
}

func (s serveCommand) checkTenants(m *mistakes) {
	switch byTenant := s.Admission == string(handlers.AdmitTenants); {
	case byTenant && s.Tenants == "":
		m.add("TENANTS", "must name a tenant for --admission=tenants (ADMISSION)")
	case !byTenant && s.Tenants != "":
		m.add("TENANTS", "must be used with --admission=tenants (ADMISSION)")
	}
}
