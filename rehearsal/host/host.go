// Package host is the automatic host of a rehearsal, for someone who tries the
// site alone. It joins a room over the rehearsal's signalling socket, admits
// visitors after a moment, plays the clip of a person who speaks, answers chat,
// and leaves after the last visitor.
//
// While a person hosts the room, it neither admits anyone nor writes. It is a
// client of the server and uses only its protocol. Its texts are options.
package host

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/anteroom-visit/anteroom/rehearsal/host/clip"
)

// Options configures the host. DialURL, Token and Name are required.
type Options struct {
	// DialURL is the address of the signalling socket, ws or wss.
	DialURL string
	// HTTPClient opens the socket; nil means http.DefaultClient. A server with a
	// self-signed certificate needs a client that trusts it.
	HTTPClient *http.Client
	// Token returns a host's token for a room.
	Token func(room string) string

	// Name is the host's name as others see it.
	Name string
	// Texts are the host's chat messages.
	Texts Texts

	// AdmitAfter is how long a visitor waits in the lobby; zero means 3 seconds.
	AdmitAfter time.Duration
	// LeaveAfter is how long the host stays in a room without visitors; zero
	// means a minute. It should be longer than the server lets a visitor whose
	// socket dropped come back.
	LeaveAfter time.Duration

	// StayFor is how long the host stays at most. Then it says goodbye and ends
	// the meeting, so that a forgotten page does not keep it for ever. Zero means
	// no limit while there are visitors.
	StayFor time.Duration

	// Log receives failures, never a name or a chat message; nil means
	// slog.Default.
	Log *slog.Logger

	// packetTime is the time between two packets of sound; zero means
	// clip.SoundTime, which tests shorten.
	packetTime time.Duration
}

// Texts are the host's chat messages. The host does not send an empty one. In
// each, {name} is replaced by the visitor's name; in Replies, {text} by the
// visitor's message.
type Texts struct {
	Greeting string   // to a visitor who has joined
	Replies  []string // to a visitor's messages, in turn
	Goodbye  string   // to everyone, before the host leaves
}

// checked returns the options with their defaults, or an error that names
// everything that is missing.
func (o Options) checked() (Options, error) {
	var errs []error
	if o.DialURL == "" {
		errs = append(errs, errors.New("no DialURL"))
	}
	if o.Token == nil {
		errs = append(errs, errors.New("no Token"))
	}
	if o.Name == "" {
		errs = append(errs, errors.New("no Name"))
	}
	if min(o.AdmitAfter, o.LeaveAfter, o.StayFor) < 0 {
		errs = append(errs, errors.New("a negative time"))
	}
	o.AdmitAfter = cmp.Or(o.AdmitAfter, 3*time.Second)
	o.LeaveAfter = cmp.Or(o.LeaveAfter, time.Minute)
	o.packetTime = cmp.Or(o.packetTime, clip.SoundTime)
	o.HTTPClient = cmp.Or(o.HTTPClient, http.DefaultClient)
	o.Log = cmp.Or(o.Log, slog.Default())
	return o, errors.Join(errs...)
}

// Run hosts one room. It returns nil when no visitor is left, when the meeting
// has ended, and after a goodbye when the context is done; it returns an error
// if it cannot join or loses its socket. Everything it started has stopped by
// then. A visitor who arrives later needs a new Run. Run must not run twice for
// a room at once, because each would take the other for a person.
func Run(ctx context.Context, room string, o Options) error {
	o, err := o.checked()
	if err != nil {
		return fmt.Errorf("host room: %w", err)
	}
	cast, err := newBroadcast()
	if err != nil {
		return fmt.Errorf("host room: %w", err)
	}
	cast.packetTime = o.packetTime
	api, err := newAPI()
	if err != nil {
		return fmt.Errorf("host room: %w", err)
	}
	socket, err := dial(ctx, o, room)
	if err != nil {
		return fmt.Errorf("host room: %w", err)
	}
	defer socket.close()

	s := newSession(o, api, cast, socket.send)
	defer s.close()
	if err := s.run(ctx, socket.in, socket.lost); err != nil {
		return fmt.Errorf("host room: %w", err)
	}
	return nil
}
