package rehearsal

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
)

// The log may contain rooms and kinds of events. It must not contain names, identities,
// links or messages.
func TestLogHasNoPersonalData(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s := testServer(t, func(o *Options) {
			o.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		})
		h, a := connectHost(t, s), admit(t, s, "secret")
		a.send(SendChat{Text: "secret"})
		a.send(Caption{Text: "secret"})
		h.send(CommandMessage{Command{Verb: "say", Text: "secret"}})
		h.send(CommandMessage{Command{Verb: "fault", Ending: "secret"}})
		h.send(CommandMessage{Command{Verb: "secret"}})
		connect(t, s, Hello{Token: "secret", Name: "secret", Meeting: "secret"})
		h.receive()
		big := SDP{To: "8:acs:secret", SDP: Description{"offer", strings.Repeat("\u2028", maxSDP/3)}}
		s.receive(h.l, big) // too long to relay, because each line separator is escaped
		for _, m := range a.receive() {
			if _, ok := m.(SDP); ok {
				t.Error("the server sent a frame above the limit")
			}
		}
		for _, c := range []*client{h, a} {
			c.disconnect()
		}
		for _, expected := range []string{RoomOf(meeting), "command=admit", "type=token", "kind=sdp"} {
			if !strings.Contains(log.String(), expected) {
				t.Errorf("the log lacks %q:\n%s", expected, &log)
			}
		}
		for _, secret := range []string{"secret", "Rivera", "273501234567", "eyJ"} {
			if strings.Contains(log.String(), secret) {
				t.Errorf("the log contains %q:\n%s", secret, &log)
			}
		}
	})
}
