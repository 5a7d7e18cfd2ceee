package handlers

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/gorilla/sessions"
	"github.com/labstack/echo/v4"

	"github.com/anteroom-visit/anteroom/teams"
)

// sessionLifetime is how long a visitor who reloads or comes back is still the same visitor.
const sessionLifetime = 12 * time.Hour

// session is what the site remembers of one visitor, sealed in the visitor's own cookie. It never
// holds a token: a cookie that leaks must not be able to join anything.
type session struct {
	ID string `json:"id"`
	// Meeting is how to join; of a sealed visit it is read out of Sealed, and not kept.
	Meeting meeting `json:"meeting,omitzero"`
	Name    string  `json:"name,omitempty"`
	UserID  string  `json:"userId,omitempty"`
	// Sealed is the text of the sealed link that the visit was opened from, "" for a meeting that the
	// visitor brought; Visit is that visit's id, the same for all links to it. Nothing but a link that
	// this site has opened may set them: Sealed is what admits.
	Sealed string `json:"sealed,omitempty"`
	Visit  string `json:"visit,omitempty"`
	// Language is the BCP 47 tag of the language that the visitor has chosen, "" for none.
	Language string `json:"language,omitempty"`
	// Surveyed says that the question after the visit has been answered.
	Surveyed bool `json:"surveyed,omitempty"`
	// booked is the visit that Sealed opens, nil when it opens none; it is read anew each time.
	booked *sealedVisit
	// Refused is what was wrong with a link that came in by address, kept for the door to show.
	Refused *refusedInput `json:"refused,omitempty"`
}

type refusedInput struct {
	Code  teams.Code `json:"code"`
	Input string     `json:"input,omitempty"`
}

// meeting is what a session keeps of a teams.Meeting: how to join it, and whether it has a chat.
type meeting struct {
	locator
	Channel bool `json:"channel,omitempty"`
	// Tenant is the organisation's, as the link claims it; "" where the link names none.
	Tenant string `json:"tenant,omitempty"`
}

// locator is the meeting in one of the two shapes that the Calling SDK's join takes.
type locator struct {
	MeetingLink string `json:"meetingLink,omitempty"`
	MeetingID   string `json:"meetingId,omitempty"`
	Passcode    string `json:"passcode,omitempty"`
}

func keep(m teams.Meeting) meeting {
	if m.Kind == teams.KindLink {
		return meeting{locator{MeetingLink: m.Link}, m.Channel, m.TenantID}
	}
	return meeting{locator{MeetingID: m.ID, Passcode: m.Passcode}, m.Channel, m.TenantID}
}

// key tells this session's visit from others in the visitor's own browser, and tells nobody more.
func (v session) key() string {
	if v.booked != nil {
		return v.booked.key()
	}
	sum := sha256.Sum256([]byte("anteroom visit " + v.ID))
	return hex.EncodeToString(sum[:8])
}

// hasMeeting also says yes of a sealed visit that does not open any more: admits tells what to do.
func (v session) hasMeeting() bool { return v.Sealed != "" || v.Meeting != meeting{} }

// newSessionStore derives an authentication and an encryption key from each of the operator's
// keys. gorilla's cookie defaults are wrong for us, so all attributes are set here.
func newSessionStore(keys []string, secure, embeddable bool) (*sessions.CookieStore, error) {
	var pairs [][]byte
	for _, key := range keys {
		authentication, err := hkdf.Key(sha256.New, []byte(key), nil, "anteroom session authentication", 64)
		if err != nil {
			return nil, fmt.Errorf("derive session key: %w", err)
		}
		encryption, err := hkdf.Key(sha256.New, []byte(key), nil, "anteroom session encryption", 32)
		if err != nil {
			return nil, fmt.Errorf("derive session key: %w", err)
		}
		pairs = append(pairs, authentication, encryption)
	}
	store := sessions.NewCookieStore(pairs...)
	store.MaxAge(int(sessionLifetime.Seconds()))
	store.Options.Path = "/"
	store.Options.HttpOnly = true
	store.Options.Secure = secure
	store.Options.SameSite = http.SameSiteLaxMode // Strict would lose the visitor who comes from a mail or a text message
	if embeddable {
		// Inside a portal's frame browsers keep no other cookie than one of its own for each portal.
		store.Options.SameSite, store.Options.Partitioned = http.SameSiteNoneMode, true
	}
	return store, nil
}

// cookieName has the prefix that binds a cookie to this host where https makes that possible.
func (s *Site) cookieName() string {
	if s.secure() {
		return "__Host-anteroom"
	}
	return "anteroom"
}

const sessionValue = "visitor"

// session reads the visitor's session. A cookie that does not decode (a key was rotated away, a
// stranger tampered) is a new session, never an error.
func (s *Site) session(c echo.Context) session {
	v := s.storedSession(c)
	if v.ID == "" {
		v.ID = rand.Text()
	}
	if v.Sealed != "" {
		v.Meeting = meeting{}
		if opened, err := s.open(v.Sealed); err == nil {
			v.booked, v.Meeting = opened, keep(opened.Meeting)
		}
	}
	return v
}

// storedSession is what stands in the cookie, its link unopened; the zero session where there is none.
func (s *Site) storedSession(c echo.Context) session {
	stored, _ := s.sessions.Get(c.Request(), s.cookieName())
	var v session
	if raw, ok := stored.Values[sessionValue].(string); ok {
		if json.Unmarshal([]byte(raw), &v) != nil {
			return session{}
		}
	}
	return v
}

func (s *Site) saveSession(c echo.Context, v session) error {
	if v.Sealed != "" {
		v.Meeting = meeting{}
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("save session: %w", err)
	}
	stored, _ := s.sessions.Get(c.Request(), s.cookieName())
	stored.Values[sessionValue] = string(raw)
	c.Response().Header().Del("Set-Cookie") // of this answer's earlier save: the last one holds
	if err := stored.Save(c.Request(), c.Response()); err != nil {
		return fmt.Errorf("save session: %w", err)
	}
	return nil
}
