package host

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/webrtc/v4"
	"github.com/pion/webrtc/v4/pkg/media"

	"github.com/anteroom-visit/anteroom/rehearsal/host/chime"
	"github.com/anteroom-visit/anteroom/rehearsal/host/scene"
	encoder "github.com/anteroom-visit/anteroom/rehearsal/host/vp8"
)

const (
	soundTime = 20 * time.Millisecond // of one packet of sound
	soundSize = chime.Rate / 50       // samples in it
	// A picture goes out with every fourth packet of sound: 12.5 in a second.
	soundsPerPicture = 4
	pictureTime      = soundsPerPicture * soundTime
	// fineness is a quantiser index at which no sample is off by more than 2 and
	// a picture takes about 8 kB.
	fineness = 8
	// maxLag is how far the sending may fall behind and still catch up; after
	// more (the machine slept) it goes on from where it is.
	maxLag = 100 * time.Millisecond
)

// A broadcast is what the host shows and sounds like. It is made once and sent
// to every peer.
type broadcast struct {
	audio, video *webrtc.TrackLocalStaticSample
	muted        atomic.Bool
	viewers      atomic.Int32 // without any, nothing is drawn

	now     func() time.Time
	scene   *scene.Scene
	encoder *encoder.Encoder
	chime   []byte // one period, in packets of soundSize
	silence []byte

	cancel context.CancelFunc
	task   sync.WaitGroup
}

func newBroadcast(name string, now func() time.Time) (*broadcast, error) {
	audio, err := webrtc.NewTrackLocalStaticSample(pcmu, "audio", "host")
	if err != nil {
		return nil, fmt.Errorf("make audio track: %w", err)
	}
	video, err := webrtc.NewTrackLocalStaticSample(vp8, "camera", "host")
	if err != nil {
		return nil, fmt.Errorf("make video track: %w", err)
	}
	enc, err := encoder.NewEncoder(scene.Width, scene.Height, fineness)
	if err != nil {
		return nil, err
	}
	b := &broadcast{audio: audio, video: video, now: now, scene: scene.New(name), encoder: enc}
	for _, sample := range chime.Samples() {
		b.chime = append(b.chime, chime.MuLaw(sample))
	}
	for range soundSize {
		b.silence = append(b.silence, chime.Silence)
	}
	return b, nil
}

// tracks are the audio and the camera.
func (b *broadcast) tracks() []webrtc.TrackLocal {
	return []webrtc.TrackLocal{b.audio, b.video}
}

// mute silences the host for the rest of its stay, as Teams leaves it to the
// muted to unmute.
func (b *broadcast) mute() { b.muted.Store(true) }

// start begins to send, if it has not begun.
func (b *broadcast) start() {
	if b.cancel != nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	b.cancel = cancel
	b.task.Go(func() {
		b.run(ctx, b.sendSound, b.sendPicture)
	})
}

// stop ends what start began.
func (b *broadcast) stop() {
	if b.cancel != nil {
		b.cancel()
		b.task.Wait()
	}
}

// run calls sound and picture, with a count of the packets so far, at the pace
// of their time. It makes up for late ticks.
func (b *broadcast) run(ctx context.Context, sound func(n int), picture func()) {
	tick := time.NewTicker(soundTime)
	defer tick.Stop()
	next := time.Now()
	for n := 0; ; {
		now := time.Now()
		if now.Sub(next) > maxLag {
			next = now
		}
		for ; !next.After(now); next = next.Add(soundTime) {
			sound(n)
			if n%soundsPerPicture == 0 {
				picture()
			}
			n++
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// sendSound sends a packet of the chime, or of silence. An error of a track is
// a peer that has just gone, of which its connection knows.
func (b *broadcast) sendSound(n int) {
	if b.viewers.Load() == 0 {
		return
	}
	packet := b.silence
	if !b.muted.Load() {
		at := n * soundSize % len(b.chime)
		packet = b.chime[at : at+soundSize]
	}
	_ = b.audio.WriteSample(media.Sample{Data: packet, Duration: soundTime})
}

func (b *broadcast) sendPicture() {
	if b.viewers.Load() == 0 {
		return
	}
	frame, err := b.encoder.Encode(b.scene.Draw(b.now()))
	if err != nil {
		return // cannot be: the scene has the encoder's size
	}
	_ = b.video.WriteSample(media.Sample{Data: frame, Duration: pictureTime})
}
