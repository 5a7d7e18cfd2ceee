package graph_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/anteroom-visit/anteroom/graph"
	"github.com/anteroom-visit/anteroom/graph/graphtest"
	"github.com/anteroom-visit/anteroom/secret"
	"github.com/anteroom-visit/anteroom/teams"
)

const tenant, organizer = "11111111-2222-4333-8444-555555555555", "66666666-7777-4888-8999-aaaaaaaaaaaa"

func newServer(t *testing.T, dialIn bool) (*graphtest.Server, *graph.Client) {
	t.Helper()
	server := graphtest.New(graphtest.Options{Tenant: tenant, HasDialIn: dialIn, Caller: func(token string) (graphtest.Caller, bool) {
		callers := map[string]graphtest.Caller{
			"clerk": {ObjectID: organizer, IsLicensed: true, HasScope: true}, "unlicensed": {ObjectID: organizer, HasScope: true}, "no consent": {ObjectID: organizer, IsLicensed: true},
		}
		caller, ok := callers[token]
		return caller, ok
	}})
	listening := httptest.NewServer(server)
	t.Cleanup(listening.Close)
	client, err := graph.NewClient(listening.URL, &azcore.ClientOptions{Retry: policy.RetryOptions{RetryDelay: time.Millisecond}})
	if err != nil {
		t.Fatal(err)
	}
	return server, client
}

func meeting() graph.NewMeeting {
	start := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	return graph.NewMeeting{Subject: "Visit", Start: start, End: start.Add(15 * time.Minute), Lobby: graph.LobbyOrganization}
}

func TestCreatedMeetingCanBeJoined(t *testing.T) {
	server, client := newServer(t, true)
	created, err := client.CreateMeeting(t.Context(), secret.New("clerk"), meeting())
	if err != nil {
		t.Fatal(err)
	}
	if link := (teams.Rules{}).Read(teams.Input{Text: created.JoinURL}).Meeting; link == nil || link.TenantID != tenant || link.OrganizerID != organizer {
		t.Errorf("meeting of the link = %+v, want tenant %s and organizer %s", link, tenant, organizer)
	}
	byID := (teams.Rules{}).Read(teams.Input{Text: created.ID, Passcode: created.Passcode}).Meeting
	if byID == nil || byID.ID != created.ID || byID.Passcode != created.Passcode {
		t.Errorf("meeting of the ID = %+v, want ID %s and passcode %s", byID, created.ID, created.Passcode)
	}
	if created.Phone == "" || created.ConferenceID == "" {
		t.Errorf("created %+v, want a phone number and a conference ID", created)
	}
	want := graphtest.Created{Caller: organizer, Subject: "Visit", Start: "2026-12-01T09:00:00Z", End: "2026-12-01T09:15:00Z", Lobby: "organization"}
	if got := server.Created(); len(got) != 1 || got[0] != want {
		t.Errorf("Graph received %+v, want %+v", got, want)
	}
}

func TestCreatedMeetingCanLackDialIn(t *testing.T) {
	_, client := newServer(t, false)
	created, err := client.CreateMeeting(t.Context(), secret.New("clerk"), meeting())
	if err != nil || created.Phone != "" || created.ConferenceID != "" {
		t.Errorf("created %+v, %v, want no phone number and no conference ID", created, err)
	}
}

func TestFailuresHaveReasons(t *testing.T) {
	const claims = `{"access_token":{"nbf":{"essential":true,"value":"1"}}}`
	for name, c := range map[string]struct {
		token  string
		faults []graphtest.Fault
		want   graph.Reason
	}{
		"no licence":       {"unlicensed", nil, graph.NoLicence},
		"no consent":       {"no consent", nil, graph.ConsentRequired},
		"token unknown":    {"made up", nil, graph.SignInAgain},
		"claims challenge": {"clerk", []graphtest.Fault{{Status: 401, Code: "TokenCreatedWithOutdatedPolicies", Claims: claims}}, graph.SignInAgain},
		"policy":           {"clerk", []graphtest.Fault{{Status: 403, Code: "Forbidden"}}, graph.NotPermitted},
		"unknown to Teams": {"clerk", []graphtest.Fault{{Status: 404, Code: "NotFound"}}, graph.NoLicence},
		"bad request":      {"clerk", []graphtest.Fault{{Status: 400, Code: "BadRequest"}}, graph.Rejected},
		"throttled":        {"clerk", []graphtest.Fault{{Status: 429, Code: "TooManyRequests"}, {Status: 429, Code: "TooManyRequests", RetryAfter: time.Second}}, graph.Throttled},
		"down":             {"clerk", []graphtest.Fault{{Status: 500, Code: "InternalServerError"}}, graph.Unavailable},
		"HTML":             {"clerk", []graphtest.Fault{{Status: 200, Body: "<html>"}}, graph.Unavailable},
		"link is a script": {"clerk", []graphtest.Fault{{Status: 201, Body: `{"joinWebUrl":"javascript:alert(1)"}`}}, graph.Unavailable},
		"redirect":         {"clerk", []graphtest.Fault{{Status: 302, Body: "elsewhere"}}, graph.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			server, client := newServer(t, false)
			for _, f := range c.faults {
				server.Fail(f)
			}
			_, err := client.CreateMeeting(t.Context(), secret.New(c.token), meeting())
			var failed *graph.Error
			if !errors.As(err, &failed) || failed.Reason != c.want {
				t.Fatalf("create: %v, want %q", err, c.want)
			}
			if name == "claims challenge" && failed.Claims != claims {
				t.Errorf("claims = %s, want %s", failed.Claims, claims)
			}
			if name == "throttled" && failed.RetryAfter != time.Second {
				t.Errorf("retry after %s, want 1s", failed.RetryAfter)
			}
			if strings.Contains(err.Error(), c.token) {
				t.Errorf("the error shows the token: %v", err)
			}
		})
	}
}

func TestCreateMeetingDoesNotRetryALostAnswer(t *testing.T) {
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		requests.Add(1)
		panic(http.ErrAbortHandler)
	}))
	defer server.Close()
	client, err := graph.NewClient(server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.CreateMeeting(t.Context(), secret.New("clerk"), meeting()); err == nil || requests.Load() != 1 {
		t.Errorf("%d requests, %v, want 1 and an error", requests.Load(), err)
	}
}

func TestNewClientRejectsUnsafeEndpoints(t *testing.T) {
	for _, endpoint := range []string{"http://graph.microsoft.com", "https://graph.microsoft.com/v1.0", "graph.microsoft.com", "://"} {
		if _, err := graph.NewClient(endpoint, nil); err == nil {
			t.Errorf("%s: no error", endpoint)
		}
	}
}
