package views

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Palette is an organisation's one colour as the pages and the call use it, in light and in dark.
type Palette struct{ Light, Dark Shades }

// Shades are colours as CSS writes them, #rrggbb. Brand has at least 4.5:1 against the page and its
// surfaces, so that it can be the colour of words; so have Hover, and OnBrand on either.
type Shades struct {
	Brand   string `json:"brand"`
	OnBrand string `json:"onBrand"`
	Hover   string `json:"hover"`
}

// ground is what the pages stand on, from static/css/visit.css and static/src/stage/theme.ts: the shade against which the brand's
// colour has the least contrast, what is written on that colour, and which way leads to more contrast.
type ground struct {
	least     rgb
	ink       string
	direction float64
}

// The grounds of the two themes: --bg in light; in dark the ground of the call, which is a little
// lighter than --surface.
func light() ground { return ground{rgb{0xf5, 0xf7, 0xf9}, "#ffffff", -1} }
func dark() ground  { return ground{rgb{0x25, 0x24, 0x23}, "#12171c", +1} }

// minContrast is what words need (WCAG 2.2, 1.4.3); edges need 3:1, which this includes (1.4.11).
const minContrast = 4.5

// hoverStep is how much lighter or darker a thing under the pointer is, in OKLCH lightness (0 to 1).
const hoverStep = 0.08

// NewPalette derives every shade from one colour, #rgb or #rrggbb. The colour stays as it is where it
// can be read; elsewhere its lightness in OKLCH changes, and its hue does not, until it can.
func NewPalette(colour string) (Palette, error) {
	c, err := parseColour(colour)
	if err != nil {
		return Palette{}, err
	}
	return Palette{Light: light().shades(c), Dark: dark().shades(c)}, nil
}

func (g ground) shades(c rgb) Shades {
	brand := c
	// In lightness steps that nobody sees; the loop ends at black or white, which suffice.
	for l := c.oklch(); contrast(brand, g.least) < minContrast && l.lightness >= 0 && l.lightness <= 1; {
		l.lightness += g.direction * 0.005
		brand = l.rgb()
	}
	l := brand.oklch()
	l.lightness += g.direction * hoverStep
	if l.lightness < 0.05 || l.lightness > 0.97 {
		l.lightness -= 2 * g.direction * hoverStep // at the end of the scale the other way shows more
	}
	hover := l.rgb()
	if contrast(hover, g.least) < minContrast {
		hover = brand
	}
	return Shades{Brand: brand.hex(), OnBrand: g.ink, Hover: hover.hex()}
}

// rgb is a colour in sRGB, each part 0 to 255.
type rgb [3]uint8

func parseColour(text string) (rgb, error) {
	digits, found := strings.CutPrefix(text, "#")
	if len(digits) == 3 {
		digits = string([]byte{digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]})
	}
	n, err := strconv.ParseUint(digits, 16, 32)
	if !found || len(digits) != 6 || err != nil {
		return rgb{}, fmt.Errorf("read colour: must be such as #0b5c7a")
	}
	return rgb{uint8(n >> 16), uint8(n >> 8), uint8(n)}, nil
}

func (c rgb) hex() string { return fmt.Sprintf("#%02x%02x%02x", c[0], c[1], c[2]) }

// linear is the light of each part, 0 to 1.
func (c rgb) linear() (out [3]float64) {
	for i, part := range c {
		v := float64(part) / 255
		if v <= 0.04045 {
			out[i] = v / 12.92
		} else {
			out[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return out
}

// contrast is the ratio of WCAG 2.2, 1 to 21.
func contrast(a, b rgb) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(c rgb) float64 {
	l := c.linear()
	return 0.2126*l[0] + 0.7152*l[1] + 0.0722*l[2]
}

// oklch is a colour by how light it looks (0 to 1), how colourful, and its hue in radians.
type oklch struct{ lightness, chroma, hue float64 }

// oklch converts by the matrices of Björn Ottosson's "A perceptual color space for image processing".
func (c rgb) oklch() oklch {
	p := c.linear()
	l := math.Cbrt(0.4122214708*p[0] + 0.5363325363*p[1] + 0.0514459929*p[2])
	m := math.Cbrt(0.2119034982*p[0] + 0.6806995451*p[1] + 0.1073969566*p[2])
	s := math.Cbrt(0.0883024619*p[0] + 0.2817188376*p[1] + 0.6299787005*p[2])
	a := 1.9779984951*l - 2.4285922050*m + 0.4505937099*s
	b := 0.0259040371*l + 0.7827717662*m - 0.8086757660*s
	return oklch{0.2104542553*l + 0.7936177850*m - 0.0040720468*s, math.Hypot(a, b), math.Atan2(b, a)}
}

// rgb is the nearest colour that a screen shows: of the same lightness and hue, and as colourful as
// can be.
func (o oklch) rgb() rgb {
	o.lightness = min(max(o.lightness, 0), 1)
	if c, ok := o.exact(); ok {
		return c
	}
	low, high := 0.0, o.chroma
	for range 24 {
		o.chroma = (low + high) / 2
		if _, ok := o.exact(); ok {
			low = o.chroma
		} else {
			high = o.chroma
		}
	}
	o.chroma = low
	c, _ := o.exact()
	return c
}

// exact is the colour itself, and whether a screen can show it.
func (o oklch) exact() (out rgb, ok bool) {
	a, b := o.chroma*math.Cos(o.hue), o.chroma*math.Sin(o.hue)
	l := cube(o.lightness + 0.3963377774*a + 0.2158037573*b)
	m := cube(o.lightness - 0.1055613458*a - 0.0638541728*b)
	s := cube(o.lightness - 0.0894841775*a - 1.2914855480*b)
	ok = true
	for i, v := range [3]float64{
		4.0767416621*l - 3.3077115913*m + 0.2309699292*s,
		-1.2684380046*l + 2.6097574011*m - 0.3413193965*s,
		-0.0041960863*l - 0.7034186147*m + 1.7076147010*s,
	} {
		const rounding = 1e-4
		ok = ok && v >= -rounding && v <= 1+rounding
		v = min(max(v, 0), 1)
		if v <= 0.0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - 0.055
		}
		out[i] = uint8(math.Round(v * 255))
	}
	return out, ok
}

func cube(v float64) float64 { return v * v * v }
