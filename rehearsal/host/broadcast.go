package host

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/webrtc/v4"
	"github.com/pion/webrtc/v4/pkg/media"

	"github.com/anteroom-visit/anteroom/rehearsal/host/clip"
)

// maxLag is how far the broadcast may fall behind and still catch up. After
// more, for example when the machine slept, it continues from where it is.
const maxLag = 100 * time.Millisecond

// silence is a packet of Opus that decodes to 20 ms of silence.
var silence = []byte{0xf8, 0xff, 0xfe}

// A broadcast plays the clip in a loop to every peer. One counter drives the
// sound and the picture, so that they cannot drift apart.
type broadcast struct {
	audio *webrtc.TrackLocalStaticSample
	video *camera
	clip  *clip.Clip
	next  int // packet of sound to send next; 0 while nobody watches
	muted atomic.Bool

	packetTime time.Duration // between two packets; shorter in tests
	cancel     context.CancelFunc
	task       sync.WaitGroup
}

// A camera is a track that counts its viewers: the connections that are ready
// to receive it.
type camera struct {
	*webrtc.TrackLocalStaticSample
	viewers atomic.Int32
}

// Bind adds a viewer.
func (c *camera) Bind(t webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	p, err := c.TrackLocalStaticSample.Bind(t)
	if err == nil {
		c.viewers.Add(1)
	}
	return p, err
}

// Unbind removes a viewer.
func (c *camera) Unbind(t webrtc.TrackLocalContext) error {
	err := c.TrackLocalStaticSample.Unbind(t)
	if err == nil {
		c.viewers.Add(-1)
	}
	return err
}

func newBroadcast() (*broadcast, error) {
	audio, err := webrtc.NewTrackLocalStaticSample(opus, "audio", "host")
	if err != nil {
		return nil, fmt.Errorf("make audio track: %w", err)
	}
	video, err := webrtc.NewTrackLocalStaticSample(vp8, "camera", "host")
	if err != nil {
		return nil, fmt.Errorf("make video track: %w", err)
	}
	c, err := clip.Load()
	if err != nil {
		return nil, err
	}
	return &broadcast{
		audio: audio, video: &camera{TrackLocalStaticSample: video}, clip: c, packetTime: clip.SoundTime,
	}, nil
}

// tracks returns the audio and the camera, in this order.
func (b *broadcast) tracks() []webrtc.TrackLocal {
	return []webrtc.TrackLocal{b.audio, b.video}
}

// mute silences the host for the rest of its stay. In Teams, too, only the
// muted person can unmute.
func (b *broadcast) mute() { b.muted.Store(true) }

// start begins to send, unless it has begun.
func (b *broadcast) start() {
	if b.cancel != nil {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	b.cancel = cancel
	b.task.Go(func() {
		b.run(ctx, b.send)
	})
}

// stop ends what start began.
func (b *broadcast) stop() {
	if b.cancel != nil {
		b.cancel()
		b.task.Wait()
	}
}

// run calls send once for every packetTime that passes, also for late ticks.
func (b *broadcast) run(ctx context.Context, send func()) {
	tick := time.NewTicker(b.packetTime)
	defer tick.Stop()
	next := time.Now()
	for {
		now := time.Now()
		if now.Sub(next) > maxLag {
			next = now
		}
		for ; !next.After(now); next = next.Add(b.packetTime) {
			send()
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// send sends the next packet of sound, and the picture that begins with it. The
// clip starts from the beginning when the first viewer arrives. An error of a
// track means that a peer has just left; its connection reports that.
func (b *broadcast) send() {
	if b.video.viewers.Load() == 0 {
		b.next = 0
		return
	}
	sound := b.clip.Sounds[b.next]
	if b.muted.Load() {
		sound = silence
	}
	_ = b.audio.WriteSample(media.Sample{Data: sound, Duration: clip.SoundTime})
	if b.next%clip.SoundsPerPicture == 0 {
		picture := b.clip.Pictures[b.next/clip.SoundsPerPicture]
		_ = b.video.WriteSample(media.Sample{Data: picture, Duration: clip.PictureTime})
	}
	b.next = (b.next + 1) % len(b.clip.Sounds)
}
