package vp8

import "math/bits"

// A boolWriter is the arithmetic coder of RFC 6386 section 7: it packs bits
// whose probability the reader knows into less than a bit each.
type boolWriter struct {
	out     []byte
	low     uint32 // the bottom of the interval: a carry, pending bits, then eight of window
	span    uint32 // the width of the interval, 128 to 255 between calls
	pending int    // the bits above the window that are not in out yet, 0 to 7
}

func (w *boolWriter) reset() {
	w.out, w.low, w.span, w.pending = w.out[:0], 0, 255, 0
}

// write adds one bit that is false with probability prob/256.
func (w *boolWriter) write(bit bool, prob uint8) {
	split := 1 + (w.span-1)*uint32(prob)>>8
	if bit {
		w.low += split
		w.span -= split
	} else {
		w.span = split
	}
	shift := bits.LeadingZeros8(uint8(w.span))
	w.span <<= shift
	w.low <<= shift
	w.pending += shift
	if w.pending >= 8 {
		w.emit()
	}
}

// literal adds the low n bits of v as even chances, the highest first.
func (w *boolWriter) literal(v, n int) {
	for n--; n >= 0; n-- {
		w.write(v>>n&1 == 1, 128)
	}
}

// emit moves the oldest eight pending bits to the output.
func (w *boolWriter) emit() {
	w.pending -= 8
	top := w.low >> (8 + w.pending)
	w.low &= 1<<(8+w.pending) - 1
	if top > 0xff {
		w.carry()
	}
	w.out = append(w.out, byte(top))
}

// carry adds one to the number that the output spells.
func (w *boolWriter) carry() {
	for i := len(w.out) - 1; i >= 0; i-- {
		w.out[i]++
		if w.out[i] != 0 {
			return
		}
	}
}

// finish writes what is pending and returns the bytes, which stay valid until
// the next reset.
func (w *boolWriter) finish() []byte {
	for _, pad := range []int{8 - w.pending, 8} { // the pending bits, then the window
		w.low <<= pad
		w.pending += pad
		w.emit()
	}
	return w.out
}
