// Package identity declares the service that issues identities and tokens, as the site needs it, and
// deletes the identities that visitors abandon. It calls no service itself.
package identity

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/anteroom-visit/anteroom/secret"
)

// Service issues and deletes identities.
type Service interface {
	// Create makes an identity and its first token in one request.
	Create(ctx context.Context) (Credential, error)
	// Renew issues another token for an identity. It returns ErrForeign when the service does not
	// own the identity.
	Renew(ctx context.Context, userID string) (Token, error)
	// Delete removes the identity and revokes its tokens. It returns nil for an unknown identity.
	Delete(ctx context.Context, userID string) error
}

// Credential is an identity with a token of its own.
type Credential struct {
	UserID string
	Token  Token
}

// Token is an access token. It prints without its value, which only Value.Reveal returns.
type Token struct {
	Value     secret.Text
	ExpiresOn time.Time
}

// ErrForeign reports that the service does not own an identity: it was deleted, or belongs to another
// resource.
var ErrForeign = errors.New("the identity service does not own this identity")

// Reason is why the service could not serve a visitor. Each reason has its own words for the visitor.
type Reason string

// The reasons.
const (
	// Busy: the service throttles requests.
	Busy Reason = "service-busy"
	// Late: no answer within the time that a visitor can be asked to wait.
	Late Reason = "service-late"
	// Unavailable: the service answered with an error or an invalid answer, or not at all.
	Unavailable Reason = "service-unavailable"
	// Refused: the service does not accept the site's own credential; only the operator can help.
	Refused Reason = "service-refused"
	// Starting: the service does not accept the site's credential yet, because the site is new.
	Starting Reason = "service-starting"
)

// ServiceError is a failed request to the service.
type ServiceError struct {
	Reason Reason
	// RetryAfter is how long the service asked to wait, 0 when it named no time.
	RetryAfter time.Duration
	// Support is the service's correlation vector (MS-CV), which Microsoft's support asks for.
	Support string
	Err     error
}

func (e *ServiceError) Error() string { return fmt.Sprintf("%s: %v", e.Reason, e.Err) }

func (e *ServiceError) Unwrap() error { return e.Err }
