package entratest

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

const (
	codeLifetime  = 10 * time.Minute
	tokenLifetime = time.Hour
)

// AccessToken is one that the server has issued.
type AccessToken struct {
	// AccountID is the object ID.
	AccountID string
	// Resource is the address of the API, such as "https://graph.microsoft.com/".
	Resource string
	// Scopes are the delegated permissions, without the address.
	Scopes    []string
	ExpiresOn time.Time
}

type signingKey struct {
	id  string
	key *rsa.PrivateKey
}

func (k *signingKey) ID() string                                  { return k.id }
func (k *signingKey) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (k *signingKey) Key() any                                    { return k.key }

type publishedKey struct{ *signingKey }

func (k publishedKey) Algorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (k publishedKey) Use() string                        { return "sig" }
func (k publishedKey) Key() any                           { return &k.key.PublicKey }

// grant is what both kinds of token requests share.
type grant struct {
	account, client string
	scopes          []string
	signedIn        time.Time
}

func (g *grant) GetSubject() string     { return g.account }
func (g *grant) GetClientID() string    { return g.client }
func (g *grant) GetScopes() []string    { return g.scopes }
func (g *grant) GetAMR() []string       { return []string{"pwd"} }
func (g *grant) GetAuthTime() time.Time { return g.signedIn }

// GetAudience returns the one resource that the scopes name, or the application itself.
func (g *grant) GetAudience() []string {
	if resource, _ := split(g.scopes); resource != "" {
		return []string{resource}
	}
	return []string{g.client}
}

// split returns the resource of the scopes that name one, and those scopes' names.
func split(scopes []string) (resource string, names []string) {
	for _, s := range scopes {
		if i := strings.LastIndex(s, "/"); i > 0 {
			resource, names = s[:i+1], append(names, s[i+1:])
		}
	}
	return resource, names
}

type authRequest struct {
	grant
	id       string
	request  oidc.AuthRequest
	asked    []string // every scope of the address
	isDone   bool
	redeemBy time.Time
}

func (r *authRequest) GetID() string                      { return r.id }
func (r *authRequest) GetACR() string                     { return "" }
func (r *authRequest) GetNonce() string                   { return r.request.Nonce }
func (r *authRequest) GetRedirectURI() string             { return r.request.RedirectURI }
func (r *authRequest) GetResponseType() oidc.ResponseType { return r.request.ResponseType }
func (r *authRequest) GetResponseMode() oidc.ResponseMode { return r.request.ResponseMode }
func (r *authRequest) GetState() string                   { return r.request.State }
func (r *authRequest) Done() bool                         { return r.isDone }
func (r *authRequest) GetCodeChallenge() *oidc.CodeChallenge {
	return &oidc.CodeChallenge{Challenge: r.request.CodeChallenge, Method: r.request.CodeChallengeMethod}
}

type refreshToken struct {
	grant
	isRevoked bool
}

// refreshRequest is one use of a refresh token.
type refreshRequest struct {
	grant
}

func (r *refreshRequest) SetCurrentScopes(scopes []string) { r.scopes = scopes }

// storage is the provider's view of the server.
type storage struct{ *Server }

var errUnknown = errors.New("unknown")

func (s storage) CreateAuthRequest(_ context.Context, r *oidc.AuthRequest, _ string) (op.AuthRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	request := &authRequest{grant: grant{client: r.ClientID}, id: rand.Text(), request: *r, asked: r.Scopes}
	s.requests[request.id] = request
	return request, nil
}

func (s storage) AuthRequestByID(_ context.Context, id string) (op.AuthRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r, ok := s.requests[id]; ok {
		return r, nil
	}
	return nil, errUnknown
}

func (s storage) AuthRequestByCode(_ context.Context, code string) (op.AuthRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.requests[s.codes[code]]
	if !ok || s.options.Clock().After(r.redeemBy) {
		return nil, errUnknown
	}
	// A code is used up by the first attempt, even with a wrong verifier.
	delete(s.codes, code)
	s.used[code] = true
	return r, nil
}

func (s storage) SaveAuthCode(_ context.Context, id, code string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.requests[id]
	if !ok {
		return errUnknown
	}
	s.codes[code], r.redeemBy = id, s.options.Clock().Add(codeLifetime)
	return nil
}

func (s storage) DeleteAuthRequest(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.requests, id)
	return nil
}

func (s storage) CreateAccessToken(_ context.Context, r op.TokenRequest) (string, time.Time, error) {
	id, expires := uuid.NewString(), s.options.Clock().Add(tokenLifetime)
	resource, names := split(r.GetScopes())
	s.mu.Lock()
	defer s.mu.Unlock()
	s.issued[id] = AccessToken{AccountID: r.GetSubject(), Resource: resource, Scopes: names, ExpiresOn: expires}
	return id, expires, nil
}

func (s storage) CreateAccessAndRefreshTokens(ctx context.Context, r op.TokenRequest, current string) (string, string, time.Time, error) {
	id, expires, err := s.CreateAccessToken(ctx, r)
	s.mu.Lock()
	defer s.mu.Unlock()
	g := grant{account: r.GetSubject(), client: s.options.ClientID, signedIn: s.options.Clock()}
	if old, ok := s.refresh[current]; ok {
		g.signedIn = old.signedIn // Entra keeps the old refresh token valid
	}
	next := rand.Text() + rand.Text()
	s.refresh[next] = &refreshToken{grant: g}
	return id, next, expires, err
}

func (s storage) TokenRequestByRefreshToken(_ context.Context, token string) (op.RefreshTokenRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.refresh[token]
	if !ok || t.isRevoked {
		return nil, errUnknown
	}
	g := t.grant
	g.scopes = append([]string{"openid", "profile", "email", "offline_access"}, append(s.consents[g.account], s.options.Consented...)...)
	return &refreshRequest{grant: g}, nil
}

func (s storage) SigningKey(context.Context) (op.SigningKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.keys[0], nil
}

func (s storage) KeySet(context.Context) ([]op.Key, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var keys []op.Key
	for _, k := range s.keys {
		keys = append(keys, publishedKey{k})
	}
	return keys, nil
}

func (s storage) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.RS256}, nil
}

func (s storage) GetClientByClientID(ctx context.Context, id string) (op.Client, error) {
	if id != s.options.ClientID {
		return nil, errUnknown
	}
	uris := s.options.RedirectURIs
	if uri, ok := ctx.Value(redirectKey{}).(string); ok {
		uris = append(slices.Clone(uris), uri)
	}
	return client{s.Server, uris}, nil
}

// SetUserinfoFromRequest adds Entra's own claims to an ID token.
func (s storage) SetUserinfoFromRequest(_ context.Context, info *oidc.UserInfo, r op.IDTokenRequest, _ []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.account(r.GetSubject())
	if !ok {
		return errUnknown
	}
	info.Subject = a.ID
	info.PreferredUsername, info.Name = a.Username, a.Name
	for name, value := range s.claims(a) {
		info.AppendClaims(name, value)
	}
	return nil
}

// GetPrivateClaimsFromRequest adds Entra's own claims to an access token.
func (s storage) GetPrivateClaimsFromRequest(_ context.Context, r op.TokenRequest, _ []string) (map[string]any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.account(r.GetSubject())
	if !ok {
		return nil, errUnknown
	}
	claims := s.claims(a)
	_, names := split(r.GetScopes())
	claims["scp"], claims["appid"] = strings.Join(names, " "), s.options.ClientID
	return claims, nil
}

func (s storage) claims(a Account) map[string]any {
	claims := map[string]any{"ver": "2.0", "tid": s.options.Tenant, "oid": a.ID, "login_hint": "hint-" + a.ID}
	if len(a.Roles) > 0 {
		claims["roles"] = slices.Clone(a.Roles)
	}
	if a.IsGuest {
		claims["idp"] = "https://sts.windows.net/11111111-2222-4333-8444-999999999999/"
	}
	return claims
}

// The methods below belong to parts of the protocol that Entra lacks or that this site does not use.

func (storage) TerminateSession(context.Context, string, string) error { return nil }

func (storage) RevokeToken(context.Context, string, string, string) *oidc.Error {
	return oidc.ErrUnsupportedGrantType()
}

func (storage) GetRefreshTokenInfo(context.Context, string, string) (string, string, error) {
	return "", "", op.ErrInvalidRefreshToken
}

func (storage) AuthorizeClientIDSecret(context.Context, string, string) error { return nil }

func (storage) SetUserinfoFromScopes(context.Context, *oidc.UserInfo, string, string, []string) error {
	return nil
}

func (storage) SetUserinfoFromToken(context.Context, *oidc.UserInfo, string, string, string) error {
	return errUnknown
}

func (storage) SetIntrospectionFromToken(context.Context, *oidc.IntrospectionResponse, string, string, string) error {
	return errUnknown
}

func (storage) GetPrivateClaimsFromScopes(context.Context, string, string, []string) (map[string]any, error) {
	return nil, nil
}

func (storage) GetKeyByIDAndClientID(context.Context, string, string) (*jose.JSONWebKey, error) {
	return nil, errUnknown
}

func (storage) ValidateJWTProfileScopes(context.Context, string, []string) ([]string, error) {
	return nil, errUnknown
}

func (storage) Health(context.Context) error { return nil }

// client is the application's registration, as the provider sees it. The server authenticates it before
// the provider is asked, so it is a public client with PKCE there.
type client struct {
	s            *Server
	redirectURIs []string
}

func (c client) GetID() string                      { return c.s.options.ClientID }
func (c client) RedirectURIs() []string             { return c.redirectURIs }
func (c client) PostLogoutRedirectURIs() []string   { return c.redirectURIs }
func (client) ApplicationType() op.ApplicationType  { return op.ApplicationTypeWeb }
func (client) AuthMethod() oidc.AuthMethod          { return oidc.AuthMethodNone }
func (client) ResponseTypes() []oidc.ResponseType   { return []oidc.ResponseType{oidc.ResponseTypeCode} }
func (client) AccessTokenType() op.AccessTokenType  { return op.AccessTokenTypeJWT }
func (client) IDTokenLifetime() time.Duration       { return tokenLifetime }
func (client) DevMode() bool                        { return true } // http on loopback
func (client) IDTokenUserinfoClaimsAssertion() bool { return true }
func (client) ClockSkew() time.Duration             { return 0 }
func (client) IsScopeAllowed(string) bool           { return true }
func (c client) LoginURL(id string) string {
	return c.s.base + "/" + c.s.options.Tenant + "/login?id=" + id
}

func (client) GrantTypes() []oidc.GrantType {
	return []oidc.GrantType{oidc.GrantTypeCode, oidc.GrantTypeRefreshToken}
}

func (client) RestrictAdditionalIdTokenScopes() func([]string) []string {
	return func(s []string) []string { return s }
}

func (client) RestrictAdditionalAccessTokenScopes() func([]string) []string {
	return func(s []string) []string { return s }
}
