package vp8

// writeBlock codes the coefficients of one block from position first on (RFC
// 6386 section 13) and reports whether any of them is not zero. The
// coefficients stand in zigzag order. Context is how many of the two
// neighbouring blocks, above and left, had any.
func writeBlock(w *boolWriter, plane, context, first int, coeffs []int) bool {
	last := len(coeffs) - 1
	for last >= first && coeffs[last] == 0 {
		last--
	}
	probs := &tokenProbs[plane]
	p := &probs[bands[first]][context]
	w.write(last >= first, p[0]) // otherwise the end of the block
	for i := first; i <= last; i++ {
		v := coeffs[i]
		w.write(v != 0, p[1])
		if v == 0 { // the end cannot follow a zero and is not asked about
			p = &probs[bands[i+1]][0]
			continue
		}
		magnitude := max(v, -v)
		writeMagnitude(w, p, magnitude)
		w.write(v < 0, 128)
		p = &probs[bands[i+1]][min(magnitude, 2)]
		if i < 15 {
			w.write(i < last, p[0])
		}
	}
	return last >= first
}

// writeMagnitude walks the token tree of RFC 6386 section 13.2 for a value of
// 1 to maxToken.
func writeMagnitude(w *boolWriter, p *[11]uint8, v int) {
	w.write(v > 1, p[2])
	if v == 1 {
		return
	}
	w.write(v > 4, p[3])
	if v <= 4 {
		w.write(v > 2, p[4])
		if v > 2 {
			w.write(v == 4, p[5])
		}
		return
	}
	n := 0
	for n < 5 && v >= categories[n+1].base {
		n++
	}
	w.write(n > 1, p[6])
	switch {
	case n < 2:
		w.write(n == 1, p[7])
	default:
		w.write(n > 3, p[8])
		w.write(n&1 == 1, p[9+(n-2)/2])
	}
	c := categories[n]
	for i, prob := range c.probs {
		w.write((v-c.base)>>(len(c.probs)-1-i)&1 == 1, prob)
	}
}
