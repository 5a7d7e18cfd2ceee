package handlers

import (
	"net/http"
	"slices"
	"strings"

	"github.com/anteroom-visit/anteroom/handlers/policy"
	"github.com/anteroom-visit/anteroom/views"
)

// The hosts that the device test contacts without a token: those that the Calling SDK 1.46.1 has built in for
// signalling and call setup, and its relay for audio and video, by STUN on UDP (the first of the ports
// 3478 to 3481).
const (
	probes = "https://go.trouter.communication.microsoft.com https://api.flightproxy.teams.microsoft.com " +
		"https://api.flightproxy.skype.com"
	relay = "stun:relay.communication.microsoft.com:3478"
)

// showCheck shows the page on which a visitor tests the device, any day before the visit. It needs no
// visit and issues no token.
func (s *Site) showCheck(w http.ResponseWriter, r *http.Request) error {
	back := ""
	if s.session(r).hasMeeting() {
		back = "/visit"
	}
	return s.renderCheck(w, r, back)
}

// showCheckOfVisit shows the same page to a visitor whose visit has not begun. No session has that visit,
// so the link leads back to it.
func (s *Site) showCheckOfVisit(w http.ResponseWriter, r *http.Request) error {
	opened, err := s.open(r.PathValue("seal"))
	if err != nil {
		return err
	}
	setContextVisit(r, opened)
	return s.renderCheck(w, r, opened.path())
}

func (s *Site) renderCheck(w http.ResponseWriter, r *http.Request, back string) error {
	t := s.translator(r)
	page := views.CheckPage{
		Page:  s.page(r, t.Text("check.title")),
		Texts: s.catalogue.Texts(t, "check.say."),
		Back:  back,
		Hosts: hostNames(policy.CallHosts),
	}
	page.Script, page.Stylesheet = s.assets.URL("check.js"), s.assets.URL("check.css")
	if s.call.rehearses() {
		page.Socket = "/rehearsal/socket"
	} else {
		page.Probes, page.Relay = strings.Fields(probes), relay
		s.setPolicy(w, r, s.policies.Check())
	}
	return s.render(w, r, http.StatusOK, views.Check(page))
}

// hostNames returns the hosts of a list of sources, without schemes and duplicates.
func hostNames(sources string) []string {
	var names []string
	for source := range strings.FieldsSeq(sources) {
		_, name, _ := strings.Cut(source, "://")
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
