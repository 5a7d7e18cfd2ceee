package rehearsal

import (
	"slices"
	"time"
)

// A room is one meeting: its members, its lobby, and what the host has changed.
type room struct {
	server  *Server
	code    string
	inside  []*member // in the order of joining
	waiting []*member // in the order of arrival
	invited bool      // Invite is running
	idle    *time.Timer
	emptied time.Time

	notice     Notice
	rights     map[string]Right // capabilities taken away from all visitors, by name
	chatStatus int              // replaces the status of replies to visitors; 0 does not
	chat       []ChatMessage
	lastID     int64
	lastSeq    int64
}

func (r *room) empty() bool { return len(r.inside)+len(r.waiting) == 0 }

func (r *room) threadID() string { return "19:meeting_rehearsal-" + r.code + "@thread.v2" }

// receive takes in a new member: a host joins the meeting, a visitor waits in the lobby.
func (r *room) receive(m *member) {
	if r.idle != nil {
		r.idle.Stop()
	}
	if m.organizes() {
		r.enter(m)
		return
	}
	m.place = inLobby
	r.waiting = append(r.waiting, m)
	m.lobby = r.server.after(r.server.opts.LobbyTimeout, func() {
		if m.place == inLobby {
			m.end(endedTimedOut)
		}
	})
	m.send(Lobby{})
	r.notifyHosts()
	r.invite()
}

// admit moves a visitor from the lobby into the meeting, or ends the call if the meeting is full.
func (r *room) admit(m *member) {
	if len(r.inside) >= maxInside {
		m.end(endedMeetingFull)
		return
	}
	r.waiting = without(r.waiting, m)
	m.lobby.Stop()
	r.enter(m)
	r.notifyHosts()
}

func (r *room) enter(m *member) {
	m.place = inside
	m.asked = r.notice.Consent && !m.organizes()
	r.inside = append(r.inside, m)
	m.enforce()
	m.sendJoined()
	r.broadcast(PeerJoined{m.peer()}, m)
	if m.organizes() {
		m.send(r.lobbyList())
	}
}

// sendJoined sends Joined to the member; without a line, resume does so.
func (m *member) sendJoined() {
	if m.line == nil {
		return
	}
	m.hasJoined = true
	j := Joined{
		Peers: m.room.peers(m), Role: m.role, ThreadID: m.room.threadID(), Capabilities: m.restrictions(),
	}
	if m.room.notice != (Notice{}) {
		n := m.notice()
		j.Notice = &n
	}
	m.send(j)
}

// remove removes a member that has left its place.
func (r *room) remove(m *member, was place) {
	if was == inside {
		r.inside = without(r.inside, m)
		r.broadcast(Gone{m.id}, nil)
		for _, p := range r.inside {
			p.forgetFrom(m.id)
		}
	} else {
		r.waiting = without(r.waiting, m)
		r.notifyHosts()
	}
	if m.organizes() {
		r.invite()
	}
	if r.empty() {
		r.reset()
	}
}

// reset keeps the chat of an empty room for a while, and undoes what the host has changed.
func (r *room) reset() {
	r.emptied = time.Now()
	r.notice, r.chatStatus = Notice{}, 0
	clear(r.rights)
	if r.idle != nil {
		r.idle.Stop()
	}
	r.idle = r.server.after(r.server.opts.IdleTimeout, func() {
		if r.empty() {
			r.close()
		}
	})
}

func (r *room) close() {
	if r.idle != nil {
		r.idle.Stop()
	}
	if r.server.rooms[r.code] == r {
		delete(r.server.rooms, r.code)
		r.server.opts.Log.Info("rehearsal room closed", "room", r.code)
	}
}

// invite calls Options.Invite if visitors wait and there is no host. One call runs at a time; if visitors still wait
// when it returns, the next follows after a pause.
func (r *room) invite() {
	s := r.server
	if r.invited || s.closed || s.opts.Invite == nil || len(r.waiting) == 0 || r.host() != nil {
		return
	}
	r.invited = true
	s.work.Go(func() {
		s.opts.Invite(s.ctx, r.code)
		s.mu.Lock()
		defer s.mu.Unlock()
		r.invited = false
		s.after(inviteAgain, r.invite)
	})
}

// host returns the host who joined first, or nil.
func (r *room) host() *member {
	i := slices.IndexFunc(r.inside, (*member).organizes)
	if i < 0 {
		return nil
	}
	return r.inside[i]
}

func (r *room) member(id string) *member {
	i := slices.IndexFunc(r.inside, func(m *member) bool { return m.id == id })
	if i < 0 {
		return nil
	}
	return r.inside[i]
}

// peers returns all members of the meeting except one.
func (r *room) peers(but *member) []Peer {
	peers := []Peer{}
	for _, m := range r.inside {
		if m != but {
			peers = append(peers, m.peer())
		}
	}
	return peers
}

// broadcast sends a message to all members of the meeting except one; nil means to all.
func (r *room) broadcast(msg Message, but *member) {
	frame := r.server.frame(msg)
	for _, m := range r.inside {
		if m != but {
			m.push(frame)
		}
	}
}

func (r *room) lobbyList() Waiting {
	list := []Person{}
	for _, m := range r.waiting {
		list = append(list, Person{ID: m.id, Name: m.name, Since: m.since.UnixMilli()})
	}
	return Waiting{list}
}

func (r *room) notifyHosts() {
	frame := r.server.frame(r.lobbyList())
	for _, m := range r.inside {
		if m.organizes() {
			m.push(frame)
		}
	}
}

func without(list []*member, m *member) []*member {
	return slices.DeleteFunc(list, func(x *member) bool { return x == m })
}
