// Package graphtest imitates the one operation of Microsoft Graph that package graph uses, on loopback, with
// Graph's error shapes. Meetings are made up; their links have the forms that Teams uses.
//
// It imitates the status codes, error codes and headers of "Create onlineMeeting" and "Microsoft Graph
// error responses". It does not imitate policies, time zones or the exact words of messages.
package graphtest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Caller is the account of an access token.
type Caller struct {
	ObjectID   string
	IsLicensed bool
	// HasScope reports whether the token has OnlineMeetings.ReadWrite.
	HasScope bool
}

// Options configures a [Server].
type Options struct {
	// Caller returns the account of an access token for Graph, or false for a token that is not valid.
	Caller func(token string) (Caller, bool)
	// Tenant is the directory ID that the links carry.
	Tenant string
	// HasDialIn adds a phone number to each meeting.
	HasDialIn bool
	// HasShortLinks gives meetings links that contain their ID, instead of the classic ones.
	HasShortLinks bool
	// HasSubjectFaults makes a meeting fail whose subject is a name of [KnownFaults].
	HasSubjectFaults bool
}

// Fault makes the next request fail.
type Fault struct {
	Status     int
	Code       string
	Message    string
	Claims     string
	RetryAfter time.Duration
	// Body replaces the whole answer.
	Body string
}

// KnownFaults lists what Graph can answer instead of a meeting, by the subject that asks for it.
func KnownFaults() map[string]Fault {
	const outdated = `{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}`
	return map[string]Fault{
		"fault: no consent":       {Status: http.StatusForbidden, Code: "Authorization_RequestDenied", Message: "Insufficient privileges to complete the operation."},
		"fault: no licence":       {Status: http.StatusForbidden, Code: "Forbidden", Message: "Failed to get license information for the user."},
		"fault: unknown account":  {Status: http.StatusNotFound, Code: "NotFound", Message: "User not found."},
		"fault: policy":           {Status: http.StatusForbidden, Code: "Forbidden", Message: "The user is not allowed to schedule meetings."},
		"fault: expired token":    {Status: http.StatusUnauthorized, Code: "InvalidAuthenticationToken", Message: "Access token has expired or is not yet valid."},
		"fault: claims challenge": {Status: http.StatusUnauthorized, Code: "TokenCreatedWithOutdatedPolicies", Claims: outdated},
		"fault: bad request":      {Status: http.StatusBadRequest, Code: "BadRequest", Message: "Invalid meeting."},
		"fault: throttled":        {Status: http.StatusTooManyRequests, Code: "TooManyRequests", RetryAfter: time.Second},
		"fault: unavailable":      {Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable"},
		"fault: error":            {Status: http.StatusInternalServerError, Code: "InternalServerError"},
		"fault: not JSON":         {Status: http.StatusOK, Body: "<html>"},
	}
}

// Server is an [http.Handler], safe for concurrent use.
type Server struct {
	options Options

	mu      sync.Mutex
	faults  []Fault
	created []Created
}

// Created is a meeting as it was asked for.
type Created struct {
	Caller  string
	Subject string
	Start   string
	End     string
	Lobby   string
}

// New returns a server.
func New(o Options) *Server { return &Server{options: o} }

// Fail makes the next request fail. Faults queue.
func (s *Server) Fail(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
}

// Created returns the meetings in the order of their creation.
func (s *Server) Created() []Created {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Created(nil), s.created...)
}

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("request-id", fmt.Sprintf("00000000-0000-4000-8000-%012d", len(s.created)))
	if len(s.faults) > 0 {
		f := s.faults[0]
		s.faults = s.faults[1:]
		fail(w, f)
		return
	}
	if r.Method != http.MethodPost || r.URL.Path != "/v1.0/me/onlineMeetings" {
		fail(w, Fault{Status: http.StatusNotFound, Code: "ResourceNotFound"})
		return
	}
	caller, ok := s.options.Caller(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	var body struct {
		Subject string `json:"subject"`
		Start   string `json:"startDateTime"`
		End     string `json:"endDateTime"`
		Lobby   struct {
			Scope string `json:"scope"`
		} `json:"lobbyBypassSettings"`
	}
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10))
	switch {
	case !ok:
		fail(w, Fault{Status: http.StatusUnauthorized, Code: "InvalidAuthenticationToken", Message: "Access token has expired or is not yet valid."})
	case !caller.HasScope:
		fail(w, Fault{Status: http.StatusForbidden, Code: "Authorization_RequestDenied", Message: "Insufficient privileges to complete the operation."})
	case !caller.IsLicensed:
		fail(w, Fault{Status: http.StatusForbidden, Code: "Forbidden", Message: "Failed to get license information for the user."})
	case r.Header.Get("Content-Type") != "application/json" || decoder.Decode(&body) != nil || !inOrder(body.Start, body.End):
		fail(w, Fault{Status: http.StatusBadRequest, Code: "BadRequest", Message: "Invalid meeting."})
	default:
		if f, ok := KnownFaults()[body.Subject]; ok && s.options.HasSubjectFaults {
			fail(w, f)
			return
		}
		s.created = append(s.created, Created{caller.ObjectID, body.Subject, body.Start, body.End, body.Lobby.Scope})
		s.answer(w, caller, body.Subject)
	}
}

func inOrder(start, end string) bool {
	from, err := time.Parse(time.RFC3339, start)
	to, err2 := time.Parse(time.RFC3339, end)
	return err == nil && err2 == nil && to.After(from)
}

func (s *Server) answer(w http.ResponseWriter, caller Caller, subject string) {
	number := len(s.created)
	id := fmt.Sprintf("%015d", 300_000_000_000_000+number)
	thread := base64.RawURLEncoding.EncodeToString([]byte(fmt.Sprintf("graphtest meeting %024d", number)))
	answer := map[string]any{
		"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users('" + caller.ObjectID + "')/onlineMeetings/$entity",
		"id":             "MSp" + thread,
		"subject":        subject,
		"joinWebUrl": "https://teams.microsoft.com/l/meetup-join/19%3ameeting_" + thread + "%40thread.v2/0?context=%7b%22Tid%22%3a%22" +
			s.options.Tenant + "%22%2c%22Oid%22%3a%22" + caller.ObjectID + "%22%7d",
		"joinMeetingIdSettings": map[string]any{"isPasscodeRequired": true, "joinMeetingId": id, "passcode": fmt.Sprintf("Pc%06d", number)},
		"audioConferencing":     nil,
	}
	if s.options.HasShortLinks {
		answer["joinWebUrl"] = fmt.Sprintf("https://teams.microsoft.com/meet/%s?p=LinksOwnCode%06d", id, number)
	}
	if s.options.HasDialIn {
		answer["audioConferencing"] = map[string]any{"conferenceId": fmt.Sprintf("%09d", 200_000_000+number), "tollNumber": "+442079460123", "tollNumbers": []string{"+442079460123"}}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusCreated)
	_ = json.NewEncoder(w).Encode(answer)
}

func fail(w http.ResponseWriter, f Fault) {
	if f.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(f.RetryAfter.Seconds())))
	}
	if f.Claims != "" {
		w.Header().Set("WWW-Authenticate", `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="`+base64.StdEncoding.EncodeToString([]byte(f.Claims))+`"`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(max(f.Status, http.StatusOK))
	if f.Body != "" {
		_, _ = w.Write([]byte(f.Body))
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"code": f.Code, "message": f.Message, "innerError": map[string]string{"date": "2026-11-23T09:05:00"}}})
}
