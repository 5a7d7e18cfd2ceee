package rehearsal

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
)

// The log may tell rooms and kinds of events, never who was there, by which link or what they said.
func TestLogIsDiscreet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s := testServer(t, func(o *Options) {
			o.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		})
		h, a := host(t, s), admitted(t, s, "secret")
		a.say(SendChat{Text: "secret"})
		a.say(Caption{Text: "secret"})
		h.say(CommandMessage{Command{Verb: "say", Text: "secret"}})
		h.say(CommandMessage{Command{Verb: "fault", Ending: "secret"}})
		h.say(CommandMessage{Command{Verb: "secret"}})
		connect(t, s, Hello{Token: "secret", Name: "secret", Meeting: "secret"})
		h.received()
		big := SDP{To: "8:acs:secret", SDP: Description{"offer", strings.Repeat("\u2028", maxSDP/3)}}
		s.receive(h.l, big) // twice as long once its line separators are escaped: not passed on
		for _, m := range a.received() {
			if _, ok := m.(SDP); ok {
				t.Error("a frame above the limit was sent")
			}
		}
		for _, c := range []*client{h, a} {
			c.cutOff()
		}
		for _, expected := range []string{RoomOf(meeting), "command=admit", "type=token", "kind=sdp"} {
			if !strings.Contains(log.String(), expected) {
				t.Errorf("log does not tell %q", expected)
			}
		}
		for _, secret := range []string{"secret", "Rivera", "273501234567", "eyJ"} {
			if strings.Contains(log.String(), secret) {
				t.Errorf("log tells %q:\n%s", secret, &log)
			}
		}
	})
}
