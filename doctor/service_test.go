package doctor

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/acs"
)

// TestDoctorTellsANewRoleFromAMissingOne uses the site's record of when the service first denied access.
func TestDoctorTellsANewRoleFromAMissingOne(t *testing.T) {
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	t.Cleanup(service.Close)
	options := new(acs.ClientOptions)
	options.InsecureAllowCredentialWithHTTP = true
	client, err := acs.NewClientFromConnectionString("endpoint="+service.URL+";accesskey=Y2FuYXJ5", options)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		refused time.Duration
		state   State
		message string
	}{
		{0, Problem, "could not create an identity"},
		{5 * time.Minute, Warning, "being set up"},
		{59 * time.Minute, Warning, "(59 minutes)"},
		{61 * time.Minute, Problem, "not permitted"},
	} {
		since := time.Time{}
		if c.refused > 0 {
			since = time.Now().Add(-c.refused)
		}
		d := New(Site{Resource: Resource{
			Named: true, ByEndpoint: true, Client: client, Request: acs.TokenRequest{Scopes: []acs.Scope{"voip"}},
			RefusedSince: func() time.Time { return since },
		}})
		if found := checkService(t.Context(), d); len(found) != 1 || found[0].State != c.state || !strings.Contains(found[0].Message, c.message) || found[0].Fix == "" {
			t.Errorf("refused for %s: %+v, want %s with %q", c.refused, found, c.state, c.message)
		}
	}
}
