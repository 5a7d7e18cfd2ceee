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

// Figures that are published, or that the design states.
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
			t.Errorf("%s on %s: %.2f, want %.2f", c.a, c.b, got, c.want)
		}
	}
}

func TestLightnessKeepsColoursThatAScreenShows(t *testing.T) {
	for _, text := range []string{"#ffffff", "#000000", "#ff0000", "#0000ff", "#0b5c7a"} {
		c, _ := parseColour(text)
		lightness, _, _ := c.OkLch()
		if back := withLightness(c, lightness).Hex(); back != text {
			t.Errorf("%s became %s", text, back)
		}
	}
}

func TestPalette(t *testing.T) {
	for colour, want := range map[string]Palette{
		// What can be read stays as it is.
		"#0b5c7a": {Light: Shades{Brand: "#0b5c7a"}},
		"#6cc4e6": {Dark: Shades{Brand: "#6cc4e6"}},
		"#000":    {Light: Shades{Brand: "#000000"}},
		"#fff":    {Dark: Shades{Brand: "#ffffff"}},
	} {
		got, err := NewPalette(colour)
		if err != nil || want.Light.Brand != "" && got.Light.Brand != want.Light.Brand || want.Dark.Brand != "" && got.Dark.Brand != want.Dark.Brand {
			t.Errorf("%s: %+v, %v", colour, got, err)
		}
	}
	for _, bad := range []string{"", "#", "0b5c7a", "#0b5c7", "#0b5c7aff", "red", "#gggggg", "#+12345", "rgb(1,2,3)", "#0b5c7a;}"} {
		if p, err := NewPalette(bad); err == nil {
			t.Errorf("%q is taken for %+v", bad, p)
		}
	}
}

// A middle grey looks like a button that cannot be pressed.
func TestBlackTurnsWhiteOnADarkPage(t *testing.T) {
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
			t.Errorf("%s: %s on a dark page", colour, palette.Dark.Brand)
		}
	}
}

// backgrounds are what the stylesheet itself names: the first theme in it is light, the second dark.
func backgrounds(t *testing.T) (light, dark []string) {
	t.Helper()
	css, err := os.ReadFile("../static/css/base.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"--bg", "--surface"} {
		found := regexp.MustCompile(name+`: (#[0-9a-f]+);`).FindAllStringSubmatch(string(css), -1)
		if len(found) != 2 {
			t.Fatalf("%d of %s", len(found), name)
		}
		light, dark = append(light, found[0][1]), append(dark, found[1][1])
	}
	return light, append(dark, "#252423") // the neutral ground of the UI Library's dark theme
}

// Whatever colour an organisation has, its words and buttons can be read, and its hue is its own.
func TestEveryColourCanBeRead(t *testing.T) {
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
					t.Errorf("%s: %s on %s has %.2f", c.Hex(), theme.Brand, background, r)
				}
				if r := ratio(t, theme.Hover, background); r < minContrast {
					t.Errorf("%s: under the pointer %s on %s has %.2f", c.Hex(), theme.Hover, background, r)
				}
			}
			if r := min(ratio(t, theme.OnBrand, theme.Brand), ratio(t, theme.OnBrand, theme.Hover)); r < minContrast {
				t.Errorf("%s: %s on %+v has %.2f", c.Hex(), theme.OnBrand, theme, r)
			}
			shown, _ := parseColour(theme.Brand)
			_, chroma, hue := shown.OkLch()
			_, _, before := c.OkLch()
			turned := math.Abs(math.Remainder(hue-before, 360))
			// The nearer to grey, the less a hue means.
			if chroma > 0.04 && turned > 5 {
				t.Errorf("%s became %s: the hue turned by %.1f degrees", c.Hex(), theme.Brand, turned)
			}
		}
	}
}

func TestBrandColourInThePage(t *testing.T) {
	p := samplePage(t)
	if n := render(t, Door(DoorPage{Page: p})).Find("style").Length(); n != 0 {
		t.Errorf("%d styles without a colour", n)
	}
	palette, err := NewPalette("#7a0b5c")
	if err != nil {
		t.Fatal(err)
	}
	p.Brand.Palette = &palette
	style := render(t, Door(DoorPage{Page: p})).Find("head style[nonce=N0NCE]")
	if style.Length() != 1 {
		t.Fatalf("%d styles with the page's nonce", style.Length())
	}
	text := style.Text()
	for _, want := range []string{"--brand:#7a0b5c", "--brand:" + palette.Dark.Brand, "--on-brand:#ffffff", "prefers-color-scheme:dark"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in %s", want, text)
		}
	}
	if len(text) > 300 {
		t.Errorf("%d bytes on every page", len(text))
	}
}
