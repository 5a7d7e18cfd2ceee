package visit

// bitWriter packs numbers into as few bits as they need, highest bit first.
type bitWriter struct {
	bytes []byte
	free  int // bits of the last byte that are not written yet
}

// put writes the lowest width bits of value, at most 64.
func (w *bitWriter) put(value uint64, width int) {
	for width--; width >= 0; width-- {
		if w.free == 0 {
			w.bytes = append(w.bytes, 0)
			w.free = 8
		}
		w.free--
		w.bytes[len(w.bytes)-1] |= byte(value>>width&1) << w.free
	}
}

func (w *bitWriter) flag(on bool) {
	if on {
		w.put(1, 1)
	} else {
		w.put(0, 1)
	}
}

func (w *bitWriter) octets(b []byte) {
	for _, c := range b {
		w.put(uint64(c), 8)
	}
}

// bitReader reads what bitWriter wrote. Beyond the end, everything is zero and
// short is true: a caller looks once, at the end.
type bitReader struct {
	bytes []byte
	at    int // in bits
	short bool
}

func (r *bitReader) take(width int) (value uint64) {
	for range width {
		var bit byte
		if r.at>>3 < len(r.bytes) {
			bit = r.bytes[r.at>>3] >> (7 - r.at&7) & 1
		} else {
			r.short = true
		}
		r.at++
		value = value<<1 | uint64(bit)
	}
	return value
}

func (r *bitReader) flag() bool { return r.take(1) == 1 }

func (r *bitReader) octets(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.take(8))
	}
	return b
}

// empty reports whether nothing but zeros is left: the padding.
func (r *bitReader) empty() bool {
	for r.at < 8*len(r.bytes) {
		if r.take(1) != 0 {
			return false
		}
	}
	return !r.short
}
