package clip

import (
	"testing"
	"time"
)

func TestClipIsSmall(t *testing.T) {
	if size := len(ivf) + len(ogg); size > 600_000 {
		t.Errorf("the clip has %d bytes, want at most 600,000", size)
	}
}

func TestSoundAndPicturesLastEquallyLong(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	sound, picture := time.Duration(len(c.Sounds))*SoundTime, time.Duration(len(c.Pictures))*PictureTime
	if sound != picture || sound < 10*time.Second {
		t.Errorf("sound lasts %v and the pictures %v, want equal times of at least 10 s", sound, picture)
	}
	if c.Width*9 != c.Height*16 {
		t.Errorf("a picture has %d x %d pixels, want 16:9", c.Width, c.Height)
	}
}

// A visitor who arrives in the middle of the clip sees nothing until the next
// key frame.
func TestKeyFramesAreNeverFarApart(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	last := 0
	for i, p := range c.Pictures {
		if IsKey(p) {
			last = i
		}
		if wait := time.Duration(i-last) * PictureTime; wait > 2*time.Second {
			t.Fatalf("no key frame for %v before picture %d", wait, i)
		}
	}
}
