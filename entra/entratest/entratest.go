// Package entratest imitates Microsoft Entra ID on loopback, in memory: one tenant with one registered
// application and the accounts that a test or a rehearsal needs. It is as strict as Entra where a client
// can make mistakes, answers with Entra's error numbers, and fails on request. The OpenID Connect
// protocol itself comes from zitadel/oidc, a certified provider library.
//
// The README in this directory lists what it imitates and what it does not. Do not offer it as an
// identity provider: it asks for no password.
package entratest

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// Account is one person in the tenant.
type Account struct {
	// ID is the object ID; empty means a random one.
	ID string
	// Name and Username are shown to pick the account by.
	Name, Username string
	// Roles are the values of the app roles that are assigned to the account.
	Roles []string
	// IsGuest marks an account of another tenant.
	IsGuest bool
	// IsDisabled marks an account that cannot sign in.
	IsDisabled bool
	// IsLicensed reports whether the account has a Teams licence, for the stand-ins of Graph and ACS.
	IsLicensed bool
}

// Options configures a [Server]. The zero value is a tenant with random IDs, no accounts and no secret.
type Options struct {
	// Tenant and ClientID are GUIDs; empty means random ones.
	Tenant, ClientID string
	// Secret is the application's client secret; empty means that it has none.
	Secret string
	// IsSecretExpired makes Entra answer that the secret has expired.
	IsSecretExpired bool
	// Certificates are the certificates of the registration.
	Certificates []*x509.Certificate
	// Federated returns nil for a managed identity's token that the registration trusts; nil trusts none.
	Federated func(token string) error
	// RedirectURIs are the registered addresses, compared letter by letter. Sign-out uses them too.
	RedirectURIs []string
	// Accounts are the people who can sign in.
	Accounts []Account
	// RequiresAssignment rejects accounts without a role, as "Assignment required" does.
	RequiresAssignment bool
	// Consented are scopes that an administrator has consented to for everybody.
	Consented []string
	// AdminOnly are scopes that no person can consent to.
	AdminOnly []string
	// Key signs the first tokens; nil means a random RSA key.
	Key *rsa.PrivateKey
	// Clock returns the current time; nil means [time.Now]. Token signatures use the machine's time.
	Clock func() time.Time
}

// Server is the tenant. It is an [http.Handler], safe for concurrent use.
type Server struct {
	options Options
	base    string

	mu       sync.Mutex
	keys     []*signingKey // the first signs
	requests map[string]*authRequest
	codes    map[string]string // code to request
	used     map[string]bool   // codes that were redeemed
	refresh  map[string]*refreshToken
	issued   map[string]AccessToken
	consents map[string][]string // account to scopes
	faults   []Fault
	accounts []Account

	provider *op.Provider
	handler  http.Handler
	server   *http.Server
	served   chan error
}

// New returns a server that does not listen yet. Its addresses are known after [Server.Start].
func New(o Options) (*Server, error) {
	if o.Tenant == "" {
		o.Tenant = uuid.NewString()
	}
	if o.ClientID == "" {
		o.ClientID = uuid.NewString()
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if uuid.Validate(o.Tenant) != nil || uuid.Validate(o.ClientID) != nil {
		return nil, errors.New("entratest: tenant and client ID must be GUIDs")
	}
	s := &Server{
		options: o, requests: make(map[string]*authRequest), codes: make(map[string]string), used: make(map[string]bool),
		refresh: make(map[string]*refreshToken), issued: make(map[string]AccessToken), consents: make(map[string][]string),
		accounts: slices.Clone(o.Accounts),
	}
	for i := range s.accounts {
		if s.accounts[i].ID == "" {
			s.accounts[i].ID = uuid.NewString()
		}
	}
	if o.Key != nil {
		s.keys = []*signingKey{{id: uuid.NewString(), key: o.Key}}
		return s, nil
	}
	return s, s.RotateKeys()
}

// Start listens on a loopback address, "127.0.0.1:0" when empty, and returns the authority, such as
// "http://127.0.0.1:49152". A server starts once.
func (s *Server) Start(address string) (authority string, err error) {
	if address == "" {
		address = "127.0.0.1:0"
	}
	host, _, err := net.SplitHostPort(address)
	if addr, parseErr := netip.ParseAddr(host); err != nil || parseErr != nil || !addr.IsLoopback() {
		return "", fmt.Errorf("entratest: %q must be a loopback address and port", address)
	}
	if s.server != nil {
		return "", errors.New("entratest: already started")
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", address)
	if err != nil {
		return "", fmt.Errorf("entratest: listen: %w", err)
	}
	if err := s.mount("http://" + listener.Addr().String()); err != nil {
		return "", errors.Join(err, listener.Close())
	}
	s.server = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 64 << 10}
	s.served = make(chan error, 1)
	go func() { s.served <- s.server.Serve(listener) }()
	return s.base, nil
}

// mount builds the provider for its own address.
func (s *Server) mount(base string) error {
	s.base = base
	tenant := base + "/" + s.options.Tenant
	at := func(path, public string) *op.Endpoint { return op.NewEndpointWithURL(path, tenant+public) }
	provider, err := op.NewProvider(
		&op.Config{CodeMethodS256: true, GrantTypeRefreshToken: true, SupportedScopes: []string{"openid", "profile", "email", "offline_access"}},
		storage{s}, op.StaticIssuer(s.issuer()), op.WithAllowInsecure(),
		op.WithCustomEndpoints(
			at("authorize", "/oauth2/v2.0/authorize"), at("token", "/oauth2/v2.0/token"), at("userinfo", "/userinfo"),
			at("revoke", "/revoke"), at("logout", "/oauth2/v2.0/logout"), at("keys", "/discovery/v2.0/keys"),
		),
	)
	if err != nil {
		return fmt.Errorf("entratest: build provider: %w", err)
	}
	s.provider = provider
	mux := http.NewServeMux()
	prefix := "/" + s.options.Tenant
	mux.Handle("GET "+prefix+"/v2.0/.well-known/openid-configuration", s.failing(AtDiscovery, s.pass("/.well-known/openid-configuration")))
	mux.HandleFunc("GET /{tenant}/v2.0/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		writeFailure(w, "invalid_tenant", 90002)
	})
	mux.Handle("GET "+prefix+"/discovery/v2.0/keys", s.failing(AtKeys, s.pass("/keys")))
	mux.Handle("GET "+prefix+"/oauth2/v2.0/authorize", s.failing(AtAuthorize, http.HandlerFunc(s.authorize)))
	mux.Handle("GET "+prefix+"/oauth2/v2.0/authorize/callback", s.pass("/authorize/callback"))
	mux.Handle("POST "+prefix+"/oauth2/v2.0/token", s.failing(AtToken, http.HandlerFunc(s.token)))
	mux.Handle("GET "+prefix+"/oauth2/v2.0/logout", http.HandlerFunc(s.logout))
	mux.HandleFunc("GET "+prefix+"/login", s.showPicker)
	mux.HandleFunc("POST "+prefix+"/login", s.pick)
	s.handler = mux
	return nil
}

// pass hands a request to the provider under its own path.
func (s *Server) pass(path string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.Clone(r.Context())
		r.URL.Path = path
		s.provider.ServeHTTP(w, r)
	})
}

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Close stops listening.
func (s *Server) Close() error {
	if s.server == nil {
		return nil
	}
	err := s.server.Close()
	if serveErr := <-s.served; !errors.Is(serveErr, http.ErrServerClosed) {
		err = errors.Join(err, serveErr)
	}
	s.server = nil
	return err
}

// Authority returns what [Server.Start] returned, "" before it.
func (s *Server) Authority() string { return s.base }

// Secret returns the application's client secret.
func (s *Server) Secret() string { return s.options.Secret }

// Tenant returns the directory ID.
func (s *Server) Tenant() string { return s.options.Tenant }

// ClientID returns the application ID.
func (s *Server) ClientID() string { return s.options.ClientID }

// Accounts returns the accounts with their IDs.
func (s *Server) Accounts() []Account {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.accounts)
}

// Change replaces the account with the same ID, such as to disable it or to take a role away.
func (s *Server) Change(a Account) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.accounts {
		if s.accounts[i].ID == a.ID {
			s.accounts[i] = a
		}
	}
}

// RevokeSessions ends all refresh tokens of an account, as "Revoke sessions" does.
func (s *Server) RevokeSessions(accountID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.refresh {
		if t.account == accountID {
			t.isRevoked = true
		}
	}
}

// RotateKeys signs with a new key from now on; the one before stays published.
func (s *Server) RotateKeys() error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return fmt.Errorf("entratest: make key: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys = append([]*signingKey{{id: uuid.NewString(), key: key}}, s.keys[:min(1, len(s.keys))]...)
	return nil
}

func (s *Server) issuer() string { return s.base + "/" + s.options.Tenant + "/v2.0" }

func (s *Server) account(id string) (Account, bool) {
	for _, a := range s.accounts {
		if a.ID == id {
			return a, true
		}
	}
	return Account{}, false
}
