package rehearsal

import (
	"slices"
	"time"
)

// show takes what a member says it shows, as far as it may.
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
		m.room.tell(StateChange{ID: m.id, State: m.state}, nil)
	}
}

// nextHand is the place of a hand that goes up now.
func (r *room) nextHand() int {
	last := 0
	for _, m := range r.inside {
		last = max(last, m.state.Hand)
	}
	return last + 1
}

// speak takes what a member inside says to others.
func (m *member) speak(msg Message) {
	r := m.room
	switch msg := msg.(type) {
	case SDP:
		m.relay(msg.To, SDP{From: m.id, SDP: msg.SDP})
	case ICE:
		m.relay(msg.To, ICE{From: m.id, ICE: msg.ICE})
	case Reaction:
		r.tell(Reaction{m.sender(), msg.Reaction}, nil)
	case Caption:
		r.tell(Caption{m.sender(), msg.Text, msg.Final, msg.Language}, nil)
	case Typing:
		m.tellChat(Typing{m.sender()})
	case Read:
		m.tellChat(Read{m.sender(), msg.ID})
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

// relay passes signalling on to one other member inside.
func (m *member) relay(to string, msg Message) {
	target := m.room.member(to)
	if target == nil || target == m {
		m.server.ignored++
		return
	}
	target.pass(m.server.frame(msg), m.id)
}

// passAll is tell for what must not be lost with a line.
func (r *room) passAll(to []*member, msg Message) {
	frame := r.server.frame(msg)
	for _, m := range slices.Clone(to) { // one that held too much leaves the list
		m.pass(frame, "")
	}
}
