package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/anteroom-visit/anteroom/rehearsal"
)

func TestSiteWithAzureHasNoRehearsal(t *testing.T) {
	v := newVisitor(t, startProgram(t, "ACS_CONNECTION_STRING="+startACS(t).ConnectionString()))
	v.submitDoor(shortLink, "")
	for _, path := range []string{"/rehearsal/socket", "/rehearsal/host/" + rehearsal.RoomOf(shortLink)} {
		if a := v.get(path); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", path, a.StatusCode)
		}
	}
	if a := v.post("/rehearsal/rooms/"+rehearsal.RoomOf(shortLink)+"/commands", `{"command":"admit"}`); a.StatusCode != http.StatusNotFound {
		t.Errorf("commands: status %d, want 404", a.StatusCode)
	}
	if v.get("/visit").page(t).Find(`a[href^="/rehearsal"], .rehearsal`).Length() != 0 {
		t.Error("the visit page offers a rehearsal")
	}
}

// hostPage returns the data that the host's page passes to its script.
func hostPage(t *testing.T, v *visitor, room string) (data struct {
	HostKey, Room string
	Ticket        map[string]any
},
) {
	t.Helper()
	a := v.get("/rehearsal/host/" + room)
	if a.StatusCode != http.StatusOK {
		t.Fatalf("host's page: status %d, want 200", a.StatusCode)
	}
	if err := json.Unmarshal([]byte(a.page(t).Find("#page-data").Text()), &data); err != nil {
		t.Fatal(err)
	}
	return data
}

func TestHostCommandsNeedTheRoomsKey(t *testing.T) {
	v := newVisitor(t, startProgram(t, "REHEARSAL_HOST=off"))
	v.submitDoor(shortLink, "")
	link := v.get("/visit").page(t).Find(`a[href^="/rehearsal/host/"]`).AttrOr("href", "")
	room := rehearsal.RoomOf(shortLink)
	if path, _, _ := strings.Cut(link, "?"); path != "/rehearsal/host/"+room {
		t.Errorf("host's link on the visit page = %q, want /rehearsal/host/%s", link, room)
	}
	page := hostPage(t, v, room)
	if page.Room != room || page.HostKey == "" || page.Ticket["token"] == "" || page.Ticket["role"] != "host" {
		t.Errorf("data of the host's page = %+v, want room, key, token and role host", page)
	}
	commands := "/rehearsal/rooms/" + room + "/commands"
	command := func(key, body string) int {
		v.http.Transport = withHeader{"Authorization", "Bearer " + key}
		defer func() { v.http.Transport = nil }()
		return v.post(commands, body).StatusCode
	}
	visitor := connect(t, v, v.join("Sam"))
	for _, c := range []struct {
		name, key, body string
		want            int
	}{
		{"no key", "", `{"command":"admit"}`, 403},
		{"another room's key", hostPage(t, v, rehearsal.RoomOf("1")).HostKey, `{"command":"admit"}`, 403},
		{"unknown command", page.HostKey, `{"command":"bribe"}`, 400},
		{"no JSON", page.HostKey, `admit`, 400},
		{"nobody inside", page.HostKey, `{"command":"mute"}`, 409},
		{"admit", page.HostKey, `{"command":"admit"}`, 204},
		{"ending by name", page.HostKey, `{"command":"fault","ending":"waited-too-long"}`, 204},
	} {
		if got := command(c.key, c.body); got != c.want {
			t.Errorf("%s: status %d, want %d", c.name, got, c.want)
		}
	}
	visitor.until(func(m rehearsal.Message) bool { _, ok := m.(rehearsal.Joined); return ok })
	visitor.until(func(m rehearsal.Message) bool {
		ended, ok := m.(rehearsal.Ended)
		return ok && ended.SubCode == 5855
	})
	for _, room := range []string{"x", strings.Repeat("a", 17), "../../../etc/passw"} {
		if a := v.get("/rehearsal/host/" + room); a.StatusCode != http.StatusNotFound {
			t.Errorf("room %q: status %d, want 404", room, a.StatusCode)
		}
	}
}

// peer is a visitor's connection to the rehearsal.
type peer struct {
	t      *testing.T
	socket *websocket.Conn
}

// connect opens a connection and sends hello.
func connect(t *testing.T, v *visitor, ticket map[string]any) *peer {
	t.Helper()
	options := &websocket.DialOptions{Subprotocols: []string{rehearsal.Subprotocol}, HTTPClient: v.http}
	socket, answer, err := websocket.Dial(t.Context(), v.site+"/rehearsal/socket", options)
	if err != nil {
		t.Fatal(err)
	}
	if answer.Body != nil {
		_ = answer.Body.Close()
	}
	socket.SetReadLimit(rehearsal.MaxFrame)
	t.Cleanup(func() { _ = socket.CloseNow() })
	hello, err := rehearsal.Encode(rehearsal.Hello{Token: ticket["token"].(string), Name: "Sam", Meeting: shortLink})
	if err != nil {
		t.Fatal(err)
	}
	if err := socket.Write(t.Context(), websocket.MessageText, hello); err != nil {
		t.Fatal(err)
	}
	return &peer{t, socket}
}

// until reads messages until one matches.
func (p *peer) until(wanted func(rehearsal.Message) bool) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 10*time.Second)
	defer cancel()
	for {
		_, frame, err := p.socket.Read(ctx)
		if err != nil {
			p.t.Fatalf("the expected message did not arrive: %v", err)
		}
		if m, err := rehearsal.DecodeServer(frame); err == nil && wanted(m) {
			return
		}
	}
}

// TestAutomaticHostAdmitsAVisitor also checks a site with a self-signed certificate.
func TestAutomaticHostAdmitsAVisitor(t *testing.T) {
	for _, scheme := range []string{"http", "https"} {
		t.Run(scheme, func(t *testing.T) {
			env := []string{"REHEARSAL_ADMIT_SECONDS=0.1"}
			if scheme == "https" {
				env = append(env, "TLS_SELF_SIGNED=on")
			}
			v := newVisitor(t, startProgram(t, env...))
			if !strings.HasPrefix(v.site, scheme+":") {
				t.Fatalf("site = %s, want %s", v.site, scheme)
			}
			if scheme == "https" {
				v.http.Transport = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
			}
			v.submitDoor(shortLink, "")
			visitor := connect(t, v, v.join("Sam"))
			visitor.until(func(m rehearsal.Message) bool {
				joined, ok := m.(rehearsal.Joined)
				return ok && len(joined.Peers) == 1 && joined.Peers[0].Name == "Rehearsal host"
			})
		})
	}
}

func TestTokenOfAnotherRehearsalIsRefused(t *testing.T) {
	other := newVisitor(t, startProgram(t))
	other.submitDoor(shortLink, "")
	foreign := other.join("Sam")
	v := newVisitor(t, startProgram(t))
	visitor := connect(t, v, foreign)
	visitor.until(func(m rehearsal.Message) bool {
		refused, ok := m.(rehearsal.Refused)
		return ok && refused.Type == "token"
	})
}
