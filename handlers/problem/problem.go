// Package problem is the table of all failures that a client can see. Each has a stable name, an HTTP
// status, and texts in the catalogue under problem.<name>. It renders nothing.
package problem

import (
	"errors"
	"net/http"
	"os"
	"strings"

	"github.com/anteroom-visit/anteroom/handlers/traffic"
)

// Problem is one kind of failure as a client sees it. Its texts are in the catalogue under
// problem.<Slug>; its type for scripts is urn:anteroom:problem:<Slug>.
type Problem struct {
	Slug string
	// Status is the HTTP status that goes with it.
	Status int
}

func (p Problem) Error() string { return p.Slug }

// The table. Every other error is Internal.
var (
	BadRequest  = Problem{"bad-request", http.StatusBadRequest}
	CrossSite   = Problem{"cross-site", http.StatusForbidden}
	NotFound    = Problem{"not-found", http.StatusNotFound}
	Method      = Problem{"method-not-allowed", http.StatusMethodNotAllowed}
	NoVisit     = Problem{"no-visit", http.StatusConflict}
	TooSlow     = Problem{"request-timeout", http.StatusRequestTimeout}
	TooLarge    = Problem{"too-large", http.StatusRequestEntityTooLarge}
	NotJSON     = Problem{"not-json", http.StatusUnsupportedMediaType}
	InvalidName = Problem{"invalid-name", http.StatusUnprocessableEntity}
	Internal    = Problem{"internal", http.StatusInternalServerError}
	TooBusy     = Problem{"too-busy", http.StatusServiceUnavailable}
	NoIdentity  = Problem{"no-identity", http.StatusConflict}
	SignedOut   = Problem{"desk-signed-out", http.StatusUnauthorized}

	// Why a command of a rehearsal's host is rejected.
	HostKey    = Problem{"host-key", http.StatusForbidden}
	NoRoom     = Problem{"no-room", http.StatusNotFound}
	NotNow     = Problem{"not-now", http.StatusConflict}
	BadCommand = Problem{"bad-command", http.StatusBadRequest}

	// Why the rule of admission issues no token.
	LinkNeeded        = Problem{"link-needed", http.StatusForbidden}
	OtherOrganisation = Problem{"other-organisation", http.StatusForbidden}

	// Why a visit cannot be joined by its sealed link.
	VisitUnknown = Problem{"visit-unknown", http.StatusNotFound}
	VisitEarly   = Problem{"visit-early", http.StatusConflict}
	VisitEnded   = Problem{"visit-ended", http.StatusGone}
	VisitChanged = Problem{"visit-changed", http.StatusConflict}
	LinkAgain    = Problem{"link-again", http.StatusConflict}

	// Which budget of joins is used up.
	SessionBudget = Problem{"too-many-joins-session", http.StatusTooManyRequests}
	VisitBudget   = Problem{"too-many-joins-visit", http.StatusTooManyRequests}
	AddressBudget = Problem{"too-many-joins-address", http.StatusTooManyRequests}
	DailyLimit    = Problem{"daily-limit", http.StatusTooManyRequests}
)

// FromBody returns TooLarge for a body over its limit, TooSlow for one that did not arrive in time, TooBusy
// while too many bodies are in memory, and BadRequest for every other error of reading one. It drops the
// error's text, which can quote what the visitor sent.
func FromBody(err error) error {
	if errors.Is(err, traffic.ErrBusy) {
		return TooBusy
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return TooSlow
	}
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return TooLarge
	}
	return BadRequest
}

// ForScript reports whether one of our scripts made the request, so that it needs a problem as JSON, rather
// than a person who followed a link.
func ForScript(r *http.Request) bool {
	accept := r.Header.Get("Accept")
	if strings.Contains(accept, "text/html") {
		return false
	}
	if strings.Contains(accept, "json") {
		return true
	}
	path := r.URL.Path
	scripted := strings.HasPrefix(path, "/visit/") || strings.HasPrefix(path, "/rehearsal/") || path == "/csp"
	return scripted && r.Method == http.MethodPost
}
