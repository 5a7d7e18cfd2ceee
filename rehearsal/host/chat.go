package host

import (
	"crypto/rand"
	"strings"
	"time"

	"github.com/anteroom-visit/anteroom/rehearsal"
)

const (
	// A visitor who has just joined looks at the picture first.
	greetAfter = 2 * time.Second
	// An immediate answer seems to come from a machine.
	replyAfter = time.Second
	// The host answers two quick messages once, and a flood slowly.
	replyEvery = 2 * time.Second
	// Time to read the goodbye before the meeting ends.
	endAfter = 4 * time.Second
)

// maxEcho is how much of a message the host repeats, in runes.
const maxEcho = 120

func (s *session) greetLater(id string) {
	s.after(greetAfter, func() {
		if m := s.present[id]; m != nil && !m.host && !s.attended() {
			s.sendChat(s.o.Texts.Greeting, m.name, "")
		}
	})
}

// receiveChat answers a chat message of a visitor, but not edits and deletions, which
// arrive as messages too.
func (s *session) receiveChat(message rehearsal.ChatMessage) {
	from := s.present[message.From]
	if from == nil || from.host || s.attended() || message.Edited != 0 || message.Deleted != 0 {
		return
	}
	if len(s.o.Texts.Replies) == 0 || !s.pace.Allow() {
		return
	}
	reply := s.o.Texts.Replies[s.answers%len(s.o.Texts.Replies)]
	s.answers++
	s.after(replyAfter, func() {
		if s.present[message.From] == from {
			s.sendChat(reply, from.name, message.Text)
		}
	})
}

// conclude ends a meeting that has lasted long enough, or leaves it if a person
// hosts it.
func (s *session) conclude() {
	if s.attended() {
		s.farewell()
		s.end(nil)
		return
	}
	s.sendChat(s.o.Texts.Goodbye, "", "")
	s.after(endAfter, func() {
		s.send(rehearsal.CommandMessage{Command: rehearsal.Command{Verb: "end"}})
		s.send(rehearsal.Bye{})
		s.end(nil)
	})
}

// farewell sends a goodbye to visitors, if there are any, and leaves.
func (s *session) farewell() {
	if s.visitors() > 0 && !s.attended() {
		s.sendChat(s.o.Texts.Goodbye, "", "")
	}
	s.send(rehearsal.Bye{})
}

// sendChat sends a text to the chat, with the visitor's name and words filled in.
func (s *session) sendChat(text, name, words string) {
	if text == "" {
		return
	}
	text = strings.NewReplacer("{name}", name, "{text}", oneLine(words)).Replace(text)
	s.send(rehearsal.SendChat{Text: text, Client: rand.Text()})
}

// oneLine folds white space and shortens a long text.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > maxEcho {
		return string(runes[:maxEcho]) + "\u2026"
	}
	return text
}
