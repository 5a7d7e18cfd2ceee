package host

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/anteroom-visit/anteroom/rehearsal"
	"github.com/anteroom-visit/anteroom/rehearsal/host/clip"
)

const meeting = "273 501 234 567"

// testServer is a real signalling server with a host for one room.
type testServer struct {
	server *rehearsal.Server
	url    string
	runs   chan error // the result of each Run
}

// startServer starts a server. If invite is true, the first visitor starts the host.
// The test can also start it with runHost.
func startServer(t *testing.T, invite bool, change ...func(*Options)) (h *testServer, runHost func(context.Context)) {
	t.Helper()
	h = &testServer{runs: make(chan error, 10)}
	room := rehearsal.RoomOf(meeting)
	o := Options{
		Token: func(room string) string {
			return h.server.HostToken(room, "Rehearsal host").Token.Reveal()
		},
		Name: "Rehearsal host", Texts: english, AdmitAfter: 50 * time.Millisecond, packetTime: 5 * time.Millisecond,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
	runHost = func(ctx context.Context) { h.runs <- Run(ctx, room, o) }
	server, err := rehearsal.New(rehearsal.Options{
		Verify: func(token string) (string, error) {
			id, ok := strings.CutPrefix(token, "visitor ")
			if !ok {
				return "", errors.New("not a visitor's token")
			}
			return "8:acs:" + id, nil
		},
		Invite: func(ctx context.Context, _ string) {
			if invite {
				runHost(ctx)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	h.server = server
	web := httptest.NewServer(server.Socket())
	h.url = "ws" + strings.TrimPrefix(web.URL, "http")
	o.DialURL = h.url
	for _, f := range change {
		f(&o)
	}
	t.Cleanup(func() {
		ctx, stop := context.WithTimeout(context.Background(), timeout)
		defer stop()
		if err := server.Close(ctx); err != nil {
			t.Error(err)
		}
		web.Close()
	})
	return h, runHost
}

// checkGoroutines fails the test if it leaves goroutines at its end.
func checkGoroutines(t *testing.T) {
	t.Helper()
	before := runtime.NumGoroutine()
	t.Cleanup(func() {
		for range 100 {
			if runtime.NumGoroutine() <= before {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
		stacks := make([]byte, 1<<20)
		t.Errorf("got %d goroutines, %d before:\n%s",
			runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
	})
}

func TestVisitorSeesHearsAndChatsWithTheHost(t *testing.T) {
	checkGoroutines(t)
	h, _ := startServer(t, true)
	g := connectGuest(t, h.url, "Sam")
	if got := next(t, "greeting", g.chats); got.Text != "Hello Sam" || got.Name != "Rehearsal host" {
		t.Errorf("got %q from %s, want a greeting from the host", got.Text, got.Name)
	}
	checkPicture(t, g)
	checkSound(t, g)
	g.send(rehearsal.SendChat{Req: 1, Text: "is anybody there?"})
	next(t, "own message", g.chats)
	if got := next(t, "answer", g.chats); got.Text != "Sam, you wrote: is anybody there?" {
		t.Errorf("got answer %q, want %q", got.Text, "Sam, you wrote: is anybody there?")
	}
	if err := h.server.Command(rehearsal.RoomOf(meeting), rehearsal.Command{Verb: "end"}); err != nil {
		t.Fatal(err)
	}
	if err := next(t, "end of Run", h.runs); err != nil {
		t.Errorf("Run returned %v, want no error", err)
	}
}

// checkPicture waits for a key frame of the clip.
func checkPicture(t *testing.T, g *guest) {
	t.Helper()
	frame, _ := g.nextKeyFrame()
	if pictureNumber(loadClip(t), frame) < 0 {
		t.Fatalf("got a key frame of %d bytes that is not in the clip", len(frame))
	}
}

// checkSound reads a second of sound and compares it with the clip.
func checkSound(t *testing.T, g *guest) {
	t.Helper()
	c, last := loadClip(t), next(t, "audio", g.audio)
	for range 50 {
		p := next(t, "audio", g.audio)
		if p.PayloadType != 111 {
			t.Fatalf("got audio of payload type %d, want 111 (Opus)", p.PayloadType)
		}
		if p.Timestamp-last.Timestamp != 960*uint32(p.SequenceNumber-last.SequenceNumber) {
			t.Fatalf("got packet %d at %d after %d at %d, want 960 ticks a packet", p.SequenceNumber, p.Timestamp, last.SequenceNumber, last.Timestamp)
		}
		if !slices.ContainsFunc(c.Sounds, func(s []byte) bool { return bytes.Equal(s, p.Payload) }) {
			t.Fatalf("got a packet of sound of %d bytes that is not in the clip", len(p.Payload))
		}
		last = p
	}
}

func loadClip(t *testing.T) *clip.Clip {
	t.Helper()
	c, err := clip.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// pictureNumber returns the index of a picture in the clip, or -1.
func pictureNumber(c *clip.Clip, picture []byte) int {
	return slices.IndexFunc(c.Pictures, func(p []byte) bool { return bytes.Equal(p, picture) })
}

func TestHostCallsVisitorsWhoJoinedBefore(t *testing.T) {
	checkGoroutines(t)
	h, runHost := startServer(t, false)
	g := connectGuest(t, h.url, "Sam")
	admit := func() error {
		return h.server.Command(rehearsal.RoomOf(meeting), rehearsal.Command{Verb: "admit"})
	}
	for admit() != nil { // until the visitor is in the lobby
		time.Sleep(10 * time.Millisecond)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go runHost(ctx)
	checkPicture(t, g)
	checkSound(t, g)
	cancel()
	if got := next(t, "goodbye", g.chats); got.Text != "Goodbye" {
		t.Errorf("got %q, want a goodbye", got.Text)
	}
	if err := next(t, "end of Run", h.runs); err != nil {
		t.Errorf("Run returned %v, want no error", err)
	}
}

func TestSeveralVisitorsSeeTheHost(t *testing.T) {
	checkGoroutines(t)
	h, _ := startServer(t, true)
	guests := []*guest{connectGuest(t, h.url, "Sam")}
	next(t, "greeting", guests[0].chats)
	// The guests connect only to the host, not to each other.
	for _, name := range []string{"Bo", "Cy", "Di"} {
		guests = append(guests, connectGuest(t, h.url, name))
	}
	for _, g := range guests {
		checkPicture(t, g)
	}
	for _, g := range guests[1:] {
		g.leave()
	}
	checkPicture(t, guests[0])
}

// A visitor restarts ICE when its network changes, and offers a new connection after a
// reload. Invalid signalling must not break later offers.
func TestHostAnswersNewOffers(t *testing.T) {
	checkGoroutines(t)
	h, _ := startServer(t, true)
	g := connectGuest(t, h.url, "Sam")
	checkPicture(t, g)
	g.restart()
	checkPicture(t, g)

	g.reload()
	checkPicture(t, g)

	for _, d := range []rehearsal.Description{
		{Type: "answer", SDP: "v=0"},
		{Type: "offer", SDP: "nonsense"},
		{Type: "offer"},
		{Type: "offer", SDP: "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n"},
	} {
		g.send(rehearsal.SDP{To: g.host(), SDP: d})
		g.send(rehearsal.ICE{To: g.host(), ICE: &rehearsal.Candidate{Candidate: "candidate:nonsense"}})
	}
	g.send(rehearsal.ICE{To: g.host()})
	g.reload()
	checkPicture(t, g)
}

func TestRunReturnsErrorWhenSocketDrops(t *testing.T) {
	checkGoroutines(t)
	h, _ := startServer(t, true)
	g := connectGuest(t, h.url, "Sam")
	checkPicture(t, g)
	if err := h.server.Command(rehearsal.RoomOf(meeting), rehearsal.Command{Verb: "drop", To: g.host()}); err != nil {
		t.Fatal(err)
	}
	if err := next(t, "end of Run", h.runs); err == nil {
		t.Error("Run returned no error although its socket dropped")
	}
}

func TestRunReturnsErrorWhenItCannotJoin(t *testing.T) {
	checkGoroutines(t)
	h, runHost := startServer(t, false, func(o *Options) { o.Token = func(string) string { return "junk" } })
	runHost(t.Context())
	if err := next(t, "end of Run", h.runs); err == nil || err.Error() != "host room: join room: refused: token" {
		t.Errorf("with a bad token: got %v, want a refusal", err)
	}

	serve := func(handle func(context.Context, *websocket.Conn), protocols ...string) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: protocols})
			if err != nil {
				return
			}
			defer func() { _ = c.CloseNow() }()
			handle(r.Context(), c)
		}))
		t.Cleanup(s.Close)
		return s.URL
	}
	write := func(kind websocket.MessageType, frame string) func(context.Context, *websocket.Conn) {
		return func(ctx context.Context, c *websocket.Conn) {
			_ = c.Write(ctx, kind, []byte(frame))
			_, _, _ = c.Read(ctx)
			_, _, _ = c.Read(ctx)
		}
	}
	text := websocket.MessageText
	tests := []struct{ name, url, want string }{
		{"no server", "ws://127.0.0.1:1", "open signalling socket: "},
		{"another protocol", serve(write(text, "{}")), "server does not speak " + rehearsal.Subprotocol},
		{"binary frame", serve(write(websocket.MessageBinary, "{}"), rehearsal.Subprotocol), "frame is not text"},
		{"not JSON", serve(write(text, "<html>"), rehearsal.Subprotocol), "read signalling socket: read frame"},
		{
			"frame too large", serve(write(text, strings.Repeat("x", rehearsal.MaxFrame+1)), rehearsal.Subprotocol),
			"read signalling socket: ",
		},
		{
			"closed socket", serve(func(context.Context, *websocket.Conn) {}, rehearsal.Subprotocol),
			"read signalling socket: ",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := Run(t.Context(), "room", Options{
				DialURL: tt.url, Name: "Host", Token: func(string) string { return "secret" },
				Log: slog.New(slog.DiscardHandler),
			})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want an error that contains %q", err, tt.want)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the error contains the token: %v", err)
			}
		})
	}
}

func TestRunChecksOptions(t *testing.T) {
	err := Run(t.Context(), "room", Options{AdmitAfter: -1})
	for _, want := range []string{"no DialURL", "no Token", "no Name", "a negative time"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
}
