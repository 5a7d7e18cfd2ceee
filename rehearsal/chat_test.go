package rehearsal

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestChat(t *testing.T) {
	bubble(t, "a message reaches everybody, and IDs increase", func(t *testing.T) {
		time.Sleep(2 * 365 * 24 * time.Hour) // at the start of fake time, milliseconds have only 12 digits
		s := testServer(t)
		a, b := admit(t, s, "a"), admit(t, s, "b")
		a.receive()
		last := int64(0)
		for i := range 3 { // all in the same millisecond
			a.send(SendChat{Req: int64(i), Text: "hello", Client: fmt.Sprint("c", i)})
			msg := receiveOne[Chat](b).Msg
			want(t, "from", []any{msg.From, msg.Name, msg.Text, msg.Seq}, []any{"8:acs:a", "Visitor a", "hello", int64(i + 1)})
			if !regexp.MustCompile(`^[0-9]{16}$`).MatchString(msg.ID) {
				t.Errorf("got ID %q, want 16 digits", msg.ID)
			}
			id, err := strconv.ParseInt(msg.ID, 10, 64)
			if err != nil || id <= last {
				t.Errorf("got ID %q after %d, want a greater one", msg.ID, last)
			}
			last = id
			want(t, "reply", receiveOne[Reply](a), Reply{Req: int64(i), Status: 201, ID: msg.ID})
		}
		a.send(SendChat{Req: 9, Text: "hello", Client: "c2"})
		want(t, "reply to the same message again", receiveOne[Reply](a), Reply{Req: 9, Status: 201, ID: strconv.FormatInt(last, 10)})
		want(t, "messages to b", b.kinds(), "")
	})
	bubble(t, "a newcomer reads the whole chat", func(t *testing.T) {
		s := testServer(t)
		a := admit(t, s, "a")
		a.send(SendChat{Text: "<b>first</b>"})
		b := admit(t, s, "b")
		b.send(Thread{Req: 7})
		r := receiveOne[Reply](b)
		want(t, "reply", []any{r.Req, r.Status, r.Topic, r.More}, []any{int64(7), 200, "Rehearsal", false})
		want(t, "members", r.Members, []Person{{ID: "8:acs:a", Name: "Visitor a"}, {ID: "8:acs:b", Name: "Visitor b"}})
		want(t, "chat", r.Chat[0].Text, "<b>first</b>")
	})
	bubble(t, "an empty chat is an empty list", func(t *testing.T) {
		s := testServer(t)
		a := admit(t, s, "a")
		a.send(Thread{Req: 1})
		frames, _ := a.l.take()
		if !strings.Contains(string(frames[0]), `"chat":[]`) {
			t.Errorf("got reply %s, want an empty list as chat", frames[0])
		}
	})
	bubble(t, "only the author edits and deletes a message", func(t *testing.T) {
		s := testServer(t)
		a, b := admit(t, s, "a"), admit(t, s, "b")
		a.send(SendChat{Text: "helo"})
		id := receiveOne[Chat](b).Msg.ID
		a.receive()
		edit := func(c *client, e Edit) int {
			t.Helper()
			c.send(e)
			return receiveOne[Reply](c).Status
		}
		want(t, "another author's message", edit(b, Edit{ID: id, Text: "x"}), 403)
		want(t, "unknown message", edit(a, Edit{ID: "1", Text: "x"}), 404)
		want(t, "empty text", edit(a, Edit{ID: id}), 400)
		want(t, "text too long", edit(a, Edit{ID: id, Text: strings.Repeat("x", maxChatText+1)}), 413)
		want(t, "messages to b", b.kinds(), "")
		want(t, "edit", edit(a, Edit{ID: id, Text: "hello"}), 200)
		m := receiveOne[Chat](b).Msg
		want(t, "edited message", []any{m.Text, m.Edited > 0, m.Deleted}, []any{"hello", true, int64(0)})
		want(t, "delete", edit(a, Edit{ID: id, Deleted: true}), 200)
		m = receiveOne[Chat](b).Msg
		want(t, "deleted message", []any{m.Text, m.Deleted > 0}, []any{"", true})
		want(t, "edit of a deleted message", edit(a, Edit{ID: id, Text: "again"}), 404)
	})
	bubble(t, "messages have a maximum length, and the chat a maximum number", func(t *testing.T) {
		s := testServer(t)
		a := admit(t, s, "a")
		a.send(SendChat{Req: 1})
		want(t, "empty text", receiveOne[Reply](a), Reply{Req: 1, Status: 400, Error: "Bad Request"})
		a.send(SendChat{Req: 2, Text: strings.Repeat("x", maxChatText+1)})
		want(t, "text too long", receiveOne[Reply](a).Status, 413)
		for i := range maxChat + 5 {
			a.send(SendChat{Text: fmt.Sprintf("%04d %s", i, strings.Repeat("<", 4000))})
			a.receive()
		}
		var texts []string
		before := ""
		for pages := 0; ; pages++ {
			a.send(Thread{Before: before})
			r := receiveOne[Reply](a)
			for i := len(r.Chat) - 1; i >= 0; i-- {
				texts = append(texts, r.Chat[i].Text[:4])
			}
			if !r.More || pages > maxChat {
				break
			}
			before = r.Chat[0].ID
		}
		want(t, "number of messages", len(texts), maxChat)
		want(t, "newest and oldest", []string{texts[0], texts[maxChat-1]}, []string{"0504", "0005"})
		a.send(Thread{Before: "1"})
		want(t, "page before an unknown message", receiveOne[Reply](a).Status, 404)
	})
	bubble(t, "chat-fault stops the chat for visitors and not for the host", func(t *testing.T) {
		s := testServer(t)
		h, a := connectHost(t, s), admit(t, s, "a")
		h.send(SendChat{Text: "before"})
		id := receiveOne[Chat](a).Msg.ID
		h.receive()
		command(t, s, Command{Verb: "chat-fault", Status: 403})
		for _, m := range []Message{Thread{Req: 1}, SendChat{Req: 1, Text: "x"}, Edit{Req: 1, ID: id, Text: "x"}} {
			a.send(m)
			want(t, m.t(), receiveOne[Reply](a), Reply{Req: 1, Status: 403, Error: "Forbidden"})
		}
		a.send(Typing{})
		a.send(Read{ID: id})
		h.send(SendChat{Text: "to the host alone"})
		h.send(Typing{})
		want(t, "messages to the visitor", a.kinds(), "")
		want(t, "messages to the host", h.kinds(), "chat reply typing")
		a.send(Reaction{Reaction: "like"})
		want(t, "messages in the call", a.kinds(), "reaction")
		command(t, s, Command{Verb: "chat-fault"})
		a.send(Thread{Req: 2})
		want(t, "messages after the fault", len(receiveOne[Reply](a).Chat), 2)
	})
	bubble(t, "messages from the lobby are ignored", func(t *testing.T) {
		s := testServer(t)
		h, w := connectHost(t, s), connectVisitor(t, s, "w")
		w.receive()
		h.receive()
		for _, m := range []Message{Thread{}, SendChat{Text: "x"}, Typing{}, SDP{To: "8:acs:a", SDP: Description{Type: "offer"}}, Consent{true}} {
			if !w.send(m) {
				t.Errorf("the server closed the line after %s", m.t())
			}
		}
		want(t, "messages to the waiting visitor", w.kinds(), "")
		want(t, "messages to the host", h.kinds(), "")
		want(t, "ignored", s.Counts().Ignored, uint64(5))
	})
}
