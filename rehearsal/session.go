package rehearsal

import (
	"time"

	"github.com/coder/websocket"
)

// hello opens or resumes a session on a line, or ends the line.
func (s *Server) hello(l *line, h Hello) {
	who, err := s.identify(h.Token)
	if err != nil {
		s.refuse(l, RefusedToken)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		s.endLine(l, endedService)
	case h.Resume != "":
		s.reopen(l, who, h.Resume)
	default:
		s.open(l, who, h)
	}
}

// reopen gives a session a new line, if the identity is the same and the time has not run out.
func (s *Server) reopen(l *line, who identity, key string) {
	m := s.keys[key]
	switch {
	case m == nil || m.id != who.id:
		s.endLine(l, endedLost)
	case m.ending != nil:
		s.endLine(l, *m.ending)
		m.forget()
	case time.Now().Before(m.barred):
		l.cut() // as if the network were still down
	default:
		m.resume(l)
	}
}

// open begins a session. It ends an older call of the same identity.
func (s *Server) open(l *line, who identity, h Hello) {
	name, code := cleanName(h.Name), RoomOf(h.Meeting)
	if who.room != "" {
		code = who.room
	}
	if name == "" {
		name = cleanName(who.name)
	}
	if name == "" || code == "" {
		s.refuseLocked(l, RefusedHello)
		return
	}
	if old := s.members[who.id]; old != nil {
		old.end(endedOpenElsewhere)
	}
	r := s.room(code)
	switch {
	case r == nil:
		s.refuseLocked(l, RefusedRoomFull)
	case len(r.inside) >= maxInside:
		s.endLine(l, endedMeetingFull)
	case who.role != Organizer && len(r.waiting) >= maxWaiting:
		s.endLine(l, endedLobbyFull)
	default:
		m := newMember(who, name, r)
		s.members[m.id], s.keys[m.key] = m, m
		m.attach(l)
		r.receive(m)
	}
}

// receive handles a message from a line, and reports whether to read on.
func (s *Server) receive(l *line, msg Message) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := l.member
	if m == nil || m.line != l {
		return false
	}
	switch msg := msg.(type) {
	case Hello:
		s.refuseLocked(l, RefusedProtocol)
		return false
	case Bye:
		l.finish(websocket.StatusNormalClosure, "")
		m.leave()
		return false
	case StateChange:
		m.show(msg.State)
	case CommandMessage:
		if m.place != inside || !m.organizes() {
			s.ignored++
			break
		}
		m.command(msg.Command)
	default:
		if m.place != inside {
			s.ignored++
			break
		}
		m.handle(msg)
	}
	return m.line == l
}

// command obeys a host. It answers "end" first, because that ends the host's own call too.
func (m *member) command(c Command) {
	err := c.validate()
	if err == nil && c.Verb != "end" {
		err = m.room.execute(m, c)
	}
	answer := Commanded{Command: c.Verb, OK: err == nil}
	if err != nil {
		answer.Error = err.Error()
	}
	m.sendReliably(answer)
	if err == nil && c.Verb == "end" {
		_ = m.room.execute(m, c) // cannot fail: the host is there
	}
}

// lost handles the end of a line's connection.
func (s *Server) lost(l *line) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := l.member; m != nil && m.line == l {
		m.detach()
	}
}

// refuse closes a line whose client broke a rule. Its session, if any, is over.
func (s *Server) refuse(l *line, kind string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuseLocked(l, kind)
}

func (s *Server) refuseLocked(l *line, kind string) {
	s.refused++
	s.opts.Log.Info("rehearsal connection refused", "type", kind)
	l.push(s.frame(Refused{kind}))
	l.finish(websocket.StatusPolicyViolation, kind)
	if m := l.member; m != nil && m.line == l {
		m.leave()
	}
}

// endLine ends the call on a line without a member.
func (s *Server) endLine(l *line, how EndCode) {
	l.push(s.frame(Ended{how}))
	l.finish(websocket.StatusNormalClosure, "")
}
