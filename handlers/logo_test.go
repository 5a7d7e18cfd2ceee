package handlers

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"github.com/anteroom-visit/anteroom/views"
)

const drawn = `<?xml version="1.0"?><!-- a logo --><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><rect width="120" height="40"/></svg>`

func painted(t *testing.T, width, height int) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestNewLogo(t *testing.T) {
	sized := func(attributes string) string { return `<svg xmlns="http://www.w3.org/2000/svg" ` + attributes + `/>` }
	for what, c := range map[string]struct {
		data          string
		width, height int
	}{
		"drawn":          {drawn, 120, 40},
		"by width":       {sized(`width="60px" height="60"`), 40, 40},
		"box with comma": {sized(`viewBox="-5,-5, 80,20"`), 160, 40},
		"painted":        {painted(t, 300, 100), 120, 40},
	} {
		logo, err := NewLogo([]byte(c.data))
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if got := logo.view(); got.Width != c.width || got.Height != c.height {
			t.Errorf("%s: %d x %d, want %d x %d", what, got.Width, got.Height, c.width, c.height)
		}
	}
	for what, data := range map[string]string{
		"nothing": "", "words": "hello", "a page": "<html xmlns='http://www.w3.org/2000/svg'/>", "no namespace": `<svg viewBox="0 0 1 1"/>`,
		"no size": sized(""), "no number": sized(`viewBox="0 0 NaN 1"`), "endless": sized(`viewBox="0 0 Inf 1"`), "negative": sized(`viewBox="0 0 -1 1"`),
		"flat": sized(`viewBox="0 0 100 1"`), "percent": sized(`width="100%" height="100%"`), "cut png": painted(t, 10, 10)[:20],
		"too large": drawn + strings.Repeat(" ", MaxLogo),
	} {
		if logo, err := NewLogo([]byte(data)); err == nil {
			t.Errorf("%s is taken for a logo of %+v", what, logo.view())
		}
	}
}

func TestLogoOnThePage(t *testing.T) {
	logo, err := NewLogo([]byte(drawn))
	if err != nil {
		t.Fatal(err)
	}
	site := startSite(t, func(o *Options) { o.Logo = logo })
	v := newVisitor(t, site)
	shown := v.get("/").page(t).Find("header img.logo")
	if shown.AttrOr("width", "") != "120" || shown.AttrOr("height", "") != "40" {
		t.Errorf("size %s x %s", shown.AttrOr("width", ""), shown.AttrOr("height", ""))
	}
	a := v.get(shown.AttrOr("src", "/none"))
	if a.StatusCode != http.StatusOK || a.body != drawn || a.Header.Get("Content-Type") != "image/svg+xml" {
		t.Errorf("%d %s %q", a.StatusCode, a.Header.Get("Content-Type"), a.body)
	}
	policy := policyOf(a.Header.Get("Content-Security-Policy"))
	if _, boxed := policy["sandbox"]; !boxed || policy["default-src"][0] != "'none'" || policy["script-src"][0] != "'none'" {
		t.Errorf("policy %v", policy)
	}
	if !strings.Contains(a.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("Cache-Control %q", a.Header.Get("Cache-Control"))
	}
	for _, other := range []string{"/brand/logo.svg", "/brand/visit-1.js"} {
		if a := v.get(other); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", other, a.StatusCode)
		}
	}
	if n := newVisitor(t, startSite(t)).get("/").page(t).Find("header img").Length(); n != 0 {
		t.Errorf("%d pictures without a logo", n)
	}
}

// The policy opens for the one style of the colour, by nonce, and for no other.
func TestPolicyWithAColour(t *testing.T) {
	palette, err := views.NewPalette("#7a0b5c")
	if err != nil {
		t.Fatal(err)
	}
	a := newVisitor(t, startSite(t, func(o *Options) { o.Brand.Palette = &palette })).get("/")
	nonce := a.page(t).Find("head style").AttrOr("nonce", "")
	styles := policyOf(a.Header.Get("Content-Security-Policy"))["style-src"]
	if nonce == "" || strings.Join(styles, " ") != "'self' 'nonce-"+nonce+"'" {
		t.Errorf("style-src %v for the nonce %q", styles, nonce)
	}
	without := newVisitor(t, startSite(t)).get("/")
	if got := policyOf(without.Header.Get("Content-Security-Policy"))["style-src"]; strings.Join(got, " ") != "'self'" {
		t.Errorf("style-src %v without a colour", got)
	}
}
