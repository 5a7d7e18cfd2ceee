package handlers

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/anteroom-visit/anteroom/handlers/assets"
	"github.com/anteroom-visit/anteroom/views"
)

const svgLogo = `<?xml version="1.0"?><!-- a logo --><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><rect width="120" height="40"/></svg>`

func TestPageShowsLogo(t *testing.T) {
	logo, err := assets.NewLogo([]byte(svgLogo))
	if err != nil {
		t.Fatal(err)
	}
	site := startSite(t, func(o *Options) { o.Organisation.Logo = logo })
	v := newVisitor(t, site)
	img := v.get("/").page(t).Find("header img.logo")
	if img.AttrOr("width", "") != "120" || img.AttrOr("height", "") != "40" {
		t.Errorf("size %s x %s, want 120 x 40", img.AttrOr("width", ""), img.AttrOr("height", ""))
	}
	a := v.get(img.AttrOr("src", "/none"))
	if a.StatusCode != http.StatusOK || a.body != svgLogo || a.Header.Get("Content-Type") != "image/svg+xml" {
		t.Errorf("status %d, type %s, want 200 and the logo as image/svg+xml: %q", a.StatusCode, a.Header.Get("Content-Type"), a.body)
	}
	policy := policyOf(a.Header.Get("Content-Security-Policy"))
	if _, sandboxed := policy["sandbox"]; !sandboxed || policy["default-src"][0] != "'none'" || policy["script-src"][0] != "'none'" {
		t.Errorf("policy %v, want sandbox, default-src 'none' and script-src 'none'", policy)
	}
	if !strings.Contains(a.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("Cache-Control %q, want immutable in it", a.Header.Get("Cache-Control"))
	}
	for _, other := range []string{"/brand/logo.svg", "/brand/visit-1.js"} {
		if a := v.get(other); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", other, a.StatusCode)
		}
	}
	if n := newVisitor(t, startSite(t)).get("/").page(t).Find("header img").Length(); n != 0 {
		t.Errorf("without a logo: %d pictures in the header, want none", n)
	}
}

// The policy allows one inline style, that of the brand's colour, by its hash.
func TestPolicyAllowsBrandStyle(t *testing.T) {
	palette, err := views.NewPalette("#7a0b5c")
	if err != nil {
		t.Fatal(err)
	}
	a := newVisitor(t, startSite(t, func(o *Options) { o.Organisation.Brand.Palette = &palette })).get("/")
	sum := sha256.Sum256([]byte(a.page(t).Find("head style").Text()))
	hash := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	styles := policyOf(a.Header.Get("Content-Security-Policy"))["style-src"]
	if strings.Join(styles, " ") != "'self' "+hash {
		t.Errorf("style-src %v, want 'self' %s", styles, hash)
	}
	without := newVisitor(t, startSite(t)).get("/")
	if got := policyOf(without.Header.Get("Content-Security-Policy"))["style-src"]; strings.Join(got, " ") != "'self'" {
		t.Errorf("without a colour: style-src %v, want 'self'", got)
	}
}
