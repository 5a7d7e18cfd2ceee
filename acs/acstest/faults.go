package acstest

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// FaultKind names a way in which an answer goes wrong.
type FaultKind string

// The faults. Faults that spoil an answer come after the operation, as on a real
// network: the ledger shows what the client never learned.
const (
	// FaultSlow answers correctly after Fault.Delay.
	FaultSlow FaultKind = "slow"
	// FaultThrottled answers 429, with Retry-After when Fault.RetryAfter is set.
	FaultThrottled FaultKind = "throttled"
	// FaultServerError answers 500 in the service's error shape.
	FaultServerError FaultKind = "serverError"
	// FaultUnavailable answers 503, with Retry-After when Fault.RetryAfter is set.
	FaultUnavailable FaultKind = "unavailable"
	// FaultDenied answers 403 Denied.
	FaultDenied FaultKind = "denied"
	// FaultNotOwned answers 401 IdentityNotOwned.
	FaultNotOwned FaultKind = "notOwned"
	// FaultHTML answers with a gateway's HTML page and Fault.Status (502 when 0).
	FaultHTML FaultKind = "html"
	// FaultRedirect answers 307 to another host.
	FaultRedirect FaultKind = "redirect"
	// FaultDrop closes the connection without doing anything.
	FaultDrop FaultKind = "drop"
	// FaultDropAnswer does the work and closes the connection without an answer.
	FaultDropAnswer FaultKind = "dropAnswer"
	// FaultTruncated closes the connection in the middle of the answer.
	FaultTruncated FaultKind = "truncated"
	// FaultMalformed answers with JSON that ends too early.
	FaultMalformed FaultKind = "malformed"
	// FaultWrongTypes answers with JSON whose values have other types.
	FaultWrongTypes FaultKind = "wrongTypes"
	// FaultMissing answers with an empty JSON object.
	FaultMissing FaultKind = "missing"
	// FaultExpired answers with a token whose expiry has passed.
	FaultExpired FaultKind = "expired"
	// FaultHuge answers with 10 MB of JSON.
	FaultHuge FaultKind = "huge"
)

// Fault describes what goes wrong with the next requests.
type Fault struct {
	Kind FaultKind
	// Operation limits the fault to one operation; empty means any request.
	Operation Operation
	// Times is how many requests it affects; 0 means one.
	Times int
	// Delay passes before anything else happens, with every kind.
	Delay time.Duration
	// RetryAfter is sent in whole seconds, rounded up.
	RetryAfter time.Duration
	// Status is the status of FaultHTML; 0 means 502.
	Status int
}

// Inject queues a fault. Each request takes the first queued fault that matches it.
// An unknown kind and a number out of range are errors.
func (s *Server) Inject(f Fault) error {
	if _, known := faultAnswers()[f.Kind]; !known {
		return fmt.Errorf("acstest: unknown fault %.40q", string(f.Kind))
	}
	if f.Times < 0 || f.Delay < 0 || f.RetryAfter < 0 || (f.Status != 0 && (f.Status < 200 || f.Status > 599)) {
		return fmt.Errorf("acstest: fault %q has a number out of range", string(f.Kind))
	}
	f.Times = max(1, f.Times)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
	return nil
}

// ClearFaults empties the queue of faults.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// faultAnswers maps each fault to the answer that replaces the operation, or to nil
// for a fault that comes after the operation.
func faultAnswers() map[FaultKind]func(Fault) *answer {
	return map[FaultKind]func(Fault) *answer{
		FaultThrottled: func(f Fault) *answer { return throttled(f.RetryAfter) },
		FaultServerError: func(Fault) *answer {
			return failure(http.StatusInternalServerError, serviceError{Code: "InternalError", Message: "An internal error occurred."})
		},
		FaultUnavailable: func(f Fault) *answer {
			a := failure(http.StatusServiceUnavailable, serviceError{Code: "ServiceUnavailable", Message: "The service is unavailable."})
			a.header = throttled(f.RetryAfter).header
			return a
		},
		FaultDenied:   func(Fault) *answer { return denied(http.StatusForbidden) },
		FaultNotOwned: func(Fault) *answer { return notOwned() },
		FaultHTML:     htmlPage,
		FaultRedirect: func(Fault) *answer {
			return &answer{status: http.StatusTemporaryRedirect, header: map[string]string{"Location": "http://127.0.0.2:1/elsewhere"}}
		},
		FaultDrop: nil, FaultDropAnswer: nil, FaultSlow: nil, FaultTruncated: nil, FaultMalformed: nil,
		FaultWrongTypes: nil, FaultMissing: nil, FaultExpired: nil, FaultHuge: nil,
	}
}

func htmlPage(f Fault) *answer {
	status := f.Status
	if status == 0 {
		status = http.StatusBadGateway
	}
	return &answer{
		status: status,
		header: map[string]string{"Content-Type": "text/html"},
		body:   []byte("<!DOCTYPE html><html><head><title>Gateway</title></head><body><h1>Our services aren't available right now</h1></body></html>"),
	}
}

// pause waits for the fault's delay; false means that the client went away first.
func (f Fault) pause(ctx context.Context) bool {
	if f.Delay == 0 {
		return true
	}
	timer := time.NewTimer(f.Delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// replaceOperation answers with the fault if that replaces the operation, and
// reports whether it did.
func (f Fault) replaceOperation(w http.ResponseWriter) bool {
	if f.Kind == FaultDrop {
		panic(http.ErrAbortHandler)
	}
	answerFor := faultAnswers()[f.Kind]
	if answerFor == nil {
		return false
	}
	answerFor(f).write(w)
	return true
}

// write sends the operation's answer, spoiled by the fault.
func (f Fault) write(w http.ResponseWriter, a *answer) {
	switch f.Kind {
	case FaultSlow, FaultDrop, FaultThrottled, FaultServerError, FaultUnavailable, FaultDenied, FaultNotOwned, FaultHTML, FaultRedirect:
		// Handled before the operation.
	case FaultDropAnswer:
		panic(http.ErrAbortHandler)
	case FaultTruncated:
		if len(a.body) == 0 { // a 204 has nothing to cut
			a = &answer{status: http.StatusOK, body: []byte("{}")}
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
		a.body = a.body[:len(a.body)/2]
		a.write(w)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	case FaultMalformed:
		a.body = a.body[:len(a.body)/2]
	case FaultWrongTypes:
		a.body = []byte(`{"identity":{"id":["8:acs:x"]},"accessToken":"none","token":{"a":1},"expiresOn":false}`)
	case FaultMissing:
		a.body = []byte(`{}`)
	case FaultExpired:
		a.body = expireToken(a.body)
	case FaultHuge:
		a.body = []byte(`{"padding":"` + strings.Repeat("x", 10<<20) + `"}`)
	}
	if a.status == http.StatusNoContent && len(a.body) > 0 {
		a.status = http.StatusOK
	}
	a.write(w)
}

// expireToken moves an answer's expiry back to the last century.
func expireToken(body []byte) []byte {
	const field = `"expiresOn":"20`
	return bytes.ReplaceAll(body, []byte(field), []byte(`"expiresOn":"19`))
}
