package rehearsal

import (
	"crypto/rand"
	"slices"
	"time"

	"github.com/coder/websocket"
)

// A place is the whereabouts of a member.
type place int

const (
	inLobby place = iota
	inside
	gone
)

// A member is one person in one room, from arrival to departure. Its line may be lost and replaced meanwhile.
type member struct {
	server *Server
	room   *room
	id     string
	name   string
	role   string
	key    string // replaces a lost line
	since  time.Time
	place  place
	state  State
	asked  bool             // must consent, and has not yet
	rights map[string]Right // changed for this member only

	line      *line // nil while lost
	hasJoined bool  // has received Joined
	losses    int   // how often the line was lost
	held      []heldFrame
	heldLen   int
	barred    time.Time   // cannot resume before
	ending    *EndCode    // of a call that ended while the line was lost
	lobby     *time.Timer // ends the wait in the lobby
	window    *time.Timer // ends the time to replace a lost line
}

// A heldFrame is a frame for a member whose line is lost. From is the ID of the member that sent it, if any.
type heldFrame struct {
	frame []byte
	from  string
}

func newMember(who identity, name string, r *room) *member {
	return &member{
		server: r.server, room: r, id: who.id, role: who.role, name: name, key: rand.Text(), since: time.Now(),
		state: State{Muted: true}, rights: map[string]Right{},
	}
}

func (m *member) organizes() bool { return m.role == Organizer }

func (m *member) peer() Peer { return Peer{ID: m.id, Name: m.name, Role: m.role, State: m.state} }

// send sends a message that resume would repeat, and drops it if the line is lost.
func (m *member) send(msg Message) { m.push(m.server.frame(msg)) }

func (m *member) push(frame []byte) {
	if m.line != nil {
		m.line.push(frame)
	}
}

// pushReliably sends a frame that must not be lost with the line: without one, it is held until the member resumes.
func (m *member) pushReliably(frame []byte, from string) {
	if m.line != nil {
		m.line.push(frame)
		return
	}
	if !m.hasJoined || m.place == gone || frame == nil {
		return
	}
	if m.heldLen+len(frame) > m.server.limits.queue {
		m.end(endedLost)
		return
	}
	m.held, m.heldLen = append(m.held, heldFrame{frame, from}), m.heldLen+len(frame)
}

func (m *member) sendReliably(msg Message) { m.pushReliably(m.server.frame(msg), "") }

// forgetFrom drops the held frames from a member who has left.
func (m *member) forgetFrom(id string) {
	m.held = slices.DeleteFunc(m.held, func(h heldFrame) bool { return h.from == id })
}

// attach gives the member a new line, and cuts an old one.
func (m *member) attach(l *line) {
	if m.line != nil {
		m.line.cut()
	}
	if m.window != nil {
		m.window.Stop()
	}
	m.line, l.member = l, m
	m.send(Welcome{ID: m.id, Role: m.role, Resume: m.key, ICEServers: m.server.opts.ICEServers, Room: m.room.code})
}

// detach takes a lost line from the member, who keeps its place for a while.
func (m *member) detach() {
	m.line = nil
	m.losses++
	loss := m.losses
	m.window = m.server.after(m.server.opts.ResumeWindow, func() {
		if m.line != nil || m.losses != loss {
			return
		}
		m.depart()
		m.forget()
	})
}

// resume continues after a lost line.
func (m *member) resume(l *line) {
	m.attach(l)
	switch {
	case m.place == inLobby:
		m.send(Lobby{})
	case !m.hasJoined: // admitted while the line was lost
		m.sendJoined()
	default:
		m.send(Resumed{Peers: m.room.peers(m)})
	}
	for _, h := range m.held {
		m.push(h.frame)
	}
	m.held, m.heldLen = nil, 0
	if m.organizes() {
		m.send(m.room.lobbyList())
	}
}

// end ends the member's call. A member whose line is lost learns it on trying to resume.
func (m *member) end(how EndCode) {
	if m.line != nil {
		m.send(Ended{how})
		m.line.finish(websocket.StatusNormalClosure, "")
		m.forget()
	} else if m.ending == nil {
		m.ending = &how
	}
	m.depart()
}

// leave ends the membership of one who said goodbye or broke a rule.
func (m *member) leave() {
	m.forget()
	m.depart()
}

// depart removes the member from its room.
func (m *member) depart() {
	if m.place == gone {
		return
	}
	was := m.place
	m.place = gone
	m.line, m.held = nil, nil
	if m.lobby != nil {
		m.lobby.Stop()
	}
	delete(m.server.members, m.id)
	m.room.remove(m, was)
}

// forget invalidates the resume key.
func (m *member) forget() {
	if m.window != nil {
		m.window.Stop()
	}
	delete(m.server.keys, m.key)
}
