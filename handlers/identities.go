package handlers

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Identities is what the site asks of the identity service.
type Identities interface {
	// Create makes an identity and its first token in one request.
	Create(ctx context.Context) (Credential, error)
	// Renew makes another token for an identity. ErrForeignIdentity when the service does not
	// know it (any more).
	Renew(ctx context.Context, userID string) (Token, error)
	// Delete removes the identity and revokes its tokens. An unknown one is no error.
	Delete(ctx context.Context, userID string) error
}

// Credential is an identity with a token of its own.
type Credential struct {
	UserID string
	Token  Token
}

// Token is an access token as the browser needs it.
type Token struct {
	Value     string
	ExpiresOn time.Time
}

// ErrForeignIdentity says that the service has no such identity: it was deleted, or belongs to
// another resource.
var ErrForeignIdentity = errors.New("the identity service does not own this identity")

// Reason is why the identity service could not serve a visitor.
type Reason string

// The reasons; each has words of its own for the visitor.
const (
	// Busy: the service asked us to slow down.
	Busy Reason = "service-busy"
	// Late: no answer within the time a visitor can be asked to wait.
	Late Reason = "service-late"
	// Unavailable: the service answered with a fault, with nonsense, or not at all.
	Unavailable Reason = "service-unavailable"
	// Refused: the service does not accept the site's own credential; only the operator can help.
	Refused Reason = "service-refused"
)

// ServiceError is a failed request to the identity service.
type ServiceError struct {
	Reason Reason
	// RetryAfter is how long the service asked us to wait, 0 when it did not say.
	RetryAfter time.Duration
	// Support is the service's correlation vector (MS-CV), which Microsoft's support asks for.
	Support string
	Err     error
}

func (e *ServiceError) Error() string { return fmt.Sprintf("%s: %v", e.Reason, e.Err) }

func (e *ServiceError) Unwrap() error { return e.Err }
