package rehearsal

import (
	"slices"
	"time"
)

// show applies a state that a member has announced, within its rights.
func (m *member) show(state State) {
	switch {
	case state.Hand == 0:
	case m.state.Hand > 0:
		state.Hand = m.state.Hand
	default:
		state.Hand = m.room.nextHand()
	}
	m.state = state
	m.enforce()
	if m.place == inside {
		m.room.broadcast(StateChange{ID: m.id, State: m.state}, nil)
	}
}

// nextHand returns the place of the next raised hand.
func (r *room) nextHand() int {
	last := 0
	for _, m := range r.inside {
		last = max(last, m.state.Hand)
	}
	return last + 1
}

// handle handles a message of a member in the meeting.
func (m *member) handle(msg Message) {
	r := m.room
	switch msg := msg.(type) {
	case SDP:
		m.relay(msg.To, SDP{From: m.id, SDP: msg.SDP})
	case ICE:
		m.relay(msg.To, ICE{From: m.id, ICE: msg.ICE})
	case Reaction:
		r.broadcast(Reaction{m.sender(), msg.Reaction}, nil)
	case Caption:
		r.broadcast(Caption{m.sender(), msg.Text, msg.Final, msg.Language}, nil)
	case Typing:
		m.broadcastChat(Typing{m.sender()})
	case Read:
		m.broadcastChat(Read{m.sender(), msg.ID})
	case Thread:
		m.sendReply(msg.Req, m.thread(msg))
	case SendChat:
		m.sendReply(msg.Req, m.post(msg.Text, msg.Client))
	case Edit:
		m.sendReply(msg.Req, m.edit(msg))
	case Consent:
		m.consent(msg.Granted)
	}
}

func (m *member) sender() Sender {
	return Sender{From: m.id, Name: m.name, At: time.Now().UnixMilli()}
}

// relay sends signalling to another member.
func (m *member) relay(to string, msg Message) {
	target := m.room.member(to)
	if target == nil || target == m {
		m.server.ignored++
		return
	}
	target.pushReliably(m.server.frame(msg), m.id)
}

// sendAllReliably sends a message that must not be lost with a line.
func (r *room) sendAllReliably(to []*member, msg Message) {
	frame := r.server.frame(msg)
	for _, m := range slices.Clone(to) { // pushReliably removes a member that holds too much
		m.pushReliably(frame, "")
	}
}
