package host

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/pion/rtp"
	"github.com/pion/rtp/codecs"
	"github.com/pion/webrtc/v4"

	"github.com/anteroom-visit/anteroom/rehearsal"
	"github.com/anteroom-visit/anteroom/rehearsal/host/clip"
)

// timeout is how long a guest waits for an event.
const timeout = 15 * time.Second

// guest is a visitor with its own WebRTC API and the codecs of a browser.
type guest struct {
	t      *testing.T
	socket *websocket.Conn
	tasks  sync.WaitGroup

	mu   sync.Mutex
	conn *webrtc.PeerConnection
	// hostID is the ID of the host.
	hostID string

	chats     chan rehearsal.ChatMessage
	ended     chan rehearsal.Ended
	state     chan webrtc.PeerConnectionState
	remoteSet chan struct{} // one value for every remote description that was set
	audio     chan *rtp.Packet
	video     chan *rtp.Packet
	onAudio   atomic.Pointer[func(*rtp.Packet)] // if set, gets the audio instead of the channel
}

// connectGuest connects a guest to the meeting's lobby.
func connectGuest(t *testing.T, url, name string) *guest {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), timeout)
	defer stop()
	socket, _, err := websocket.Dial(ctx, url, &websocket.DialOptions{Subprotocols: []string{rehearsal.Subprotocol}})
	if err != nil {
		t.Fatal(err)
	}
	g := &guest{
		t: t, socket: socket,
		chats: make(chan rehearsal.ChatMessage, 100), ended: make(chan rehearsal.Ended, 1),
		state: make(chan webrtc.PeerConnectionState, 100),
		audio: make(chan *rtp.Packet, 1000), video: make(chan *rtp.Packet, 1000), remoteSet: make(chan struct{}, 100),
	}
	g.send(rehearsal.Hello{Token: "visitor " + name, Name: name, Meeting: meeting})
	g.tasks.Go(g.read)
	t.Cleanup(g.leave)
	return g
}

func (g *guest) leave() {
	_ = g.socket.CloseNow()
	g.tasks.Wait()
	if g.conn != nil {
		_ = g.conn.GracefulClose()
	}
}

// host returns the host's ID.
func (g *guest) host() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.hostID
}

func (g *guest) send(m rehearsal.Message) {
	frame, err := rehearsal.Encode(m)
	if err != nil {
		g.t.Error(err)
		return
	}
	_ = g.socket.Write(context.Background(), websocket.MessageText, frame) // read ends if the socket has failed
}

func (g *guest) read() {
	for {
		_, frame, err := g.socket.Read(context.Background())
		if err != nil {
			return
		}
		m, err := rehearsal.DecodeServer(frame)
		if err != nil {
			g.t.Error(err)
			return
		}
		g.handle(m)
	}
}

func (g *guest) handle(message rehearsal.Message) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch m := message.(type) {
	case rehearsal.Joined:
		for _, p := range m.Peers {
			if p.Role == rehearsal.Organizer {
				g.hostID = p.ID
				g.sendDescription(g.newOffer())
			}
		}
	case rehearsal.SDP:
		g.setRemote(m)
	case rehearsal.ICE:
		if g.conn.RemoteDescription() == nil {
			return // the candidate belongs to a connection that was replaced
		}
		if err := g.conn.AddICECandidate(webrtc.ICECandidateInit(*m.ICE)); err != nil {
			g.t.Error(err)
		}
	case rehearsal.Chat:
		g.chats <- m.Msg
	case rehearsal.Ended:
		g.ended <- m
	}
}

func (g *guest) setRemote(m rehearsal.SDP) {
	g.hostID = m.From
	d := webrtc.SessionDescription{Type: webrtc.NewSDPType(m.SDP.Type), SDP: m.SDP.SDP}
	if d.Type == webrtc.SDPTypeOffer {
		g.connect()
	}
	if err := g.conn.SetRemoteDescription(d); err != nil {
		g.t.Error(err)
		return
	}
	g.remoteSet <- struct{}{}
	if d.Type == webrtc.SDPTypeOffer {
		answer, err := g.conn.CreateAnswer(nil)
		g.sendDescription(answer, err)
	}
}

func (g *guest) connect() {
	if g.conn != nil {
		_ = g.conn.Close()
	}
	var settings webrtc.SettingEngine
	settings.SetIncludeLoopbackCandidate(true)
	conn, err := webrtc.NewAPI(webrtc.WithSettingEngine(settings)).NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		g.t.Error(err)
		return
	}
	g.conn = conn
	conn.OnICECandidate(func(c *webrtc.ICECandidate) {
		if c != nil {
			candidate := rehearsal.Candidate(c.ToJSON())
			g.send(rehearsal.ICE{To: g.host(), ICE: &candidate})
		}
	})
	conn.OnConnectionStateChange(func(s webrtc.PeerConnectionState) { g.state <- s })
	conn.OnTrack(func(track *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
		to := g.video
		if track.Kind() == webrtc.RTPCodecTypeAudio {
			to = g.audio
		}
		for {
			p, _, err := track.ReadRTP()
			if err != nil {
				return
			}
			if handle := g.onAudio.Load(); handle != nil && track.Kind() == webrtc.RTPCodecTypeAudio {
				(*handle)(p)
				continue
			}
			select {
			case to <- p:
			default: // the test does not read all packets
			}
		}
	})
}

// newOffer returns an offer of a new connection with the three media sections of a browser.
func (g *guest) newOffer() (webrtc.SessionDescription, error) {
	g.connect()
	for _, codec := range []webrtc.RTPCodecCapability{opus, vp8, vp8} {
		track, err := webrtc.NewTrackLocalStaticSample(codec, "track", "guest")
		if err == nil {
			_, err = g.conn.AddTransceiverFromTrack(track)
		}
		if err != nil {
			return webrtc.SessionDescription{}, err
		}
	}
	return g.conn.CreateOffer(nil)
}

// reload replaces the connection, as a page does when it is loaded again, and
// waits until the new one is connected.
func (g *guest) reload() {
	g.t.Helper()
	g.mu.Lock()
	for len(g.state) > 0 {
		<-g.state
	}
	g.sendDescription(g.newOffer())
	g.mu.Unlock()
	for next(g.t, "connected state", g.state) != webrtc.PeerConnectionStateConnected {
	}
	g.dropVideo()
}

// restart restarts ICE on the connection, and waits for the host's answer.
func (g *guest) restart() {
	g.t.Helper()
	g.mu.Lock()
	for len(g.remoteSet) > 0 {
		<-g.remoteSet
	}
	g.sendDescription(g.conn.CreateOffer(&webrtc.OfferOptions{ICERestart: true}))
	g.mu.Unlock()
	next(g.t, "answer", g.remoteSet)
	g.dropVideo()
}

// dropVideo drops the video that has arrived.
func (g *guest) dropVideo() {
	for len(g.video) > 0 {
		<-g.video
	}
}

func (g *guest) sendDescription(d webrtc.SessionDescription, err error) {
	if err == nil {
		err = g.conn.SetLocalDescription(d)
	}
	if err != nil {
		g.t.Error(err)
		return
	}
	g.send(rehearsal.SDP{To: g.hostID, SDP: rehearsal.Description{Type: d.Type.String(), SDP: d.SDP}})
}

// next returns the next value of a channel. Without one it fails the test.
func next[T any](t *testing.T, what string, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(timeout):
		t.Fatalf("got no %s within %v", what, timeout)
		panic("unreachable")
	}
}

// handleAudio passes all later audio to f.
func (g *guest) handleAudio(f func(*rtp.Packet)) { g.onAudio.Store(&f) }

// nextKeyFrame returns the next key frame and its RTP timestamp.
func (g *guest) nextKeyFrame() (frame []byte, timestamp uint32) {
	g.t.Helper()
	for {
		p := next(g.t, "video", g.video)
		var v codecs.VP8Packet
		payload, err := v.Unmarshal(p.Payload)
		if err != nil {
			g.t.Fatal(err)
		}
		if v.S == 1 && v.PID == 0 {
			frame = []byte{}
		}
		if frame == nil {
			continue // the first packets were the end of a frame
		}
		frame = append(frame, payload...)
		if !p.Marker {
			continue
		}
		if clip.IsKey(frame) {
			return frame, p.Timestamp
		}
		frame = nil
	}
}
