package acs

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// The kinds of failure a caller may treat differently; test with [errors.Is]. An
// [*Error] has at most one of them.
var (
	// ErrIdentityNotOwned means that the identity does not belong to this resource:
	// it was deleted, or another resource created it. Create a new one.
	ErrIdentityNotOwned = errors.New("the identity does not belong to the resource")
	// ErrDenied means that the service rejected the key, the signature, the Entra
	// token or its role; the service does not say which. A wrong clock makes a
	// wrong signature.
	ErrDenied = errors.New("denied by the identity service")
	// ErrTeamsToken means that the service rejected the Teams user's Entra token:
	// it is empty, expired, or not issued for this exchange.
	ErrTeamsToken = errors.New("the Teams user's token was not accepted")
	// ErrThrottled means that the resource is over its limit; Error.RetryAfter is
	// the pause that the service asked for, if any.
	ErrThrottled = errors.New("throttled by the identity service")
	// ErrTimeout means that the deadline of the call, its context or its last try
	// passed. Whether the service did the work is unknown.
	ErrTimeout = errors.New("the identity service did not answer in time")
	// ErrUnavailable means that the service could not be reached, cut its answer
	// short, or answered with a server error.
	ErrUnavailable = errors.New("the identity service is unavailable")
	// ErrInvalidAnswer means that the answer cannot come from a working identity
	// service: a redirect, an HTML page, missing or impossible values, a token
	// that has already expired, or more than 1 MiB.
	ErrInvalidAnswer = errors.New("the answer is not that of an identity service")
	// ErrCredential means that the Entra credential returned no token. The
	// credential's own error is in the chain for [errors.As] but not in the text,
	// because it may contain Entra's whole response.
	ErrCredential = errors.New("the Entra credential returned no token")
)

// Error describes why an operation did not succeed. With [errors.Is] it matches one
// of the kinds above, or [context.Canceled] when the caller cancelled it. It matches
// none when only StatusCode and Code show the reason, as in 400 "ValidationError".
type Error struct {
	// Op is what was attempted, such as "create identity".
	Op string
	// StatusCode is the HTTP status of the answer, or 0 when there was none.
	StatusCode int
	// Code is the service's error code, such as "ValidationError", or empty. The
	// service does not promise a closed list.
	Code string
	// Target names the value that the service rejected, such as
	// "ExpiresInMinutes", or is empty.
	Target string
	// RetryAfter is the pause the service asked for, or 0 when it named none.
	RetryAfter time.Duration
	// CorrelationVector is the answer's MS-CV header, by which Microsoft's support
	// finds the request, or empty.
	CorrelationVector string
	// RequestID is the x-ms-client-request-id the request was sent with.
	RequestID string

	kind  error
	cause error
}

// Error returns one line for a log: what was attempted, the kind of failure, and
// what support asks for.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Op)
	if e.kind != nil {
		b.WriteString(": " + e.kind.Error())
	}
	var credentialErr *credentialError
	if e.cause != nil && !errors.As(e.cause, &credentialErr) {
		b.WriteString(": " + e.cause.Error())
	}
	var facts []string
	if e.StatusCode != 0 {
		facts = append(facts, fmt.Sprintf("status %d", e.StatusCode))
	}
	if e.RetryAfter != 0 {
		facts = append(facts, "retry after "+e.RetryAfter.String())
	}
	for _, f := range [][2]string{{"code", e.Code}, {"target", e.Target}, {"MS-CV", e.CorrelationVector}, {"request", e.RequestID}} {
		if f[1] != "" {
			facts = append(facts, f[0]+" "+f[1])
		}
	}
	if len(facts) > 0 {
		b.WriteString(" (" + strings.Join(facts, ", ") + ")")
	}
	return b.String()
}

// Unwrap returns the kind and the cause for [errors.Is] and [errors.As].
func (e *Error) Unwrap() []error {
	var errs []error
	for _, err := range []error{e.kind, e.cause} {
		if err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// answerError returns the error for an answer with an error status.
func answerError(resp *http.Response) *Error {
	e := newError(resp)
	var body struct {
		Error struct {
			Code   string `json:"code"`
			Target string `json:"target"`
		} `json:"error"`
	}
	if payload, err := runtime.Payload(resp); err == nil && json.Unmarshal(payload, &body) == nil {
		e.Code, e.Target = identifier(body.Error.Code), identifier(body.Error.Target)
	}
	if e.Code == "" {
		e.Code = identifier(resp.Header.Get("x-ms-error-code"))
	}
	e.RetryAfter = retryAfter(resp)
	e.kind = kindOf(e.StatusCode, e.Code)
	return e
}

// kindOf looks at the code before the status: 401 can mean more than a bad credential.
func kindOf(status int, code string) error {
	switch {
	case code == "IdentityNotOwned":
		return ErrIdentityNotOwned
	case code == "InvalidAccessToken":
		return ErrTeamsToken
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return ErrDenied
	case status == http.StatusTooManyRequests:
		return ErrThrottled
	case status == http.StatusRequestTimeout || status >= 500:
		return ErrUnavailable
	case status >= 400:
		return nil
	}
	return ErrInvalidAnswer
}

// invalidAnswer returns the error for an invalid answer with a successful status.
// cause must not quote the answer.
func invalidAnswer(resp *http.Response, cause error) *Error {
	e := newError(resp)
	e.kind, e.cause = ErrInvalidAnswer, cause
	return e
}

func newError(resp *http.Response) *Error {
	return &Error{StatusCode: resp.StatusCode, CorrelationVector: visible(resp.Header.Get("MS-CV"), 128)}
}

// noAnswer returns the error for a call that ended without an answer.
func noAnswer(err error) *Error {
	var credentialErr *credentialError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, context.Canceled):
		return &Error{cause: context.Canceled}
	case errors.As(err, &credentialErr):
		return &Error{kind: ErrCredential, cause: credentialErr}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return &Error{kind: ErrTimeout, cause: context.DeadlineExceeded}
	case errors.Is(err, tooLargeError{}):
		return &Error{kind: ErrInvalidAnswer, cause: tooLargeError{}}
	}
	return &Error{kind: ErrUnavailable, cause: quotable(err)}
}

// quotable returns the part of a transport's error whose text cannot hold bytes
// that were received (net/http quotes a malformed answer) or the request's URL
// (which holds the identity), or nil.
func quotable(err error) error {
	var op *net.OpError
	var cert *tls.CertificateVerificationError
	switch {
	case errors.As(err, &op):
		return op
	case errors.As(err, &cert):
		return cert
	case errors.Is(err, io.ErrUnexpectedEOF):
		return io.ErrUnexpectedEOF
	case errors.Is(err, io.EOF):
		return io.EOF
	}
	return nil
}

// identifier returns s when it is a plain identifier, otherwise an empty string:
// the result is logged.
func identifier(s string) string {
	if len(s) > 64 || strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") != "" {
		return ""
	}
	return s
}

// visible returns s when it is at most limit visible ASCII characters, otherwise an
// empty string.
func visible(s string, limit int) string {
	if len(s) > limit || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return ""
	}
	return s
}
