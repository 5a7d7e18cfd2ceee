package invitation

import (
	"encoding/xml"
	"image"
	"image/color"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

var moduleRow = regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`)

// draw paints the path of a QR code as a browser would, with four pixels a module.
func draw(t *testing.T, q QR) image.Image {
	t.Helper()
	const scale = 4
	img := image.NewGray(image.Rect(0, 0, scale*q.Size, scale*q.Size))
	for i := range img.Pix {
		img.Pix[i] = 0xff
	}
	rest := q.Path
	for _, m := range moduleRow.FindAllStringSubmatch(q.Path, -1) {
		rest = strings.Replace(rest, m[0], "", 1)
		x, _ := strconv.Atoi(m[1])
		y, _ := strconv.Atoi(m[2])
		run, _ := strconv.Atoi(m[3])
		if m[3] != m[4] || x < quietZone || y < quietZone || x+run > q.Size-quietZone || y >= q.Size-quietZone {
			t.Fatalf("%s is not a row of modules within the quiet zone", m[0])
		}
		for py := scale * y; py < scale*(y+1); py++ {
			for px := scale * x; px < scale*(x+run); px++ {
				img.SetGray(px, py, color.Gray{})
			}
		}
	}
	if rest != "" {
		t.Fatalf("the path also has %q, want only rows of modules", rest)
	}
	return img
}

func TestQRDecodesToTheLink(t *testing.T) {
	for _, link := range []string{
		link, "https://visit.example.org/v/a", "http://localhost:8080/v/" + strings.Repeat("z9", 90), "https://visit.example.org/v/" + strings.Repeat("q", 370),
	} {
		i := invite(t, sample(t), link, lamna)
		q, err := i.QR()
		if err != nil {
			t.Fatal(err)
		}
		picture, err := gozxing.NewBinaryBitmapFromImage(draw(t, q))
		if err != nil {
			t.Fatal(err)
		}
		got, err := qrcode.NewQRCodeReader().Decode(picture, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true})
		if err != nil || got.GetText() != link {
			t.Errorf("got %v, error %v, want %s", got, err, link)
		}
	}
}

func TestSVG(t *testing.T) {
	i := invite(t, sample(t), link, lamna)
	q, _ := i.QR()
	text, err := i.SVG()
	if err != nil {
		t.Fatal(err)
	}
	var svg struct {
		XMLName xml.Name
		ViewBox string `xml:"viewBox,attr"`
		Role    string `xml:"role,attr"`
		Label   string `xml:"aria-labelledby,attr"`
		Title   struct {
			ID   string `xml:"id,attr"`
			Text string `xml:",chardata"`
		} `xml:"title"`
		Paths []struct {
			Fill string `xml:"fill,attr"`
			D    string `xml:"d,attr"`
		} `xml:"path"`
	}
	if err := xml.Unmarshal([]byte(text), &svg); err != nil {
		t.Fatal(err)
	}
	side := strconv.Itoa(q.Size)
	if svg.XMLName.Space != "http://www.w3.org/2000/svg" || svg.ViewBox != "0 0 "+side+" "+side || svg.Role != "img" ||
		svg.Title.Text != "QR code that opens your video visit" || svg.Label != svg.Title.ID ||
		len(svg.Paths) != 2 || svg.Paths[0].Fill != "#fff" || svg.Paths[1].D != q.Path {
		t.Errorf("got %.400s, want a labelled image with a white ground and the path of the QR code", text)
	}
	// The image must not contain text that a person typed.
	v := sample(t)
	v.Host, v.Name = `"><script>`, "</svg>"
	if other, _ := invite(t, v, link, Brand{Name: "</title>"}).SVG(); other != text {
		t.Error("the names in a visit change the image")
	}
}

func TestQRAcceptsTheLongestLink(t *testing.T) {
	i := invite(t, sample(t), "https://x/"+strings.Repeat("a", maxLink-10), lamna)
	if _, err := i.QR(); err != nil {
		t.Errorf("got %v, want no error", err)
	}
}
