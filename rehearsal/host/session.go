package host

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/pion/webrtc/v4"
	"golang.org/x/time/rate"

	"github.com/anteroom-visit/anteroom/rehearsal"
)

// joinTime is how long the server may take to admit the host.
const joinTime = 10 * time.Second

// A session is one stay in a room. Only the goroutine of run touches its state;
// timers and peer connections send it their work through calls.
type session struct {
	o    Options
	log  *slog.Logger
	send func(rehearsal.Message)

	calls chan func()
	done  chan struct{}
	over  bool
	err   error

	id      string // the host's own, from Welcome
	joined  bool
	present map[string]*member     // the others in the meeting
	waiting map[string]*time.Timer // visitors in the lobby, with timers to admit them
	empty   *time.Timer            // runs while there is no visitor

	pace    *rate.Limiter // of answers in the chat
	answers int

	api     *webrtc.API
	servers []webrtc.ICEServer
	cast    *broadcast
	tasks   sync.WaitGroup
}

// A member is another person in the meeting.
type member struct {
	name string
	host bool // an Organizer: a person who hosts
	conn *webrtc.PeerConnection
}

func newSession(o Options, api *webrtc.API, cast *broadcast, send func(rehearsal.Message)) *session {
	return &session{
		o: o, log: o.Log, send: send,
		calls:   make(chan func(), 64),
		done:    make(chan struct{}),
		present: map[string]*member{},
		waiting: map[string]*time.Timer{},
		pace:    rate.NewLimiter(rate.Every(replyEvery), 1),
		api:     api, cast: cast,
	}
}

// run handles messages until the stay is over. Lost delivers an error when the
// messages have ended.
func (s *session) run(ctx context.Context, in <-chan rehearsal.Message, lost <-chan error) error {
	s.after(joinTime, func() {
		if !s.joined {
			s.end(errors.New("join room: no answer in time"))
		}
	})
	for !s.over {
		select {
		case m := <-in:
			s.handle(m)
		case f := <-s.calls:
			f()
		case err := <-lost:
			s.end(err)
		case <-ctx.Done():
			s.farewell()
			s.end(nil)
		}
	}
	return s.err
}

// end makes run return after the present event.
func (s *session) end(err error) {
	if !s.over {
		s.over, s.err = true, err
	}
}

// post calls f in run's goroutine, unless the stay is over.
func (s *session) post(f func()) {
	select {
	case s.calls <- f:
	case <-s.done:
	}
}

// after calls f in run's goroutine when d has passed.
func (s *session) after(d time.Duration, f func()) *time.Timer {
	return time.AfterFunc(d, func() { s.post(f) })
}

// close closes all connections and waits until all goroutines have ended.
func (s *session) close() {
	close(s.done)
	s.cast.stop()
	for _, m := range s.present {
		s.hangUp(m)
	}
	for _, t := range s.waiting {
		t.Stop()
	}
	s.tasks.Wait()
}

func (s *session) handle(message rehearsal.Message) {
	switch m := message.(type) {
	case rehearsal.Welcome:
		s.id = m.ID
		s.servers = iceServers(m.ICEServers)
	case rehearsal.Joined:
		s.join(m)
	case rehearsal.PeerJoined:
		s.arrive(m.Peer)
	case rehearsal.Gone:
		s.depart(m.ID)
	case rehearsal.Waiting:
		s.queue(m.List)
	case rehearsal.SDP:
		s.describe(m.From, m.SDP)
	case rehearsal.ICE:
		s.addCandidate(m.From, m.ICE)
	case rehearsal.Chat:
		s.receiveChat(m.Msg)
	case rehearsal.Mute:
		s.cast.mute()
		s.showState()
	case rehearsal.Notice:
		if m.Consent {
			s.send(rehearsal.Consent{Granted: true})
		}
	case rehearsal.Ended:
		s.end(nil)
	case rehearsal.Refused:
		s.end(fmt.Errorf("join room: refused: %s", m.Type))
	}
	s.watchEmpty()
}

// join begins the stay. A newcomer sends the offers, so the host calls everyone
// who is here already.
func (s *session) join(m rehearsal.Joined) {
	s.joined = true
	s.showState()
	s.cast.start()
	if s.o.StayFor > 0 {
		s.after(s.o.StayFor, s.conclude)
	}
	for _, p := range m.Peers {
		s.add(p)
		s.call(p.ID)
	}
}

func (s *session) showState() {
	s.send(rehearsal.StateChange{State: rehearsal.State{Muted: s.cast.muted.Load(), Video: true}})
}

// arrive adds a newcomer, who will send an offer.
func (s *session) arrive(p rehearsal.Peer) {
	s.add(p)
	s.greetLater(p.ID)
}

func (s *session) add(p rehearsal.Peer) {
	s.depart(p.ID) // a person who is back with the same identity
	s.present[p.ID] = &member{name: p.Name, host: p.Role == rehearsal.Organizer}
}

func (s *session) depart(id string) {
	if m := s.present[id]; m != nil {
		s.hangUp(m)
		delete(s.present, id)
	}
}

// attended reports whether a person hosts the room.
func (s *session) attended() bool {
	for _, m := range s.present {
		if m.host {
			return true
		}
	}
	return false
}

// visitors returns the number of visitors in the meeting.
func (s *session) visitors() int {
	n := 0
	for _, m := range s.present {
		if !m.host {
			n++
		}
	}
	return n
}

// watchEmpty starts or stops the timer after which the host leaves an empty room.
func (s *session) watchEmpty() {
	if s.visitors()+len(s.waiting) > 0 {
		if s.empty != nil {
			s.empty.Stop()
			s.empty = nil
		}
		return
	}
	if s.empty == nil {
		s.empty = s.after(s.o.LeaveAfter, func() {
			if s.empty != nil {
				s.send(rehearsal.Bye{})
				s.end(nil)
			}
		})
	}
}
