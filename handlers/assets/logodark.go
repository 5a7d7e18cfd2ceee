package assets

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"regexp"
	"strconv"
)

// darkBelow is the lightness, 0 to 1, below which a logo is invisible on a dark page.
const darkBelow = 0.4

// maxPixels is the largest picture, in pixels, whose lightness is measured.
const maxPixels = 4_000_000

// isDark reports whether a logo has only dark colours, so that a dark page would hide it.
func isDark(data []byte) bool {
	if config, err := png.DecodeConfig(bytes.NewReader(data)); err == nil {
		if config.Width*config.Height > maxPixels {
			return false
		}
		picture, err := png.Decode(bytes.NewReader(data))
		return err == nil && meanLightness(picture) < darkBelow
	}
	lightest, found := 0.0, false
	for _, hex := range svgColour.FindAllSubmatch(data, -1) {
		n, _ := strconv.ParseUint(string(hex[1]), 16, 32)
		c := color.RGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 255}
		if len(hex[1]) == 3 {
			c = color.RGBA{uint8((n >> 8 & 15) * 17), uint8((n >> 4 & 15) * 17), uint8((n & 15) * 17), 255}
		}
		lightest, found = max(lightest, lightness(c)), true
	}
	// An SVG without a colour is black. Of the named colours, only light ones matter.
	return !svgWhite.Match(data) && (!found || lightest < darkBelow)
}

var (
	svgColour = regexp.MustCompile(`#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b`)
	svgWhite  = regexp.MustCompile(`(?i)(fill|stroke|stop-color)\s*[:=]\s*["']?\s*(white|ivory|snow|yellow|gold|currentColor)`)
)

// meanLightness returns the mean lightness of a picture's opaque pixels; 1 for a picture without any.
func meanLightness(picture image.Image) float64 {
	sum, count, bounds := 0.0, 0, picture.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			c := color.NRGBAModel.Convert(picture.At(x, y)).(color.NRGBA)
			if c.A > 127 {
				sum += lightness(color.RGBA{c.R, c.G, c.B, 255})
				count++
			}
		}
	}
	if count == 0 {
		return 1
	}
	return sum / float64(count)
}

// lightness returns how light a colour looks, from 0 to 1.
func lightness(c color.RGBA) float64 {
	return (0.299*float64(c.R) + 0.587*float64(c.G) + 0.114*float64(c.B)) / 255
}
