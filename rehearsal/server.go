package rehearsal

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Options say how a Server rehearses. Verify is required; durations that are zero take the default named with them.
type Options struct {
	// Verify proves a visitor's token and gives the identity it was minted for, such as 8:acs:RESOURCE_USER.
	// It is called without a deadline and must answer promptly. Its error is neither logged nor shown.
	Verify func(token string) (id string, err error)
	// VisitorRole is Presenter (the default) or Attendee.
	VisitorRole string
	// Key signs hosts' tokens and keys, 32 bytes or more; a random one is made when it is empty.
	Key []byte

	LobbyTimeout time.Duration // until a waiting visitor's call ends with 0/5855; 30 minutes
	IdleTimeout  time.Duration // how long a room without people keeps its chat; 10 minutes
	ResumeWindow time.Duration // how long a lost socket may be replaced; 30 seconds

	ICEServers []ICEServer        // handed to every client
	Endings    map[string]EndCode // endings a host can play by name
	// Origins are host patterns, as of path.Match, from whose pages a browser may connect beside the server's own host.
	Origins []string
	// Invite is called, in a goroutine of its own, when a visitor waits in a room without a host. It returns when the
	// host it sends has left: until then it is not called again for that room. ctx is done when the Server closes.
	Invite func(ctx context.Context, room string)
	// Log gets room codes and kinds of events, never a name, a token, a meeting or a chat message. Default: discarded.
	Log *slog.Logger
}

// Counts are numbers for metrics. Ignored counts messages that their sender had no right to send, or that were for
// nobody; Refused counts connections closed with a Refused.
type Counts struct {
	Rooms, Inside, Waiting, Sockets int
	Ignored, Refused                uint64
}

// Server owns the rooms. One lock guards them all: what is done under it never waits.
type Server struct {
	opts   Options
	limits limits
	ctx    context.Context // done when the Server closes; for Invite
	cancel context.CancelFunc
	work   sync.WaitGroup // connections and invitations

	mu      sync.Mutex
	closed  bool
	lines   map[*line]bool     // open connections
	rooms   map[string]*room   // by code
	members map[string]*member // by identity: a person is in one place at a time
	keys    map[string]*member // by resume key, also of members who are gone but may still come and ask
	ignored uint64
	refused uint64
}

// New makes a Server without rooms. Errors are about the options.
func New(o Options) (*Server, error) {
	if o.Verify == nil {
		return nil, errors.New("rehearsal needs a way to verify tokens")
	}
	if o.VisitorRole == "" {
		o.VisitorRole = Presenter
	}
	if o.VisitorRole != Presenter && o.VisitorRole != Attendee {
		return nil, fmt.Errorf("role of visitors is %q, want %s or %s", o.VisitorRole, Presenter, Attendee)
	}
	if len(o.Key) == 0 {
		o.Key = make([]byte, 32)
		_, _ = rand.Read(o.Key) // never fails: the program would have ended
	}
	if len(o.Key) < 32 {
		return nil, fmt.Errorf("key has %d bytes, want at least 32", len(o.Key))
	}
	orDefault(&o.LobbyTimeout, 30*time.Minute)
	orDefault(&o.IdleTimeout, 10*time.Minute)
	orDefault(&o.ResumeWindow, 30*time.Second)
	if o.ICEServers == nil {
		o.ICEServers = []ICEServer{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{
		opts: o, limits: defaultLimits(),
		lines: map[*line]bool{}, rooms: map[string]*room{}, members: map[string]*member{}, keys: map[string]*member{},
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s, nil
}

func orDefault(d *time.Duration, value time.Duration) {
	if *d <= 0 {
		*d = value
	}
}

// Command makes something happen in the room of that code. Errors are ErrInvalidCommand, ErrNoRoom, ErrNobody,
// ErrNoHost or ErrClosed; the caller has checked the host key.
func (s *Server) Command(room string, c Command) error {
	if err := c.validate(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrClosed
	}
	r := s.rooms[room]
	if r == nil {
		return ErrNoRoom
	}
	return r.obey(nil, c)
}

// Counts is how things stand now.
func (s *Server) Counts() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := Counts{Rooms: len(s.rooms), Sockets: len(s.lines), Ignored: s.ignored, Refused: s.refused}
	for _, r := range s.rooms {
		c.Inside += len(r.inside)
		c.Waiting += len(r.waiting)
	}
	return c
}

// Close ends every call with 503/503 and waits until every connection and invitation is over. When ctx is done first,
// it cuts the connections and gives ctx's error. New connections are answered with 503 from then on.
func (s *Server) Close(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	for _, m := range s.members {
		m.end(endedService)
	}
	for _, r := range s.rooms {
		r.collect()
	}
	for _, m := range s.keys {
		m.forget()
	}
	for l := range s.lines {
		if l.member == nil {
			l.cut()
		}
	}
	s.cancel()
	s.mu.Unlock()

	over := make(chan struct{})
	go func() { s.work.Wait(); close(over) }()
	select {
	case <-over:
		return nil
	case <-ctx.Done():
		s.mu.Lock()
		for l := range s.lines {
			l.cancel()
		}
		s.mu.Unlock()
		return fmt.Errorf("close rehearsal: %w", ctx.Err())
	}
}

// room is the room of that code, made when there is none yet and a place for one. Called with the lock held, as is
// everything below and everything of rooms and members.
func (s *Server) room(code string) *room {
	if r := s.rooms[code]; r != nil {
		return r
	}
	if len(s.rooms) >= s.limits.rooms && !s.collectOldest() {
		return nil
	}
	r := &room{server: s, code: code, rights: map[string]Right{}}
	s.rooms[code] = r
	s.opts.Log.Info("rehearsal room opened", "room", code)
	return r
}

// collectOldest gives up the room that has been without people the longest.
func (s *Server) collectOldest() bool {
	var oldest *room
	for _, r := range s.rooms {
		if r.empty() && (oldest == nil || r.emptied.Before(oldest.emptied)) {
			oldest = r
		}
	}
	if oldest == nil {
		return false
	}
	oldest.collect()
	return true
}

// after does f under the lock once d has passed, unless the Server has closed or the timer was stopped.
func (s *Server) after(d time.Duration, f func()) *time.Timer {
	return time.AfterFunc(d, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !s.closed {
			f()
		}
	})
}

// frame encodes a message of our own. One that does not fit is left out: nothing waits for it.
func (s *Server) frame(m Message) []byte {
	b, err := Encode(m)
	if err != nil {
		s.opts.Log.Warn("rehearsal message left out", "kind", m.t())
		return nil
	}
	return b
}
