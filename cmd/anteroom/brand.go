package main

import (
	"io"
	"net/url"
	"os"

	"github.com/anteroom-visit/anteroom/handlers"
	"github.com/anteroom-visit/anteroom/views"
)

// checkBrand reads what makes the site look like the organisation's own.
func (s siteSettings) checkBrand(out *site, m *mistakes) {
	out.palette, out.logo = s.checkColour(m), s.checkLogo(m)
	if s.SurveyURL == "" {
		return
	}
	if u, err := url.Parse(s.SurveyURL); err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		m.add("survey-url", "SURVEY_URL", "must be an address such as https://forms.example.org/visit")
	}
}

func (s siteSettings) checkColour(m *mistakes) *views.Palette {
	if s.BrandColour == "" {
		return nil
	}
	palette, err := views.NewPalette(s.BrandColour)
	if err != nil {
		m.add("brand-colour", "BRAND_COLOUR", "%w", err)
	}
	return &palette
}

func (s siteSettings) checkLogo(m *mistakes) *handlers.Logo {
	if s.BrandLogo == "" {
		return nil
	}
	file, err := os.Open(s.BrandLogo)
	if err != nil {
		m.add("brand-logo", "BRAND_LOGO", "%w", err)
		return nil
	}
	defer func() { _ = file.Close() }() // it was only read
	data, err := io.ReadAll(io.LimitReader(file, handlers.MaxLogo+1))
	if err != nil {
		m.add("brand-logo", "BRAND_LOGO", "%w", err)
		return nil
	}
	logo, err := handlers.NewLogo(data)
	if err != nil {
		m.add("brand-logo", "BRAND_LOGO", "%w", err)
	}
	return logo
}
