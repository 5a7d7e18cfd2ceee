package host

import (
	"fmt"
	"strings"

	"github.com/pion/ice/v4"
	"github.com/pion/interceptor"
	"github.com/pion/logging"
	"github.com/pion/webrtc/v4"

	"github.com/anteroom-visit/anteroom/rehearsal"
)

var (
	opus = webrtc.RTPCodecCapability{
		MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2, // 2 is the only value RFC 7587 allows
		SDPFmtpLine: "minptime=10;useinbandfec=1",
	}
	vp8 = webrtc.RTPCodecCapability{
		MimeType: webrtc.MimeTypeVP8, ClockRate: 90000,
		RTCPFeedback: []webrtc.RTCPFeedback{{Type: "nack"}, {Type: "nack", Parameter: "pli"}},
	}
)

// newAPI returns a WebRTC API with only the two codecs of the broadcast. Every
// browser supports both, so a visitor's own media arrives in them too.
func newAPI() (*webrtc.API, error) {
	var media webrtc.MediaEngine
	if err := media.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: opus, PayloadType: 111},
		webrtc.RTPCodecTypeAudio); err != nil {
		return nil, fmt.Errorf("register audio codec: %w", err)
	}
	if err := media.RegisterCodec(webrtc.RTPCodecParameters{RTPCodecCapability: vp8, PayloadType: 96},
		webrtc.RTPCodecTypeVideo); err != nil {
		return nil, fmt.Errorf("register video codec: %w", err)
	}
	var interceptors interceptor.Registry
	if err := webrtc.RegisterDefaultInterceptors(&media, &interceptors); err != nil {
		return nil, fmt.Errorf("register interceptors: %w", err)
	}
	var settings webrtc.SettingEngine
	settings.SetIncludeLoopbackCandidate(true)
	// Browsers hide their addresses behind multicast DNS names. The host need not
	// resolve them: the browser reaches the host's candidates, and ICE learns the
	// browser's address from that.
	settings.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	// Pion logs to standard output by default, addresses included.
	quiet := logging.NewDefaultLoggerFactory()
	quiet.DefaultLogLevel = logging.LogLevelDisabled
	settings.LoggerFactory = quiet
	return webrtc.NewAPI(webrtc.WithMediaEngine(&media), webrtc.WithInterceptorRegistry(&interceptors),
		webrtc.WithSettingEngine(settings)), nil
}

func iceServers(list []rehearsal.ICEServer) []webrtc.ICEServer {
	servers := make([]webrtc.ICEServer, 0, len(list))
	for _, s := range list {
		servers = append(servers, webrtc.ICEServer{URLs: s.URLs, Username: s.Username, Credential: s.Credential})
	}
	return servers
}

// connect returns a peer connection that sends its candidates to the member id.
func (s *session) connect(id string) (*webrtc.PeerConnection, error) {
	conn, err := s.api.NewPeerConnection(webrtc.Configuration{ICEServers: s.servers})
	if err != nil {
		return nil, fmt.Errorf("make peer connection: %w", err)
	}
	conn.OnICECandidate(func(c *webrtc.ICECandidate) {
		if c == nil {
			return
		}
		candidate := rehearsal.Candidate(c.ToJSON())
		// From run's goroutine, after the description that it belongs to.
		s.post(func() {
			if m := s.present[id]; m != nil && m.conn == conn {
				s.send(rehearsal.ICE{To: id, ICE: &candidate})
			}
		})
	})
	conn.OnTrack(func(track *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
		// The host discards a visitor's media, but must read it: the visitor's
		// browser needs the receiver's reports.
		s.post(func() {
			s.tasks.Go(func() { drain(receiver.Read) })
			s.tasks.Go(func() { drain(track.Read) })
		})
	})
	conn.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		s.log.Debug("rehearsal host: connection changed", "state", state.String())
	})
	return conn, nil
}

// drain reads until the connection is closed.
func drain(read func([]byte) (int, interceptor.Attributes, error)) {
	buf := make([]byte, 1<<12)
	for {
		if _, _, err := read(buf); err != nil {
			return
		}
	}
}

// hangUp closes the connection to a member, in its own goroutine because that
// takes a moment.
func (s *session) hangUp(m *member) {
	if conn := m.conn; conn != nil {
		m.conn = nil
		s.tasks.Go(func() {
			if err := conn.GracefulClose(); err != nil {
				s.log.Debug("rehearsal host: cannot close connection", "error", err)
			}
		})
	}
}

// call offers a connection to a member who was here first: audio, camera and
// screen, in this order. The host shows no screen.
func (s *session) call(id string) {
	m := s.present[id]
	if err := s.offer(id, m); err != nil {
		s.log.Warn("rehearsal host: cannot call member", "error", err)
		s.hangUp(m)
	}
}

func (s *session) offer(id string, m *member) error {
	var err error
	if m.conn, err = s.connect(id); err != nil {
		return err
	}
	for _, track := range s.cast.tracks() {
		t, err := m.conn.AddTransceiverFromTrack(track)
		if err != nil {
			return fmt.Errorf("add %s: %w", track.ID(), err)
		}
		s.tasks.Go(func() { drain(t.Sender().Read) })
	}
	if _, err := m.conn.AddTransceiverFromKind(webrtc.RTPCodecTypeVideo,
		webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
		return fmt.Errorf("add screen: %w", err)
	}
	d, err := m.conn.CreateOffer(nil)
	if err != nil {
		return fmt.Errorf("create offer: %w", err)
	}
	return s.propose(id, m, d)
}

// propose sets a description as the local one and sends it.
func (s *session) propose(id string, m *member, d webrtc.SessionDescription) error {
	if err := m.conn.SetLocalDescription(d); err != nil {
		return fmt.Errorf("set local description: %w", err)
	}
	s.send(rehearsal.SDP{To: id, SDP: rehearsal.Description{Type: d.Type.String(), SDP: d.SDP}})
	return nil
}

// describe handles an offer or an answer from a member.
func (s *session) describe(from string, d rehearsal.Description) {
	m := s.present[from]
	if m == nil {
		return
	}
	var err error
	switch {
	case d.Type == "offer":
		err = s.answer(from, m, d.SDP)
	case d.Type == "answer" && m.conn != nil:
		err = m.conn.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: d.SDP})
	}
	if err != nil {
		s.log.Warn("rehearsal host: cannot connect to member", "error", err)
		s.hangUp(m)
	}
}

// answer accepts an offer. An offer of the same browser connection renews it,
// for example after a change of network; any other replaces the connection.
func (s *session) answer(from string, m *member, offer string) error {
	if m.conn != nil {
		old := m.conn.RemoteDescription()
		if old == nil || fingerprint(old.SDP) != fingerprint(offer) {
			s.hangUp(m)
		}
	}
	isNew := m.conn == nil
	var err error
	if isNew {
		if m.conn, err = s.connect(from); err != nil {
			return err
		}
	}
	err = m.conn.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer})
	if err != nil {
		return fmt.Errorf("set remote description: %w", err)
	}
	if isNew { // each track goes to the first section of its kind: audio and camera
		for _, track := range s.cast.tracks() {
			sender, err := m.conn.AddTrack(track)
			if err != nil {
				return fmt.Errorf("add %s: %w", track.ID(), err)
			}
			s.tasks.Go(func() { drain(sender.Read) })
		}
	}
	d, err := m.conn.CreateAnswer(nil)
	if err != nil {
		return fmt.Errorf("create answer: %w", err)
	}
	return s.propose(from, m, d)
}

// fingerprint returns the certificate fingerprint of a description.
func fingerprint(sdp string) string {
	_, rest, _ := strings.Cut(sdp, "a=fingerprint:")
	line, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(line)
}

// addCandidate adds a candidate of a member.
func (s *session) addCandidate(from string, c *rehearsal.Candidate) {
	m := s.present[from]
	if m == nil || m.conn == nil || c == nil || strings.Contains(c.Candidate, ".local ") {
		return
	}
	if err := m.conn.AddICECandidate(webrtc.ICECandidateInit(*c)); err != nil {
		s.log.Debug("rehearsal host: candidate ignored", "error", err)
	}
}
