package host

import (
	"crypto/rand"
	"strings"
	"time"

	"github.com/anteroom-visit/anteroom/rehearsal"
)

const (
	// A visitor who has just come in is looking at the picture first.
	greetAfter = 2 * time.Second
	// An answer that comes at once seems to come from nobody.
	replyAfter = time.Second
	// Two lines written in a row are answered once, and a flood is no reason to
	// flood.
	replyEvery = 2 * time.Second
	// Time to read the goodbye before the meeting ends.
	endAfter = 4 * time.Second
)

// maxEcho is how much of a message the host repeats, in runes.
const maxEcho = 120

func (s *session) greetLater(id string) {
	s.after(greetAfter, func() {
		if m := s.present[id]; m != nil && !m.host && !s.attended() {
			s.say(s.o.Texts.Greeting, m.name, "")
		}
	})
}

// hear answers a chat message of a visitor. Edits and deletions come as
// messages too; they were answered when they were new.
func (s *session) hear(message rehearsal.ChatMessage) {
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
			s.say(reply, from.name, message.Text)
		}
	})
}

// conclude ends a meeting that has lasted long enough, or leaves it to the
// person who hosts it.
func (s *session) conclude() {
	if s.attended() {
		s.farewell()
		s.end(nil)
		return
	}
	s.say(s.o.Texts.Goodbye, "", "")
	s.after(endAfter, func() {
		s.send(rehearsal.CommandMessage{Command: rehearsal.Command{Verb: "end"}})
		s.send(rehearsal.Bye{})
		s.end(nil)
	})
}

// farewell says goodbye, if there is anybody to hear it, and leaves.
func (s *session) farewell() {
	if s.visitors() > 0 && !s.attended() {
		s.say(s.o.Texts.Goodbye, "", "")
	}
	s.send(rehearsal.Bye{})
}

// say sends a text to the chat with the visitor's name and words in their
// places.
func (s *session) say(text, name, words string) {
	if text == "" {
		return
	}
	text = strings.NewReplacer("{name}", name, "{text}", oneLine(words)).Replace(text)
	s.send(rehearsal.SendChat{Text: text, Client: rand.Text()})
}

// oneLine folds white space and cuts what is long.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > maxEcho {
		return string(runes[:maxEcho]) + "\u2026"
	}
	return text
}
