package main

import (
	"time"
	"unicode/utf8"
)

// deskSettings are for the pages on which staff make links to visits.
type deskSettings struct {
	DeskPassphrase secret `name:"desk-passphrase" setting:"DESK_PASSPHRASE" placeholder:"TEXT" help:"Opens /desk, where staff make links to visits; at least 12 characters. Without it there is no desk."`
	Zone           string `name:"zone" setting:"ZONE" default:"Europe/London" placeholder:"ZONE" help:"Time zone that the desk begins with, such as Europe/London."`
}

const minPassphrase = 12

// check is told whether there is an ACS resource: a rehearsal makes up what its desk needs besides.
func (s deskSettings) check(m *mistakes, checked site, resource bool) {
	if zone, err := time.LoadLocation(s.Zone); err != nil || zone == time.Local || s.Zone == "" {
		m.add("zone", "ZONE", "must be the name of a time zone, such as Europe/London")
	}
	passphrase := s.DeskPassphrase.Reveal()
	if passphrase == "" {
		return
	}
	if utf8.RuneCountInString(passphrase) < minPassphrase {
		m.add("desk-passphrase", "DESK_PASSPHRASE", "must have at least %d characters", minPassphrase)
	}
	if resource && checked.linkKeys == nil {
		m.add("desk-passphrase", "DESK_PASSPHRASE", "the desk needs --link-keys (LINK_KEYS) too: its links are sealed with them")
	}
	if resource && checked.baseURL == nil {
		m.add("desk-passphrase", "DESK_PASSPHRASE", "the desk needs --base-url (BASE_URL) too: its links begin with it")
	}
}
