package entra_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"maps"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/anteroom-visit/anteroom/entra"
	"github.com/anteroom-visit/anteroom/entra/entratest"
)

// newCertificate returns a certificate with its key, and the public certificate for the registration.
func newCertificate(t *testing.T) (entra.Certificate, []*x509.Certificate) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "anteroom"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})
	text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	certificate, err := entra.ParseCertificate(text)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return certificate, []*x509.Certificate{leaf}
}

func TestCompleteRejectsForgedReturns(t *testing.T) {
	for name, change := range map[string]func(tenant, *entra.Transaction, url.Values){
		"no state":                     func(_ tenant, _ *entra.Transaction, q url.Values) { q.Del("state") },
		"empty state":                  func(_ tenant, _ *entra.Transaction, q url.Values) { q.Set("state", "") },
		"another state":                func(_ tenant, _ *entra.Transaction, q url.Values) { q.Set("state", "AAAA") },
		"state with an extra letter":   func(_ tenant, _ *entra.Transaction, q url.Values) { q.Set("state", q.Get("state")+"A") },
		"state in lower case":          func(_ tenant, _ *entra.Transaction, q url.Values) { q.Set("state", strings.ToLower(q.Get("state"))) },
		"state twice":                  func(_ tenant, _ *entra.Transaction, q url.Values) { q.Add("state", q.Get("state")) },
		"no code":                      func(_ tenant, _ *entra.Transaction, q url.Values) { q.Del("code") },
		"code twice":                   func(_ tenant, _ *entra.Transaction, q url.Values) { q.Add("code", q.Get("code")) },
		"invented code":                func(_ tenant, _ *entra.Transaction, q url.Values) { q.Set("code", "made-up") },
		"code too long":                func(_ tenant, _ *entra.Transaction, q url.Values) { q.Set("code", strings.Repeat("a", 10<<10)) },
		"mix-up: another issuer":       func(_ tenant, _ *entra.Transaction, q url.Values) { q.Set("iss", "https://evil.example/v2.0") },
		"no transaction":               func(_ tenant, tx *entra.Transaction, _ url.Values) { *tx = entra.Transaction{} },
		"transaction without verifier": func(_ tenant, tx *entra.Transaction, _ url.Values) { tx.Verifier = "" },
		"transaction without nonce":    func(_ tenant, tx *entra.Transaction, _ url.Values) { tx.Nonce = "" },
		"another verifier":             func(_ tenant, tx *entra.Transaction, _ url.Values) { tx.Verifier = strings.Repeat("v", 43) },
		"another nonce":                func(_ tenant, tx *entra.Transaction, _ url.Values) { tx.Nonce = "AAAA" },
		"transaction too old": func(tn tenant, _ *entra.Transaction, _ url.Values) {
			*tn.now = tn.now.Add(entra.TransactionLifetime + time.Second)
		},
		"transaction of the future": func(tn tenant, tx *entra.Transaction, _ url.Values) { tx.Started = tn.now.Add(time.Hour) },
		"error beside a code":       func(_ tenant, _ *entra.Transaction, q url.Values) { q.Set("error", "access_denied") },
	} {
		t.Run(name, func(t *testing.T) {
			tn := newTenant(t, nil)
			transaction, address, err := tn.client.Begin(t.Context(), entra.Request{RedirectURL: redirectURL})
			if err != nil {
				t.Fatal(err)
			}
			back, _ := tn.browse(t, address, accountForm(tn.clerk))
			change(tn, &transaction, back)
			session, err := tn.client.Complete(t.Context(), transaction, back)
			if reasonOf(t, err) == "" || session.Account.ID != "" {
				t.Errorf("Complete = %+v, %v, want an error", session.Account, err)
			}
			if strings.Contains(name, "transaction") && reasonOf(t, err) != entra.Stale {
				t.Errorf("Complete: %v, want %q before any request to Entra", err, entra.Stale)
			}
		})
	}
}

func TestCodeIsValidOnce(t *testing.T) {
	tn := newTenant(t, nil)
	transaction, address, err := tn.client.Begin(t.Context(), entra.Request{RedirectURL: redirectURL})
	if err != nil {
		t.Fatal(err)
	}
	back, _ := tn.browse(t, address, accountForm(tn.clerk))
	if _, err := tn.client.Complete(t.Context(), transaction, back); err != nil {
		t.Fatal(err)
	}
	if _, err := tn.client.Complete(t.Context(), transaction, back); reasonOf(t, err) != entra.SignInAgain {
		t.Errorf("second use: %v, want %q", err, entra.SignInAgain)
	}
}

// TestCodesOfTwoSignInsCannotBeSwapped checks that the code of an attacker's sign-in does not complete the victim's, and
// the reverse.
func TestCodesOfTwoSignInsCannotBeSwapped(t *testing.T) {
	tn := newTenant(t, nil)
	first, firstAddress, err := tn.client.Begin(t.Context(), entra.Request{RedirectURL: redirectURL})
	if err != nil {
		t.Fatal(err)
	}
	second, secondAddress, err := tn.client.Begin(t.Context(), entra.Request{RedirectURL: redirectURL})
	if err != nil {
		t.Fatal(err)
	}
	a, _ := tn.browse(t, firstAddress, accountForm(tn.clerk))
	b, _ := tn.browse(t, secondAddress, accountForm(tn.clerk))
	for name, c := range map[string]struct {
		transaction entra.Transaction
		code, state string
	}{
		"code of the second in the first": {first, b.Get("code"), a.Get("state")},
		"whole answer of the second":      {first, b.Get("code"), b.Get("state")},
		"code of the first in the second": {second, a.Get("code"), b.Get("state")},
	} {
		if _, err := tn.client.Complete(t.Context(), c.transaction, url.Values{"code": {c.code}, "state": {c.state}}); reasonOf(t, err) == "" {
			t.Errorf("%s: signed in, want an error", name)
		}
	}
}

func TestAuthorizeRejectsOtherRedirectAddresses(t *testing.T) {
	tn := newTenant(t, nil)
	_, address, err := tn.client.Begin(t.Context(), entra.Request{RedirectURL: redirectURL})
	if err != nil {
		t.Fatal(err)
	}
	for _, redirect := range []string{"https://evil.example/callback", redirectURL + "/", redirectURL + "?x=1", strings.Replace(redirectURL, "localhost", "127.0.0.1", 1)} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		query := u.Query()
		query.Set("redirect_uri", redirect)
		u.RawQuery = query.Encode()
		if back, page := tn.browse(t, u.String(), accountForm(tn.clerk)); back != nil || !strings.Contains(page, "AADSTS50011") {
			t.Errorf("redirect to %s: came back with %v, page %s; want AADSTS50011", redirect, back, page)
		}
	}
}

// forger is a transport that replaces the ID token in Entra's answers.
type forger struct {
	forge func(claims map[string]any) string
}

func (f forger) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil || !strings.HasSuffix(r.URL.Path, "/token") {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	var answer map[string]any
	if err := json.Unmarshal(body, &answer); err != nil {
		return nil, err
	}
	if token, ok := answer["id_token"].(string); ok {
		payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
		if err != nil {
			return nil, err
		}
		var claims map[string]any
		if err := json.Unmarshal(payload, &claims); err != nil {
			return nil, err
		}
		answer["id_token"] = f.forge(claims)
	}
	if body, err = json.Marshal(answer); err != nil {
		return nil, err
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	resp.Header.Del("Content-Length")
	return resp, nil
}

// sign returns a signed token with the claims.
func sign(t *testing.T, algorithm jose.SignatureAlgorithm, key any, kid string, claims map[string]any) string {
	t.Helper()
	options := new(jose.SignerOptions).WithType("JWT")
	if kid != "" {
		options = options.WithHeader("kid", kid)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, options)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	object, err := signer.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	text, err := object.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func unsigned(claims map[string]any, algorithm string) string {
	payload, _ := json.Marshal(claims)
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(`{"alg":"`+algorithm+`","typ":"JWT"}`)) + "." + encode(payload) + "."
}

// TestVerifyRejectsWrongClaims presents tokens with a valid signature and one wrong claim. A compromised or mistaken
// issuer, another tenant or another application could send them.
func TestVerifyRejectsWrongClaims(t *testing.T) {
	key := forgersKey()
	for name, c := range map[string]struct {
		change func(claims map[string]any)
		want   entra.Reason
	}{
		"unchanged":      {func(map[string]any) {}, ""},
		"another issuer": {func(c map[string]any) { c["iss"] = "https://evil.example/v2.0" }, entra.Rejected},
		"issuer of another tenant": {func(c map[string]any) {
			c["iss"] = strings.Replace(c["iss"].(string), c["tid"].(string), "11111111-2222-4333-8444-555555555555", 1)
		}, entra.Rejected},
		"issuer of version 1":     {func(c map[string]any) { c["iss"] = strings.TrimSuffix(c["iss"].(string), "/v2.0") }, entra.Rejected},
		"another audience":        {func(c map[string]any) { c["aud"] = "11111111-2222-4333-8444-555555555555" }, entra.Rejected},
		"audience of Graph":       {func(c map[string]any) { c["aud"] = "https://graph.microsoft.com" }, entra.Rejected},
		"two audiences":           {func(c map[string]any) { c["aud"] = []any{audienceOf(c), "other"} }, entra.Rejected},
		"no audience":             {func(c map[string]any) { delete(c, "aud") }, entra.Rejected},
		"another tenant":          {func(c map[string]any) { c["tid"] = "11111111-2222-4333-8444-555555555555" }, entra.WrongTenant},
		"no tenant":               {func(c map[string]any) { delete(c, "tid") }, entra.WrongTenant},
		"expired":                 {func(c map[string]any) { c["exp"] = time.Now().Add(-6 * time.Minute).Unix() }, entra.Rejected},
		"expired within the skew": {func(c map[string]any) { c["exp"] = time.Now().Add(-4 * time.Minute).Unix() }, ""},
		"no expiry":               {func(c map[string]any) { delete(c, "exp") }, entra.Rejected},
		"not valid yet":           {func(c map[string]any) { c["nbf"] = time.Now().Add(6 * time.Minute).Unix() }, entra.Rejected},
		"issued in the future":    {func(c map[string]any) { c["iat"] = time.Now().Add(6 * time.Minute).Unix() }, entra.Rejected},
		"no nonce":                {func(c map[string]any) { delete(c, "nonce") }, entra.Rejected},
		"another nonce":           {func(c map[string]any) { c["nonce"] = "AAAA" }, entra.Rejected},
		"version 1":               {func(c map[string]any) { c["ver"] = "1.0" }, entra.Rejected},
		"no object ID":            {func(c map[string]any) { delete(c, "oid") }, entra.Rejected},
		"object ID with a path":   {func(c map[string]any) { c["oid"] = "../admin" }, entra.Rejected},
		"role as text":            {func(c map[string]any) { c["roles"] = "Desk" }, entra.Rejected},
		"role in another case":    {func(c map[string]any) { c["roles"] = []any{"desk"} }, entra.NotAssigned},
		"no role":                 {func(c map[string]any) { delete(c, "roles") }, entra.NotAssigned},
		"guest by acct":           {func(c map[string]any) { c["acct"] = 1 }, entra.Guest},
		"guest by idp":            {func(c map[string]any) { c["idp"] = "live.com" }, entra.Guest},
	} {
		t.Run(name, func(t *testing.T) {
			forge := func(claims map[string]any) string {
				changed := maps.Clone(claims)
				c.change(changed)
				return sign(t, jose.RS256, key, "forged", changed)
			}
			tn := newTenant(t, func(_ *entratest.Options, o *entra.Options) {
				o.Transport = publisher{forger{forge}, jose.JSONWebKey{Key: key.Public(), KeyID: "forged", Algorithm: "RS256", Use: "sig"}}
			})
			_, err := tn.signIn(t, tn.clerk, entra.Request{RedirectURL: redirectURL})
			if reasonOf(t, err) != c.want {
				t.Errorf("sign-in: %v, want %q", err, c.want)
			}
		})
	}
}

// TestVerifyRejectsOtherAlgorithmsWithEntrasKey checks that only RS256, which Entra uses, is accepted.
func TestVerifyRejectsOtherAlgorithmsWithEntrasKey(t *testing.T) {
	key := forgersKey()
	for algorithm, want := range map[jose.SignatureAlgorithm]entra.Reason{jose.RS256: "", jose.RS384: entra.Rejected, jose.RS512: entra.Rejected, jose.PS256: entra.Rejected} {
		forge := func(claims map[string]any) string { return sign(t, algorithm, key, "forged", claims) }
		tn := newTenant(t, func(_ *entratest.Options, o *entra.Options) {
			o.Transport = publisher{forger{forge}, jose.JSONWebKey{Key: key.Public(), KeyID: "forged", Use: "sig"}}
		})
		if _, err := tn.signIn(t, tn.clerk, entra.Request{RedirectURL: redirectURL}); reasonOf(t, err) != want {
			t.Errorf("%s: %v, want %q", algorithm, err, want)
		}
	}
}

func audienceOf(claims map[string]any) string {
	if list, ok := claims["aud"].([]any); ok {
		return list[0].(string)
	}
	return claims["aud"].(string)
}

// forgersKey returns a key that is not Entra's.
var forgersKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// publisher is a forger that also publishes its key as Entra's own, so that only the claims differ.
type publisher struct {
	forger
	key jose.JSONWebKey
}

func (p publisher) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(r.URL.Path, "/keys") {
		return p.forger.RoundTrip(r)
	}
	body, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{p.key}})
	if err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(bytes.NewReader(body)), Request: r,
	}, nil
}

// TestVerifyRejectsWrongSignatures presents tokens with correct claims and a signature that is not Entra's.
func TestVerifyRejectsWrongSignatures(t *testing.T) {
	key := forgersKey()
	for name, forge := range map[string]func(claims map[string]any) string{
		"another key":              func(c map[string]any) string { return sign(t, jose.RS256, key, "", c) },
		"another key, unknown kid": func(c map[string]any) string { return sign(t, jose.RS256, key, "unknown", c) },
		"alg none":                 func(c map[string]any) string { return unsigned(c, "none") },
		"alg None":                 func(c map[string]any) string { return unsigned(c, "None") },
		"alg RS256, not signed":    func(c map[string]any) string { return unsigned(c, "RS256") },
		"HS256 with the secret": func(c map[string]any) string {
			return sign(t, jose.HS256, []byte(strings.Repeat(clientSecret, 2)), "", c)
		},
		"HS256 with the public key": func(c map[string]any) string { return sign(t, jose.HS256, publicKeyPEM(t, key), "", c) },
		"PS256 with another key":    func(c map[string]any) string { return sign(t, jose.PS256, key, "", c) },
		"empty":                     func(map[string]any) string { return "" },
		"not a token":               func(map[string]any) string { return "a.b.c" },
		"claims changed afterwards": func(c map[string]any) string { return changeRole(sign(t, jose.RS256, key, "", c)) },
	} {
		t.Run(name, func(t *testing.T) {
			tn := newTenant(t, func(_ *entratest.Options, o *entra.Options) { o.Transport = forger{forge} })
			session, err := tn.signIn(t, tn.clerk, entra.Request{RedirectURL: redirectURL})
			if reasonOf(t, err) != entra.Rejected || session.Account.ID != "" {
				t.Errorf("sign-in of %q: %v, want %q", session.Account.ID, err, entra.Rejected)
			}
		})
	}
}

func publicKeyPEM(t *testing.T, key *rsa.PrivateKey) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

func changeRole(token string) string {
	parts := strings.Split(token, ".")
	payload, _ := base64.RawURLEncoding.DecodeString(parts[1])
	payload = bytes.Replace(payload, []byte("Desk"), []byte("Admin"), 1)
	return parts[0] + "." + base64.RawURLEncoding.EncodeToString(payload) + "." + parts[2]
}

// TestRenewRejectsAnotherAccount checks that a refresh cannot change the account.
func TestRenewRejectsAnotherAccount(t *testing.T) {
	tn := newTenant(t, nil)
	session := tn.mustSignIn(t, entra.Request{RedirectURL: redirectURL})
	session.Account.ID = tn.other.ID
	if _, err := tn.client.Renew(t.Context(), session); reasonOf(t, err) != entra.Rejected {
		t.Errorf("renew: %v, want %q", err, entra.Rejected)
	}
}
