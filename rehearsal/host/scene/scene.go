// Package scene draws what the rehearsal's host shows instead of a face: its
// name, the time, and a wave that keeps moving, so that a visitor can see that
// the picture is alive. It only draws: encoding and sending are for others.
package scene

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"strings"
	"time"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"
)

// Width and Height are the size of the picture in pixels. It is small because
// each pixel is shown as a square of several.
const (
	Width  = 160
	Height = 90
)

// The colours are those of the pages in the dark.
var (
	background = color.RGBA{0x12, 0x17, 0x1c, 0xff}
	brand      = color.RGBA{0x6c, 0xc4, 0xe6, 0xff}
	bright     = color.RGBA{0xed, 0xf1, 0xf4, 0xff}
	muted      = color.RGBA{0xb3, 0xbe, 0xc8, 0xff}
)

// Where things stand, in pixels.
const (
	nameBaseline  = 23
	clockBaseline = 53
	waveMiddle    = 73
	waveHeight    = 6
	dots          = 13
	dotDistance   = 9
	dotRadius     = 2.6
)

// wavePeriod is how long a dot takes to rise and fall.
const wavePeriod = 4 * time.Second

// A Scene is a picture that changes with the time. It is not safe for
// concurrent use.
type Scene struct {
	still  *image.RGBA // what never changes
	canvas *image.RGBA
	glyphs *image.Alpha // the clock's text before it is enlarged
	out    *image.YCbCr
}

// New returns a scene that shows a name. The font knows ASCII alone: accents
// are dropped, and a name in another script is not drawn at all.
func New(name string) *Scene {
	bounds := image.Rect(0, 0, Width, Height)
	s := &Scene{
		still:  image.NewRGBA(bounds),
		canvas: image.NewRGBA(bounds),
		glyphs: image.NewAlpha(image.Rect(0, 0, Width/2, basicfont.Face7x13.Height)),
		out:    image.NewYCbCr(bounds, image.YCbCrSubsampleRatio420),
	}
	draw.Draw(s.still, bounds, image.NewUniform(background), image.Point{}, draw.Src)
	text := drawable(name)
	write(s.still, text, (Width-textWidth(text))/2, nameBaseline, muted)
	return s
}

// Draw returns the picture at a moment, with the clock in that moment's own
// time zone. The samples are BT.601 in the studio range, as video wants them.
// The picture is valid until the next Draw.
func (s *Scene) Draw(now time.Time) *image.YCbCr {
	copy(s.canvas.Pix, s.still.Pix)
	s.drawClock(now.Format("15:04:05"))
	turn := float64(now.UnixMilli()%wavePeriod.Milliseconds()) / float64(wavePeriod.Milliseconds())
	for i := range dots {
		x := Width/2 + float64(i-dots/2)*dotDistance
		y := waveMiddle - waveHeight*math.Sin(2*math.Pi*(turn-float64(i)/(dots-1)))
		disc(s.canvas, x, y, dotRadius, brand)
	}
	studio(s.out, s.canvas)
	return s.out
}

// drawClock writes text twice as large as the font is.
func (s *Scene) drawClock(text string) {
	clear(s.glyphs.Pix)
	write(s.glyphs, text, 0, basicfont.Face7x13.Ascent, color.Opaque)
	left := (Width - 2*textWidth(text)) / 2
	top := clockBaseline - 2*basicfont.Face7x13.Ascent
	size := s.glyphs.Rect.Size()
	for y := range 2 * size.Y {
		for x := range 2 * size.X {
			if s.glyphs.AlphaAt(x/2, y/2).A != 0 {
				s.canvas.SetRGBA(left+x, top+y, bright)
			}
		}
	}
}

func textWidth(text string) int {
	return len(text) * basicfont.Face7x13.Advance
}

func write(dst draw.Image, text string, x, baseline int, c color.Color) {
	d := font.Drawer{Dst: dst, Src: image.NewUniform(c), Face: basicfont.Face7x13, Dot: fixed.P(x, baseline)}
	d.DrawString(text)
}

// disc draws a filled circle with a soft edge.
func disc(dst *image.RGBA, cx, cy, radius float64, c color.RGBA) {
	for y := int(cy - radius - 1); y <= int(cy+radius+1); y++ {
		for x := int(cx - radius - 1); x <= int(cx+radius+1); x++ {
			distance := math.Hypot(float64(x)-cx, float64(y)-cy)
			cover := min(max(radius+0.5-distance, 0), 1)
			under := dst.RGBAAt(x, y)
			dst.SetRGBA(x, y, color.RGBA{
				mix(under.R, c.R, cover), mix(under.G, c.G, cover), mix(under.B, c.B, cover), 0xff,
			})
		}
	}
}

func mix(under, over uint8, cover float64) uint8 {
	return uint8(math.Round(float64(under)*(1-cover) + float64(over)*cover))
}

// drawable returns the name as far as the font can draw it, cut to the width of
// the picture, or nothing.
func drawable(name string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(name) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r < ' ' || r > '~':
			return ""
		default:
			b.WriteRune(r)
		}
	}
	text := strings.Join(strings.Fields(b.String()), " ")
	if room := Width/basicfont.Face7x13.Advance - 1; len(text) > room {
		text = strings.TrimSpace(text[:room-3]) + "..."
	}
	return text
}
