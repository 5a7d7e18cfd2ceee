package rehearsal

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestHostToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := testServer(t)
		room := RoomOf(meeting)
		host := s.HostToken(room, "Dr Rivera")
		token, expires := host.Token.Reveal(), host.Expires
		want(t, "expires", expires, time.Now().Add(12*time.Hour))

		if printed := fmt.Sprintf("%+v", host); strings.Contains(printed, token) {
			t.Errorf("the formatted host contains its token: %s", printed)
		}
		parts := strings.Split(token, ".")
		body, err := base64.RawURLEncoding.DecodeString(parts[1])
		if err != nil || len(parts) != 3 {
			t.Fatalf("got a token of %d parts (%v), want 3", len(parts), err)
		}
		var c map[string]any
		if err := json.Unmarshal(body, &c); err != nil {
			t.Fatal(err)
		}
		if id, _ := c["skypeid"].(string); !regexp.MustCompile(`^orgid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`).MatchString(id) {
			t.Errorf("got skypeid %q, want orgid: and a GUID", id)
		}
		want(t, "id", host.ID, "8:"+c["skypeid"].(string))
		delete(c, "skypeid")
		want(t, "claims", c, map[string]any{
			"exp": float64(expires.Unix()), "iat": float64(time.Now().Unix()), "acsScope": "chat,voip",
			"role": "Organizer", "room": room, "name": "Dr Rivera",
		})

		w := receiveOne[Welcome](connect(t, s, Hello{Token: token, Meeting: "999", Name: "Dr R"}))
		want(t, "room and role, which the token decides", []string{w.Room, w.Role}, []string{room, Organizer})

		other := testServer(t)
		if other.CheckHostKey(room, s.HostKey(room)) {
			t.Error("a server accepts another server's host key")
		}
		signature, err := base64.RawURLEncoding.DecodeString(parts[2])
		if err != nil {
			t.Fatal(err)
		}
		signature[0] ^= 1
		forged := bytes.Replace(body, []byte(room), []byte(RoomOf("1")), 1)
		enc := base64.RawURLEncoding.EncodeToString
		for name, bad := range map[string]string{
			"another signature": parts[0] + "." + parts[1] + "." + enc(signature),
			"no signature":      parts[0] + "." + parts[1] + ".",
			"another room":      parts[0] + "." + enc(forged) + "." + parts[2],
			"no algorithm":      enc([]byte(`{"alg":"none"}`)) + "." + parts[1] + ".",
			"no third part":     parts[0] + "." + parts[1],
			"no token":          "",
			"a host key":        s.HostKey(room),
		} {
			want(t, name, receiveOne[Refused](connect(t, s, Hello{Token: bad, Name: "X"})).Type, RefusedToken)
		}
		want(t, "another server's token", receiveOne[Refused](connect(t, other, Hello{Token: token})).Type, RefusedToken)

		time.Sleep(12*time.Hour - time.Second)
		want(t, "messages a second before the token expires", connect(t, s, Hello{Token: token}).kinds(), "welcome joined waiting")
		time.Sleep(time.Second)
		want(t, "expired token", receiveOne[Refused](connect(t, s, Hello{Token: token})).Type, RefusedToken)
	})
}

func TestHostKey(t *testing.T) {
	key := bytes.Repeat([]byte{7}, 32)
	a := testServer(t, func(o *Options) { o.Key = key })
	b := testServer(t, func(o *Options) { o.Key = key })
	want(t, "host key of two servers with one key", a.HostKey("r"), b.HostKey("r"))
	if a.HostKey("r") == a.HostKey("s") || len(a.HostKey("r")) != 24 {
		t.Errorf("got host keys %q and %q, want 24 characters each that differ", a.HostKey("r"), a.HostKey("s"))
	}
	for hostKey, ok := range map[string]bool{a.HostKey("r"): true, a.HostKey("s"): false, "": false} {
		want(t, hostKey, a.CheckHostKey("r", hostKey), ok)
	}
}

func TestNewRejectsBadOptions(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"no verifier":            func(o *Options) { o.Verify = nil },
		"visitors as organizers": func(o *Options) { o.VisitorRole = Organizer },
		"a short key":            func(o *Options) { o.Key = make([]byte, 31) },
	} {
		o := testOptions()
		change(&o)
		if _, err := New(o); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}

func TestServerRefusesBadIdentities(t *testing.T) {
	for name, id := range map[string]string{"empty": "", "too long": strings.Repeat("x", maxID+1)} {
		s := testServer(t, func(o *Options) { o.Verify = func(string) (string, error) { return id, nil } })
		want(t, name, receiveOne[Refused](connectVisitor(t, s, "a")).Type, RefusedToken)
	}
}
