package vp8

import "image"

// A plane holds one sample for each block of the frame: all pixels of a block
// are alike.
type plane struct {
	samples []uint8
	stride  int
}

func newPlane(width, height int) plane {
	return plane{samples: make([]uint8, width*height), stride: width}
}

// predict returns the mean of the n blocks above and the n blocks to the left
// of the square at x, y, rounded as RFC 6386 section 12.2 rounds the mean of
// their pixels. N is 2 for chroma, 4 for luma.
func (p plane) predict(x, y, n int) int {
	sum, count := 0, 0
	if y > 0 {
		for _, v := range p.samples[(y-1)*p.stride+x:][:n] {
			sum += int(v)
		}
		count += n
	}
	if x > 0 {
		for i := range n {
			sum += int(p.samples[(y+i)*p.stride+x-1])
		}
		count += n
	}
	if count == 0 {
		return 128
	}
	return (sum + count/2) / count
}

// encodeMacroblock codes the macroblock at a column and a row, and reports
// whether it has any tokens.
func (e *Encoder) encodeMacroblock(picture *image.YCbCr, col, row int) bool {
	var luma [16]int
	var cb, cr [4]int
	coded := e.codeLuma(picture, col, row, &luma)
	x, y := 2*col, 2*row
	coded = e.codeChroma(e.cb, picture, picture.Cb, x, y, &cb) || coded
	coded = e.codeChroma(e.cr, picture, picture.Cr, x, y, &cr) || coded

	above, left := &e.above[col], &e.left
	if !coded {
		*above, *left = edge{}, edge{}
		return false
	}
	has := writeBlock(&e.tokens, planeY2, context(above.y2, left.y2), 0, luma[:])
	above.y2, left.y2 = has, has
	for range 16 {
		writeBlock(&e.tokens, planeY, 0, 1, nil)
	}
	e.writeChroma(&above.cb, &left.cb, &cb)
	e.writeChroma(&above.cr, &left.cr, &cr)
	return true
}

func (e *Encoder) writeChroma(above, left *[2]bool, dcs *[4]int) {
	for i := range dcs {
		x, y := i%2, i/2
		has := writeBlock(&e.tokens, planeUV, context(above[x], left[y]), 0, dcs[i:i+1])
		above[x], left[y] = has, has
	}
}

func context(above, left bool) int {
	n := 0
	if above {
		n++
	}
	if left {
		n++
	}
	return n
}

// codeLuma fills coeffs with the quantised Y2 coefficients in zigzag order,
// keeps what the reader will make of them, and reports whether any is not zero.
func (e *Encoder) codeLuma(picture *image.YCbCr, col, row int, coeffs *[16]int) bool {
	left, top := 4*col, 4*row
	mean := e.luma.predict(left, top, 4)
	var block [16]int
	for i := range block {
		// A macroblock may reach past the edge: what is there is never shown,
		// and repeating the last pixel costs least.
		x, y := min(left+i%4, e.width-1), min(top+i/4, e.height-1)
		block[i] = 8 * (int(picture.Y[y*picture.YStride+x]) - mean)
	}
	forward(&block)
	coded := false
	for i, at := range zigzag {
		step := e.y2AC
		if i == 0 {
			step = e.y2DC
		}
		v := quantise(block[at], step)
		coeffs[i], block[at] = v, v*step
		coded = coded || v != 0
	}
	inverse(&block)
	for i, dc := range block {
		e.luma.samples[(top+i/4)*e.luma.stride+left+i%4] = reconstruct(mean, dc)
	}
	return coded
}

// codeChroma does for the four blocks at x, y of a chroma plane what codeLuma
// does for luma; each block has a DC of its own.
func (e *Encoder) codeChroma(p plane, picture *image.YCbCr, samples []uint8, left, top int, dcs *[4]int) bool {
	mean := p.predict(left, top, 2)
	coded := false
	for i := range dcs {
		x, y := min(left+i%2, (e.width-1)/2), min(top+i/2, (e.height-1)/2)
		v := quantise(8*(int(samples[y*picture.CStride+x])-mean), e.uvDC)
		dcs[i] = v
		coded = coded || v != 0
		p.samples[(top+i/2)*p.stride+left+i%2] = reconstruct(mean, v*e.uvDC)
	}
	return coded
}

// reconstruct returns the sample that the inverse DCT makes of a lone DC (RFC
// 6386 section 14.3).
func reconstruct(mean, dc int) uint8 {
	return uint8(min(max(mean+(dc+4)>>3, 0), 255))
}

// quantise returns v in steps, rounded to the nearest and bounded by what a
// token can carry.
func quantise(v, step int) int {
	n := (max(v, -v) + step/2) / step
	n = min(n, maxToken)
	if v < 0 {
		return -n
	}
	return n
}

// forward is the second-order transform, a Walsh-Hadamard transform scaled so
// that inverse undoes it.
func forward(b *[16]int) {
	hadamard(b)
	for i, v := range b {
		b[i] = v / 2
	}
}

// inverse is the inverse second-order transform of RFC 6386 section 14.3.
func inverse(b *[16]int) {
	hadamard(b)
	for i, v := range b {
		b[i] = (v + 3) >> 3
	}
}

// hadamard multiplies the block by the symmetric Hadamard matrix whose rows
// are ++++, ++--, +--+, +-+-, from both sides.
func hadamard(b *[16]int) {
	for i := range 4 {
		butterfly(b, i, 4)
	}
	for i := range 4 {
		butterfly(b, 4*i, 1)
	}
}

func butterfly(b *[16]int, at, stride int) {
	p, q, r, s := &b[at], &b[at+stride], &b[at+2*stride], &b[at+3*stride]
	outer, inner := *p+*s, *q+*r
	slope, bend := *p-*s, *q-*r
	*p, *q, *r, *s = outer+inner, slope+bend, outer-inner, slope-bend
}
