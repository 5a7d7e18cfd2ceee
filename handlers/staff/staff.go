// Package staff signs members of staff in with the organisation's own accounts and keeps their sessions in
// their browsers, encrypted. It decides nothing about what they may do beyond signing in.
package staff

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/a-h/templ"
	"golang.org/x/sync/singleflight"

	"github.com/anteroom-visit/anteroom/locales"
	"github.com/anteroom-visit/anteroom/secret"
	"github.com/anteroom-visit/anteroom/views"
)

// The addresses of the sign-in.
const (
	SignInPath   = "/desk/sign-in/microsoft"
	CallbackPath = "/desk/sign-in/callback"
	deskPath     = "/desk"
	choicePath   = "/desk/sign-in"
)

const (
	sessionLifetime     = 8 * time.Hour    // of a sign-in, used or not: about a working day
	transactionLifetime = 15 * time.Minute // to sign in, consent and pass a second factor
	// renewAfter is when the accounts' directory is asked again. A disabled account loses access after at
	// most trustFor, also while the directory cannot be reached.
	renewAfter = 45 * time.Minute
	trustFor   = time.Hour
	maxRevoked = 10_000
)

// Account is a signed-in member of staff.
type Account struct {
	// ID never changes; the audit log keeps it.
	ID       string `json:"id"`
	Name     string `json:"name,omitempty"`
	Username string `json:"username,omitempty"`
	// Hint preselects the account at the provider.
	Hint string `json:"hint,omitempty"`
}

// Session is what a provider returns for a signed-in account.
type Session struct {
	Account Account
	// Refresh renews the session and obtains tokens.
	Refresh secret.Text
	// Renewed is when the provider last confirmed the account.
	Renewed time.Time
}

// Ask is what a sign-in is for.
type Ask struct {
	// Callback is the address of this site that the browser comes back to.
	Callback string
	// Resource is a further right to ask consent for: [RightMeetings], [RightCalls], or "" for none.
	Resource string
	// Claims answers a claims challenge.
	Claims string
	// Hint preselects an account.
	Hint string
}

// Provider is the directory of the organisation's accounts. Its failures implement [Failure].
type Provider interface {
	// Begin returns a transaction, which only this browser may see, and the address to redirect to.
	Begin(ctx context.Context, a Ask) (transaction []byte, address string, err error)
	// Complete turns the query of the way back into a session.
	Complete(ctx context.Context, transaction []byte, query url.Values) (Session, error)
	// Renew confirms the account.
	Renew(ctx context.Context, s Session) (Session, error)
	// TeamsToken returns a token that acts as the account in Teams calls, and the session as it must be
	// kept from now on.
	TeamsToken(ctx context.Context, s Session) (TeamsToken, Session, error)
	// CreateMeeting creates a Teams meeting whose organiser is the account, and returns the session as
	// [Provider.TeamsToken] does.
	CreateMeeting(ctx context.Context, s Session, m NewMeeting) (Meeting, Session, error)
	// SignOutURL returns the address that ends the session at the provider and leads back to after.
	SignOutURL(ctx context.Context, s Session, after string) (string, error)
}

// TeamsToken is an ACS access token that acts as a Teams user.
type TeamsToken struct {
	// UserID is the account's raw ID in calls, such as "8:orgid:<object ID>".
	UserID    string
	Value     secret.Text
	ExpiresOn time.Time
}

// Failure is implemented by errors that have a reason with words of its own in the catalogue, under
// staff.<reason>.
type Failure interface {
	error
	// StaffReason returns the reason, such as "consent-required".
	StaffReason() string
	// StaffClaims returns a claims challenge for a new sign-in, or "".
	StaffClaims() string
	// StaffNumber returns the provider's own number of the error, or "".
	StaffNumber() string
}

// describe returns the reason of an error, "unavailable" where it has none, and what else is known.
func describe(err error) (reason, claims, number string) {
	var f Failure
	if errors.As(err, &f) {
		return f.StaffReason(), f.StaffClaims(), f.StaffNumber()
	}
	return "unavailable", "", ""
}

// ReasonOf returns the reason of an error, "unavailable" where it has none.
func ReasonOf(err error) string {
	reason, _, _ := describe(err)
	return reason
}

// Site is what the sign-in needs of the site around it.
type Site interface {
	Page(r *http.Request, title string) views.Page
	Render(w http.ResponseWriter, r *http.Request, status int, page templ.Component) error
	Translator(r *http.Request) locales.Translator
	// Address returns where another browser finds the site, with a slash at its end.
	Address(r *http.Request) string
}

// The rights that a site may use beyond signing staff in.
const (
	// RightMeetings creates Teams meetings.
	RightMeetings = "meetings"
	// RightCalls issues tokens with which staff join calls as Teams users.
	RightCalls = "calls"
)

// Rights lists all rights.
func Rights() []string { return []string{RightMeetings, RightCalls} }

// Options configures a [Staff].
type Options struct {
	Provider Provider
	// Rights are the rights that the site uses; none leaves the sign-in alone.
	Rights []string
	// SessionKeys encrypt the cookies: the first seals, all of them open. Secure cookies travel over
	// https only.
	SessionKeys []string
	Secure      bool
	Site        Site
	Log         *slog.Logger
	Now         func() time.Time
}

// Staff is the sign-in.
type Staff struct {
	provider  Provider
	rights    []string
	site      Site
	log       *slog.Logger
	now       func() time.Time
	sealed    codec
	names     names
	renewals  singleflight.Group
	creations *once

	mu      sync.Mutex
	revoked map[string]time.Time // sessions that were signed out, until they would have ended
}

// New returns a sign-in.
func New(o Options) (*Staff, error) {
	sealed, err := newCodec(o.SessionKeys)
	if err != nil {
		return nil, err
	}
	return &Staff{
		provider: o.Provider, rights: o.Rights, site: o.Site, log: o.Log, now: o.Now, sealed: sealed, names: cookieNames(o.Secure),
		creations: newOnce(o.Now), revoked: make(map[string]time.Time),
	}, nil
}

// CreatesMeetings reports whether the site uses [RightMeetings].
func (s *Staff) CreatesMeetings() bool { return slices.Contains(s.rights, RightMeetings) }

// JoinsCalls reports whether the site uses [RightCalls].
func (s *Staff) JoinsCalls() bool { return slices.Contains(s.rights, RightCalls) }

// Handler answers a request, or returns an error for the site's table.
type Handler = func(w http.ResponseWriter, r *http.Request) error

// Routes lists the addresses of the sign-in.
func (s *Staff) Routes(read func(path string, h Handler)) {
	read(SignInPath, s.begin)
	read(CallbackPath, s.complete)
}
