package scene

import (
	"bytes"
	"hash/crc32"
	"image"
	"image/color"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/rehearsal/host/vp8"
)

var noon = time.Date(2026, 3, 1, 12, 34, 56, 0, time.UTC)

// sum identifies a picture.
func sum(p *image.YCbCr) uint32 {
	return crc32.ChecksumIEEE(bytes.Join([][]byte{p.Y, p.Cb, p.Cr}, nil))
}

// bright counts the pixels between two rows that are much lighter than the
// background.
func lit(p *image.YCbCr, top, bottom int) int {
	n := 0
	for _, y := range p.Y[top*p.YStride : bottom*p.YStride] {
		if y > 120 {
			n++
		}
	}
	return n
}

func TestSameMomentSamePicture(t *testing.T) {
	first := sum(New("Rehearsal host").Draw(noon))
	s := New("Rehearsal host")
	s.Draw(noon.Add(time.Hour))
	if again := sum(s.Draw(noon)); again != first {
		t.Errorf("the same moment was drawn twice as %08x and %08x", first, again)
	}
}

func TestEveryFrameMoves(t *testing.T) {
	s := New("Rehearsal host")
	last := sum(s.Draw(noon))
	for i := range 50 {
		next := sum(s.Draw(noon.Add(time.Duration(i+1) * 80 * time.Millisecond)))
		if next == last {
			t.Fatalf("frame %d shows nothing new", i+1)
		}
		last = next
	}
}

func TestClockIsDrawnInItsZone(t *testing.T) {
	const top, bottom = clockBaseline - 22, clockBaseline + 1
	clock := func(now time.Time) uint32 {
		p := New("").Draw(now)
		return crc32.ChecksumIEEE(p.Y[top*p.YStride : bottom*p.YStride])
	}
	if clock(noon) == clock(noon.Add(time.Second)) {
		t.Error("the clock does not change with the second")
	}
	elsewhere := noon.In(time.FixedZone("", 2*60*60))
	if clock(noon) == clock(elsewhere) {
		t.Error("the clock does not follow the time zone")
	}
	if clock(noon) != clock(noon.AddDate(0, 0, 1)) {
		t.Error("the clock changes with the day")
	}
}

// The glyph 1 is the font's, at twice its size: every square of two by two is
// of one colour.
func TestClockIsEnlarged(t *testing.T) {
	s := New("")
	s.Draw(noon)
	left, top := (Width-2*textWidth("12:34:56"))/2, clockBaseline-22
	ink := 0
	for y := top; y < clockBaseline; y += 2 {
		for x := left; x < left+14; x += 2 {
			c := s.canvas.RGBAAt(x, y)
			for _, o := range []color.RGBA{s.canvas.RGBAAt(x+1, y), s.canvas.RGBAAt(x, y+1), s.canvas.RGBAAt(x+1, y+1)} {
				if o != c {
					t.Fatalf("square at %d,%d has colours %v and %v", x, y, c, o)
				}
			}
			if c == bright {
				ink++
			}
		}
	}
	if ink != 15 { // the strokes of basicfont's 1
		t.Errorf("the digit 1 has %d squares of ink, want 15", ink)
	}
}

func TestNames(t *testing.T) {
	tests := []struct{ name, drawn string }{
		{"Rehearsal host", "Rehearsal host"},
		{"Gäste-Empfang Zoë", "Gaste-Empfang Zoe"},
		{"  two\u00a0 words ", "two words"},
		{"リハーサル", ""},
		{"Ведущий", ""},
		{"line\nbreak", ""},
		{"", ""},
		{"a name that is much too long for it", "a name that is muc..."},
	}
	for _, tt := range tests {
		if got := drawable(tt.name); got != tt.drawn {
			t.Errorf("drawable(%q) = %q, want %q", tt.name, got, tt.drawn)
		}
		got := lit(New(tt.name).Draw(noon), 0, nameBaseline+4) > 0
		if want := tt.drawn != ""; got != want {
			t.Errorf("the picture of %q has a name: %v, want %v", tt.name, got, want)
		}
	}
}

func TestColoursAreStudioRange(t *testing.T) {
	tests := []struct {
		c         color.RGBA
		y, cb, cr uint8 // BT.601, rounded
	}{
		{color.RGBA{0, 0, 0, 255}, 16, 128, 128},
		{color.RGBA{255, 255, 255, 255}, 235, 128, 128},
		{color.RGBA{255, 0, 0, 255}, 82, 90, 240},
		{color.RGBA{0, 255, 0, 255}, 145, 54, 34},
		{color.RGBA{0, 0, 255, 255}, 41, 240, 110},
		{background, 35, 131, 126},
		{brand, 165, 156, 87},
	}
	for _, tt := range tests {
		src := image.NewRGBA(image.Rect(0, 0, 2, 2))
		for i := range 4 {
			src.SetRGBA(i%2, i/2, tt.c)
		}
		dst := image.NewYCbCr(src.Rect, image.YCbCrSubsampleRatio420)
		studio(dst, src)
		got := [3]uint8{dst.Y[0], dst.Cb[0], dst.Cr[0]}
		for i, want := range [3]uint8{tt.y, tt.cb, tt.cr} {
			if d := int(got[i]) - int(want); d < -1 || d > 1 {
				t.Errorf("%v becomes %v, want about %v", tt.c, got, [3]uint8{tt.y, tt.cb, tt.cr})
				break
			}
		}
	}
}

func BenchmarkDrawAndEncode(b *testing.B) {
	s := New("Rehearsal host")
	e, err := vp8.NewEncoder(Width, Height, 0)
	if err != nil {
		b.Fatal(err)
	}
	now, size, frames := noon, 0, 0
	for b.Loop() {
		frame, err := e.Encode(s.Draw(now))
		if err != nil {
			b.Fatal(err)
		}
		now = now.Add(80 * time.Millisecond)
		size += len(frame)
		frames++
	}
	b.ReportMetric(float64(size)/float64(frames), "bytes/frame")
	b.ReportMetric(b.Elapsed().Seconds()*1000/float64(frames), "ms/frame")
}
