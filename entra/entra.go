// Package entra signs an organisation's own staff in with Microsoft Entra ID and obtains access tokens
// that act as them.
//
// It is a confidential client of the v2.0 endpoint: authorization code with PKCE, state and nonce, in
// one tenant that the options fix. It stores nothing: a [Transaction] and a [Session] belong to the
// caller, who keeps them in the browser, encrypted. It has no HTTP handlers and sets no cookies.
//
// Sources: Microsoft identity platform, "OAuth 2.0 authorization code flow", "ID token claims
// reference", "Continuous access evaluation" and "Microsoft Entra authentication and authorization
// error codes".
package entra

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/uuid"
	"golang.org/x/oauth2"
)

// PublicAuthority is Entra for the public cloud.
const PublicAuthority = "https://login.microsoftonline.com"

// DefaultRole is the app role that opens the desk unless [Options] names another.
const DefaultRole = "Desk"

const (
	callTimeout = 10 * time.Second // of one request to Entra
	maxAnswer   = 256 << 10        // bytes of one answer; the largest real one, the key set, has about 20 KiB
)

// Options configures a [Client].
type Options struct {
	// Authority is the origin of Entra, [PublicAuthority] when empty. It must be https, except on
	// loopback.
	Authority string
	// Tenant is the directory ID, a GUID. The multi-tenant names ("common", "organizations",
	// "consumers") are rejected: they would admit any organisation.
	Tenant string
	// ClientID is the application ID, a GUID.
	ClientID string
	// Credential proves to Entra that this server is the application.
	Credential Credential
	// Role is the value of the app role that an account needs, [DefaultRole] when empty.
	Role string
	// AcceptsGuests admits accounts that are guests in the tenant.
	AcceptsGuests bool
	// Transport carries the requests; nil means a transport with Go's defaults. Every request has a
	// deadline of 10 seconds.
	Transport http.RoundTripper
	// Clock returns the current time; nil means [time.Now].
	Clock func() time.Time
}

// Client signs staff in. It is safe for concurrent use.
type Client struct {
	options Options
	issuer  string
	http    *http.Client

	mu       sync.Mutex
	provider *oidc.Provider
	endpoint metadata
}

// metadata is what Entra's discovery document adds to the endpoints that go-oidc reads.
type metadata struct {
	EndSession string `json:"end_session_endpoint"`
}

// NewClient checks the options and returns a client. It does not contact Entra: the first sign-in does.
func NewClient(o Options) (*Client, error) {
	if o.Authority == "" {
		o.Authority = PublicAuthority
	}
	if o.Role == "" {
		o.Role = DefaultRole
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	o.Tenant, o.ClientID = strings.ToLower(o.Tenant), strings.ToLower(o.ClientID)
	o.Authority = strings.TrimSuffix(o.Authority, "/")
	if err := errors.Join(
		checkGUID("tenant", o.Tenant), checkGUID("client ID", o.ClientID),
		checkOrigin(o.Authority), checkCredential(o.Credential),
	); err != nil {
		return nil, fmt.Errorf("configure Entra sign-in: %w", err)
	}
	return &Client{
		options: o,
		issuer:  o.Authority + "/" + o.Tenant + "/v2.0",
		http: &http.Client{
			Transport:     boundedTransport{o.Transport},
			Timeout:       callTimeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// discover returns Entra's endpoints and keys. It asks once; after a failure the next call asks again.
func (c *Client) discover(ctx context.Context) (*oidc.Provider, metadata, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.provider != nil {
		return c.provider, c.endpoint, nil
	}
	// The provider keeps this context for later key requests, so it must not end with ctx; the client's
	// timeout limits each request.
	provider, err := c.readConfiguration(context.WithoutCancel(ctx))
	if err != nil {
		return nil, metadata{}, err
	}
	var found metadata
	if err := provider.Claims(&found); err != nil {
		return nil, metadata{}, &Error{Op: "read configuration", Reason: Unavailable}
	}
	c.provider, c.endpoint = provider, found
	return provider, found, nil
}

// readConfiguration asks Entra for the tenant's sign-in configuration. An unknown tenant is an error of the
// registration, and so is the configuration of another one.
func (c *Client) readConfiguration(ctx context.Context) (*oidc.Provider, error) {
	const op = "read configuration"
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, c.http), c.issuer)
	var mismatch *oidc.IssuerMismatchError
	switch {
	case err == nil:
		return provider, nil
	case errors.As(err, &mismatch):
		return nil, &Error{Op: op, Reason: Registration, detail: "another tenant answers"}
	}
	code := numberIn(err.Error())
	if reason, ok := codes[code]; ok {
		return nil, &Error{Op: op, Reason: reason, Code: code}
	}
	return nil, &Error{Op: op, Reason: Unavailable}
}

// CheckConfiguration asks Entra anew for the tenant's sign-in configuration. Every failure is an [*Error].
func (c *Client) CheckConfiguration(ctx context.Context) error {
	_, err := c.readConfiguration(ctx)
	return err
}

func (c *Client) oauth(provider *oidc.Provider, redirectURL string, scopes []string) *oauth2.Config {
	return &oauth2.Config{ClientID: c.options.ClientID, Endpoint: provider.Endpoint(), RedirectURL: redirectURL, Scopes: scopes}
}

// boundedTransport limits how much of an answer is read.
type boundedTransport struct{ inner http.RoundTripper }

// RoundTrip implements [http.RoundTripper].
func (t boundedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	inner := t.inner
	if inner == nil {
		inner = http.DefaultTransport
	}
	resp, err := inner.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	resp.Body = http.MaxBytesReader(nil, resp.Body, maxAnswer)
	return resp, nil
}

func checkOrigin(origin string) error {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.User != nil || !isSafe(u) {
		return errors.New("the authority must be an https origin, such as " + PublicAuthority)
	}
	return nil
}

func checkURL(name, text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil || !isSafe(u) {
		return fmt.Errorf("the %s must be an https address without a query", name)
	}
	return nil
}

// isSafe reports whether u is https, or http on this machine, which Entra accepts for redirect URIs too.
func isSafe(u *url.URL) bool {
	if u.Scheme == "https" {
		return true
	}
	ip := net.ParseIP(u.Hostname())
	return u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback())
}

func checkGUID(name, text string) error {
	if len(text) != 36 || uuid.Validate(text) != nil {
		return fmt.Errorf("the %s must be a GUID", name)
	}
	return nil
}
