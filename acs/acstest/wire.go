package acstest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// answer is a response before it is written, so that a fault can still spoil it.
type answer struct {
	status int
	header map[string]string
	body   []byte
}

type serviceError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Target  string `json:"target,omitempty"`
}

type tokenResult struct {
	Token     string `json:"token"`
	ExpiresOn string `json:"expiresOn"`
}

type identityResult struct {
	Identity struct {
		ID string `json:"id"`
	} `json:"identity"`
	AccessToken *tokenResult `json:"accessToken,omitempty"`
}

type createRequest struct {
	Scopes  []string `json:"createTokenWithScopes"`
	Minutes *int     `json:"expiresInMinutes"`
}

type issueRequest struct {
	Scopes  []string `json:"scopes"`
	Minutes *int     `json:"expiresInMinutes"`
}

type exchangeRequest struct {
	Token  string `json:"token"`
	AppID  string `json:"appId"`
	UserID string `json:"userId"`
}

func success(status int, v any) *answer {
	body, err := json.Marshal(v)
	if err != nil {
		return failure(http.StatusInternalServerError, serviceError{Code: "InternalError", Message: err.Error()})
	}
	return &answer{status: status, body: body}
}

func failure(status int, e serviceError) *answer {
	body, _ := json.Marshal(map[string]serviceError{"error": e}) // three strings: it cannot fail
	return &answer{status: status, body: body}
}

func denied(status int) *answer {
	return failure(status, serviceError{Code: "Denied", Message: "Denied by the resource provider."})
}

func notOwned() *answer {
	return failure(http.StatusUnauthorized, serviceError{
		Code:    "IdentityNotOwned",
		Message: "Provided identity doesn't belong to the resource.",
	})
}

func invalid(target, message string) *answer {
	return failure(http.StatusBadRequest, serviceError{Code: "ValidationError", Message: message, Target: target})
}

func throttled(retryAfter time.Duration) *answer {
	a := failure(http.StatusTooManyRequests, serviceError{Code: "TooManyRequests", Message: "Too many requests."})
	if retryAfter > 0 {
		seconds := (retryAfter + time.Second - 1) / time.Second
		a.header = map[string]string{"Retry-After": fmt.Sprint(int64(seconds))}
	}
	return a
}

func unknownVersion(r *http.Request, version string) *answer {
	if version == "" {
		return failure(http.StatusBadRequest, serviceError{
			Code:    "ApiVersionUnspecified",
			Message: "An API version is required, but was not specified.",
		})
	}
	return failure(http.StatusBadRequest, serviceError{
		Code: "UnsupportedApiVersion",
		Message: fmt.Sprintf("The HTTP resource that matches the request URI '%s' does not support the API version '%s'.",
			"http://"+r.Host+r.URL.Path, version),
	})
}

// writeHeader sets the headers that the service sends with every answer.
func (s *Server) writeHeader(h http.Header, r *http.Request, started time.Time) {
	h.Set("MS-CV", base64.RawStdEncoding.EncodeToString(random(16))+".0")
	h.Set("X-Azure-Ref", base64.StdEncoding.EncodeToString(random(24)))
	h.Set("X-Processing-Time", fmt.Sprintf("%dms", s.clock().Sub(started).Milliseconds()))
	h.Set("api-supported-versions", strings.Join(s.versions, ", "))
	if id := r.Header.Get("x-ms-client-request-id"); id != "" && len(id) <= 256 {
		h.Set("x-ms-client-request-id", id)
	}
}

func (a *answer) write(w http.ResponseWriter) {
	for name, value := range a.header {
		w.Header().Set(name, value)
	}
	if len(a.body) > 0 && w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // the client may be gone
}
