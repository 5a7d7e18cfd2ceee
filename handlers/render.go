package handlers

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"github.com/anteroom-visit/anteroom/views"
)

// brand returns the organisation, with the phone number of the visit that the answer is about.
func (s *Site) brand(r *http.Request) views.Brand {
	brand := s.organisation.Brand
	if v := contextVisit(r); v != nil {
		brand.Phone = cmp.Or(v.Phone, brand.Phone)
	}
	return brand
}

// page returns what every page shares.
func (s *Site) page(r *http.Request, title string) views.Page {
	page := views.Page{
		T:          s.translator(r),
		Title:      title,
		Brand:      s.brand(r),
		Rehearsal:  s.call.rehearses(),
		Stylesheet: s.assets.URL("visit.css"),
		Script:     s.assets.URL("visit.js"),
		Icon:       s.assets.URL("favicon.svg"),
		Browser:    browserOf(r.UserAgent()),
	}
	page.Languages = s.languages(r, page.T)
	if v := contextVisit(r); v != nil && v.State(s.now(), s.visits.Limits).Joinable() {
		page.DialIn = views.DialIn{Number: v.DialIn.Number, Conference: v.DialIn.Conference}
	}
	return page
}

// render writes a page after rendering all of it, so that a template that fails leads to a clean error page. It
// renders also for a client that has gone, which is not a failure.
// Compression is safe: a page never contains both a secret and text that a stranger chose.
func (s *Site) render(w http.ResponseWriter, r *http.Request, status int, page templ.Component) error {
	var html bytes.Buffer
	if err := page.Render(templ.WithNonce(context.WithoutCancel(r.Context()), stateOf(r).nonce), &html); err != nil {
		return fmt.Errorf("render page: %w", err)
	}
	return s.pages.Write(w, r, status, html.Bytes())
}

// address returns where another browser finds this site: its public address, or the one that this
// request was sent to.
func (s *Site) address(r *http.Request) string {
	if s.origin.BaseURL != nil {
		return strings.TrimSuffix(s.origin.BaseURL.String(), "/") + "/"
	}
	return requestScheme(r) + "://" + r.Host + "/"
}

// requestScheme returns the scheme of a request to a site without a public address.
func requestScheme(r *http.Request) string {
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		return "https"
	}
	return "http"
}
