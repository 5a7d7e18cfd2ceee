package rehearsal

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// Options configures a Server. Verify is required. A duration of zero means the default in its comment.
type Options struct {
	// Verify checks a visitor's token and returns its identity, such as 8:acs:RESOURCE_USER. It has no deadline and must
	// return promptly. Its error is neither logged nor shown.
	Verify func(token string) (id string, err error)
	// TeamsName returns the display name of a Teams user by raw ID, such as 8:orgid:OBJECT. Teams takes it from the
	// directory and not from the browser. nil knows nobody, so that no Teams user can join.
	TeamsName func(id string) string
	// VisitorRole is Presenter (the default) or Attendee.
	VisitorRole string
	// Key signs hosts' tokens and keys. It has 32 bytes or more; if it is empty, the Server makes a random one.
	Key []byte

	LobbyTimeout time.Duration // until the call of a waiting visitor ends as waited-too-long; 30 minutes
	IdleTimeout  time.Duration // how long a room without people keeps its chat; 10 minutes
	ResumeWindow time.Duration // how long a lost socket may be replaced; 30 seconds

	ICEServers []ICEServer        // sent to every client
	Endings    map[string]EndCode // endings that a host can play by name
	// Origins are patterns of path.Match for the hosts whose pages may connect, besides the server's own host.
	Origins []string
	// ClientKey returns a key that the connections of one client address share; each address has a limit. Default: the
	// address of the connection, or the /64 of an IPv6 address.
	ClientKey func(*http.Request) string
	// Invite is called in its own goroutine when a visitor waits in a room without a host. It returns when the host that
	// it sent has left; until then it is not called again for that room. ctx is done when the Server closes.
	Invite func(ctx context.Context, room string)
	// Log receives room codes and kinds of events, never a name, a token, a meeting or a chat message. Default: none.
	Log *slog.Logger
}

// Counts holds numbers for metrics. Ignored counts messages that their sender had no right to send, or that had no
// recipient; Refused counts connections that were closed with a Refused.
type Counts struct {
	Rooms, Inside, Waiting, Sockets int
	Ignored, Refused                uint64
}

// Server owns the rooms. One lock guards them all; nothing waits while holding it.
type Server struct {
	opts   Options
	limits limits
	ctx    context.Context // done when the Server closes; for Invite
	cancel context.CancelFunc
	work   sync.WaitGroup // connections and invitations

	mu      sync.Mutex
	closed  bool
	lines   map[*line]bool     // open connections
	clients map[string]int     // their number, by client key
	slots   int                // open connections whose first frame has arrived
	rooms   map[string]*room   // by code
	members map[string]*member // by identity: a person is in one place at a time
	keys    map[string]*member // by resume key, including members who are gone but may still try to resume
	ignored uint64
	refused uint64
}

// New returns a Server without rooms, or an error about the options.
func New(o Options) (*Server, error) {
	if o.Verify == nil {
		return nil, errors.New("rehearsal needs Options.Verify")
	}
	if o.VisitorRole == "" {
		o.VisitorRole = Presenter
	}
	if o.VisitorRole != Presenter && o.VisitorRole != Attendee {
		return nil, fmt.Errorf("role of visitors is %q, must be %s or %s", o.VisitorRole, Presenter, Attendee)
	}
	if len(o.Key) == 0 {
		o.Key = make([]byte, 32)
		_, _ = rand.Read(o.Key) // never returns an error
	}
	if len(o.Key) < 32 {
		return nil, fmt.Errorf("key has %d bytes, must have at least 32", len(o.Key))
	}
	orDefault(&o.LobbyTimeout, 30*time.Minute)
	orDefault(&o.IdleTimeout, 10*time.Minute)
	orDefault(&o.ResumeWindow, 30*time.Second)
	if o.ICEServers == nil {
		o.ICEServers = []ICEServer{}
	}
	if o.ClientKey == nil {
		o.ClientKey = clientKey
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{
		opts: o, limits: defaultLimits(),
		lines: map[*line]bool{}, clients: map[string]int{}, rooms: map[string]*room{}, members: map[string]*member{}, keys: map[string]*member{},
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s, nil
}

func orDefault(d *time.Duration, value time.Duration) {
	if *d <= 0 {
		*d = value
	}
}

// Command obeys a command for the room of that code. The caller has checked the host key. Command returns
// ErrInvalidCommand, ErrNoRoom, ErrNobody, ErrNoHost or ErrClosed.
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
	return r.execute(nil, c)
}

// Counts returns the present numbers.
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

// Close ends every call as service-trouble and waits until every connection and invitation is over. If ctx is done
// first, Close cuts the connections and returns ctx's error. The response to a new connection is 503 from then on.
func (s *Server) Close(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	for _, m := range s.members {
		m.end(endedService)
	}
	for _, r := range s.rooms {
		r.close()
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

// room returns the room of that code. It opens a new one if necessary, and returns nil if there are too many. The caller
// holds the lock, as for everything below and all methods of rooms and members.
func (s *Server) room(code string) *room {
	if r := s.rooms[code]; r != nil {
		return r
	}
	if len(s.rooms) >= s.limits.rooms && !s.closeOldestRoom() {
		return nil
	}
	r := &room{server: s, code: code, rights: map[string]Right{}}
	s.rooms[code] = r
	s.opts.Log.Info("rehearsal room opened", "room", code)
	return r
}

// closeOldestRoom closes the room that has been without people for the longest time.
func (s *Server) closeOldestRoom() bool {
	var oldest *room
	for _, r := range s.rooms {
		if r.empty() && (oldest == nil || r.emptied.Before(oldest.emptied)) {
			oldest = r
		}
	}
	if oldest == nil {
		return false
	}
	oldest.close()
	return true
}

// after calls f under the lock when d has passed, unless the Server has closed or the timer was stopped.
func (s *Server) after(d time.Duration, f func()) *time.Timer {
	return time.AfterFunc(d, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !s.closed {
			f()
		}
	})
}

// frame encodes one of the Server's own messages. It returns nil for a message that does not fit in a frame.
func (s *Server) frame(m Message) []byte {
	b, err := Encode(m)
	if err != nil {
		s.opts.Log.Warn("rehearsal message dropped", "kind", m.t())
		return nil
	}
	return b
}
