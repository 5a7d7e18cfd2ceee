package rehearsal

import "time"

// execute carries out a valid command. By is the host who sent it, or nil if it came by HTTP.
func (r *room) execute(by *member, c Command) error {
	r.server.opts.Log.Debug("rehearsal command", "room", r.code, "command", c.Verb)
	switch c.Verb {
	case verbAdmit:
		return each(r.inLobby(c.To), r.admit)
	case verbDeny:
		return each(r.inLobby(c.To), func(m *member) { m.end(endedDenied) })
	case verbRemove:
		return each(r.visitors(c.To), func(m *member) { m.end(endedRemoved) })
	case verbEnd:
		all := append(r.waiting, r.inside...)
		r.waiting, r.inside = nil, nil // nobody receives the others' Gone
		return each(all, func(m *member) { m.end(endedHostEnded) })
	case verbFault:
		return r.fault(c)
	case verbNotice:
		r.setNotice(c)
	case verbCapability:
		return r.setCapability(c)
	case verbChatFault:
		r.chatStatus = c.Status
	case verbCaption, verbSay:
		return r.speakAsHost(by, c)
	case verbRole:
		return r.setRole(c)
	default:
		return each(r.visitors(c.To), func(m *member) { m.execute(c) })
	}
	return nil
}

// execute carries out a command that concerns one member.
func (m *member) execute(c Command) {
	switch c.Verb {
	case verbNetwork:
		direction := c.Direction
		if direction == "" {
			direction = "receive"
		}
		m.sendReliably(Network{c.Quality, direction})
	case verbDiagnostic:
		m.sendReliably(Diagnostic{c.Kind, c.Name, c.Value})
	case verbMute:
		m.sendReliably(Mute{})
	case verbLowerHand:
		m.sendReliably(LowerHand{})
		if m.state.Hand > 0 {
			m.state.Hand = 0
			m.room.broadcast(StateChange{ID: m.id, State: m.state}, nil)
		}
	case verbDrop:
		m.barred = time.Now().Add(time.Duration(c.Seconds) * time.Second)
		if m.line != nil {
			m.line.cut()
			m.detach()
		}
	}
}

// fault plays an ending for one person, or for every visitor in the meeting and in the lobby.
func (r *room) fault(c Command) error {
	how := EndCode{c.Code, c.SubCode}
	if c.Ending != "" {
		named, ok := r.server.opts.Endings[c.Ending]
		if !ok {
			return invalid("unknown ending")
		}
		how = named
	}
	targets := r.visitors(c.To)
	if waiting := r.inLobby(c.To); len(targets) == 0 || c.To == "" {
		targets = append(targets, waiting...)
	}
	return each(targets, func(m *member) { m.end(how) })
}

// speakAsHost speaks or writes as a host: the one who sent the command, else the one who joined first.
func (r *room) speakAsHost(by *member, c Command) error {
	if by == nil {
		by = r.host()
	}
	if by == nil {
		return ErrNoHost
	}
	if c.Verb == verbSay {
		by.post(c.Text, "")
		return nil
	}
	r.broadcast(Caption{by.sender(), c.Text, true, c.Language}, nil)
	return nil
}

func (r *room) setRole(c Command) error {
	if m := r.member(c.To); m != nil && m.organizes() {
		return invalid("the role of a host cannot change")
	}
	return each(r.visitors(c.To), func(m *member) {
		m.role = c.Role
		m.sendReliably(RoleChange{c.Role})
		m.sendRights([]string{capShare})
		m.enforceAndBroadcast()
	})
}

// visitors returns all visitors in the meeting, or the member with that ID.
func (r *room) visitors(id string) []*member {
	var found []*member
	for _, m := range r.inside {
		if m.id == id || id == "" && !m.organizes() {
			found = append(found, m)
		}
	}
	return found
}

// inLobby returns everyone in the lobby, or the person with that ID.
func (r *room) inLobby(id string) []*member {
	var found []*member
	for _, m := range r.waiting {
		if m.id == id || id == "" {
			found = append(found, m)
		}
	}
	return found
}

func each(targets []*member, do func(*member)) error {
	if len(targets) == 0 {
		return ErrNobody
	}
	for _, m := range targets {
		do(m)
	}
	return nil
}
