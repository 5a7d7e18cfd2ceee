package handlers

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"log/slog"
	"net/http"

	"go.opentelemetry.io/otel/trace"
)

// requestState is what the site knows about one request. Every handler of the request shares it,
// so that a cookie is decoded and a seal opened once.
type requestState struct {
	id string
	// nonce allows the styles of a page with a call, "" on every other page.
	nonce string
	// stored is the session as the cookie holds it, nil until it is read.
	stored *session
	// session is stored with its seal opened, nil until it is opened.
	session *session
	// quiet leaves the request out of the log.
	quiet bool
	// visit is the visit that the answer is about, nil for none.
	visit *sealedVisit
}

type contextKey struct{}

// withState returns a request that carries a state of its own.
func withState(r *http.Request) (*http.Request, *requestState) {
	state := &requestState{id: rand.Text()[:16]}
	return r.WithContext(context.WithValue(r.Context(), contextKey{}, state)), state
}

// stateOf returns the request's state, or a new one for a request that did not pass the middleware.
func stateOf(r *http.Request) *requestState {
	if state, ok := r.Context().Value(contextKey{}).(*requestState); ok {
		return state
	}
	return new(requestState)
}

// requestID returns the ID that a visitor can quote and an operator can find in the log.
func requestID(r *http.Request) string { return stateOf(r).id }

// reference returns what leads from a visitor's page to the log's lines of this visit, "" before the session
// is read. It is drawn at random and names nobody.
func (s *requestState) reference() string {
	if s.session == nil || s.session.ID == "" {
		return ""
	}
	sum := sha256.Sum256([]byte("anteroom reference " + s.session.ID))
	text := base32.StdEncoding.EncodeToString(sum[:5])
	return text[:4] + "-" + text[4:]
}

// setContextVisit sets the visit that the answer is about, which decides its language and phone number.
func setContextVisit(r *http.Request, v *sealedVisit) {
	if v != nil {
		stateOf(r).visit = v
	}
}

// contextVisit returns the visit that the answer is about, nil for none.
func contextVisit(r *http.Request) *sealedVisit { return stateOf(r).visit }

// requestLog adds the IDs of request, visit and trace to every line that is logged with the request's context.
type requestLog struct{ slog.Handler }

func (l requestLog) Handle(ctx context.Context, record slog.Record) error {
	if state, ok := ctx.Value(contextKey{}).(*requestState); ok {
		record.AddAttrs(slog.String("request_id", state.id))
		if reference := state.reference(); reference != "" {
			record.AddAttrs(slog.String("reference", reference))
		}
	}
	if span := trace.SpanContextFromContext(ctx); span.IsSampled() {
		record.AddAttrs(slog.String("trace_id", span.TraceID().String()))
	}
	return l.Handler.Handle(ctx, record)
}

func (l requestLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestLog{l.Handler.WithAttrs(attrs)}
}

func (l requestLog) WithGroup(name string) slog.Handler { return requestLog{l.Handler.WithGroup(name)} }

// isNavigation reports whether the browser loads a page, as for a person who followed a link, and not an
// image or a script. Browsers without Sec-Fetch headers count as navigating. Sec-Fetch-User would be too
// strict, because the redirects of mail gateways lack it.
func isNavigation(r *http.Request) bool {
	dest, mode := r.Header.Get("Sec-Fetch-Dest"), r.Header.Get("Sec-Fetch-Mode")
	if dest == "" && mode == "" {
		return true
	}
	return mode == "navigate" && (dest == "document" || dest == "iframe")
}
