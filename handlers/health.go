package handlers

import (
	"net/http"

	"github.com/anteroom-visit/anteroom/handlers/reply"
)

// showHealth answers 200 as long as the process runs.
func (s *Site) showHealth(w http.ResponseWriter, _ *http.Request) error {
	return reply.Text(w, http.StatusOK, "ok\n")
}

// showReadiness reports whether new visitors may be sent here. It does not ask the identity service: a
// failing service would take every replica out of use, with the pages that show the phone number.
func (s *Site) showReadiness(w http.ResponseWriter, _ *http.Request) error {
	if s.draining.Load() {
		return reply.Text(w, http.StatusServiceUnavailable, "draining\n")
	}
	return reply.Text(w, http.StatusOK, "ready\n")
}

// sendAsset sends a file of the browser bundle.
func (s *Site) sendAsset(w http.ResponseWriter, r *http.Request) error {
	return s.assets.Serve(w, r, s.downloads, s.clientKey(r))
}

// showFavicon redirects browsers that ask for the icon at its old address.
func (s *Site) showFavicon(w http.ResponseWriter, _ *http.Request) error {
	return reply.Found(w, s.assets.URL("favicon.svg"))
}
