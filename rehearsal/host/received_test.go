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

// loops is how many times the clip starts again during the measurement.
const loops = 3

// pace is the time between two packets of sound. With 20ms the clip plays at its real
// speed, and TestReceivedClip takes over a minute.
var pace = flag.Duration("pace", time.Millisecond, "time between packets of sound in TestReceivedClip")

// start is a start of the clip.
type start struct {
	rtp     uint32 // timestamp
	arrival time.Time
}

// TestReceivedClip measures what a visitor's browser receives. The sound must stay in time
// with the picture when the clip starts again. It must be as loud as speech, without clipping.
func TestReceivedClip(t *testing.T) {
	h, _ := startServer(t, true, func(o *Options) { o.packetTime = *pace })
	g := connectGuest(t, h.url, "Sam")
	c := loadClip(t)
	sounds, soundStarts := receiveSound(g, c)
	var firstPicture, firstSound start
	for matched := 0; matched <= loops; {
		frame, at := g.nextKeyFrame()
		if pictureNumber(c, frame) != 0 {
			continue
		}
		picture := start{at, time.Now()}
		sound := next(t, "start of the sound", soundStarts)
		arrivedLater := sound.arrival.Sub(picture.arrival)
		if arrivedLater.Abs() > time.Duration(len(c.Sounds))*(*pace)/2 {
			continue // a packet was lost, so these are starts of two different loops
		}
		if matched == 0 {
			firstPicture, firstSound = picture, sound
		}
		late := rtpTime(sound.rtp-firstSound.rtp, 48000) - rtpTime(picture.rtp-firstPicture.rtp, 90000)
		t.Logf("start %d: by RTP time the sound is %v later than the picture; it arrived %v later", matched, late, arrivedLater)
		if late.Abs() > 80*time.Millisecond {
			t.Errorf("start %d: got sound %v later than the picture, want at most 80ms", matched, late)
		}
		matched++
	}
	if err := h.server.Command(rehearsal.RoomOf(meeting), rehearsal.Command{Verb: "end"}); err != nil {
		t.Fatal(err)
	}
	next(t, "end of Run", h.runs)
	// The last packets may still arrive, so the channel stays open.
	received := make([]*rtp.Packet, len(sounds))
	for i := range received {
		received[i] = <-sounds
	}
	t.Run("loudness", func(t *testing.T) { checkLoudness(t, received) })
}

// receiveSound returns the packets of sound that arrive and the start of each loop. It
// detects a loop by the first packet that occurs only once in the clip. It subtracts the
// time from the start of the clip to that packet.
func receiveSound(g *guest, c *clip.Clip) (chan *rtp.Packet, <-chan start) {
	marker := slices.IndexFunc(c.Sounds, func(s []byte) bool {
		same := func(o []byte) bool { return bytes.Equal(s, o) }
		first := slices.IndexFunc(c.Sounds, same)
		return !slices.ContainsFunc(c.Sounds[first+1:], same)
	})
	sounds := make(chan *rtp.Packet, loops*len(c.Sounds))
	starts := make(chan start, loops+10)
	g.handleAudio(func(p *rtp.Packet) {
		if bytes.Equal(p.Payload, c.Sounds[marker]) {
			starts <- start{p.Timestamp - uint32(960*marker), time.Now().Add(-time.Duration(marker) * (*pace))}
		}
		if len(sounds) < cap(sounds) {
			sounds <- p
		}
	})
	return sounds, starts
}

// rtpTime converts a number of RTP ticks to a duration.
func rtpTime(ticks, rate uint32) time.Duration {
	return time.Duration(int64(ticks) * int64(time.Second) / int64(rate))
}

var ffmpegSummary = regexp.MustCompile(`(?s)Summary:.* I: +(-?[0-9.]+) LUFS.*Peak: +(-?[0-9.]+) dBFS`)

// checkLoudness decodes sound and measures it by EBU R128.
func checkLoudness(t *testing.T, sounds []*rtp.Packet) {
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("ffmpeg is not installed, so the loudness is not measured")
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
	m := ffmpegSummary.FindSubmatch(out)
	if m == nil {
		t.Fatalf("ffmpeg printed no summary:\n%s", out)
	}
	loudness, _ := strconv.ParseFloat(string(m[1]), 64)
	peak, _ := strconv.ParseFloat(string(m[2]), 64)
	t.Logf("integrated loudness %.1f LUFS, true peak %.1f dBFS", loudness, peak)
	if loudness < -20 || loudness > -16 {
		t.Errorf("got integrated loudness %.1f LUFS, want -20 to -16", loudness)
	}
	if peak > -1 {
		t.Errorf("got true peak %.1f dBFS, want at most -1", peak)
	}
}
