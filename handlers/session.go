package handlers

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/gorilla/securecookie"

	"github.com/anteroom-visit/anteroom/handlers/cookie"
	"github.com/anteroom-visit/anteroom/teams"
)

// session is what the site stores about one visitor, encrypted in the visitor's own cookie. It never
// contains a token: a leaked cookie must not be enough to join.
type session struct {
	ID string `json:"id"`
	// Meeting is how to join. For a sealed visit it comes from Sealed and is not stored.
	Meeting meeting `json:"meeting,omitzero"`
	Name    string  `json:"name,omitempty"`
	UserID  string  `json:"userId,omitempty"`
	// Former is the identity of the visit before this one. It may still be in a call, so it is kept
	// until this visit's own identity joins.
	Former string `json:"former,omitempty"`
	// Joined reports that this session has joined its visit before.
	Joined bool `json:"joined,omitempty"`
	// Turn is when this visitor may come back for an identity; zero for one who need not wait.
	Turn time.Time `json:"turn,omitzero"`
	// Sealed is the text of the sealed link that opened the visit, "" for a meeting that the visitor
	// pasted; Visit is that visit's ID, the same for all links to it. Only a link that this site has
	// opened may set them, because Sealed admits the visitor.
	Sealed string `json:"sealed,omitempty"`
	Visit  string `json:"visit,omitempty"`
	// Language is the BCP 47 tag of the language that the visitor has chosen, "" for none.
	Language string `json:"language,omitempty"`
	// Surveyed reports that the question after the visit has been answered.
	Surveyed bool `json:"surveyed,omitempty"`
	// booked is the visit that Sealed opens, nil when it opens none.
	booked *sealedVisit
	// Refused is a rejected link from an address's query, kept for the door to show.
	Refused *refusedInput `json:"refused,omitempty"`
}

// refusedInput is a link in an address that was refused. Without a code it is a question.
type refusedInput struct {
	Code     teams.Code `json:"code,omitempty"`
	Service  string     `json:"service,omitempty"`
	Input    string     `json:"input,omitempty"`
	Passcode string     `json:"passcode,omitempty"`
}

// meeting is what a session keeps of a teams.Meeting: how to join it, and whether it has a chat.
type meeting struct {
	locator
	Channel bool `json:"channel,omitempty"`
	// Tenant is the organisation's, as the link claims it; "" where the link names none.
	Tenant string `json:"tenant,omitempty"`
	// Cancelled is true when the pasted calendar entry cancels the meeting.
	Cancelled bool `json:"cancelled,omitempty"`
}

// locator is the meeting in one of the two shapes that the Calling SDK's join takes.
type locator struct {
	MeetingLink string `json:"meetingLink,omitempty"`
	MeetingID   string `json:"meetingId,omitempty"`
	Passcode    string `json:"passcode,omitempty"`
}

// passcode returns the meeting's passcode, also where it is part of the link; "" for none.
func (l locator) passcode() string {
	u, err := url.Parse(l.MeetingLink)
	if l.Passcode != "" || err != nil {
		return l.Passcode
	}
	return u.Query().Get("p")
}

func meetingOf(m teams.Meeting) meeting {
	if m.Kind == teams.KindLink {
		return meeting{locator: locator{MeetingLink: m.Link}, Channel: m.Channel, Tenant: m.TenantID}
	}
	return meeting{locator: locator{MeetingID: m.ID, Passcode: m.Passcode}, Channel: m.Channel, Tenant: m.TenantID}
}

// successor returns a new session of the same visitor, for another visit.
func (v session) successor() session {
	return session{ID: rand.Text(), Language: v.Language, Former: cmp.Or(v.UserID, v.Former)}
}

// key identifies this session's visit among others in the visitor's own browser. It reveals nothing.
func (v session) key() string {
	if v.booked != nil {
		return v.booked.key()
	}
	sum := sha256.Sum256([]byte("anteroom visit " + v.ID))
	return hex.EncodeToString(sum[:8])
}

// hasMeeting is also true for a sealed visit that no longer opens; checkAdmission then returns
// the reason.
func (v session) hasMeeting() bool { return v.Sealed != "" || v.Meeting != meeting{} }

const sessionValue = "visitor"

// sessionEncoding writes a visitor's session as the JSON that it is, because gob's description of it would be
// 60 bytes of a cookie that every first page sends.
type sessionEncoding struct{ former securecookie.GobEncoder }

func (sessionEncoding) Serialize(values any) ([]byte, error) {
	text, _ := values.(map[any]any)[sessionValue].(string)
	return []byte(text), nil
}

// Deserialize also reads the cookies of releases that wrote gob, whose text never begins with a brace.
func (e sessionEncoding) Deserialize(text []byte, values any) error {
	if !bytes.HasPrefix(text, []byte("{")) {
		return e.former.Deserialize(text, values)
	}
	*values.(*map[any]any) = map[any]any{sessionValue: string(text)}
	return nil
}

func (s *Site) cookieName() string { return cookie.Name("anteroom", s.origin.secure()) }

// session returns the visitor's session with its seal opened. It opens it once per request. A cookie that does
// not decode (because its key was removed or its text was changed) leads to a new session, never an error.
func (s *Site) session(r *http.Request) session {
	state := stateOf(r)
	if state.session != nil {
		return *state.session
	}
	v := s.storedSession(r)
	if v.ID == "" {
		v.ID = rand.Text()
	}
	if v.Sealed != "" {
		v.Meeting = meeting{}
		if opened, err := s.reopen(v.Sealed); err == nil {
			v.booked, v.Meeting = opened, meetingOf(opened.Meeting)
		}
	}
	state.session = &v
	return v
}

// storedSession returns the session in the cookie without opening its seal, or the zero session.
func (s *Site) storedSession(r *http.Request) session {
	state := stateOf(r)
	if state.stored != nil {
		return *state.stored
	}
	var v session
	if _, err := r.Cookie(s.cookieName()); err == nil {
		stored, _ := s.sessions.Get(r, s.cookieName())
		if raw, ok := stored.Values[sessionValue].(string); ok && json.Unmarshal([]byte(raw), &v) != nil {
			v = session{}
		}
	}
	state.stored = &v
	return v
}

// saveSession makes v the session of this answer and of the requests that follow.
func (s *Site) saveSession(w http.ResponseWriter, r *http.Request, v session) error {
	stored := v
	if v.Sealed != "" {
		stored.Meeting = meeting{}
	}
	raw, err := json.Marshal(stored)
	if err != nil {
		return fmt.Errorf("save session: %w", err)
	}
	sealed, _ := s.sessions.Get(r, s.cookieName())
	sealed.Values[sessionValue] = string(raw)
	w.Header().Del("Set-Cookie") // drop an earlier save of the same answer
	if err := sealed.Save(r, w); err != nil {
		return fmt.Errorf("save session: %w", err)
	}
	state := stateOf(r)
	state.stored, state.session = &stored, &v
	return nil
}
