package entratest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// Place is an endpoint that can fail on request.
type Place string

// The places.
const (
	AtDiscovery Place = "discovery"
	AtKeys      Place = "keys"
	AtAuthorize Place = "authorize"
	AtToken     Place = "token"
)

// Fault makes one request fail.
type Fault struct {
	// Place is where.
	Place Place
	// Status is the HTTP status, 400 when 0.
	Status int
	// OAuth is the error code of the answer, such as "invalid_grant".
	OAuth string
	// Number is Entra's error number.
	Number int
	// Claims is a claims challenge of the answer.
	Claims string
	// RetryAfter is the pause that the answer asks for.
	RetryAfter time.Duration
	// Body replaces the answer.
	Body string
	// Hang keeps the request waiting until the client gives up.
	Hang bool
}

// KnownFault is one that the account picker offers.
type KnownFault struct {
	Number int
	Name   string
	OAuth  string
}

// KnownFaults lists all errors that the stand-in answers with, besides those that it shows on its own page.
func KnownFaults() []KnownFault { return slices.Clone(knownFaults) }

var knownFaults = []KnownFault{
	{65001, "consent required", "consent_required"},
	{90094, "an administrator must consent", "access_denied"},
	{65004, "consent declined", "access_denied"},
	{50105, "not assigned to the application", "access_denied"},
	{50020, "account of another organisation", "access_denied"},
	{50057, "account disabled", "access_denied"},
	{53003, "blocked by conditional access", "access_denied"},
	{50076, "second factor needed", "interaction_required"},
	{650052, "the organisation lacks a subscription for a permission", "access_denied"},
	{90033, "Entra is unavailable", "temporarily_unavailable"},
	{50173, "sessions revoked", "invalid_grant"},
	{54005, "code used twice", "invalid_grant"},
	{70008, "code expired", "invalid_grant"},
	{70000, "grant not valid", "invalid_grant"},
	{501481, "code verifier differs", "invalid_grant"},
	{500112, "redirect address differs", "invalid_grant"},
	{7000222, "client secret expired", "invalid_client"},
	{7000215, "client secret wrong", "invalid_client"},
	{7000218, "no client credential", "invalid_client"},
	{700024, "assertion expired", "invalid_client"},
	{700027, "certificate unknown", "invalid_client"},
	{700030, "assertion of another type", "invalid_client"},
	{700213, "federated identity unknown", "invalid_client"},
	{50027, "assertion cannot be read", "invalid_client"},
	{700016, "application unknown", "unauthorized_client"},
	{90002, "tenant unknown", "invalid_tenant"},
	{1002012, "scope of the application not valid", "invalid_scope"},
	{900144, "request malformed", "invalid_request"},
	{9002313, "refresh token malformed", "invalid_grant"},
	{9002325, "no PKCE", "invalid_request"},
	{28000, "two resources", "invalid_request"},
	{70011, "scope not valid", "invalid_scope"},
	{700054, "response type not enabled", "unsupported_response_type"},
}

func faultNumbered(text string) KnownFault {
	number, _ := strconv.Atoi(text)
	for _, f := range knownFaults {
		if f.Number == number {
			return f
		}
	}
	return KnownFault{}
}

// Fail makes the next request at the fault's place fail. Faults queue.
func (s *Server) Fail(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, f)
}

func (s *Server) nextFault(at Place) (Fault, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		if f.Place == at {
			s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
			return f, true
		}
	}
	return Fault{}, false
}

func (s *Server) failing(at Place, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := s.nextFault(at)
		switch {
		case !ok:
			next.ServeHTTP(w, r)
		case f.Hang:
			<-r.Context().Done()
		case f.Body != "":
			w.WriteHeader(max(f.Status, http.StatusOK))
			_, _ = w.Write([]byte(f.Body))
		case at == AtAuthorize:
			s.redirectError(w, r, r.URL.Query(), f.OAuth, f.Number)
		default:
			if f.RetryAfter > 0 {
				w.Header().Set("Retry-After", strconv.Itoa(int(f.RetryAfter.Seconds())))
			}
			writeStatus(w, f.Status, f.OAuth, f.Number, f.Claims)
		}
	})
}

func writeFailure(w http.ResponseWriter, oauth string, number int) {
	status := http.StatusBadRequest
	if oauth == "invalid_client" {
		status = http.StatusUnauthorized
	}
	writeStatus(w, status, oauth, number, "")
}

// writeStatus writes an error as the token endpoint does.
func writeStatus(w http.ResponseWriter, status int, oauth string, number int, claims string) {
	if status == 0 {
		status = http.StatusBadRequest
	}
	answer := map[string]any{
		"error": oauth, "error_description": describe(number), "error_codes": []int{number},
		"timestamp": time.Now().UTC().Format("2006-01-02 15:04:05Z"), "trace_id": uuid.NewString(), "correlation_id": uuid.NewString(),
		"error_uri": fmt.Sprintf("https://login.microsoftonline.com/error?code=%d", number),
	}
	if claims != "" {
		answer["claims"], answer["suberror"] = claims, "basic_action"
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer)
}

// describe returns a description that begins as Entra's do.
func describe(number int) string {
	if number == 0 {
		return "the user has denied access"
	}
	return fmt.Sprintf("AADSTS%d: stand-in for the error with this number. Trace ID: 00000000-0000-0000-0000-000000000000", number)
}
