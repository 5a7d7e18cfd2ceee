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
	t := s.translator(r)
	page := views.CheckPage{
		Page:   s.page(r, t.Text("check.title")),
		Texts:  s.catalogue.Texts(t, "check.say."),
		Return: s.session(r).hasMeeting(),
		Hosts:  hostNames(policy.CallHosts),
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
