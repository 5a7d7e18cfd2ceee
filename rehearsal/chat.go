package rehearsal

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// sendReply sends the answer to a chat request.
func (m *member) sendReply(req int64, answer Reply) {
	answer.Req = req
	if answer.Status >= 400 {
		answer.Error = http.StatusText(answer.Status)
	}
	m.sendReliably(answer)
}

// chatFault returns the status that replaces every reply to this member, or 0. Hosts are exempt.
func (m *member) chatFault() int {
	if m.organizes() {
		return 0
	}
	return m.room.chatStatus
}

// chatMembers returns the members whose chat works.
func (r *room) chatMembers() []*member {
	return slices.DeleteFunc(slices.Clone(r.inside), func(m *member) bool { return m.chatFault() != 0 })
}

// broadcastChat sends a message to everyone whose chat works.
func (m *member) broadcastChat(msg Message) {
	if m.chatFault() != 0 {
		m.server.ignored++
		return
	}
	frame := m.server.frame(msg)
	for _, p := range m.room.chatMembers() {
		p.push(frame)
	}
}

// thread returns the newest messages of the chat, or of those before a message, that fit in a frame.
func (m *member) thread(ask Thread) Reply {
	if status := m.chatFault(); status != 0 {
		return Reply{Status: status}
	}
	r := m.room
	end := len(r.chat)
	if ask.Before != "" {
		if end = r.indexOf(ask.Before); end < 0 {
			return Reply{Status: http.StatusNotFound}
		}
	}
	start, size := end, 0
	for start > 0 {
		b, err := json.Marshal(r.chat[start-1]) // never shorter than Encode makes it
		if err != nil || size+len(b)+1 > chatSpace {
			break
		}
		start, size = start-1, size+len(b)+1
	}
	members := []Person{}
	for _, p := range r.inside {
		members = append(members, Person{ID: p.id, Name: p.name})
	}
	return Reply{
		Status: http.StatusOK, Topic: "Rehearsal", Members: members,
		Chat: append([]ChatMessage{}, r.chat[start:end]...), More: start > 0,
	}
}

// post adds a message, unless its client has already sent it: a client repeats a message whose reply was lost.
func (m *member) post(text, client string) Reply {
	r := m.room
	if status := m.chatFault(); status != 0 {
		return Reply{Status: status}
	}
	switch {
	case text == "":
		return Reply{Status: http.StatusBadRequest}
	case len(text) > maxChatText:
		return Reply{Status: http.StatusRequestEntityTooLarge}
	}
	if client != "" {
		i := slices.IndexFunc(r.chat, func(c ChatMessage) bool { return c.From == m.id && c.Client == client })
		if i >= 0 {
			return Reply{Status: http.StatusCreated, ID: r.chat[i].ID}
		}
	}
	at := time.Now().UnixMilli()
	r.lastID = max(r.lastID+1, at*1000)
	r.lastSeq++
	msg := ChatMessage{
		ID: strconv.FormatInt(r.lastID, 10), Seq: r.lastSeq, At: at, From: m.id, Name: m.name, Text: text, Client: client,
	}
	if len(r.chat) == maxChat {
		r.chat = slices.Delete(r.chat, 0, 1)
	}
	r.chat = append(r.chat, msg)
	r.sendAllReliably(r.chatMembers(), Chat{msg})
	return Reply{Status: http.StatusCreated, ID: msg.ID}
}

// edit changes or deletes one of the member's own messages.
func (m *member) edit(e Edit) Reply {
	r := m.room
	if status := m.chatFault(); status != 0 {
		return Reply{Status: status}
	}
	i := r.indexOf(e.ID)
	switch {
	case i < 0 || r.chat[i].Deleted != 0:
		return Reply{Status: http.StatusNotFound}
	case r.chat[i].From != m.id:
		return Reply{Status: http.StatusForbidden}
	case e.Deleted:
		r.chat[i].Text, r.chat[i].Deleted = "", time.Now().UnixMilli()
	case e.Text == "":
		return Reply{Status: http.StatusBadRequest}
	case len(e.Text) > maxChatText:
		return Reply{Status: http.StatusRequestEntityTooLarge}
	default:
		r.chat[i].Text, r.chat[i].Edited = e.Text, time.Now().UnixMilli()
	}
	r.sendAllReliably(r.chatMembers(), Chat{r.chat[i]})
	return Reply{Status: http.StatusOK}
}

func (r *room) indexOf(id string) int {
	return slices.IndexFunc(r.chat, func(c ChatMessage) bool { return c.ID == id })
}
