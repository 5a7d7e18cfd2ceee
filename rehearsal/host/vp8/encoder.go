// Package vp8 encodes small pictures as VP8 key frames (RFC 6386), in plain Go
// and in about a millisecond, for a picture drawn by a program.
//
// Every pixel of the picture becomes a flat square of four by four: it is one
// luma block of which only the DC is coded, and the sixteen DCs of a macroblock
// go through the second-order transform (Y2). Chroma is coded the same way,
// one DC to a block. So a picture of 160x90 goes out at 640x360 for the price
// of a small one.
//
// It is not a codec for films: it knows no motion, no detail within a block,
// one prediction mode, no loop filter and no rate control.
package vp8

import (
	"fmt"
	"image"
)

// Scale is how many pixels of a frame, across and down, one pixel of a picture
// becomes.
const Scale = 4

// maxSide is the longest side of a picture in pixels. VP8 has 14 bits for a
// side of the frame, but only 19 for the length of the first partition.
const maxSide = 1024

// An Encoder encodes pictures of one size. It is not safe for concurrent use.
type Encoder struct {
	width, height int // of the picture
	cols, rows    int // in macroblocks
	index         int // the quantiser index

	y2DC, y2AC, uvDC int // quantiser steps

	luma, cb, cr plane // what the reader will see, to predict from
	above        []edge
	left         edge
	skipped      []bool

	header, tokens boolWriter
}

// An edge remembers which blocks along the side of a macroblock had
// coefficients, for choosing token probabilities: the Y2 block and two of each
// chroma plane. Luma blocks never have any of their own.
type edge struct {
	y2     bool
	cb, cr [2]bool
}

// NewEncoder returns an encoder for pictures of width by height pixels, each 1
// to 1024. The quantiser index runs from 0, the finest, to 127 (RFC 6386
// section 9.6).
func NewEncoder(width, height, index int) (*Encoder, error) {
	if width < 1 || height < 1 || width > maxSide || height > maxSide {
		return nil, fmt.Errorf("make vp8 encoder: picture of %dx%d, want 1 to %d on each side", width, height, maxSide)
	}
	if index < 0 || index > 127 {
		return nil, fmt.Errorf("make vp8 encoder: quantiser index %d, want 0 to 127", index)
	}
	e := &Encoder{
		width: width, height: height, index: index,
		cols: (width + 3) / 4, rows: (height + 3) / 4,
		// RFC 6386 section 14.1 scales and bounds the steps by kind of block.
		y2DC: 2 * dcSteps[index],
		y2AC: max(8, acSteps[index]*155/100),
		uvDC: min(132, dcSteps[index]),
	}
	e.luma = newPlane(4*e.cols, 4*e.rows)
	e.cb = newPlane(2*e.cols, 2*e.rows)
	e.cr = newPlane(2*e.cols, 2*e.rows)
	e.above = make([]edge, e.cols)
	e.skipped = make([]bool, e.cols*e.rows)
	return e, nil
}

// Encode returns a key frame that shows the picture, Scale times as wide and as
// high. The picture must have the encoder's size and 4:2:0 chroma. Its samples
// go into the frame as they are: readers take VP8 for BT.601 in the studio
// range (luma 16 to 235), which is not what image/color converts to.
func (e *Encoder) Encode(picture *image.YCbCr) ([]byte, error) {
	size := picture.Rect.Size()
	if size != image.Pt(e.width, e.height) || picture.SubsampleRatio != image.YCbCrSubsampleRatio420 {
		return nil, fmt.Errorf("encode vp8 frame: picture is %v %v, want %dx%d with 4:2:0",
			size, picture.SubsampleRatio, e.width, e.height)
	}
	e.tokens.reset()
	clear(e.above)
	kept := 0
	for row := range e.rows {
		e.left = edge{}
		for col := range e.cols {
			skip := !e.encodeMacroblock(picture, col, row)
			e.skipped[row*e.cols+col] = skip
			if !skip {
				kept++
			}
		}
	}
	return e.assemble(e.encodeHeader(kept), e.tokens.finish()), nil
}

// encodeHeader returns the first partition: the frame header (RFC 6386 section
// 9.2 to 9.11) and the modes of every macroblock, kept of which have tokens.
func (e *Encoder) encodeHeader(kept int) []byte {
	w := &e.header
	w.reset()
	w.literal(0, 2)       // colour space BT.601, samples need clamping
	w.literal(0, 1)       // no segments
	w.literal(0, 1+6+3)   // loop filter: normal, level 0 (off), sharpness 0
	w.literal(0, 1)       // no loop filter adjustments
	w.literal(0, 2)       // one token partition
	w.literal(e.index, 7) // quantiser index
	w.literal(0, 5)       // no difference for any kind of block
	w.literal(1, 1)       // keep the probabilities
	for i := range updateProbs {
		for j := range updateProbs[i] {
			for k := range updateProbs[i][j] {
				for _, p := range updateProbs[i][j][k] {
					w.write(false, p)
				}
			}
		}
	}
	prob := uint8(min(max(256*kept/len(e.skipped), 1), 255))
	w.literal(1, 1) // macroblocks may be skipped
	w.literal(int(prob), 8)
	for _, skip := range e.skipped {
		w.write(skip, prob)
		w.write(true, 145) // luma is predicted whole (RFC 6386 section 11.2)
		w.write(false, 156)
		w.write(false, 163) // from the mean of its neighbours
		w.write(false, 142) // and so is chroma
	}
	return w.finish()
}

// assemble puts the uncompressed frame tag (RFC 6386 section 9.1) before the
// two partitions.
func (e *Encoder) assemble(first, tokens []byte) []byte {
	const shown = 1 << 4 // a key frame of version 0 has zeros below
	tag := len(first)<<5 | shown
	width, height := Scale*e.width, Scale*e.height
	frame := make([]byte, 0, 10+len(first)+len(tokens))
	frame = append(frame, byte(tag), byte(tag>>8), byte(tag>>16),
		0x9d, 0x01, 0x2a,
		byte(width), byte(width>>8), byte(height), byte(height>>8))
	frame = append(frame, first...)
	return append(frame, tokens...)
}
