package chime

import "math/bits"

// Silence is the mu-law code of a sample of zero.
const Silence = 0xff

// MuLaw codes a 16-bit sample as G.711 mu-law: a sign, three bits of exponent
// and four of mantissa, all inverted.
func MuLaw(sample int16) byte {
	const (
		bias = 33 << 2 // shifts the segments to powers of two
		clip = 1<<15 - 1 - bias
	)
	v, sign := int(sample), byte(0)
	if v < 0 {
		v, sign = -v, 0x80
	}
	v = min(v, clip) + bias
	exponent := bits.Len(uint(v)) - 8
	return ^(sign | byte(exponent)<<4 | byte(v>>(exponent+3))&0xf)
}
