package rehearsal

import "slices"

// The capabilities that decide what a member may show.
const (
	capUnmute = "unmuteMic"
	capVideo  = "turnVideoOn"
	capShare  = "shareScreen"
)

// needConsent returns the capabilities that need explicit consent to recording.
func needConsent() []string { return []string{capUnmute, capVideo, capShare} }

// right returns a member's right: role and consent decide first, then the right of this member, then of all visitors.
func (m *member) right(name string) Right {
	if m.role == Attendee && name == capShare {
		return Right{Reason: "RoleRestricted"}
	}
	if m.asked && slices.Contains(needConsent(), name) {
		return Right{Reason: "ExplicitConsentRequired"}
	}
	if own, ok := m.rights[name]; ok {
		return own
	}
	if all, ok := m.room.rights[name]; ok && !m.organizes() {
		return all
	}
	return Right{Present: true, Reason: "Capable"}
}

// restrictions returns the rights that the member lacks, or nil.
func (m *member) restrictions() map[string]Right {
	var found map[string]Right
	add := func(name string) {
		if right := m.right(name); !right.Present {
			if found == nil {
				found = map[string]Right{}
			}
			found[name] = right
		}
	}
	for _, name := range needConsent() {
		add(name)
	}
	for name := range m.rights {
		add(name)
	}
	for name := range m.room.rights {
		add(name)
	}
	return found
}

// enforce removes from a member's state what it may not show, and reports whether the state changed.
func (m *member) enforce() bool {
	was := m.state
	m.state.Muted = m.state.Muted || !m.right(capUnmute).Present
	m.state.Video = m.state.Video && m.right(capVideo).Present
	m.state.Screen = m.state.Screen && m.right(capShare).Present
	return m.state != was
}

// enforceAndBroadcast enforces rights and announces a changed state.
func (m *member) enforceAndBroadcast() {
	if m.enforce() && m.place == inside {
		m.room.broadcast(StateChange{ID: m.id, State: m.state}, nil)
	}
}

// setNotice begins or ends recording and transcription. A new recording needs a new consent.
func (r *room) setNotice(c Command) {
	r.notice = Notice{Recording: c.Recording, Transcription: c.Transcription}
	r.notice.Consent = c.Consent && (c.Recording || c.Transcription)
	for _, m := range slices.Clone(r.inside) {
		was := m.asked
		m.asked = r.notice.Consent && !m.organizes()
		m.sendReliably(m.notice())
		if was || m.asked {
			m.sendRights(needConsent())
		}
		m.enforceAndBroadcast()
	}
}

// notice returns the room's notice for this member.
func (m *member) notice() Notice {
	n := m.room.notice
	n.Consent = m.asked
	return n
}

// consent handles a member's answer. Without consent the member stays, but is neither heard nor seen.
func (m *member) consent(granted bool) {
	if !m.asked || !granted {
		return
	}
	m.asked = false
	m.sendRights(needConsent())
	m.sendReliably(m.notice())
}

func (m *member) sendRights(names []string) {
	for _, name := range names {
		m.sendReliably(Capability{name, m.right(name)})
	}
}

// setCapability changes a right of one member, or of all present and future visitors.
func (r *room) setCapability(c Command) error {
	right := Right{Present: c.Present, Reason: c.Reason}
	if right.Reason == "" {
		right.Reason = "MeetingRestricted"
		if right.Present {
			right.Reason = "Capable"
		}
	}
	if c.To != "" {
		m := r.member(c.To)
		switch {
		case m == nil:
			return ErrNobody
		case !has(m.rights, c.Name) && len(m.rights) >= maxRights:
			return invalid("too many capabilities")
		}
		m.rights[c.Name] = right
		m.sendRights([]string{c.Name})
		m.enforceAndBroadcast()
		return nil
	}
	if !has(r.rights, c.Name) && len(r.rights) >= maxRights {
		return invalid("too many capabilities")
	}
	r.rights[c.Name] = right
	for _, m := range r.visitors("") {
		delete(m.rights, c.Name)
		m.sendRights([]string{c.Name})
		m.enforceAndBroadcast()
	}
	return nil
}

func has(rights map[string]Right, name string) bool {
	_, ok := rights[name]
	return ok
}
