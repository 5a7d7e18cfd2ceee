package rehearsal

import (
	"crypto/rand"
	"slices"
	"time"

	"github.com/coder/websocket"
)

// place is where a member is.
type place int

const (
	inLobby place = iota
	inside
	gone
)

// member is one person in one room, from knocking to leaving. Its line may be lost and replaced in between.
type member struct {
	server *Server
	room   *room
	id     string
	name   string
	role   string
	key    string // by which a lost line is replaced
	since  time.Time
	place  place
	state  State
	asked  bool             // for consent, and has not given it
	rights map[string]Right // taken away or given back for this member alone

	line    *line // nil while lost
	told    bool  // that it is inside
	losses  int   // how often the line was lost
	held    []heldFrame
	heldLen int
	barred  time.Time   // a resume is refused until then
	ending  *EndCode    // how the call ended while the line was lost
	lobby   *time.Timer // until the wait is over
	window  *time.Timer // until a lost line cannot be replaced any more
}

// heldFrame is a frame for a member whose line is lost. From is the member that sent it, if one did.
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

// send puts a message on the member's line. It is lost with the line, because resuming tells the same anew.
func (m *member) send(msg Message) { m.push(m.server.frame(msg)) }

func (m *member) push(frame []byte) {
	if m.line != nil {
		m.line.push(frame)
	}
}

// pass is push for what must not be lost with the line: it is held until the member is back.
func (m *member) pass(frame []byte, from string) {
	if m.line != nil {
		m.line.push(frame)
		return
	}
	if !m.told || m.place == gone || frame == nil {
		return
	}
	if m.heldLen+len(frame) > m.server.limits.queue {
		m.end(endedLost)
		return
	}
	m.held, m.heldLen = append(m.held, heldFrame{frame, from}), m.heldLen+len(frame)
}

func (m *member) passMessage(msg Message) { m.pass(m.server.frame(msg), "") }

// forgetFrom drops what is held from a member who is gone.
func (m *member) forgetFrom(id string) {
	m.held = slices.DeleteFunc(m.held, func(h heldFrame) bool { return h.from == id })
}

// attach gives the member a line, in place of one that may still seem to be there.
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

// detach is what happens when the line is lost: the member keeps its place for a while.
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

// resume goes on where the line was lost.
func (m *member) resume(l *line) {
	m.attach(l)
	switch {
	case m.place == inLobby:
		m.send(Lobby{})
	case !m.told: // let in while the line was lost
		m.welcomeInside()
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

// end ends the member's call. One whose line is lost is told when it asks to resume.
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

// leave is the member's own goodbye, or the server's refusal to hear more of it.
func (m *member) leave() {
	m.forget()
	m.depart()
}

// depart takes the member out of its room.
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
	m.room.without(m, was)
}

// forget gives up the resume key.
func (m *member) forget() {
	if m.window != nil {
		m.window.Stop()
	}
	delete(m.server.keys, m.key)
}
