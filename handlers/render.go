package handlers

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"fmt"
	"net/http"

	"github.com/a-h/templ"
	"github.com/andybalholm/brotli"
	"github.com/labstack/echo/v4"

	"github.com/anteroom-visit/anteroom/views"
)

// brand is the organisation, with the number of the visit that the answer speaks of.
func (s *Site) brand(c echo.Context) views.Brand {
	brand := s.Brand
	if v := spokenOf(c); v != nil {
		brand.Phone = cmp.Or(v.Phone, brand.Phone)
	}
	return brand
}

// page is what every page shares.
func (s *Site) page(c echo.Context, title string) views.Page {
	page := views.Page{
		T:          s.translator(c),
		Title:      title,
		Brand:      s.brand(c),
		Rehearsal:  s.rehearses(),
		Stylesheet: s.Assets.URL("visit.css"),
		Script:     s.Assets.URL("visit.js"),
		Icon:       s.Assets.URL("favicon.svg"),
	}
	page.Languages = s.languages(c, page.T)
	if v := spokenOf(c); v != nil && v.State(s.Now(), s.VisitLimits).Joinable() {
		page.DialIn = views.DialIn{Number: v.DialIn.Number, Conference: v.DialIn.Conference}
	}
	return page
}

// render writes a page only once it is whole, so that a fault in a template is a clean error. Pages
// are compressed here and now: they hold no secret that a reflected input could be weighed against.
func (s *Site) render(c echo.Context, status int, page templ.Component) error {
	var html bytes.Buffer
	if err := page.Render(c.Request().Context(), &html); err != nil {
		return fmt.Errorf("render page: %w", err)
	}
	h := c.Response().Header()
	h.Add("Vary", "Accept-Encoding, Accept-Language, Save-Data")
	body := html.Bytes()
	switch encoding := acceptedEncoding(c.Request().Header.Get("Accept-Encoding")); encoding {
	case "br":
		h.Set("Content-Encoding", encoding)
		body = s.brotlied(body)
	case "gzip":
		h.Set("Content-Encoding", encoding)
		body = packed(body, func(b *bytes.Buffer) packer { return gzip.NewWriter(b) })
	}
	return c.HTMLBlob(status, body)
}

// brotlied borrows a writer: its tables take a megabyte, which costs more to make than all the rest
// of a page.
func (s *Site) brotlied(body []byte) []byte {
	w, ok := s.writers.Get().(*brotli.Writer)
	if !ok {
		w = brotli.NewWriterLevel(nil, 5)
	}
	defer s.writers.Put(w)
	return packed(body, func(b *bytes.Buffer) packer {
		w.Reset(b)
		return w
	})
}

type packer interface {
	Write(p []byte) (int, error)
	Close() error
}

// packed cannot fail: it writes to memory.
func packed(body []byte, open func(*bytes.Buffer) packer) []byte {
	var b bytes.Buffer
	w := open(&b)
	_, _ = w.Write(body)
	_ = w.Close()
	return b.Bytes()
}

func (s *Site) redirect(c echo.Context, to string) error { return c.Redirect(http.StatusSeeOther, to) }
