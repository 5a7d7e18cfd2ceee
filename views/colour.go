package views

import (
	"errors"

	"github.com/lucasb-eyer/go-colorful"
)

// Palette holds the shades of an organisation's colour for the pages and the call, in light and in dark.
type Palette struct{ Light, Dark Shades }

// Shades are colours in CSS notation, #rrggbb. Brand and Hover have a contrast of at least 4.5:1 against
// the page and its surfaces, so that text can have these colours; OnBrand has it against both.
type Shades struct {
	Brand   string `json:"brand"`
	OnBrand string `json:"onBrand"`
	Hover   string `json:"hover"`
}

// ground is the background of a theme, from static/css/base.css and the call's theme in static/src/stage: the
// shade against which a brand colour has the least contrast, the text colour on the brand colour, and the
// direction of lightness that leads to more contrast.
type ground struct {
	least     colorful.Color
	ink       string
	direction float64
}

// light is --bg of the light theme.
func light() ground {
	return ground{colorful.Color{R: 0xf5 / 255.0, G: 0xf7 / 255.0, B: 0xf9 / 255.0}, "#ffffff", -1}
}

// dark is the ground of the call, which is a little lighter than --surface of the dark theme.
func dark() ground {
	return ground{colorful.Color{R: 0x25 / 255.0, G: 0x24 / 255.0, B: 0x23 / 255.0}, "#12171c", +1}
}

// minContrast is what text needs (WCAG 2.2, 1.4.3). It includes the 3:1 that edges need (1.4.11).
const minContrast = 4.5

// hoverStep is how much lighter or darker an element under the pointer is, in OKLCH lightness (0 to 1).
const hoverStep = 0.08

// greyBelow is the OKLCH chroma below which a colour has no hue to recognise; nearWhite is the lightness
// that such a colour gets on a dark page.
const (
	greyBelow = 0.03
	nearWhite = 0.94
)

// NewPalette derives every shade from one colour, #rgb or #rrggbb. Where the colour has enough contrast it
// stays as it is. Elsewhere its lightness in OKLCH changes until it has, and its hue stays.
func NewPalette(colour string) (Palette, error) {
	c, err := parseColour(colour)
	if err != nil {
		return Palette{}, err
	}
	return Palette{Light: light().shades(c), Dark: dark().shades(c)}, nil
}

func (g ground) shades(c colorful.Color) Shades {
	brand := c
	lightness, chroma, _ := c.OkLch()
	// Black and greys would end as the middle grey of a button that cannot be pressed: on a dark page they turn white.
	if g.direction > 0 && chroma < greyBelow && contrast(c, g.least) < minContrast {
		lightness = nearWhite
		brand = withLightness(c, lightness)
	}
	// In lightness steps too small to see. The loop ends at black or white at the latest, which have enough contrast.
	for contrast(brand, g.least) < minContrast && lightness >= 0 && lightness <= 1 {
		lightness += g.direction * 0.005
		brand = withLightness(c, lightness)
	}
	lightness, _, _ = brand.OkLch()
	lightness += g.direction * hoverStep
	if lightness < 0.05 || lightness > 0.97 {
		lightness -= 2 * g.direction * hoverStep // at the end of the scale, the other direction differs more
	}
	hover := withLightness(brand, lightness)
	if contrast(hover, g.least) < minContrast {
		hover = brand
	}
	return Shades{Brand: brand.Hex(), OnBrand: g.ink, Hover: hover.Hex()}
}

func parseColour(text string) (colorful.Color, error) {
	c, err := colorful.Hex(text)
	if err != nil {
		return c, errors.New("must be a colour such as #0b5c7a")
	}
	return c, nil
}

// contrast returns the contrast ratio of WCAG 2.2, 1 to 21.
func contrast(a, b colorful.Color) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(c colorful.Color) float64 {
	r, g, b := c.LinearRgb()
	return 0.2126*r + 0.7152*g + 0.0722*b
}

// withLightness returns a colour of the same hue with this lightness in OKLCH (0 to 1). It is less
// colourful where a screen could not show it otherwise.
func withLightness(c colorful.Color, lightness float64) colorful.Color {
	_, chroma, hue := c.OkLch()
	lightness = min(max(lightness, 0), 1)
	low, high := 0.0, chroma
	if shown(colorful.OkLch(lightness, chroma, hue)) {
		low = chroma
	}
	for range 24 {
		middle := (low + high) / 2
		if shown(colorful.OkLch(lightness, middle, hue)) {
			low = middle
		} else {
			high = middle
		}
	}
	return rounded(colorful.OkLch(lightness, low, hue))
}

// shown reports whether a screen can show the colour, apart from the library's inaccuracy of up to one step.
func shown(c colorful.Color) bool {
	const rounding = 1.0 / 255
	least, most := min(c.R, c.G, c.B), max(c.R, c.G, c.B)
	return least >= -rounding && most <= 1+rounding
}

// rounded returns the colour as a stylesheet names it, in steps of 1/255.
func rounded(c colorful.Color) colorful.Color {
	r, g, b := c.Clamped().RGB255()
	return colorful.Color{R: float64(r) / 255, G: float64(g) / 255, B: float64(b) / 255}
}
