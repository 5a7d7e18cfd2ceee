package acstest

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
)

// Operation is an operation of the service. Each has its own limit.
type Operation string

// The operations.
const (
	// OpCreate is the creation of an identity without a token.
	OpCreate Operation = "create"
	// OpCreateWithToken is the creation of an identity with its first token.
	OpCreateWithToken Operation = "createWithToken"
	// OpIssue is the issue of a token for an identity.
	OpIssue Operation = "issue"
	// OpRevoke is the revocation of all of an identity's tokens.
	OpRevoke Operation = "revoke"
	// OpDelete is the deletion of an identity.
	OpDelete Operation = "delete"
	// OpExchange is the exchange of a Teams user's Entra token.
	OpExchange Operation = "exchange"
)

const maxBody = 64 << 10

// ServeHTTP answers one request as the identity service does.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.writeHeader(w.Header(), r, s.clock())
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		failure(http.StatusRequestEntityTooLarge, serviceError{Code: "RequestTooLarge", Message: "The request is too large."}).write(w)
		return
	}
	op, id, notFound := route(r, body)
	fault := s.takeFault(op)
	if !fault.pause(r.Context()) {
		panic(http.ErrAbortHandler)
	}
	if fault.replaceOperation(w) {
		return
	}
	fault.write(w, s.answer(r, op, id, body, notFound))
}

func (s *Server) answer(r *http.Request, op Operation, id string, body []byte, notFound *answer) *answer {
	if a := s.authenticate(r, body); a != nil {
		return a
	}
	if notFound != nil {
		return notFound
	}
	if version := r.URL.Query().Get("api-version"); !slices.Contains(s.versions, version) {
		return unknownVersion(r, version)
	}
	if wait := s.takeLimit(op); wait > 0 {
		return throttled(wait)
	}
	if a := checkContentType(r, body); a != nil {
		return a
	}
	switch op {
	case OpCreate, OpCreateWithToken:
		return s.create(body)
	case OpIssue:
		return s.issue(id, body)
	case OpRevoke:
		return s.revoke(id)
	case OpDelete:
		return s.remove(id)
	case OpExchange:
		return s.exchange(body)
	}
	return notFoundAnswer()
}

// route returns the operation and the identity of a request, or the answer for an
// unknown path or method.
func route(r *http.Request, body []byte) (op Operation, id string, notFound *answer) {
	method := http.MethodPost
	segments := strings.Split(strings.TrimPrefix(r.URL.Path, "/"), "/")
	switch {
	case len(segments) == 1 && segments[0] == "identities":
		op = OpCreate
		var b createRequest
		if json.Unmarshal(body, &b) == nil && len(b.Scopes) > 0 {
			op = OpCreateWithToken
		}
	case len(segments) == 2 && segments[0] == "teamsUser" && segments[1] == ":exchangeAccessToken":
		op = OpExchange
	case len(segments) == 2 && segments[0] == "identities" && segments[1] != "":
		op, id, method = OpDelete, segments[1], http.MethodDelete
	case len(segments) == 3 && segments[0] == "identities" && segments[2] == ":issueAccessToken":
		op, id = OpIssue, segments[1]
	case len(segments) == 3 && segments[0] == "identities" && segments[2] == ":revokeAccessTokens":
		op, id = OpRevoke, segments[1]
	default:
		return "", "", notFoundAnswer()
	}
	if r.Method != method {
		a := failure(http.StatusMethodNotAllowed, serviceError{Code: "MethodNotAllowed", Message: "The method is not allowed."})
		a.header = map[string]string{"Allow": method}
		return "", "", a
	}
	return op, id, nil
}

func notFoundAnswer() *answer {
	return failure(http.StatusNotFound, serviceError{Code: "ResourceNotFound", Message: "The resource was not found."})
}

func checkContentType(r *http.Request, body []byte) *answer {
	if len(body) == 0 {
		return nil
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return failure(http.StatusUnsupportedMediaType, serviceError{Code: "UnsupportedMediaType", Message: "The content must be application/json."})
	}
	return nil
}
