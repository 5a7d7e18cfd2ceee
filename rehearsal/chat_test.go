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
	bubble(t, "a message reaches everybody, and its ID only grows", func(t *testing.T) {
		time.Sleep(2 * 365 * 24 * time.Hour) // fake time begins when milliseconds had 12 digits
		s := testServer(t)
		a, b := admitted(t, s, "a"), admitted(t, s, "b")
		a.received()
		last := int64(0)
		for i := range 3 { // all in the same millisecond
			a.say(SendChat{Req: int64(i), Text: "hello", Client: fmt.Sprint("c", i)})
			msg := one[Chat](b).Msg
			want(t, "from", []any{msg.From, msg.Name, msg.Text, msg.Seq}, []any{"8:acs:a", "Visitor a", "hello", int64(i + 1)})
			if !regexp.MustCompile(`^[0-9]{16}$`).MatchString(msg.ID) {
				t.Errorf("id %q is not 16 digits", msg.ID)
			}
			id, err := strconv.ParseInt(msg.ID, 10, 64)
			if err != nil || id <= last {
				t.Errorf("id %q after %d", msg.ID, last)
			}
			last = id
			want(t, "reply", one[Reply](a), Reply{Req: int64(i), Status: 201, ID: msg.ID})
		}
		a.say(SendChat{Req: 9, Text: "hello", Client: "c2"})
		want(t, "sent again", one[Reply](a), Reply{Req: 9, Status: 201, ID: strconv.FormatInt(last, 10)})
		want(t, "only once", b.kinds(), "")
	})
	bubble(t, "a newcomer reads all of it", func(t *testing.T) {
		s := testServer(t)
		a := admitted(t, s, "a")
		a.say(SendChat{Text: "<b>first</b>"})
		b := admitted(t, s, "b")
		b.say(Thread{Req: 7})
		r := one[Reply](b)
		want(t, "reply", []any{r.Req, r.Status, r.Topic, r.More}, []any{int64(7), 200, "Rehearsal", false})
		want(t, "members", r.Members, []Person{{ID: "8:acs:a", Name: "Visitor a"}, {ID: "8:acs:b", Name: "Visitor b"}})
		want(t, "chat", r.Chat[0].Text, "<b>first</b>")
	})
	bubble(t, "an empty chat is a list", func(t *testing.T) {
		s := testServer(t)
		a := admitted(t, s, "a")
		a.say(Thread{Req: 1})
		frames, _ := a.l.take()
		if !strings.Contains(string(frames[0]), `"chat":[]`) {
			t.Errorf("reply %s has no empty chat", frames[0])
		}
	})
	bubble(t, "edit and delete one's own", func(t *testing.T) {
		s := testServer(t)
		a, b := admitted(t, s, "a"), admitted(t, s, "b")
		a.say(SendChat{Text: "helo"})
		id := one[Chat](b).Msg.ID
		a.received()
		edit := func(c *client, e Edit) int {
			t.Helper()
			c.say(e)
			return one[Reply](c).Status
		}
		want(t, "another's", edit(b, Edit{ID: id, Text: "x"}), 403)
		want(t, "unknown", edit(a, Edit{ID: "1", Text: "x"}), 404)
		want(t, "empty", edit(a, Edit{ID: id}), 400)
		want(t, "too long", edit(a, Edit{ID: id, Text: strings.Repeat("x", maxChatText+1)}), 413)
		want(t, "nothing was told", b.kinds(), "")
		want(t, "edit", edit(a, Edit{ID: id, Text: "hello"}), 200)
		m := one[Chat](b).Msg
		want(t, "edited", []any{m.Text, m.Edited > 0, m.Deleted}, []any{"hello", true, int64(0)})
		want(t, "delete", edit(a, Edit{ID: id, Deleted: true}), 200)
		m = one[Chat](b).Msg
		want(t, "deleted", []any{m.Text, m.Deleted > 0}, []any{"", true})
		want(t, "twice", edit(a, Edit{ID: id, Text: "again"}), 404)
	})
	bubble(t, "limits", func(t *testing.T) {
		s := testServer(t)
		a := admitted(t, s, "a")
		a.say(SendChat{Req: 1})
		want(t, "empty", one[Reply](a), Reply{Req: 1, Status: 400, Error: "Bad Request"})
		a.say(SendChat{Req: 2, Text: strings.Repeat("x", maxChatText+1)})
		want(t, "too long", one[Reply](a).Status, 413)
		for i := range maxChat + 5 {
			a.say(SendChat{Text: fmt.Sprintf("%04d %s", i, strings.Repeat("<", 4000))})
			a.received()
		}
		var texts []string
		before := ""
		for pages := 0; ; pages++ {
			a.say(Thread{Before: before})
			r := one[Reply](a)
			for i := len(r.Chat) - 1; i >= 0; i-- {
				texts = append(texts, r.Chat[i].Text[:4])
			}
			if !r.More || pages > maxChat {
				break
			}
			before = r.Chat[0].ID
		}
		want(t, "kept", len(texts), maxChat)
		want(t, "newest and oldest", []string{texts[0], texts[maxChat-1]}, []string{"0504", "0005"})
		a.say(Thread{Before: "1"})
		want(t, "before nothing", one[Reply](a).Status, 404)
	})
	bubble(t, "refused to visitors, not to the host", func(t *testing.T) {
		s := testServer(t)
		h, a := host(t, s), admitted(t, s, "a")
		h.say(SendChat{Text: "before"})
		id := one[Chat](a).Msg.ID
		h.received()
		if err := s.Command(RoomOf(meeting), Command{Verb: "chat-fault", Status: 403}); err != nil {
			t.Fatal(err)
		}
		for _, m := range []Message{Thread{Req: 1}, SendChat{Req: 1, Text: "x"}, Edit{Req: 1, ID: id, Text: "x"}} {
			a.say(m)
			want(t, m.t(), one[Reply](a), Reply{Req: 1, Status: 403, Error: "Forbidden"})
		}
		a.say(Typing{})
		a.say(Read{ID: id})
		h.say(SendChat{Text: "to nobody"})
		h.say(Typing{})
		want(t, "visitor", a.kinds(), "")
		want(t, "host", h.kinds(), "chat reply typing")
		a.say(Reaction{Reaction: "like"})
		want(t, "the call goes on", a.kinds(), "reaction")
		if err := s.Command(RoomOf(meeting), Command{Verb: "chat-fault"}); err != nil {
			t.Fatal(err)
		}
		a.say(Thread{Req: 2})
		want(t, "working again", len(one[Reply](a).Chat), 2)
	})
	bubble(t, "not in the lobby", func(t *testing.T) {
		s := testServer(t)
		h, w := host(t, s), visitor(t, s, "w")
		w.received()
		h.received()
		for _, m := range []Message{Thread{}, SendChat{Text: "x"}, Typing{}, SDP{To: "8:acs:a", SDP: Description{Type: "offer"}}, Consent{true}} {
			if !w.say(m) {
				t.Error("the line is over")
			}
		}
		want(t, "waiting", w.kinds(), "")
		want(t, "host", h.kinds(), "")
		want(t, "ignored", s.Counts().Ignored, uint64(5))
	})
}
