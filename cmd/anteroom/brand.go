package main

import (
	"io"
	"net/url"
	"os"
	"strings"

	"github.com/anteroom-visit/anteroom/handlers/assets"
	"github.com/anteroom-visit/anteroom/views"
)

// branding is the checked form of brandSettings; what is not set is nil.
type branding struct {
	palette *views.Palette
	logo    *assets.Logo
}

func (s brandSettings) check(m *mistakes) branding {
	if u, err := url.Parse(s.BrandPrivacyURL); s.BrandPrivacyURL != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "") {
		m.add("brand-privacy-url", "BRAND_PRIVACY_URL", "must be an address such as https://example.org/privacy")
	}
	if s.BrandPhone != "" && !strings.ContainsAny(s.BrandPhone, "0123456789") {
		m.add("brand-phone", "BRAND_PHONE", "must be a phone number")
	}
	if u, err := url.Parse(s.SurveyURL); s.SurveyURL != "" && (err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil) {
		m.add("survey-url", "SURVEY_URL", "must be an address such as https://forms.example.org/visit")
	}
	return branding{s.checkColour(m), s.checkLogo(m)}
}

func (s brandSettings) checkColour(m *mistakes) *views.Palette {
	if s.BrandColour == "" {
		return nil
	}
	palette, err := views.NewPalette(s.BrandColour)
	if err != nil {
		m.add("brand-colour", "BRAND_COLOUR", "%w", err)
	}
	return &palette
}

func (s brandSettings) checkLogo(m *mistakes) *assets.Logo {
	if s.BrandLogo == "" {
		return nil
	}
	file, err := os.Open(s.BrandLogo)
	if err != nil {
		m.add("brand-logo", "BRAND_LOGO", "%w", err)
		return nil
	}
	defer func() { _ = file.Close() }() // it was only read
	data, err := io.ReadAll(io.LimitReader(file, assets.MaxLogo+1))
	if err != nil {
		m.add("brand-logo", "BRAND_LOGO", "%w", err)
		return nil
	}
	logo, err := assets.NewLogo(data)
	if err != nil {
		m.add("brand-logo", "BRAND_LOGO", "%w", err)
	}
	return logo
}
