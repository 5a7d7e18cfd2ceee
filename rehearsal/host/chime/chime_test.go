package chime

import (
	"math"
	"testing"
)

func TestMuLawVectors(t *testing.T) {
	tests := []struct {
		sample int16
		code   byte
	}{
		// The ends of the ranges of G.711 table 2a, in 16-bit samples.
		{0, 0xff},
		{3, 0xff},
		{4, 0xfe},
		{11, 0xfe},
		{12, 0xfd},
		{123, 0xf0},
		{124, 0xef},
		{131, 0xef},
		{380, 0xdf},
		{892, 0xcf},
		{1916, 0xbf},
		{3964, 0xaf},
		{8060, 0x9f},
		{16252, 0x8f},
		{31612, 0x80},
		{32767, 0x80},
		{-1, 0x7f},
		{-4, 0x7e},
		{-124, 0x6f},
		{-16252, 0x0f},
		{-32767, 0x00},
		{-32768, 0x00},
	}
	for _, tt := range tests {
		if got := MuLaw(tt.sample); got != tt.code {
			t.Errorf("MuLaw(%d) = %#02x, want %#02x", tt.sample, got, tt.code)
		}
	}
}

// expand is the decoder of G.711: the middle of the range a code stands for.
func expand(code byte) int {
	code = ^code
	v := (int(code&0xf)<<3+132)<<(code>>4&7) - 132
	if code&0x80 != 0 {
		return -v
	}
	return v
}

func TestMuLawRoundTrip(t *testing.T) {
	for s := math.MinInt16; s <= math.MaxInt16; s++ {
		got := expand(MuLaw(int16(s)))
		limit := (max(s, -s)+132)/32 + 4 // half a step of the segment
		if s < -32635 || s > 32635 {
			limit = 700 // clipped
		}
		if d := got - s; d > limit || d < -limit {
			t.Fatalf("sample %d comes back as %d, want within %d", s, got, limit)
		}
	}
}

func TestChimeIsSoftAndSeamless(t *testing.T) {
	samples := Samples()
	if want := 5 * Rate; len(samples) != want {
		t.Fatalf("chime has %d samples, want %d", len(samples), want)
	}
	peak, steepest := 0, 0
	for i, s := range samples {
		peak = max(peak, int(max(s, -s)))
		before := int(samples[(i+len(samples)-1)%len(samples)])
		steepest = max(steepest, int(s)-before, before-int(s))
	}
	// -20 to -10 dB of full scale: heard at once, and nobody is startled.
	if peak < math.MaxInt16/10 || peak > math.MaxInt16/3 {
		t.Errorf("loudest sample is %d, want %d to %d", peak, math.MaxInt16/10, math.MaxInt16/3)
	}
	if steepest > peak { // a click would jump further than the tone's own slope
		t.Errorf("largest step between samples is %d with a peak of %d", steepest, peak)
	}
	for i, s := range samples[len(samples)-80:] {
		if s > 8 || s < -8 {
			t.Errorf("sample %d before the seam is %d, want silence", 80-i, s)
		}
	}
}

// power is how much of a pitch there is in samples, by Goertzel's algorithm.
func power(samples []int16, pitch float64) float64 {
	k := 2 * math.Cos(2*math.Pi*pitch/Rate)
	var a, b float64
	for _, s := range samples {
		a, b = float64(s)+k*a-b, a
	}
	return a*a + b*b - k*a*b
}

func TestChimeHasTwoNotesThatDecay(t *testing.T) {
	samples := Samples()
	first, second := samples[:Rate*4/10], samples[Rate/2:Rate*9/10]
	if h, l := power(first, high), power(first, low); h < 20*l {
		t.Errorf("the first note has power %.3g at its pitch and %.3g at the other's", h, l)
	}
	if before, after := power(first, low), power(second, low); after < 20*before {
		t.Errorf("the second pitch has power %.3g before its note and %.3g in it", before, after)
	}
	if early, late := power(second, low), power(samples[3*Rate:Rate*34/10], low); late > early/100 {
		t.Errorf("the second note has power %.3g early and %.3g late, want it to fall", early, late)
	}
}
