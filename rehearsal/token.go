package rehearsal

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/anteroom-visit/anteroom/secret"
)

// hostTokenLifetime is long enough to keep a host page open for a working day.
const hostTokenLifetime = 12 * time.Hour

// identity is the person that a token proves.
type identity struct {
	id, role string
	room     string // a host's token is for one room; empty for a visitor
	name     string // from a host's token; Hello may replace it
}

// claims are the claims of an ACS access token that Microsoft's credential reads, and three of our own.
type claims struct {
	SkypeID  string `json:"skypeid"` // without the leading "8:"
	Expires  int64  `json:"exp"`
	Issued   int64  `json:"iat"`
	ACSScope string `json:"acsScope"`
	Role     string `json:"role"`
	Room     string `json:"room"`
	Name     string `json:"name,omitempty"`
}

func (s *Server) teamsName(id string) string {
	if s.opts.TeamsName == nil {
		return ""
	}
	return s.opts.TeamsName(id)
}

// teamsUserPrefix begins the raw ID of a Teams user. One whom Options.Verify names organizes every meeting
// that they join.
const teamsUserPrefix = "8:orgid:"

var errBadToken = errors.New("token is not valid")

// HostToken is a host's token for one room, with its identity.
type HostToken struct {
	ID      string      // of the form 8:orgid:UUID
	Token   secret.Text // JWT, HS256, in the shape of an ACS access token
	Expires time.Time
}

// HostToken issues a token for a host of the room of that code, with a new identity. It is valid for 12 hours, for this
// Server and for others with the same Options.Key.
func (s *Server) HostToken(room, name string) HostToken {
	now := time.Now()
	host := HostToken{ID: teamsUserPrefix + newUUID(), Expires: now.Add(hostTokenLifetime).Truncate(time.Second)}
	body, err := json.Marshal(claims{
		SkypeID: strings.TrimPrefix(host.ID, "8:"), Expires: host.Expires.Unix(), Issued: now.Unix(),
		ACSScope: "chat,voip", Role: Organizer, Room: room, Name: name,
	})
	if err != nil {
		panic(fmt.Sprintf("rehearsal: encode claims: %v", err)) // strings and numbers always encode
	}
	signed := hostTokenHeader() + "." + base64.RawURLEncoding.EncodeToString(body)
	host.Token = secret.New(signed + "." + base64.RawURLEncoding.EncodeToString(s.seal("host token", signed)))
	return host
}

// HostKey returns the key that authorizes commands for the room. It depends only on the room and Options.Key.
func (s *Server) HostKey(room string) string {
	return strings.ToLower(base32.StdEncoding.EncodeToString(s.seal("host key", room)[:15]))
}

// CheckHostKey reports whether key is the host key of the room, in constant time.
func (s *Server) CheckHostKey(room, key string) bool {
	return hmac.Equal([]byte(s.HostKey(room)), []byte(key))
}

// identify returns the identity of a token: a host's by our own signature, a visitor's by Options.Verify.
func (s *Server) identify(token string) (identity, error) {
	if who, err := s.readHostToken(token); err == nil {
		return who, nil
	}
	id, err := s.opts.Verify(token)
	if err != nil {
		return identity{}, fmt.Errorf("verify token: %w", err)
	}
	if id == "" || len(id) > maxID {
		return identity{}, errBadToken
	}
	if strings.HasPrefix(id, teamsUserPrefix) {
		return identity{id: id, role: Organizer, name: s.teamsName(id)}, nil
	}
	return identity{id: id, role: s.opts.VisitorRole}, nil
}

func (s *Server) readHostToken(token string) (identity, error) {
	cut := strings.LastIndexByte(token, '.')
	if cut < 0 {
		return identity{}, errBadToken
	}
	signed := token[:cut]
	sum, err := base64.RawURLEncoding.Strict().DecodeString(token[cut+1:])
	if err != nil || !hmac.Equal(sum, s.seal("host token", signed)) {
		return identity{}, errBadToken
	}
	body, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(signed, hostTokenHeader()+"."))
	if err != nil {
		return identity{}, errBadToken
	}
	var c claims
	if err := json.Unmarshal(body, &c); err != nil || time.Now().Unix() >= c.Expires {
		return identity{}, errBadToken
	}
	return identity{id: "8:" + c.SkypeID, role: c.Role, room: c.Room, name: c.Name}, nil
}

func hostTokenHeader() string {
	return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256","typ":"JWT"}`))
}

// seal returns a message authentication code of text, with a separate key for each purpose.
func (s *Server) seal(purpose, text string) []byte {
	key := hmac.New(sha256.New, s.opts.Key)
	key.Write([]byte(purpose))
	mac := hmac.New(sha256.New, key.Sum(nil))
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// newUUID returns a random UUID, version 4 (RFC 9562).
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never returns an error
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
