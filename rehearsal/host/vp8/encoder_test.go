package vp8

import (
	"bytes"
	"image"
	"math"
	"math/rand/v2"
	"testing"

	"golang.org/x/image/vp8"
)

func blank(w, h int) *image.YCbCr {
	return image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
}

// gradient is smooth with a hard-edged box in it, like a drawn scene.
func gradient(w, h int) *image.YCbCr {
	p := blank(w, h)
	for i := range p.Y {
		x, y := i%p.YStride, i/p.YStride
		p.Y[i] = uint8(16 + (x+2*y)%200)
		if x > w/3 && x < w/2 && y > h/4 && y < h/2 {
			p.Y[i] = 235
		}
	}
	for i := range p.Cb {
		x, y := i%p.CStride, i/p.CStride
		p.Cb[i], p.Cr[i] = uint8(60+x%120), uint8(200-y%120)
	}
	return p
}

func noise(w, h int) *image.YCbCr {
	p := blank(w, h)
	r := rand.New(rand.NewPCG(1, 2))
	for _, samples := range [][]uint8{p.Y, p.Cb, p.Cr} {
		for i := range samples {
			samples[i] = uint8(r.Uint32())
		}
	}
	return p
}

// extremes alternates black and white, the largest differences there are.
func extremes(w, h int) *image.YCbCr {
	p := blank(w, h)
	for i := range p.Y {
		p.Y[i] = uint8(255 * ((i%p.YStride + i/p.YStride) % 2))
	}
	for i := range p.Cb {
		p.Cb[i], p.Cr[i] = uint8(255*(i%2)), uint8(255*((i+1)%2))
	}
	return p
}

func decode(t *testing.T, frame []byte) *image.YCbCr {
	t.Helper()
	d := vp8.NewDecoder()
	d.Init(bytes.NewReader(frame), len(frame))
	h, err := d.DecodeFrameHeader()
	if err != nil {
		t.Fatalf("frame header: %v", err)
	}
	if !h.KeyFrame || !h.ShowFrame {
		t.Fatalf("frame header %+v: want a key frame that is shown", h)
	}
	out, err := d.DecodeFrame()
	if err != nil {
		t.Fatalf("frame: %v", err)
	}
	return out
}

func distance(a, b uint8) int { return max(int(a)-int(b), int(b)-int(a)) }

// worst returns the largest luma and chroma differences of any pixel.
func worst(picture, shown *image.YCbCr) (luma, chroma int) {
	size := picture.Rect.Size().Mul(Scale)
	for y := range size.Y {
		for x := range size.X {
			luma = max(luma, distance(shown.Y[shown.YOffset(x, y)], picture.Y[picture.YOffset(x/Scale, y/Scale)]))
			s, p := shown.COffset(x, y), picture.COffset(x/Scale, y/Scale)
			chroma = max(chroma, distance(shown.Cb[s], picture.Cb[p]), distance(shown.Cr[s], picture.Cr[p]))
		}
	}
	return luma, chroma
}

func TestRoundTrip(t *testing.T) {
	tests := []struct {
		name         string
		picture      *image.YCbCr
		index        int
		luma, chroma int // the largest differences allowed
	}{
		{"gradient, finest", gradient(160, 90), 0, 1, 1},
		{"gradient, coarser", gradient(160, 90), 16, 4, 2},
		{"noise", noise(160, 90), 0, 1, 1},
		{"extremes", extremes(160, 90), 0, 1, 1},
		{"extremes, coarsest", extremes(32, 32), 127, 48, 10},
		{"one pixel", noise(1, 1), 0, 1, 1},
		{"odd sides", noise(37, 23), 0, 1, 1},
		{"one row", gradient(64, 1), 0, 1, 1},
		{"black", blank(160, 90), 0, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			size := tt.picture.Rect.Size()
			e, err := NewEncoder(size.X, size.Y, tt.index)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 { // the second frame must not depend on the first
				frame, err := e.Encode(tt.picture)
				if err != nil {
					t.Fatal(err)
				}
				shown := decode(t, frame)
				if got, want := shown.Rect.Size(), size.Mul(Scale); got != want {
					t.Fatalf("frame shows %v, want %v", got, want)
				}
				luma, chroma := worst(tt.picture, shown)
				if luma > tt.luma || chroma > tt.chroma {
					t.Errorf("largest difference: luma %d, chroma %d; want at most %d and %d",
						luma, chroma, tt.luma, tt.chroma)
				}
			}
		})
	}
}

// The chroma of neighbouring pixels must not bleed: each 8x8 square of the
// frame has its own.
func TestChromaHasNoFringes(t *testing.T) {
	p := blank(16, 16)
	for i := range p.Y {
		p.Y[i] = 128
	}
	for i := range p.Cb {
		p.Cb[i], p.Cr[i] = 128, 128
	}
	p.Cb[9], p.Cr[9] = 200, 60
	e, err := NewEncoder(16, 16, 0)
	if err != nil {
		t.Fatal(err)
	}
	frame, err := e.Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	shown := decode(t, frame)
	for i := range p.Cb {
		at := shown.COffset(8*(i%8), 8*(i/8))
		if distance(shown.Cb[at], p.Cb[i]) > 1 || distance(shown.Cr[at], p.Cr[i]) > 1 {
			t.Errorf("square %d has chroma %d,%d; want %d,%d", i, shown.Cb[at], shown.Cr[at], p.Cb[i], p.Cr[i])
		}
	}
}

func TestFramesOfAnEncoderAreItsOwn(t *testing.T) {
	e, err := NewEncoder(16, 16, 0)
	if err != nil {
		t.Fatal(err)
	}
	first, err := e.Encode(noise(16, 16))
	if err != nil {
		t.Fatal(err)
	}
	kept := bytes.Clone(first)
	if _, err := e.Encode(gradient(16, 16)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, kept) {
		t.Error("encoding a second picture changed the first frame")
	}
}

func TestWrongPicturesAreRefused(t *testing.T) {
	for _, size := range []image.Point{{0, 90}, {160, -1}, {1025, 90}, {160, 1025}} {
		if _, err := NewEncoder(size.X, size.Y, 0); err == nil {
			t.Errorf("NewEncoder took a picture of %v", size)
		}
	}
	for _, index := range []int{-1, 128} {
		if _, err := NewEncoder(16, 16, index); err == nil {
			t.Errorf("NewEncoder took quantiser index %d", index)
		}
	}
	e, err := NewEncoder(16, 16, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Encode(blank(16, 17)); err == nil {
		t.Error("Encode took a picture of another size")
	}
	if _, err := e.Encode(image.NewYCbCr(image.Rect(0, 0, 16, 16), image.YCbCrSubsampleRatio444)); err == nil {
		t.Error("Encode took a picture with 4:4:4 chroma")
	}
}

func TestInverseUndoesForward(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 1000 {
		var block, got [16]int
		for i := range block {
			block[i] = 8 * (r.IntN(511) - 255)
		}
		got = block
		forward(&got)
		inverse(&got)
		for i := range block {
			if d := got[i] - block[i]; d < -1 || d > 1 {
				t.Fatalf("coefficient %d came back as %d, was %d", i, got[i], block[i])
			}
		}
	}
}

// A boolReader is the decoder of RFC 6386 section 7.3, for testing the writer
// alone.
type boolReader struct {
	in          []byte
	value, span uint32
	shifts      int
}

func (r *boolReader) next() uint32 {
	if len(r.in) == 0 {
		return 0
	}
	b := r.in[0]
	r.in = r.in[1:]
	return uint32(b)
}

func (r *boolReader) read(prob uint8) bool {
	split := 1 + (r.span-1)*uint32(prob)>>8
	bit := r.value >= split<<8
	if bit {
		r.value -= split << 8
		r.span -= split
	} else {
		r.span = split
	}
	for r.span < 128 {
		r.span <<= 1
		r.value <<= 1
		if r.shifts++; r.shifts == 8 {
			r.shifts = 0
			r.value |= r.next()
		}
	}
	return bit
}

func TestBoolWriter(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, n := range []int{0, 1, 7, 8, 9, 100, 20000} {
		for _, truth := range []float64{0, 0.02, 0.5, 0.98, 1} { // runs of ones make carries
			bits, probs := make([]bool, n), make([]uint8, n)
			var w boolWriter
			w.reset()
			cost := 0.0
			for i := range n {
				bits[i], probs[i] = r.Float64() < truth, uint8(1+r.IntN(255))
				w.write(bits[i], probs[i])
				p := float64(probs[i]) / 256
				if bits[i] {
					p = 1 - p
				}
				cost -= math.Log2(p)
			}
			out := bytes.Clone(w.finish())
			if limit := cost/8*1.01 + 3; float64(len(out)) > limit {
				t.Errorf("%d bits took %d bytes, want at most %.0f", n, len(out), limit)
			}
			reader := &boolReader{in: out, span: 255}
			reader.value = reader.next()<<8 | reader.next()
			for i := range n {
				if got := reader.read(probs[i]); got != bits[i] {
					t.Fatalf("bit %d of %d (%.2f true) reads %v", i, n, truth, got)
				}
			}
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	for _, c := range []struct {
		name    string
		picture *image.YCbCr
	}{{"gradient", gradient(160, 90)}, {"noise", noise(160, 90)}} {
		b.Run(c.name, func(b *testing.B) {
			e, err := NewEncoder(160, 90, 0)
			if err != nil {
				b.Fatal(err)
			}
			n := 0
			for b.Loop() {
				frame, err := e.Encode(c.picture)
				if err != nil {
					b.Fatal(err)
				}
				n = len(frame)
			}
			b.ReportMetric(float64(n), "bytes/frame")
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/1000, "ms/frame")
		})
	}
}
