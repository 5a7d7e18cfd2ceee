// Package visit is who meets whom, when and in which role: a Visit, its state at
// a moment, and the sealed link that carries it, since no database does. It knows
// neither HTTP nor pages, asks no service and keeps nothing: whether the meeting
// exists, and who has already joined it, it cannot say.
package visit

import (
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"
	_ "time/tzdata" // the program runs in images without a zone database

	"github.com/anteroom-visit/anteroom/teams"
)

// Role is what a visitor is in a visit.
type Role string

// The closed list of roles.
const (
	// RoleGuest is the visitor whom the visit is for.
	RoleGuest Role = "guest"
	// RoleCompanion is somebody who is with the guest, from another place.
	RoleCompanion Role = "companion"
	// RoleInterpreter is somebody who interprets for the guest.
	RoleInterpreter Role = "interpreter"
	// RoleAudience watches and listens: no camera, no microphone, no sharing.
	RoleAudience Role = "audience"
)

// Roles lists every role, the usual one first. The order is part of the sealed
// form: append only.
func Roles() []Role {
	return []Role{RoleGuest, RoleCompanion, RoleInterpreter, RoleAudience}
}

// ID is a visit's random number: budgets are counted by it, and a calendar keeps
// its entry by it. It opens nothing, so it need not be secret. 48 bits: among a
// million visits, two share one with a chance of 1 in 560.
type ID [6]byte

var idText = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewID makes a random ID.
func NewID() (id ID) {
	_, _ = rand.Read(id[:]) // never fails: it ends the program instead
	return id
}

// String is the ID in ten lower-case letters and digits.
func (id ID) String() string { return idText.EncodeToString(id[:]) }

// DialIn is the telephone way into the meeting itself; the zero value is none.
type DialIn struct {
	// Number is dialled, such as +44 20 1234 5678.
	Number string
	// Conference is the conference ID to type after it, 1 to 20 digits.
	Conference string
}

// Visit is one person's way into one meeting. A Visit from Open or from
// Draft.Visit is valid; one put together by hand is checked by Validate and Seal.
// It prints and logs as its ID alone: the rest is a key to the meeting, or personal.
type Visit struct {
	// ID stays the same when the visit is moved, and for the links of companion
	// and interpreter.
	ID ID
	// Revision counts how often the visit was changed, 0 to 63: a calendar takes
	// the entry with the highest (RFC 5545, SEQUENCE).
	Revision int
	// Meeting is in the canonical form that package teams gives.
	Meeting teams.Meeting
	// Name is the visitor's, at most 64 runes, empty when the visitor is to type it.
	Name string
	// Host is whom the visitor meets as the visitor reads it, such as
	// "Dr Asha Rao": at most 64 runes, may be empty.
	Host string
	// Start is a whole minute from 2024 to 2150, in any zone.
	Start time.Time
	// Minutes is how long the visit was planned, 1 to 1440.
	Minutes int
	// Zone is the visitor's IANA time zone, such as "Europe/London".
	Zone string
	// Language is the BCP 47 tag of the visitor's language, such as "en-GB".
	Language string
	// Role is one of Roles.
	Role Role
	// Phone is a number to call when joining fails, empty for the site's own:
	// 3 to 15 digits, with + ( ) - and spaces, at most 24 characters.
	Phone string
	// DialIn is the meeting's own telephone number.
	DialIn DialIn
	// Chat, Camera and Share say what the visitor is offered, as far as the role
	// and the meeting permit.
	Chat, Camera, Share bool
}

// End is when the visit was planned to end.
func (v Visit) End() time.Time { return v.Start.Add(time.Duration(v.Minutes) * time.Minute) }

// Location is the visitor's time zone; UTC when Zone is none.
func (v Visit) Location() *time.Location {
	l, ok := location(v.Zone)
	if !ok {
		return time.UTC
	}
	return l
}

// In is the same visit for somebody else: same ID, same meeting and time, another
// role and a name of their own.
func (v Visit) In(role Role, name string) Visit {
	v.Role, v.Name = role, name
	return v
}

// String names the visit by its ID.
func (v Visit) String() string { return fmt.Sprintf("visit %s", v.ID) }

// Format prints String for every verb, so that no %+v or %#v shows the meeting.
func (v Visit) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, v.String()) }

// LogValue logs the ID and the role, nothing else.
func (v Visit) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", v.ID.String()), slog.String("role", string(v.Role)))
}

// MarshalJSON writes the ID and the role, so that no log in JSON shows the rest.
func (v Visit) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, `{"id":%q,"role":%q}`, v.ID.String(), v.Role), nil
}

// location finds an IANA zone by its own name. "Local" is this machine's, and ""
// is nobody's: neither means anything in a link.
func location(name string) (*time.Location, bool) {
	if name == "" || name == "Local" || len(name) > maxZone || strings.Trim(name, zoneLetters) != "" {
		return nil, false
	}
	l, err := time.LoadLocation(name)
	return l, err == nil
}

const (
	maxZone     = 40
	zoneLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/_+-"
)
