package entra

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"net/url"
	"time"

	"golang.org/x/oauth2"

	"github.com/anteroom-visit/anteroom/secret"
)

const (
	// TransactionLifetime is how long a person may take to sign in, consent and a second factor included.
	TransactionLifetime = 15 * time.Minute
	// maxClaims bounds a claims challenge, in bytes; real ones have some hundred.
	maxClaims = 4 << 10
	maxCode   = 8 << 10 // bytes of an authorization code; real ones have about 2 KiB
)

// signInScopes are the scopes of a sign-in without a resource. "offline_access" brings the refresh token.
var signInScopes = []string{"openid", "profile", "offline_access"}

// Request configures a sign-in.
type Request struct {
	// RedirectURL is where Entra sends the browser back to, as registered: https, except on loopback.
	RedirectURL string
	// Resource asks for consent to a resource as well; nil asks for none.
	Resource *Resource
	// Claims answers a claims challenge: [Error].Claims of an earlier request.
	Claims string
	// LoginHint preselects an account, such as [Account].LoginHint.
	LoginHint string
	// SelectAccount makes Entra ask which account to use, also when only one is signed in.
	SelectAccount bool
}

// Transaction is one sign-in in progress. Only the browser that began it may have it: keep it there,
// encrypted, for at most [TransactionLifetime], and use it once.
type Transaction struct {
	State    string    `json:"state"`
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"verifier"`
	Started  time.Time `json:"started"`
	// RedirectURL is the address that the code was asked for.
	RedirectURL string `json:"redirect"`
	// Resource is the name of the resource that consent was asked for, "" for none.
	Resource string `json:"resource,omitempty"`
}

// Session is a signed-in account with the token that renews it. Keep it encrypted.
type Session struct {
	Account Account
	// Refresh is the refresh token.
	Refresh secret.Text
	// Renewed is when Entra last confirmed the account.
	Renewed time.Time
}

// Begin returns a transaction and the address at Entra to redirect the browser to.
func (c *Client) Begin(ctx context.Context, r Request) (Transaction, string, error) {
	if err := checkURL("redirect URL", r.RedirectURL); err != nil {
		return Transaction{}, "", &Error{Op: "begin sign-in", Reason: Registration, detail: err.Error()}
	}
	provider, _, err := c.discover(ctx)
	if err != nil {
		return Transaction{}, "", err
	}
	t := Transaction{
		State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Started: c.options.Clock().UTC(), RedirectURL: r.RedirectURL,
	}
	scopes := signInScopes
	if r.Resource != nil {
		t.Resource = r.Resource.Name
		scopes = append(append([]string{}, scopes...), r.Resource.Scopes...)
	}
	options := []oauth2.AuthCodeOption{
		oauth2.S256ChallengeOption(t.Verifier),
		oauth2.SetAuthURLParam("nonce", t.Nonce),
		oauth2.SetAuthURLParam("response_mode", "query"),
		oauth2.SetAuthURLParam("claims", withCapability(r.Claims)),
	}
	if r.LoginHint != "" {
		options = append(options, oauth2.SetAuthURLParam("login_hint", r.LoginHint))
	}
	if r.SelectAccount {
		options = append(options, oauth2.SetAuthURLParam("prompt", "select_account"))
	}
	return t, c.oauth(provider, r.RedirectURL, scopes).AuthCodeURL(t.State, options...), nil
}

// Complete turns the query with which Entra sent the browser back into a session. Every failure is an
// [*Error]. A code is good for one call: the caller removes the transaction from the browser first.
func (c *Client) Complete(ctx context.Context, t Transaction, query url.Values) (Session, error) {
	const op = "complete sign-in"
	now := c.options.Clock()
	switch {
	case t.State == "" || t.Verifier == "" || t.Nonce == "":
		return Session{}, &Error{Op: op, Reason: Stale, detail: "no transaction"}
	case now.Sub(t.Started) > TransactionLifetime || t.Started.Sub(now) > clockSkew:
		return Session{}, &Error{Op: op, Reason: Stale, detail: "transaction too old"}
	case len(query["state"]) != 1 || subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(t.State)) != 1:
		return Session{}, rejected(op, "state differs")
	case query.Has("iss") && query.Get("iss") != c.issuer:
		return Session{}, rejected(op, "issuer of the answer differs")
	}
	if query.Has("error") {
		f := failure{Error: query.Get("error"), Description: query.Get("error_description"), CorrelationID: query.Get("correlation_id")}
		reason, code := f.reason()
		return Session{}, &Error{Op: op, Reason: reason, Code: code, Correlation: identifier(f.CorrelationID)}
	}
	code := query.Get("code")
	if code == "" || len(query["code"]) != 1 || len(code) > maxCode {
		return Session{}, rejected(op, "not exactly one code")
	}
	answer, err := c.redeem(ctx, op, url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {t.RedirectURL},
		"code_verifier": {t.Verifier}, "scope": {join(signInScopes)},
	})
	if err != nil {
		return Session{}, err
	}
	if answer.RefreshToken == "" {
		return Session{}, rejected(op, "no refresh token")
	}
	account, err := c.verify(ctx, op, answer.IDToken, t.Nonce)
	if err != nil {
		return Session{}, err
	}
	return Session{Account: account, Refresh: secret.New(answer.RefreshToken), Renewed: now.UTC()}, nil
}

// Renew asks Entra whether the account may still sign in, and returns the session with its roles as they
// are now. Call it at least once an hour: a disabled account, a withdrawn role or a revoked session then
// ends the sign-in here too, with an [*Error] of reason AccountDisabled, NotAssigned or SignInAgain.
func (c *Client) Renew(ctx context.Context, s Session) (Session, error) {
	const op = "renew sign-in"
	answer, err := c.refresh(ctx, op, s, signInScopes)
	if err != nil {
		return Session{}, err
	}
	account, err := c.verify(ctx, op, answer.IDToken, "")
	if err != nil {
		return Session{}, err
	}
	if account.ID != s.Account.ID {
		return Session{}, rejected(op, "another account")
	}
	s.Account, s.Renewed = account, c.options.Clock().UTC()
	s.keep(answer)
	return s, nil
}

// SignOutURL returns the address at Entra that ends the account's session there and then leads the
// browser to after, an address that must be registered.
func (c *Client) SignOutURL(ctx context.Context, a Account, after string) (string, error) {
	_, found, err := c.discover(ctx)
	if err != nil {
		return "", err
	}
	u, err := url.Parse(found.EndSession)
	if err != nil || found.EndSession == "" {
		return "", &Error{Op: "sign out", Reason: Unavailable}
	}
	query := u.Query()
	query.Set("post_logout_redirect_uri", after)
	if a.LoginHint != "" {
		query.Set("logout_hint", a.LoginHint)
	}
	u.RawQuery = query.Encode()
	return u.String(), nil
}

// withCapability adds the client capability "cp1" to a claims challenge, "" for none. It declares that
// this client answers challenges, so that Entra may revoke access tokens at once ("Claims challenges,
// claims requests and client capabilities").
func withCapability(challenge string) string {
	claims := make(map[string]map[string]any)
	if len(challenge) > maxClaims || json.Unmarshal([]byte(challenge), &claims) != nil {
		claims = make(map[string]map[string]any)
	}
	if claims["access_token"] == nil {
		claims["access_token"] = make(map[string]any)
	}
	claims["access_token"]["xms_cc"] = map[string][]string{"values": {"cp1"}}
	text, _ := json.Marshal(claims) // maps of JSON values always encode
	return string(text)
}
