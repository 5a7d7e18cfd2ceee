// Package chime makes the sound of the rehearsal's host: a soft bell of two
// notes and a pause, to be played round and round, so that a visitor can hear
// that the sound works. It makes samples and codes them; sending them is for
// others.
package chime

import (
	"math"
	"time"
)

// Rate is the number of samples in a second, as telephony has it.
const Rate = 8000

// Period is the time from one chime to the next.
const Period = 5 * time.Second

const (
	high     = 659.26 // E5, in hertz
	low      = 523.25 // C5
	gap      = 450 * time.Millisecond
	attack   = 8 * time.Millisecond
	decay    = 600 * time.Millisecond // until a note has fallen to a third
	loudness = 0.16                   // of full scale, for the loudest moment of one note
)

// partials are the overtones of one note: multiples of its pitch, and their
// share of its sound. The higher ones die sooner.
var partials = []struct{ multiple, share float64 }{{1, 0.70}, {2.0, 0.20}, {3.01, 0.10}}

// Samples returns one period of the chime as 16-bit samples. It begins with the
// first note, ends in silence, and may be joined to itself.
func Samples() []int16 {
	samples := make([]int16, int(Period.Seconds()*Rate))
	end := len(samples) - Rate/10
	for i := range samples {
		at := float64(i) / Rate
		v := note(high, at) + note(low, at-gap.Seconds())
		if i > end { // fade what is left, so that the seam is silent
			v *= float64(len(samples)-1-i) / float64(len(samples)-1-end)
		}
		samples[i] = int16(math.Round(v * loudness * math.MaxInt16))
	}
	return samples
}

// note returns the sound of a bell struck at zero, in -1 to 1, at a time in
// seconds.
func note(pitch, at float64) float64 {
	if at < 0 {
		return 0
	}
	v := 0.0
	for _, p := range partials {
		v += p.share * math.Sin(2*math.Pi*pitch*p.multiple*at) * math.Exp(-at*p.multiple/decay.Seconds())
	}
	return v * min(at/attack.Seconds(), 1)
}
