package handlers

import (
	"net/http"

	"github.com/a-h/templ"

	"github.com/anteroom-visit/anteroom/locales"
	"github.com/anteroom-visit/anteroom/views"
)

// deskSite is the site as the desk needs it.
type deskSite struct{ site *Site }

func (d deskSite) Page(r *http.Request, title string) views.Page { return d.site.page(r, title) }

func (d deskSite) Render(w http.ResponseWriter, r *http.Request, status int, page templ.Component) error {
	return d.site.render(w, r, status, page)
}

func (d deskSite) Translator(r *http.Request) locales.Translator { return d.site.translator(r) }

func (d deskSite) Address(r *http.Request) string { return d.site.address(r) }

func (d deskSite) ClientKey(r *http.Request) string { return d.site.clientKey(r) }
