package rehearsal

import "time"

// obey does what a validated command says. By is the host who gave it, nil when it came by HTTP.
func (r *room) obey(by *member, c Command) error {
	r.server.opts.Log.Debug("rehearsal command", "room", r.code, "command", c.Verb)
	switch c.Verb {
	case verbAdmit:
		return each(r.knocking(c.To), r.admit)
	case verbDeny:
		return each(r.knocking(c.To), func(m *member) { m.end(endedDenied) })
	case verbRemove:
		return each(r.visitors(c.To), func(m *member) { m.end(endedRemoved) })
	case verbEnd:
		all := append(r.waiting, r.inside...)
		r.waiting, r.inside = nil, nil // nobody is told of the others' going
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
		return r.voice(by, c)
	case verbRole:
		return r.setRole(c)
	default:
		return each(r.visitors(c.To), func(m *member) { m.obey(c) })
	}
	return nil
}

// obey does what concerns one member alone.
func (m *member) obey(c Command) {
	switch c.Verb {
	case verbNetwork:
		direction := c.Direction
		if direction == "" {
			direction = "receive"
		}
		m.passMessage(Network{c.Quality, direction})
	case verbDiagnostic:
		m.passMessage(Diagnostic{c.Kind, c.Name, c.Value})
	case verbMute:
		m.passMessage(Mute{})
	case verbLowerHand:
		m.passMessage(LowerHand{})
		if m.state.Hand > 0 {
			m.state.Hand = 0
			m.room.tell(StateChange{ID: m.id, State: m.state}, nil)
		}
	case verbDrop:
		m.barred = time.Now().Add(time.Duration(c.Seconds) * time.Second)
		if m.line != nil {
			m.line.cut()
			m.detach()
		}
	}
}

// fault plays an ending, for one person or for every visitor, inside or waiting.
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
	if waiting := r.knocking(c.To); len(targets) == 0 || c.To == "" {
		targets = append(targets, waiting...)
	}
	return each(targets, func(m *member) { m.end(how) })
}

// voice says something in the name of a host: the one who commands, else the one here the longest.
func (r *room) voice(by *member, c Command) error {
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
	r.tell(Caption{by.sender(), c.Text, true, c.Language}, nil)
	return nil
}

func (r *room) setRole(c Command) error {
	if m := r.member(c.To); m != nil && m.organizes() {
		return invalid("the role of a host does not change")
	}
	return each(r.visitors(c.To), func(m *member) {
		m.role = c.Role
		m.passMessage(RoleChange{c.Role})
		m.tellRights([]string{capShare})
		m.enforceAndTell()
	})
}

// visitors are all visitors inside, or the one person inside of that ID.
func (r *room) visitors(id string) []*member {
	var found []*member
	for _, m := range r.inside {
		if m.id == id || id == "" && !m.organizes() {
			found = append(found, m)
		}
	}
	return found
}

// knocking are all who wait, or the one of that ID.
func (r *room) knocking(id string) []*member {
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
