package host

import (
	"bytes"
	"flag"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4/pkg/media/oggwriter"

	"github.com/anteroom-visit/anteroom/rehearsal"
	"github.com/anteroom-visit/anteroom/rehearsal/host/clip"
)

// loopEnds is how often the clip starts again while it is measured.
const loopEnds = 3

// pace is the time between two packets of sound. With 20ms the clip plays as
// visitors hear it, and TestReceivedClip takes over a minute.
var pace = flag.Duration("pace", time.Millisecond, "time between packets of sound in TestReceivedClip")

// A start is the moment at which the clip starts again.
type start struct {
	rtp  uint32    // timestamp
	came time.Time // arrival
}

// TestReceivedClip measures what a visitor's browser receives: that the sound
// stays with the picture when the clip starts again, and that the sound is as
// loud as speech should be, without clipping.
func TestReceivedClip(t *testing.T) {
	h, _ := open(t, true, func(o *Options) { o.packetTime = *pace })
	g := visit(t, h.url, "Sam")
	c := load(t)
	sounds, soundStarts := receiveSound(g, c)
	var firstPicture, firstSound start
	for matched := 0; matched <= loopEnds; {
		frame, at := g.picture()
		if pictureNumber(c, frame) != 0 {
			continue
		}
		picture := start{at, time.Now()}
		sound := next(t, "start of the sound", soundStarts)
		arrival := sound.came.Sub(picture.came)
		if arrival.Abs() > time.Duration(len(c.Sounds))*(*pace)/2 {
			continue // of two different loops, because a packet was lost
		}
		if matched == 0 {
			firstPicture, firstSound = picture, sound
		}
		late := rtpTime(sound.rtp-firstSound.rtp, 48000) - rtpTime(picture.rtp-firstPicture.rtp, 90000)
		t.Logf("start %d: by RTP time the sound is %v later than the picture; it arrived %v later", matched, late, arrival)
		if late.Abs() > 80*time.Millisecond {
			t.Errorf("at start %d the sound is %v later than the picture, want at most 80ms", matched, late)
		}
		matched++
	}
	if err := h.server.Command(rehearsal.RoomOf(meeting), rehearsal.Command{Verb: "end"}); err != nil {
		t.Fatal(err)
	}
	next(t, "end of the stay", h.runs)
	// The last packets may still be on their way, so the channel stays open.
	heard := make([]*rtp.Packet, len(sounds))
	for i := range heard {
		heard[i] = <-sounds
	}
	t.Run("loudness", func(t *testing.T) { checkLoudness(t, heard) })
}

// receiveSound passes on the packets of sound that arrive, and the start of
// each loop. A start is recognised by the first packet that the clip has only
// once; its time is that of the packet less what is before it.
func receiveSound(g *guest, c *clip.Clip) (chan *rtp.Packet, <-chan start) {
	mark := slices.IndexFunc(c.Sounds, func(s []byte) bool {
		same := func(o []byte) bool { return bytes.Equal(s, o) }
		first := slices.IndexFunc(c.Sounds, same)
		return !slices.ContainsFunc(c.Sounds[first+1:], same)
	})
	sounds := make(chan *rtp.Packet, loopEnds*len(c.Sounds))
	starts := make(chan start, loopEnds+10)
	g.listen(func(p *rtp.Packet) {
		if bytes.Equal(p.Payload, c.Sounds[mark]) {
			starts <- start{p.Timestamp - uint32(960*mark), time.Now().Add(-time.Duration(mark) * (*pace))}
		}
		if len(sounds) < cap(sounds) {
			sounds <- p
		}
	})
	return sounds, starts
}

// rtpTime converts a difference of RTP timestamps.
func rtpTime(ticks, rate uint32) time.Duration {
	return time.Duration(int64(ticks) * int64(time.Second) / int64(rate))
}

var measured = regexp.MustCompile(`(?s)Summary:.* I: +(-?[0-9.]+) LUFS.*Peak: +(-?[0-9.]+) dBFS`)

// checkLoudness decodes sound and measures it by EBU R128.
func checkLoudness(t *testing.T, sounds []*rtp.Packet) {
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("SKIPPED: loudness is not measured because ffmpeg is not installed")
	}
	name := filepath.Join(t.TempDir(), "received.ogg")
	w, err := oggwriter.New(name, 48000, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range sounds {
		if err := w.WriteRTP(p); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), ffmpeg, "-hide_banner", "-nostats", "-i", name,
		"-af", "ebur128=peak=true", "-f", "null", "-").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	m := measured.FindSubmatch(out)
	if m == nil {
		t.Fatalf("ffmpeg printed no summary:\n%s", out)
	}
	loudness, _ := strconv.ParseFloat(string(m[1]), 64)
	peak, _ := strconv.ParseFloat(string(m[2]), 64)
	t.Logf("integrated loudness %.1f LUFS, true peak %.1f dBFS", loudness, peak)
	if loudness < -20 || loudness > -16 {
		t.Errorf("integrated loudness is %.1f LUFS, want -20 to -16", loudness)
	}
	if peak > -1 {
		t.Errorf("true peak is %.1f dBFS, want at most -1", peak)
	}
}
