package scene

import "image"

// studio converts a picture to BT.601 in the studio range (luma 16 to 235,
// chroma 16 to 240), which is what VP8's readers expect and image/color, made
// for JPEG, does not do. Both must have even sides.
func studio(dst *image.YCbCr, src *image.RGBA) {
	size := src.Rect.Size()
	for y := 0; y < size.Y; y += 2 {
		for x := 0; x < size.X; x += 2 {
			var r, g, b int // sums of the four pixels that share their chroma
			for i := range 4 {
				px, py := x+i%2, y+i/2
				at := src.Pix[py*src.Stride+4*px:]
				pr, pg, pb := int(at[0]), int(at[1]), int(at[2])
				dst.Y[py*dst.YStride+px] = uint8(16 + (66*pr+129*pg+25*pb+128)>>8)
				r, g, b = r+pr, g+pg, b+pb
			}
			at := y/2*dst.CStride + x/2
			dst.Cb[at] = uint8(128 + (-38*r-74*g+112*b+512)>>10)
			dst.Cr[at] = uint8(128 + (112*r-94*g-18*b+512)>>10)
		}
	}
}
