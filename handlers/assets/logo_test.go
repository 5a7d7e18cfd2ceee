package assets

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"testing"
)

const svgLogo = `<?xml version="1.0"?><!-- a logo --><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40"><rect width="120" height="40"/></svg>`

func grayPNG(t *testing.T, width, height int) string {
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
		"SVG":                 {svgLogo, 120, 40},
		"width and height":    {sized(`width="60px" height="60"`), 40, 40},
		"viewBox with commas": {sized(`viewBox="-5,-5, 80,20"`), 160, 40},
		"PNG":                 {grayPNG(t, 300, 100), 120, 40},
	} {
		logo, err := NewLogo([]byte(c.data))
		if err != nil {
			t.Errorf("%s: %v, want no error", what, err)
			continue
		}
		if got := logo.View(); got.Width != c.width || got.Height != c.height {
			t.Errorf("%s: %d x %d, want %d x %d", what, got.Width, got.Height, c.width, c.height)
		}
	}
	for what, data := range map[string]string{
		"empty": "", "plain text": "hello", "HTML": "<html xmlns='http://www.w3.org/2000/svg'/>", "no namespace": `<svg viewBox="0 0 1 1"/>`,
		"no size": sized(""), "NaN": sized(`viewBox="0 0 NaN 1"`), "infinite": sized(`viewBox="0 0 Inf 1"`), "negative": sized(`viewBox="0 0 -1 1"`),
		"too flat": sized(`viewBox="0 0 100 1"`), "percent": sized(`width="100%" height="100%"`), "truncated PNG": grayPNG(t, 10, 10)[:20],
		"too large": svgLogo + strings.Repeat(" ", MaxLogo),
	} {
		if logo, err := NewLogo([]byte(data)); err == nil {
			t.Errorf("%s: accepted as %+v, want an error", what, logo.View())
		}
	}
}

func TestNewLogoDetectsDarkLogos(t *testing.T) {
	svg := func(inside string) string {
		return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">` + inside + `</svg>`
	}
	for what, c := range map[string]struct {
		data string
		dark bool
	}{
		"black pixels":         {grayPNG(t, 30, 10), true},
		"no colour":            {svgLogo, true},
		"navy":                 {svg(`<path fill="#0b1f4a" d="M0 0h9"/>`), true},
		"navy, 3 digits":       {svg(`<path fill="#014" d="M0 0h9"/>`), true},
		"white on navy":        {svg(`<path fill="#0b1f4a" d="M0 0h9"/><path fill="white" d="M0 0h9"/>`), false},
		"light blue, 3 digits": {svg(`<path style="fill:#9ad" d="M0 0h9"/>`), false},
		"light blue, 6 digits": {svg(`<path style="fill:#99aadd" d="M0 0h9"/>`), false},
	} {
		logo, err := NewLogo([]byte(c.data))
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if got := logo.View().Dark; got != c.dark {
			t.Errorf("%s: dark %t, want %t", what, got, c.dark)
		}
	}
}
