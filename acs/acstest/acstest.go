// Package acstest imitates the identity service of Azure Communication Services on
// loopback, in memory, for tests and rehearsals. It is strict where the service is
// strict, has its error shapes and published limits, and produces faults on
// request. The README in this directory lists what it imitates, on what evidence,
// and what it does not.
//
// Do not offer it as a service: it keeps everything in memory, and everyone on the
// machine may know its access key. It shares no code with package acs, so that one
// package's mistake does not hide the other's.
package acstest

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// Options are the settings of a [Server]. The zero value is a resource with a
// random key, the published limits, and no Entra or Teams tokens.
type Options struct {
	// Clock returns the time; nil means [time.Now].
	Clock func() time.Time
	// Key is the resource's primary access key in base64; empty means a random one.
	Key string
	// SecondaryKey is a second access key in base64 that is accepted as well; empty
	// means none.
	SecondaryKey string
	// ResourceID is the id of the ACS resource, which every identity contains; empty
	// means a random one.
	ResourceID string
	// APIVersions are the accepted api-versions; nil means 2023-10-01 and
	// 2025-06-30.
	APIVersions []string
	// Bearer returns nil when it accepts an Entra token; a nil Bearer accepts none.
	// [ErrNoRole] answers 403, as the service does before a role assignment has
	// propagated, every other error 401. It must be safe for concurrent use.
	Bearer func(token string) error
	// TeamsToken returns the expiry of a Teams user's Entra token, or false when it
	// cannot be exchanged with these application and user IDs; a nil TeamsToken
	// accepts none. It must be safe for concurrent use.
	TeamsToken func(token, appID, userID string) (expires time.Time, ok bool)
	// Limits are requests per 30 seconds by operation; an operation that is missing
	// keeps its published limit.
	Limits map[Operation]int
}

// Server imitates the identity service of one ACS resource. It is an
// [http.Handler] and safe for concurrent use.
type Server struct {
	clock      func() time.Time
	keys       [][]byte
	versions   []string
	bearer     func(string) error
	teamsToken func(token, appID, userID string) (time.Time, bool)
	resourceID string
	tokenKey   []byte

	mu         sync.Mutex
	identities map[string]*identity
	order      []string
	exchanges  int
	requests   map[Operation]int
	serial     int64
	faults     []Fault
	limits     limiter

	listening struct {
		sync.Mutex
		endpoint string
		server   *http.Server
		stop     context.CancelFunc
		served   chan error
	}
}

// New returns a server that does not listen yet: use it as a handler, or call
// [Server.Start]. An access key that is not base64 is an error.
func New(o Options) (*Server, error) {
	s := &Server{
		clock:      o.Clock,
		versions:   o.APIVersions,
		bearer:     o.Bearer,
		teamsToken: o.TeamsToken,
		resourceID: o.ResourceID,
		tokenKey:   random(32),
		identities: make(map[string]*identity),
		requests:   make(map[Operation]int),
		limits:     newLimiter(o.Limits),
	}
	if s.clock == nil {
		s.clock = time.Now
	}
	if s.versions == nil {
		s.versions = []string{"2023-10-01", "2025-06-30"}
	}
	if s.resourceID == "" {
		s.resourceID = randomGUID()
	}
	if o.Key == "" {
		o.Key = base64.StdEncoding.EncodeToString(random(64))
	}
	for _, text := range []string{o.Key, o.SecondaryKey} {
		if text == "" {
			continue
		}
		key, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(key) == 0 {
			return nil, errors.New("acstest: an access key must be base64")
		}
		s.keys = append(s.keys, key)
	}
	return s, nil
}

// Start listens on a loopback address, such as "127.0.0.1:0", and serves handler
// there until [Server.Close]; an empty address means "127.0.0.1:0", and a nil
// handler the server itself. Any other address is an error. It returns the
// endpoint, such as "http://127.0.0.1:49152". A server can start only once.
func (s *Server) Start(address string, handler http.Handler) (endpoint string, err error) {
	if address == "" {
		address = "127.0.0.1:0"
	}
	if handler == nil {
		handler = s
	}
	l := &s.listening
	l.Lock()
	defer l.Unlock()
	if l.server != nil {
		return "", errors.New("acstest: already started")
	}
	listener, err := listenLoopback(address)
	if err != nil {
		return "", err
	}
	ctx, stop := context.WithCancel(context.Background())
	l.stop, l.served = stop, make(chan error, 1)
	l.server = &http.Server{
		Handler:     handler,
		BaseContext: func(net.Listener) context.Context { return ctx },
		// No ReadTimeout: it would end the slow answers that a fault asks for.
		ReadHeaderTimeout: 10 * time.Second,
		MaxHeaderBytes:    64 << 10,
	}
	l.endpoint = "http://" + listener.Addr().String()
	go func() { l.served <- l.server.Serve(listener) }()
	return l.endpoint, nil
}

// Close stops listening and ends the requests in flight. It may be called more
// than once, and without [Server.Start].
func (s *Server) Close() error {
	l := &s.listening
	l.Lock()
	defer l.Unlock()
	if l.stop == nil {
		return nil
	}
	l.stop()
	err := l.server.Close()
	if serveErr := <-l.served; !errors.Is(serveErr, http.ErrServerClosed) {
		err = errors.Join(err, serveErr)
	}
	l.stop = nil
	return err
}

// Endpoint returns what [Server.Start] returned, or an empty string before it.
func (s *Server) Endpoint() string {
	s.listening.Lock()
	defer s.listening.Unlock()
	return s.listening.endpoint
}

// ConnectionString returns the connection string of the listening server, with its
// primary key.
func (s *Server) ConnectionString() string {
	return "endpoint=" + s.Endpoint() + "/;accesskey=" + base64.StdEncoding.EncodeToString(s.keys[0])
}

func listenLoopback(address string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("acstest: listen address %q must be host:port", address)
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	if addr, err := netip.ParseAddr(host); err != nil || !addr.IsLoopback() {
		return nil, fmt.Errorf("acstest: listen address %q must be a loopback address", address)
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, fmt.Errorf("acstest: listen: %w", err)
	}
	return listener, nil
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // crypto/rand never returns an error
	return b
}

func randomGUID() string {
	h := hex.EncodeToString(random(16))
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
