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

const drawn = `<?xml version="1.0"?><!-- a logo --><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><rect width="120" height="40"/></svg>`

func TestLogoOnThePage(t *testing.T) {
	logo, err := assets.NewLogo([]byte(drawn))
	if err != nil {
		t.Fatal(err)
	}
	site := startSite(t, func(o *Options) { o.Organisation.Logo = logo })
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

// The policy allows the one style of the colour, by its hash, and no other.
func TestPolicyAllowsTheBrandsStyle(t *testing.T) {
	palette, err := views.NewPalette("#7a0b5c")
	if err != nil {
		t.Fatal(err)
	}
	a := newVisitor(t, startSite(t, func(o *Options) { o.Organisation.Brand.Palette = &palette })).get("/")
	sum := sha256.Sum256([]byte(a.page(t).Find("head style").Text()))
	hash := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	styles := policyOf(a.Header.Get("Content-Security-Policy"))["style-src"]
	if strings.Join(styles, " ") != "'self' "+hash {
		t.Errorf("style-src %v, the hash is %q", styles, hash)
	}
	without := newVisitor(t, startSite(t)).get("/")
	if got := policyOf(without.Header.Get("Content-Security-Policy"))["style-src"]; strings.Join(got, " ") != "'self'" {
		t.Errorf("style-src %v without a colour", got)
	}
}
