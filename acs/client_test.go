package acs_test

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/anteroom-visit/anteroom/acs"
	"github.com/anteroom-visit/anteroom/acs/acstest"

	"github.com/anteroom-visit/anteroom/secret"
)

var voip = acs.TokenRequest{Scopes: []acs.Scope{acs.ScopeVoIP}}

// startService runs the service on loopback for one test.
func startService(t *testing.T, o acstest.Options) *acstest.Server {
	t.Helper()
	server, err := acstest.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := server.Start("", nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server
}

// options allows loopback and makes retries wait a negligible time.
func options() *acs.ClientOptions {
	o := &acs.ClientOptions{}
	o.InsecureAllowCredentialWithHTTP = true
	o.Retry.RetryDelay = time.Millisecond
	return o
}

func newClient(t *testing.T, connectionString string, o *acs.ClientOptions) *acs.Client {
	t.Helper()
	c, err := acs.NewClientFromConnectionString(connectionString, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLifeOfAnIdentity(t *testing.T) {
	server := startService(t, acstest.Options{})
	c := newClient(t, server.ConnectionString(), options())
	if c.Endpoint() != server.Endpoint() {
		t.Errorf("Endpoint = %q, want %q", c.Endpoint(), server.Endpoint())
	}
	ctx := t.Context()

	request := acs.TokenRequest{Scopes: []acs.Scope{acs.ScopeVoIP, acs.ScopeChat}, Lifetime: time.Hour}
	id, token, err := c.CreateIdentityWithToken(ctx, request)
	if err != nil {
		t.Fatal(err)
	}
	wantToken(t, server, token, id.ID, time.Hour, "voip", "chat")

	day, err := c.IssueToken(ctx, id.ID, voip)
	if err != nil {
		t.Fatal(err)
	}
	wantToken(t, server, day, id.ID, 24*time.Hour, "voip")

	if err := c.RevokeTokens(ctx, id.ID); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := server.VerifyToken(token.Token.Reveal()); err == nil {
		t.Error("a revoked token is still good")
	}
	if err := c.DeleteIdentity(ctx, id.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := c.IssueToken(ctx, id.ID, voip); !errors.Is(err, acs.ErrIdentityNotOwned) {
		t.Errorf("issue for a deleted identity: %v", err)
	}
	if err := c.DeleteIdentity(ctx, id.ID); !errors.Is(err, acs.ErrIdentityNotOwned) {
		t.Errorf("delete twice: %v", err)
	}

	bare, err := c.CreateIdentity(ctx)
	if err != nil {
		t.Fatal(err)
	}
	ledger := server.Ledger()
	if len(ledger.Identities) != 2 || ledger.Identities[1].ID != bare.ID || len(ledger.Identities[1].Tokens) != 0 {
		t.Errorf("ledger = %+v", ledger)
	}
	if first := ledger.Identities[0]; len(first.Tokens) != 2 || first.DeletedAt.IsZero() || first.RevokedAt.IsZero() {
		t.Errorf("first identity = %+v", first)
	}
}

func wantToken(t *testing.T, server *acstest.Server, token acs.AccessToken, id string, life time.Duration, scopes ...string) {
	t.Helper()
	user, got, expires, err := server.VerifyToken(token.Token.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	if user != id || !slices.Equal(got, scopes) {
		t.Errorf("token is of %q for %v, want %q for %v", user, got, id, scopes)
	}
	if off := token.ExpiresOn.Sub(expires).Abs(); off > time.Second {
		t.Errorf("ExpiresOn is %s off the token's claim", off)
	}
	if off := (time.Until(token.ExpiresOn) - life).Abs(); off > time.Minute {
		t.Errorf("the token lives %s, want %s", time.Until(token.ExpiresOn), life)
	}
}

func TestIdentityOfAnotherResource(t *testing.T) {
	one, other := startService(t, acstest.Options{}), startService(t, acstest.Options{})
	id, err := newClient(t, one.ConnectionString(), options()).CreateIdentity(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = newClient(t, other.ConnectionString(), options()).IssueToken(t.Context(), id.ID, voip)
	var e *acs.Error
	if !errors.Is(err, acs.ErrIdentityNotOwned) || !errors.As(err, &e) || errors.Is(err, acs.ErrDenied) {
		t.Fatalf("error = %v", err)
	}
	if e.StatusCode != http.StatusUnauthorized || e.Code != "IdentityNotOwned" || e.CorrelationVector == "" || e.RequestID == "" {
		t.Errorf("error = %+v", e)
	}
}

func TestWrongKey(t *testing.T) {
	server := startService(t, acstest.Options{})
	wrong := "endpoint=" + server.Endpoint() + ";accesskey=" + base64.StdEncoding.EncodeToString([]byte("wrong"))
	_, err := newClient(t, wrong, options()).CreateIdentity(t.Context())
	if !errors.Is(err, acs.ErrDenied) {
		t.Errorf("error = %v", err)
	}
	if n := server.Ledger().Requests[acstest.OpCreate]; n != 1 {
		t.Errorf("%d requests with a wrong key, want 1", n)
	}
}

func TestNothingInvalidIsSent(t *testing.T) {
	server := startService(t, acstest.Options{})
	c := newClient(t, server.ConnectionString(), options())
	ctx := t.Context()
	for name, attempt := range map[string]func() error{
		"no scope": func() error { _, _, err := c.CreateIdentityWithToken(ctx, acs.TokenRequest{}); return err },
		"unknown scope": func() error {
			_, err := c.IssueToken(ctx, "8:acs:a_b", acs.TokenRequest{Scopes: []acs.Scope{"x"}})
			return err
		},
		"59 minutes": func() error {
			_, _, err := c.CreateIdentityWithToken(ctx, acs.TokenRequest{Scopes: voip.Scopes, Lifetime: 59 * time.Minute})
			return err
		},
		"foreign id": func() error { return c.DeleteIdentity(ctx, "8:orgid:someone") },
		"path in id": func() error { return c.RevokeTokens(ctx, "8:acs:a/../../b") },
		"no token": func() error {
			_, err := c.ExchangeTeamsToken(ctx, acs.TeamsUserToken{AppID: "a", UserID: "b"})
			return err
		},
	} {
		if err := attempt(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if n := len(server.Ledger().Requests); n != 0 {
		t.Errorf("requests of %d operations were sent", n)
	}
}

func TestServiceFindsFault(t *testing.T) {
	// The service, not the client, rejects an unknown api-version.
	server := startService(t, acstest.Options{})
	o := options()
	o.APIVersion = "2031-01-01"
	_, err := newClient(t, server.ConnectionString(), o).CreateIdentity(t.Context())
	var e *acs.Error
	if !errors.As(err, &e) || e.StatusCode != http.StatusBadRequest || e.Code != "UnsupportedApiVersion" {
		t.Errorf("error = %v", err)
	}
}

func TestExchangeTeamsToken(t *testing.T) {
	const app, user = "11111111-2222-3333-4444-555555555555", "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
	ends := time.Now().Add(70 * time.Minute).UTC().Truncate(time.Second)
	server := startService(t, acstest.Options{TeamsToken: func(token, appID, userID string) (time.Time, bool) {
		return ends, token == "entra" && appID == app && userID == user
	}})
	c := newClient(t, server.ConnectionString(), options())
	token, err := c.ExchangeTeamsToken(t.Context(), acs.TeamsUserToken{Token: secret.New("entra"), AppID: app, UserID: user})
	if err != nil {
		t.Fatal(err)
	}
	if got, _, _, err := server.VerifyToken(token.Token.Reveal()); err != nil || got != "8:orgid:"+user || !token.ExpiresOn.Equal(ends) {
		t.Errorf("token of %q until %s (%v), want until %s", got, token.ExpiresOn, err, ends)
	}
	_, err = c.ExchangeTeamsToken(t.Context(), acs.TeamsUserToken{Token: secret.New("old"), AppID: app, UserID: user})
	if !errors.Is(err, acs.ErrTeamsToken) || errors.Is(err, acs.ErrDenied) {
		t.Errorf("error = %v", err)
	}
}

func TestFiftyVisitorsAtOnce(t *testing.T) {
	const visitors = 50
	server := startService(t, acstest.Options{})
	c := newClient(t, server.ConnectionString(), options())
	var all sync.WaitGroup
	var ids sync.Map
	for range visitors {
		all.Go(func() {
			id, _, err := c.CreateIdentityWithToken(t.Context(), voip)
			if err != nil {
				t.Error(err)
				return
			}
			ids.Store(id.ID, true)
			if _, err := c.IssueToken(t.Context(), id.ID, voip); err != nil {
				t.Error(err)
			}
			if err := c.DeleteIdentity(t.Context(), id.ID); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	ledger := server.Ledger()
	if len(ledger.Identities) != visitors {
		t.Fatalf("%d identities", len(ledger.Identities))
	}
	for _, i := range ledger.Identities {
		if _, ours := ids.Load(i.ID); !ours || len(i.Tokens) != 2 || i.DeletedAt.IsZero() {
			t.Errorf("identity = %+v", i)
		}
	}
}

func TestNewClientRefuses(t *testing.T) {
	cred := entra(func(context.Context, []string) (string, error) { return "t", nil })
	if _, err := acs.NewClient("https://contoso.communication.azure.com", nil, nil); err == nil {
		t.Error("no credential was accepted")
	}
	for _, endpoint := range []string{"http://127.0.0.1:1", "http://contoso.communication.azure.com", "contoso"} {
		if _, err := acs.NewClient(endpoint, cred, nil); err == nil {
			t.Errorf("%q was accepted", endpoint)
		}
	}
	if _, err := acs.NewClientFromConnectionString("endpoint=http://127.0.0.1:1/;accesskey=AAAA", nil); err == nil {
		t.Error("plain http was accepted without being asked for")
	}
	if _, err := acs.NewClientFromConnectionString("endpoint=https://contoso.communication.azure.com/;accesskey=AAAA", nil); err != nil {
		t.Error(err)
	}
}

func TestOverTLS(t *testing.T) {
	service, err := acstest.New(acstest.Options{Key: "AAAA"})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewTLSServer(service)
	defer web.Close()
	o := &acs.ClientOptions{}
	o.Retry.RetryDelay = time.Millisecond
	untrusting := newClient(t, "endpoint="+web.URL+"/;accesskey=AAAA", o)
	if _, err := untrusting.CreateIdentity(t.Context()); !errors.Is(err, acs.ErrUnavailable) || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("an unknown certificate: %v", err)
	}
	o.Transport = web.Client()
	if _, err := newClient(t, "endpoint="+web.URL+"/;accesskey=AAAA", o).CreateIdentity(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	var followed atomic.Int32
	target := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { followed.Add(1) }))
	defer target.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		from := httptest.NewServer(http.RedirectHandler(target.URL, status))
		for name, transport := range map[string]policy.Transporter{"own": nil, "given": &http.Client{}} {
			o := options()
			o.Transport = transport
			_, err := newClient(t, "endpoint="+from.URL+";accesskey=AAAA", o).CreateIdentity(t.Context())
			var e *acs.Error
			if !errors.Is(err, acs.ErrInvalidAnswer) || !errors.As(err, &e) || e.StatusCode != status {
				t.Errorf("%d, %s transport: %v", status, name, err)
			}
		}
		from.Close()
	}
	if n := followed.Load(); n != 0 {
		t.Errorf("%d redirects were followed", n)
	}
}
