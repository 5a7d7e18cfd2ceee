package invitation

import (
	"encoding/xml"
	"fmt"
	"strings"

	"rsc.io/qr"
)

// QR is a QR code as an SVG draws it.
type QR struct {
	// Size is the side of the square viewBox in modules, with the quiet zone of
	// four on each side (ISO/IEC 18004).
	Size int
	// Path is the dark modules as the d attribute of one path: digits and the
	// letters M, h, v and z only.
	Path string
}

const quietZone = 4

// QR returns the code of the link at level M: a seventh of it may be dirty.
func (i Invitation) QR() (QR, error) {
	code, err := qr.Encode(i.link, qr.M)
	if err != nil {
		return QR{}, fmt.Errorf("draw QR code: %w", err)
	}
	var b strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			run := 0
			for code.Black(x+run, y) {
				run++
			}
			if run > 0 {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", x+quietZone, y+quietZone, run, run)
				x += run
			}
		}
	}
	return QR{Size: code.Size + 2*quietZone, Path: b.String()}, nil
}

// SVG returns the code as a file: black on white in every colour scheme, with a
// title in the visitor's language.
func (i Invitation) SVG() (string, error) {
	q, err := i.QR()
	if err != nil {
		return "", err
	}
	var title strings.Builder
	if err := xml.EscapeText(&title, []byte(i.QRTitle())); err != nil {
		return "", fmt.Errorf("draw QR code: %w", err)
	}
	return fmt.Sprintf(
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-labelledby="qr-title" shape-rendering="crispEdges">`+
			`<title id="qr-title">%s</title><path fill="#fff" d="M0 0h%dv%dh-%dz"/><path fill="#000" d="%s"/></svg>`+"\n",
		q.Size, q.Size, title.String(), q.Size, q.Size, q.Size, q.Path,
	), nil
}

// QRTitle returns the code's text alternative.
func (i Invitation) QRTitle() string { return i.words.Text("invitation.qr") }
