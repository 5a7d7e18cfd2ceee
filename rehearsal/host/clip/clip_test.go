package clip

import (
	"testing"
	"time"
)

func TestClipIsSmall(t *testing.T) {
	if size := len(ivf) + len(ogg); size > 600_000 {
		t.Errorf("got a clip of %d bytes, want at most 600,000", size)
	}
}

func TestSoundIsAsLongAsThePictures(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	sound, picture := time.Duration(len(c.Sounds))*SoundTime, time.Duration(len(c.Pictures))*PictureTime
	if sound != picture || sound < 10*time.Second {
		t.Errorf("got %v of sound and %v of pictures, want equal times of at least 10s", sound, picture)
	}
	if c.Width*9 != c.Height*16 {
		t.Errorf("got pictures of %d x %d pixels, want 16:9", c.Width, c.Height)
	}
}

// A visitor who joins in the middle of the clip sees nothing until the next key frame.
func TestKeyFramesAreAtMostTwoSecondsApart(t *testing.T) {
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
			t.Fatalf("picture %d comes %v after a key frame, want at most 2s", i, wait)
		}
	}
}
