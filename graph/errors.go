package graph

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Reason is why Graph did not create a meeting.
type Reason string

// The reasons.
const (
	// ConsentRequired: the application lacks the permission OnlineMeetings.ReadWrite.
	ConsentRequired Reason = "meeting-consent"
	// NoLicence: the account has no Teams licence.
	NoLicence Reason = "meeting-licence"
	// NotPermitted: Teams does not let the account schedule meetings, by its policy or for lack of a
	// licence; Graph does not always say which.
	NotPermitted Reason = "meeting-policy"
	// SignInAgain: the token is not accepted any more; Claims may hold a challenge.
	SignInAgain Reason = "meeting-sign-in"
	// Throttled: Graph asks for a pause.
	Throttled Reason = "meeting-throttled"
	// Rejected: Graph rejected the meeting itself, such as its subject or its time.
	Rejected Reason = "meeting-rejected"
	// Unavailable: no usable answer in time. Whether a meeting exists now is unknown.
	Unavailable Reason = "meeting-unavailable"
)

// Error is a meeting that was not created. Its text holds no part of the answer besides the request ID.
type Error struct {
	Reason Reason
	// Status is the HTTP status, 0 when there was no answer.
	Status int
	// Claims is a claims challenge for a new sign-in, or empty.
	Claims string
	// RetryAfter is the pause that Graph asks for, 0 when it named none, at most an hour.
	RetryAfter time.Duration
	// RequestID is what Microsoft's support asks for, or empty.
	RequestID string
}

// Error returns one line for a log.
func (e *Error) Error() string {
	text := "create meeting: " + string(e.Reason)
	if e.Status != 0 {
		text += fmt.Sprintf(" (status %d)", e.Status)
	}
	if e.RequestID != "" {
		text += " request " + e.RequestID
	}
	return text
}

// answerError returns the error for an answer that is not a meeting.
func answerError(resp *http.Response) *Error {
	e := &Error{Reason: Unavailable, Status: resp.StatusCode, RequestID: identifier(resp.Header.Get("request-id"))}
	var body struct {
		Error struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
	}
	_ = json.NewDecoder(resp.Body).Decode(&body) // without a body, only the status counts
	message := strings.ToLower(body.Error.Message)
	switch resp.StatusCode {
	case http.StatusUnauthorized:
		e.Reason, e.Claims = SignInAgain, challenge(resp.Header.Values("WWW-Authenticate"))
	case http.StatusForbidden:
		switch {
		case strings.Contains(message, "licen"):
			e.Reason = NoLicence
		case body.Error.Code == "Authorization_RequestDenied", strings.Contains(message, "scope"), strings.Contains(message, "privileges"):
			e.Reason = ConsentRequired
		default:
			e.Reason = NotPermitted
		}
	case http.StatusNotFound:
		e.Reason = NoLicence // Teams does not know the account
	case http.StatusTooManyRequests:
		e.Reason = Throttled
		if seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && seconds > 0 {
			e.RetryAfter = min(time.Duration(seconds)*time.Second, time.Hour)
		}
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		e.Reason = Rejected
	}
	return e
}

// challenge returns the claims of a header such as `Bearer error="insufficient_claims", claims="BASE64"`.
func challenge(headers []string) string {
	for _, header := range headers {
		_, rest, found := strings.Cut(header, `claims="`)
		if !found {
			continue
		}
		encoded, _, _ := strings.Cut(rest, `"`)
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.RawURLEncoding} {
			if text, err := encoding.DecodeString(encoded); err == nil && len(text) <= 4<<10 && json.Valid(text) {
				return string(text)
			}
		}
	}
	return ""
}

// identifier returns s when it is a plain identifier, otherwise "": the result is logged.
func identifier(s string) string {
	if len(s) > 64 || strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
		return ""
	}
	return s
}
