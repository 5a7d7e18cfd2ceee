package host

import (
	"time"

	"github.com/anteroom-visit/anteroom/rehearsal"
)

// admitAgain is the time after which the host tries again to admit a visitor
// who is still in the lobby: the meeting was full, or a person hosted it.
const admitAgain = 5 * time.Second

// queue handles a new list of the lobby.
func (s *session) queue(list []rehearsal.Person) {
	here := make(map[string]bool, len(list))
	for _, p := range list {
		here[p.ID] = true
		if s.waiting[p.ID] == nil {
			s.admitLater(p.ID, s.o.AdmitAfter)
		}
	}
	for id, t := range s.waiting {
		if !here[id] {
			t.Stop()
			delete(s.waiting, id)
		}
	}
}

func (s *session) admitLater(id string, d time.Duration) {
	s.waiting[id] = s.after(d, func() {
		if s.waiting[id] == nil {
			return
		}
		if !s.attended() {
			s.send(rehearsal.CommandMessage{Command: rehearsal.Command{Verb: "admit", To: id}})
		}
		s.admitLater(id, admitAgain)
	})
}
