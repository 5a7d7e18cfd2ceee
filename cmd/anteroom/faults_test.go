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

	"github.com/PuerkitoBio/goquery"

	"github.com/anteroom-visit/anteroom/acs"
	"github.com/anteroom-visit/anteroom/acs/acstest"
	"github.com/anteroom-visit/anteroom/handlers/identity"
)

type goquerySelection = goquery.Selection

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

// more is the number of requests that a join can send, with its retries.
const more = 9

// allFaults returns all faults of the identity service except the slow ones.
func allFaults() []acstest.Fault {
	var all []acstest.Fault
	for _, kind := range []acstest.FaultKind{
		acstest.FaultServerError, acstest.FaultUnavailable, acstest.FaultDenied, acstest.FaultHTML, acstest.FaultRedirect,
		acstest.FaultDrop, acstest.FaultDropAnswer, acstest.FaultTruncated, acstest.FaultMalformed, acstest.FaultWrongTypes,
		acstest.FaultMissing, acstest.FaultExpired, acstest.FaultHuge, acstest.FaultThrottled,
	} {
		all = append(all, acstest.Fault{Kind: kind, Times: more})
	}
	return append(all, acstest.Fault{Kind: acstest.FaultThrottled, Times: more, RetryAfter: 30 * time.Second})
}

// For every fault of the identity service the page has an explanation and a next step, keeps the
// visit, and shows no internal detail.
func TestEveryFaultOfTheServiceHasWords(t *testing.T) {
	want := map[acstest.FaultKind]string{
		acstest.FaultThrottled: "service-busy",
		acstest.FaultDenied:    "service-refused",
	}
	for _, f := range allFaults() {
		t.Run(string(f.Kind)+f.RetryAfter.String(), func(t *testing.T) {
			t.Parallel()
			service := startACS(t)
			v := newVisitor(t, startProgram(t, "ACS_CONNECTION_STRING="+service.ConnectionString()))
			v.knock(shortLink, "")
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
				t.Errorf("%d %v, want 503 and %s", a.StatusCode, problem["type"], slug)
			}
			if text, _ := problem["detail"].(string); len(text) < 20 || strings.Contains(text, "⟨") {
				t.Errorf("words for the visitor: %q", text)
			}
			seconds, err := strconv.Atoi(a.Header.Get("Retry-After"))
			if err != nil || seconds < 1 || f.RetryAfter > 0 && seconds != int(f.RetryAfter.Seconds()) {
				t.Errorf("Retry-After %q, the service said %s", a.Header.Get("Retry-After"), f.RetryAfter)
			}
			// The request's random ID can contain any letters.
			instance, _ := problem["instance"].(string)
			said := strings.ToLower(strings.ReplaceAll(a.body, instance, ""))
			for _, inside := range []string{"acs", "azure", "127.0.0.1", "goroutine", "html", "json:", "unexpected", "signature"} {
				if strings.Contains(said, inside) {
					t.Errorf("the answer shows the inside (%s): %s", inside, a.body)
				}
			}
			service.ClearFaults()
			if f.Kind == acstest.FaultThrottled {
				asked := len(service.Ledger().Identities)
				if a := v.post("/visit/join", `{"name":"Sam"}`); a.StatusCode != http.StatusServiceUnavailable || len(service.Ledger().Identities) != asked {
					t.Errorf("%d within the pause that the service asked for", a.StatusCode)
				}
				return
			}
			if ticket := v.join("Sam"); ticket["token"] == "" {
				t.Error("the visitor cannot join once the service is well again")
			}
		})
	}
}

// Package acs stops waiting for a slow service. This test checks the reasons that the site derives from its errors.
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
		t.Errorf("an identity of another resource: %v", err)
	}
}

func TestServiceThatIsNotThere(t *testing.T) {
	t.Parallel()
	service := startACS(t)
	connection := service.ConnectionString()
	if err := service.Close(); err != nil {
		t.Fatal(err)
	}
	p := startProgram(t, "ACS_CONNECTION_STRING="+connection)
	v := newVisitor(t, p)
	v.knock(shortLink, "")
	a := v.post("/visit/join", `{"name":"Sam"}`)
	if problem := a.json(t); problem["type"] != "urn:anteroom:problem:service-unavailable" {
		t.Errorf("%d %v", a.StatusCode, problem["type"])
	}
	if a := v.get("/readyz"); a.StatusCode != http.StatusOK {
		t.Errorf("readiness asks the service: %d", a.StatusCode)
	}
	if a := v.get("/visit"); a.StatusCode != http.StatusOK {
		t.Errorf("the visit page is gone with the service: %d", a.StatusCode)
	}
}
