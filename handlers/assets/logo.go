package assets

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"encoding/xml"
	"errors"
	"fmt"
	"image/png"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/handlers/reply"
	"github.com/anteroom-visit/anteroom/views"
)

// MaxLogo is the largest size of a logo in bytes. Every visitor waits for it.
const MaxLogo = 64 << 10

// Logo is the organisation's picture, checked and held in memory.
type Logo struct {
	name, kind    string
	data          []byte
	width, height int
	dark          bool
}

// logoHeight is the height of the logo on the page, in CSS pixels, as in the style sheet.
const logoHeight = 40

// NewLogo reads a PNG, or an SVG with a viewBox or a width and height, of at most MaxLogo bytes.
func NewLogo(data []byte) (*Logo, error) {
	if len(data) > MaxLogo {
		return nil, fmt.Errorf("must be at most %d KiB", MaxLogo>>10)
	}
	l := &Logo{data: data, dark: isDark(data)}
	suffix := ".svg"
	if config, err := png.DecodeConfig(bytes.NewReader(data)); err == nil {
		l.kind, suffix = "image/png", ".png"
		l.width, l.height = config.Width, config.Height
	} else {
		width, height, err := svgSize(data)
		if err != nil {
			return nil, fmt.Errorf("must be a PNG, or an SVG with a viewBox or a width and a height: %w", err)
		}
		l.kind, l.width, l.height = "image/svg+xml", int(width*100), int(height*100) // only the shape counts
	}
	if l.width <= 0 || l.height <= 0 || l.width > 20*l.height || l.height > 20*l.width {
		return nil, errors.New("must not be more than 20 times as wide as high, or as high as wide")
	}
	hash := sha256.Sum256(data)
	l.name = "logo-" + strings.ToLower(base32.StdEncoding.EncodeToString(hash[:5])) + suffix
	return l, nil
}

// svgSize returns the size that the outermost element states.
func svgSize(data []byte) (width, height float64, err error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return 0, 0, errors.New("it is neither")
		}
		if err != nil {
			return 0, 0, err
		}
		root, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if root.Name.Local != "svg" || root.Name.Space != "http://www.w3.org/2000/svg" {
			return 0, 0, fmt.Errorf("its outermost element is %q", root.Name.Local)
		}
		return sizeOf(root)
	}
}

func sizeOf(root xml.StartElement) (width, height float64, err error) {
	given := make(map[string]string)
	for _, a := range root.Attr {
		given[a.Name.Local] = a.Value
	}
	sides := []string{"", "", strings.TrimSuffix(given["width"], "px"), strings.TrimSuffix(given["height"], "px")}
	if box := strings.Fields(strings.ReplaceAll(given["viewBox"], ",", " ")); len(box) == 4 {
		sides = box
	}
	width, errWidth := strconv.ParseFloat(sides[2], 64)
	height, errHeight := strconv.ParseFloat(sides[3], 64)
	const most = 100_000
	if errWidth != nil || errHeight != nil || !(width > 0 && width < most && height > 0 && height < most) {
		return 0, 0, errors.New("it has no size")
	}
	return width, height, nil
}

// View returns the logo as a page shows it, the zero value for a nil Logo.
func (l *Logo) View() views.Logo {
	if l == nil {
		return views.Logo{}
	}
	return views.Logo{URL: "/brand/" + l.name, Width: max(1, l.width*logoHeight/l.height), Height: logoHeight, Dark: l.dark}
}

// Serve writes the picture that the path value "name" names. A browser shows an SVG opened by its address
// as a page; the policy lets that page run and load nothing.
func (l *Logo) Serve(w http.ResponseWriter, r *http.Request) error {
	if l == nil || r.PathValue("name") != l.name {
		return problem.NotFound
	}
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'none'; style-src 'unsafe-inline'; form-action 'none'; "+
		"base-uri 'none'; frame-ancestors 'none'; sandbox")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	return reply.Bytes(w, http.StatusOK, l.kind, l.data)
}
