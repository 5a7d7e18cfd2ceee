// Package host is the host that is always there: a program that takes part in a
// rehearsal like a person would, so that a lone newcomer meets somebody. It
// joins a room over the rehearsal's own signalling socket, lets waiting
// visitors in after a moment, shows a moving picture, can be heard, answers
// chat, and leaves when nobody is left.
//
// It gives way to people: while a person hosts the room, it neither admits
// anybody nor talks. It is no part of the server: it knows the protocol alone,
// and everything it says is given to it.
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

// Options say how the host behaves. DialURL, Token and Name are required.
type Options struct {
	// DialURL is the address of the signalling socket, ws or wss.
	DialURL string
	// HTTPClient opens the socket; nil means http.DefaultClient. A server with a
	// certificate of its own making needs a client that trusts it.
	HTTPClient *http.Client
	// Token returns a host's token for a room.
	Token func(room string) string

	// Name is the host's name as others see it.
	Name string
	// Texts is what the host says in the chat.
	Texts Texts

	// AdmitAfter is how long a visitor waits to be let in; zero means 3 seconds.
	AdmitAfter time.Duration
	// LeaveAfter is how long the host stays in a room without visitors; zero
	// means a minute. It should be longer than the server lets a visitor whose
	// socket dropped come back.
	LeaveAfter time.Duration

	// StayFor is how long the host stays at most; then it says goodbye and ends
	// the meeting, so that a forgotten page does not keep it busy for ever. Zero
	// means as long as there are visitors.
	StayFor time.Duration

	// Log receives what went wrong, never a name or a word of the chat; nil
	// means slog.Default.
	Log *slog.Logger

	// packetTime is the time between two packets of sound; zero means
	// clip.SoundTime, which tests shorten.
	packetTime time.Duration
}

// Texts is what the host says in the chat, in the reader's language. An empty
// text is not said. In each, {name} stands for the visitor's name; in Replies,
// {text} for what the visitor wrote.
type Texts struct {
	Greeting string   // to a visitor who has come in
	Replies  []string // to what a visitor writes, in turn
	Goodbye  string   // to all, before the host leaves them
}

// checked returns the options with their defaults in place, or an error that
// names everything that is missing.
func (o Options) checked() (Options, error) {
	var errs []error
	if o.DialURL == "" {
		errs = append(errs, errors.New("no address of a signalling socket"))
	}
	if o.Token == nil {
		errs = append(errs, errors.New("no source of tokens"))
	}
	if o.Name == "" {
		errs = append(errs, errors.New("no name"))
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

// Run hosts one room. It returns nil when no visitor was left, when the meeting
// was ended, and after saying goodbye when the context is done; and an error
// when it could not join or the socket dropped. Either way everything it
// started has stopped. A visitor who knocks later needs a new Run; a room with
// two at once has none, because each takes the other for a person.
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
