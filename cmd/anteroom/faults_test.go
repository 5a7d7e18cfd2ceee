package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/acs"
	"github.com/anteroom-visit/anteroom/acs/acstest"
	"github.com/anteroom-visit/anteroom/handlers/identity"
)

func quoted(s string) string {
	raw, _ := json.Marshal(s)
	return string(raw)
}

func mustURL(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// withHeader adds a header to every request.
type withHeader struct{ name, value string }

func (h withHeader) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set(h.name, h.value)
	return http.DefaultTransport.RoundTrip(r)
}

func slow(delay time.Duration, times int) acstest.Fault {
	return acstest.Fault{Kind: acstest.FaultSlow, Delay: delay, Times: times}
}

// joinRequests is the number of requests that a join can send, including retries.
const joinRequests = 9

// allFaults returns all faults of the identity service except the slow ones.
func allFaults() []acstest.Fault {
	var all []acstest.Fault
	for _, kind := range []acstest.FaultKind{
		acstest.FaultServerError, acstest.FaultUnavailable, acstest.FaultDenied, acstest.FaultHTML, acstest.FaultRedirect,
		acstest.FaultDrop, acstest.FaultDropAnswer, acstest.FaultTruncated, acstest.FaultMalformed, acstest.FaultWrongTypes,
		acstest.FaultMissing, acstest.FaultExpired, acstest.FaultHuge, acstest.FaultThrottled,
	} {
		all = append(all, acstest.Fault{Kind: kind, Times: joinRequests})
	}
	return append(all, acstest.Fault{Kind: acstest.FaultThrottled, Times: joinRequests, RetryAfter: 30 * time.Second})
}

// TestEveryFaultOfTheServiceIsExplained checks that the answer has an explanation and a next step, keeps the visit, and
// shows no internal detail.
func TestEveryFaultOfTheServiceIsExplained(t *testing.T) {
	want := map[acstest.FaultKind]string{
		acstest.FaultThrottled: "service-busy",
		acstest.FaultDenied:    "service-refused",
	}
	for _, f := range allFaults() {
		t.Run(string(f.Kind)+f.RetryAfter.String(), func(t *testing.T) {
			t.Parallel()
			service := startACS(t)
			v := newVisitor(t, startProgram(t, "ACS_CONNECTION_STRING="+service.ConnectionString()))
			v.submitDoor(shortLink, "")
			if err := service.Inject(f); err != nil {
				t.Fatal(err)
			}
			a := v.post("/visit/join", `{"name":"Sam"}`)
			problem := a.json(t)
			slug := want[f.Kind]
			if slug == "" {
				slug = "service-unavailable"
			}
			if a.StatusCode != http.StatusServiceUnavailable || problem["type"] != "urn:anteroom:problem:"+slug {
				t.Errorf("status %d, type %v, want 503 and %s", a.StatusCode, problem["type"], slug)
			}
			if text, _ := problem["detail"].(string); len(text) < 20 || strings.Contains(text, "⟨") {
				t.Errorf("detail = %q, want at least 20 bytes from the catalogue", text)
			}
			seconds, err := strconv.Atoi(a.Header.Get("Retry-After"))
			if err != nil || seconds < 1 || f.RetryAfter > 0 && seconds != int(f.RetryAfter.Seconds()) {
				t.Errorf("Retry-After = %q, want at least 1 and the service's %s if that is set", a.Header.Get("Retry-After"), f.RetryAfter)
			}
			// The request's random ID can contain any letters.
			instance, _ := problem["instance"].(string)
			shown := strings.ToLower(strings.ReplaceAll(a.body, instance, ""))
			for _, internal := range []string{"acs", "azure", "127.0.0.1", "goroutine", "html", "json:", "unexpected", "signature"} {
				if strings.Contains(shown, internal) {
					t.Errorf("the answer contains the internal word %q: %s", internal, a.body)
				}
			}
			service.ClearFaults()
			if f.Kind == acstest.FaultThrottled {
				before := len(service.Ledger().Identities)
				if a := v.post("/visit/join", `{"name":"Sam"}`); a.StatusCode != http.StatusServiceUnavailable || len(service.Ledger().Identities) != before {
					t.Errorf("join before the service's Retry-After: status %d, %d new identities, want 503 and 0", a.StatusCode, len(service.Ledger().Identities)-before)
				}
				return
			}
			if ticket := v.join("Sam"); ticket["token"] == "" {
				t.Error("the ticket after the fault has no token")
			}
		})
	}
}

// TestErrorsOfTheServiceHaveReasons checks the reasons that the site derives from the errors of package acs.
func TestErrorsOfTheServiceHaveReasons(t *testing.T) {
	for err, want := range map[error]identity.Reason{
		acs.ErrTimeout: identity.Late, acs.ErrThrottled: identity.Busy, acs.ErrDenied: identity.Refused, acs.ErrCredential: identity.Refused,
		errors.Join(acs.ErrCredential, context.DeadlineExceeded): identity.Late,
		acs.ErrUnavailable: identity.Unavailable, acs.ErrInvalidAnswer: identity.Unavailable,
	} {
		got, ok := errors.AsType[*identity.ServiceError](forSite(err))
		if !ok || got.Reason != want || !errors.Is(got, err) {
			t.Errorf("%v: %v, want %s", err, got, want)
		}
	}
	if err := forSite(acs.ErrIdentityNotOwned); !errors.Is(err, identity.ErrForeign) {
		t.Errorf("%v: %v, want %v", acs.ErrIdentityNotOwned, err, identity.ErrForeign)
	}
}

func TestUnreachableServiceAffectsOnlyJoins(t *testing.T) {
	t.Parallel()
	service := startACS(t)
	connection := service.ConnectionString()
	if err := service.Close(); err != nil {
		t.Fatal(err)
	}
	p := startProgram(t, "ACS_CONNECTION_STRING="+connection)
	v := newVisitor(t, p)
	v.submitDoor(shortLink, "")
	a := v.post("/visit/join", `{"name":"Sam"}`)
	if problem := a.json(t); problem["type"] != "urn:anteroom:problem:service-unavailable" {
		t.Errorf("join: status %d, type %v, want service-unavailable", a.StatusCode, problem["type"])
	}
	if a := v.get("/readyz"); a.StatusCode != http.StatusOK {
		t.Errorf("readiness: status %d, want 200", a.StatusCode)
	}
	if a := v.get("/visit"); a.StatusCode != http.StatusOK {
		t.Errorf("visit page: status %d, want 200", a.StatusCode)
	}
}
