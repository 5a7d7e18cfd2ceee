package views

import (
	"math"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/lucasb-eyer/go-colorful"
)

func ratio(t *testing.T, a, b string) float64 {
	t.Helper()
	x, errX := parseColour(a)
	y, errY := parseColour(b)
	if errX != nil || errY != nil {
		t.Fatalf("%q, %q: %v %v", a, b, errX, errY)
	}
	return contrast(x, y)
}

// TestContrast compares contrasts with published values and with those of the design.
func TestContrast(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{
		{"#000", "#fff", 21},
		{"#fff", "#fff", 1},
		{"#767676", "#fff", 4.54},
		{"#0078d4", "#ffffff", 4.53},
		{"#0f6cbd", "#ffffff", 5.38},
		{"#0b5c7a", "#ffffff", 7.4},
		{"#6cc4e6", "#08222d", 8.4},
	} {
		if got := ratio(t, c.a, c.b); math.Abs(got-c.want) > 0.06 {
			t.Errorf("contrast of %s on %s = %.2f, want %.2f", c.a, c.b, got, c.want)
		}
	}
}

func TestOwnLightnessKeepsTheColour(t *testing.T) {
	for _, text := range []string{"#ffffff", "#000000", "#ff0000", "#0000ff", "#0b5c7a"} {
		c, _ := parseColour(text)
		lightness, _, _ := c.OkLch()
		if got := withLightness(c, lightness).Hex(); got != text {
			t.Errorf("withLightness = %s, want %s", got, text)
		}
	}
}

func TestNewPaletteKeepsLegibleColours(t *testing.T) {
	for colour, want := range map[string]Palette{
		"#0b5c7a": {Light: Shades{Brand: "#0b5c7a"}},
		"#6cc4e6": {Dark: Shades{Brand: "#6cc4e6"}},
		"#000":    {Light: Shades{Brand: "#000000"}},
		"#fff":    {Dark: Shades{Brand: "#ffffff"}},
	} {
		got, err := NewPalette(colour)
		if err != nil || want.Light.Brand != "" && got.Light.Brand != want.Light.Brand || want.Dark.Brand != "" && got.Dark.Brand != want.Dark.Brand {
			t.Errorf("NewPalette(%q) = %+v, %v, want %+v", colour, got, err, want)
		}
	}
}

func TestNewPaletteRejectsInvalidColours(t *testing.T) {
	for _, bad := range []string{"", "#", "0b5c7a", "#0b5c7", "#0b5c7aff", "red", "#gggggg", "#+12345", "rgb(1,2,3)", "#0b5c7a;}"} {
		if p, err := NewPalette(bad); err == nil {
			t.Errorf("NewPalette(%q) = %+v, want an error", bad, p)
		}
	}
}

// TestDarkGreysTurnWhiteOnDarkPages checks that they do not turn a middle grey, which looks like a disabled button.
func TestDarkGreysTurnWhiteOnDarkPages(t *testing.T) {
	for _, colour := range []string{"#000000", "#222222", "#404040"} {
		palette, err := NewPalette(colour)
		if err != nil {
			t.Fatal(err)
		}
		brand, err := parseColour(palette.Dark.Brand)
		if err != nil {
			t.Fatal(err)
		}
		if lightness, _, _ := brand.OkLch(); lightness < 0.9 {
			t.Errorf("%s on a dark page is %s with lightness %.2f, want at least 0.9", colour, palette.Dark.Brand, lightness)
		}
	}
}

// backgrounds returns the background colours in the stylesheet, whose first theme is light and second dark.
func backgrounds(t *testing.T) (light, dark []string) {
	t.Helper()
	css, err := os.ReadFile("../static/css/base.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"--bg", "--surface"} {
		found := regexp.MustCompile(name+`: (#[0-9a-f]+);`).FindAllStringSubmatch(string(css), -1)
		if len(found) != 2 {
			t.Fatalf("found %s %d times, want 2", name, len(found))
		}
		light, dark = append(light, found[0][1]), append(dark, found[1][1])
	}
	return light, append(dark, "#252423") // the neutral background of the UI Library's dark theme
}

// TestEveryColourIsLegible checks, for random colours, the contrast of text and buttons, and that the hue stays.
func TestEveryColourIsLegible(t *testing.T) {
	onLight, onDark := backgrounds(t)
	random := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		c := colorful.Color{R: float64(random.UintN(256)) / 255, G: float64(random.UintN(256)) / 255, B: float64(random.UintN(256)) / 255}
		p, err := NewPalette(c.Hex())
		if err != nil {
			t.Fatal(err)
		}
		for theme, on := range map[*Shades][]string{&p.Light: onLight, &p.Dark: onDark} {
			for _, background := range on {
				if r := ratio(t, theme.Brand, background); r < minContrast {
					t.Errorf("%s: contrast of %s on %s = %.2f, want at least %.2f", c.Hex(), theme.Brand, background, r, minContrast)
				}
				if r := ratio(t, theme.Hover, background); r < minContrast {
					t.Errorf("%s, hovered: contrast of %s on %s = %.2f, want at least %.2f", c.Hex(), theme.Hover, background, r, minContrast)
				}
			}
			if r := min(ratio(t, theme.OnBrand, theme.Brand), ratio(t, theme.OnBrand, theme.Hover)); r < minContrast {
				t.Errorf("%s: contrast of %s on %+v = %.2f, want at least %.2f", c.Hex(), theme.OnBrand, theme, r, minContrast)
			}
			shown, _ := parseColour(theme.Brand)
			_, chroma, hue := shown.OkLch()
			_, _, original := c.OkLch()
			change := math.Abs(math.Remainder(hue-original, 360))
			// The hue of a colour near grey is not visible.
			if chroma > 0.04 && change > 5 {
				t.Errorf("%s became %s: the hue changed by %.1f degrees, want at most 5", c.Hex(), theme.Brand, change)
			}
		}
	}
}

func TestPageHasBrandColour(t *testing.T) {
	p := samplePage(t)
	if n := render(t, Door(DoorPage{Page: p})).Find("style").Length(); n != 0 {
		t.Errorf("%d styles without a brand colour, want 0", n)
	}
	palette, err := NewPalette("#7a0b5c")
	if err != nil {
		t.Fatal(err)
	}
	p.Brand.Palette = &palette
	style := render(t, Door(DoorPage{Page: p})).Find("head style[nonce=N0NCE]")
	if style.Length() != 1 {
		t.Fatalf("%d styles with the page's nonce, want 1", style.Length())
	}
	text := style.Text()
	for _, want := range []string{"--brand:#7a0b5c", "--brand:" + palette.Dark.Brand, "--on-brand:#ffffff", "prefers-color-scheme:dark"} {
		if !strings.Contains(text, want) {
			t.Errorf("style = %s, want %s in it", text, want)
		}
	}
	if len(text) > 300 {
		t.Errorf("style has %d bytes, want at most 300", len(text))
	}
}
