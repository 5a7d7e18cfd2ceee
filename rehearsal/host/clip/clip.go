// Package clip holds the picture and the sound of the rehearsal's host: an
// illustrated person at a desk who speaks a few sentences. It only reads the
// recording; package host sends it.
//
// The recording has no third-party rights. render.sh makes it from artwork/.
package clip

import (
	"bytes"
	_ "embed" // for the recording
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/pion/webrtc/v4/pkg/media/ivfreader"
	"github.com/pion/webrtc/v4/pkg/media/oggreader"
)

//go:embed host.ivf
var ivf []byte

//go:embed host.ogg
var ogg []byte

const (
	// SoundTime is the duration of one packet of sound.
	SoundTime = 20 * time.Millisecond
	// SoundsPerPicture is the number of packets of sound that play while one
	// picture is shown.
	SoundsPerPicture = 3
	// PictureTime is the duration of one picture.
	PictureTime = SoundsPerPicture * SoundTime
)

// A Clip is a recording that can be played in a loop. Its sound and its pictures
// last equally long.
type Clip struct {
	// Sounds are packets of Opus, 48 kHz mono, of SoundTime each.
	Sounds [][]byte
	// Pictures are frames of VP8, of PictureTime each. The first is a key frame,
	// and then at least one in every 34.
	Pictures [][]byte
	// Width and Height are the size of a picture in pixels.
	Width, Height int
}

// Load returns the embedded clip. It returns an error if the sound is shorter
// than the pictures, or if either is not in the format that Clip documents.
func Load() (*Clip, error) {
	var c Clip
	if err := c.loadPictures(); err != nil {
		return nil, fmt.Errorf("load pictures: %w", err)
	}
	if err := c.loadSounds(SoundsPerPicture * len(c.Pictures)); err != nil {
		return nil, fmt.Errorf("load sound: %w", err)
	}
	return &c, nil
}

func (c *Clip) loadPictures() error {
	r, header, err := ivfreader.NewWith(bytes.NewReader(ivf))
	if err != nil {
		return err
	}
	if header.FourCC != "VP80" {
		return fmt.Errorf("format is %q, want VP80", header.FourCC)
	}
	frame := time.Second * time.Duration(header.TimebaseNumerator) / time.Duration(header.TimebaseDenominator)
	if frame != PictureTime {
		return fmt.Errorf("a picture lasts %v, want %v", frame, PictureTime)
	}
	c.Width, c.Height = int(header.Width), int(header.Height)
	for {
		picture, _, err := r.ParseNextFrame()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		c.Pictures = append(c.Pictures, picture)
	}
	if len(c.Pictures) == 0 || !IsKey(c.Pictures[0]) {
		return errors.New("the first picture must be a key frame")
	}
	return nil
}

// loadSounds reads n packets. The file may have one more, in which the encoder
// puts what it held back.
func (c *Clip) loadSounds(n int) error {
	r, header, err := oggreader.NewWith(bytes.NewReader(ogg))
	if err != nil {
		return err
	}
	if header.Channels != 1 {
		return fmt.Errorf("%d channels, want 1", header.Channels)
	}
	var last uint64 // granule position: samples at 48 kHz
	for len(c.Sounds) < n {
		// render.sh puts one packet on each page.
		packet, page, err := r.ParseNextPage()
		if err != nil {
			return fmt.Errorf("packet %d: %w", len(c.Sounds), err)
		}
		if _, isHeader := page.HeaderType(packet); isHeader {
			continue
		}
		if samples := page.GranulePosition - last; samples != uint64(48000*SoundTime/time.Second) {
			return fmt.Errorf("packet %d has %d samples, want %v of sound", len(c.Sounds), samples, SoundTime)
		}
		last = page.GranulePosition
		c.Sounds = append(c.Sounds, packet)
	}
	return nil
}

// IsKey reports whether a picture can be shown without the ones before it (RFC
// 6386, section 9.1).
func IsKey(picture []byte) bool {
	return len(picture) > 0 && picture[0]&1 == 0
}
