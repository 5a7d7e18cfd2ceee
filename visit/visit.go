// Package visit holds a visit: who meets whom, when and in which role; its state
// at a moment; and the sealed link that carries it in place of a database.
//
// It does no I/O. It cannot find out whether the meeting exists or who has joined.
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

// Role is a visitor's part in a visit.
type Role string

// The closed list of roles.
const (
	// RoleGuest is the person the visit is for.
	RoleGuest Role = "guest"
	// RoleCompanion accompanies the guest, from another place.
	RoleCompanion Role = "companion"
	// RoleInterpreter interprets for the guest.
	RoleInterpreter Role = "interpreter"
	// RoleAudience watches and listens: no camera, no microphone, no sharing.
	RoleAudience Role = "audience"
	// RoleHost is the member of staff whom the visitor meets. Its link opens only for
	// signed-in staff.
	RoleHost Role = "host"
)

// Roles returns every role, the usual one first. The order is part of the sealed
// form: append only, at most 16.
func Roles() []Role {
	return append(VisitorRoles(), RoleHost)
}

// VisitorRoles returns the roles that a visitor can have, the usual one first.
func VisitorRoles() []Role {
	return []Role{RoleGuest, RoleCompanion, RoleInterpreter, RoleAudience}
}

// ID is a visit's random number. Budgets count by it, and a calendar finds its
// entry by it. It opens nothing and need not be secret. It has 48 bits: among a
// million visits, two share an ID with a probability of 1 in 560.
type ID [6]byte

var idText = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewID returns a random ID.
func NewID() (id ID) {
	_, _ = rand.Read(id[:]) // never fails: crypto/rand ends the program instead
	return id
}

// String returns the ID as ten lower-case letters and digits.
func (id ID) String() string { return idText.EncodeToString(id[:]) }

// DialIn is how to join the meeting by telephone; the zero value means not at all.
type DialIn struct {
	// Number to dial, such as +44 20 1234 5678.
	Number string
	// Conference is the conference ID to type after dialling, 1 to 20 digits.
	Conference string
}

// Visit is one person's invitation to one meeting. Open and Draft.Visit return
// valid visits; Validate and Seal check any other. A Visit prints and logs only
// its ID and role: the rest opens the meeting, or is personal.
type Visit struct {
	// ID stays the same when the visit is moved, and for the links of companion
	// and interpreter.
	ID ID
	// Revision counts how often the visit was changed, 0 to 63: a calendar takes
	// the entry with the highest (RFC 5545, SEQUENCE).
	Revision int
	// Created is the day on which the link was made, as Day returns it: from 2024
	// to 2150, zero for links of version 1, which do not carry it. A visit that
	// was moved has the day of its new link.
	Created time.Time
	// Meeting is in package teams' canonical form. A meeting ID may lack its
	// passcode: such meetings exist.
	Meeting teams.Meeting
	// Name of the visitor, at most 64 runes; empty if the visitor will type it.
	Name string
	// Host is the person the visitor meets, as the visitor reads it, such as
	// "Dr Asha Rao": at most 64 runes, may be empty.
	Host string
	// Start is a whole minute from 2024 to 2150, in any zone.
	Start time.Time
	// Minutes is the planned length, 1 to 1440.
	Minutes int
	// Zone is the visitor's IANA time zone, such as "Europe/London".
	Zone string
	// Language is the BCP 47 tag of the visitor's language, such as "en-GB".
	Language string
	// Role is one of Roles.
	Role Role
	// Phone is the number to call when joining fails, empty for the site's own:
	// 3 to 15 digits, with + ( ) - and spaces, at most 24 characters.
	Phone string
	// DialIn is the meeting's own telephone number.
	DialIn DialIn
	// Chat, Camera and Share are offered to the visitor if the role and the
	// meeting permit them too.
	Chat, Camera, Share bool
}

// End returns the planned end.
func (v Visit) End() time.Time { return v.Start.Add(time.Duration(v.Minutes) * time.Minute) }

// Location returns the visitor's time zone, or UTC if Zone is not valid.
func (v Visit) Location() *time.Location {
	l, ok := location(v.Zone)
	if !ok {
		return time.UTC
	}
	return l
}

// In returns the same visit for another person: same ID, meeting and time, another
// role and name.
func (v Visit) In(role Role, name string) Visit {
	v.Role, v.Name = role, name
	return v
}

// String returns the visit's ID only.
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

// Day returns the day of t in UTC, at midnight.
func Day(t time.Time) time.Time {
	y, m, d := t.UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// location finds an IANA zone by name. It rejects "Local" and "", which depend on
// this machine.
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
