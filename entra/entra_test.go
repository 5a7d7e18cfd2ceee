package entra_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/entra"
	"github.com/anteroom-visit/anteroom/entra/entratest"
	"github.com/anteroom-visit/anteroom/secret"
)

const (
	redirectURL  = "http://localhost:8080/desk/sign-in/callback"
	clientSecret = "a client secret of the test"
)

// tenant is a stand-in with three accounts, and a client of it. The account other does not have the role.
type tenant struct {
	*entratest.Server
	client    *entra.Client
	authority string
	now       *time.Time
	clerk     entratest.Account
	other     entratest.Account
	guest     entratest.Account
}

// tenantKey generates one key for all tests, because that takes longer than a test.
var tenantKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// newTenant starts a stand-in; change may alter the stand-in's and the client's options.
func newTenant(t *testing.T, change func(*entratest.Options, *entra.Options)) tenant {
	t.Helper()
	now := time.Now()
	clock := func() time.Time { return now }
	options := entratest.Options{
		Secret: clientSecret, RedirectURIs: []string{redirectURL}, Clock: clock, Key: tenantKey(),
		Accounts: []entratest.Account{
			{Name: "Ada Clerk", Username: "ada@clinic.example", Roles: []string{"Desk"}, IsLicensed: true},
			{Name: "Otto Other", Username: "otto@clinic.example"},
			{Name: "Gina Guest", Username: "gina@partner.example", Roles: []string{"Desk"}, IsGuest: true},
		},
	}
	client := entra.Options{Credential: entra.ClientSecret{Text: secret.New(clientSecret)}, Clock: clock}
	if change != nil {
		change(&options, &client)
	}
	server, err := entratest.New(options)
	if err != nil {
		t.Fatal(err)
	}
	authority, err := server.Start("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	if client.Authority == "" {
		client.Authority = authority
	}
	if client.Tenant == "" {
		client.Tenant = server.Tenant()
	}
	client.ClientID = server.ClientID()
	c, err := entra.NewClient(client)
	if err != nil {
		t.Fatal(err)
	}
	accounts := server.Accounts()
	return tenant{server, c, authority, &now, accounts[0], accounts[1], accounts[2]}
}

// browse opens an authorization address, fills in the forms and consents unless form does otherwise. It returns the
// query of the redirect back, or the text of the page where the browser stops.
func (tn tenant) browse(t *testing.T, address string, form url.Values) (url.Values, string) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	var back url.Values
	browser := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), redirectURL) {
			back = r.URL.Query()
			return http.ErrUseLastResponse
		}
		return nil
	}}
	resp, err := browser.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		page, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		id := regexp.MustCompile(`name="id" value="(\w+)"`).FindSubmatch(page)
		if back != nil || id == nil {
			return back, string(page)
		}
		filled := url.Values{"id": {string(id[1])}}
		for name, values := range form {
			filled[name] = values
		}
		if strings.Contains(string(page), `name="consent"`) && !filled.Has("consent") {
			filled.Set("consent", "accept")
		}
		if resp, err = browser.PostForm(resp.Request.URL.String(), filled); err != nil {
			t.Fatal(err)
		}
	}
	resp.Body.Close()
	return back, ""
}

func accountForm(a entratest.Account) url.Values { return url.Values{"account": {a.ID}} }

func (tn tenant) signIn(t *testing.T, a entratest.Account, r entra.Request) (entra.Session, error) {
	t.Helper()
	transaction, address, err := tn.client.Begin(t.Context(), r)
	if err != nil {
		return entra.Session{}, err
	}
	back, page := tn.browse(t, address, accountForm(a))
	if back == nil {
		t.Fatalf("no redirect back from %s", page)
	}
	return tn.client.Complete(t.Context(), transaction, back)
}

func (tn tenant) mustSignIn(t *testing.T, r entra.Request) entra.Session {
	t.Helper()
	session, err := tn.signIn(t, tn.clerk, r)
	if err != nil {
		t.Fatal(err)
	}
	return session
}

// reasonOf returns the reason of an error, or "" if err is nil.
func reasonOf(t *testing.T, err error) entra.Reason {
	t.Helper()
	if err == nil {
		return ""
	}
	var failed *entra.Error
	if !errors.As(err, &failed) {
		t.Fatalf("%T is not an *entra.Error: %v", err, err)
	}
	return failed.Reason
}

func TestSignInReturnsTheAccount(t *testing.T) {
	tn := newTenant(t, nil)
	session := tn.mustSignIn(t, entra.Request{RedirectURL: redirectURL})
	want := entra.Account{ID: tn.clerk.ID, Name: "Ada Clerk", Username: "ada@clinic.example", LoginHint: "hint-" + tn.clerk.ID}
	if session.Account != want {
		t.Errorf("account = %+v, want %+v", session.Account, want)
	}
	if session.Refresh.Reveal() == "" || !session.Renewed.Equal(*tn.now) {
		t.Errorf("session = %+v, want a refresh token and the time %s", session, *tn.now)
	}
}

func TestSignInAfterKeyRotation(t *testing.T) {
	tn := newTenant(t, nil)
	for range 3 {
		tn.mustSignIn(t, entra.Request{RedirectURL: redirectURL})
		if err := tn.RotateKeys(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTokenForEachResourceNeedsConsentOnce(t *testing.T) {
	tn := newTenant(t, nil)
	session := tn.mustSignIn(t, entra.Request{RedirectURL: redirectURL})
	for _, resource := range []entra.Resource{entra.TeamsCalls(), entra.Meetings()} {
		if _, _, err := tn.client.Token(t.Context(), session, resource); reasonOf(t, err) != entra.ConsentRequired {
			t.Errorf("%s without consent: %v, want %q", resource.Name, err, entra.ConsentRequired)
		}
		session = tn.mustSignIn(t, entra.Request{RedirectURL: redirectURL, Resource: &resource})
		token, next, err := tn.client.Token(t.Context(), session, resource)
		if err != nil {
			t.Fatal(err)
		}
		session = next
		issued, ok := tn.Check(token.Token.Reveal())
		if !ok || issued.AccountID != tn.clerk.ID || !strings.HasPrefix(resource.Scopes[0], issued.Resource) || len(issued.Scopes) != len(resource.Scopes) {
			t.Errorf("%s: the token is %+v, %t, want account %s and scopes %q", resource.Name, issued, ok, tn.clerk.ID, resource.Scopes)
		}
		if token.ExpiresOn.Before(tn.now.Add(50*time.Minute)) || token.ExpiresOn.After(tn.now.Add(70*time.Minute)) {
			t.Errorf("%s: token expires in %s, want 50 to 70 minutes", resource.Name, token.ExpiresOn.Sub(*tn.now))
		}
	}
}

func TestRenewChecksTheAccountAgain(t *testing.T) {
	for name, c := range map[string]struct {
		change func(tenant)
		want   entra.Reason
	}{
		"unchanged":       {func(tenant) {}, ""},
		"disabled":        {func(tn tenant) { a := tn.clerk; a.IsDisabled = true; tn.Change(a) }, entra.AccountDisabled},
		"role withdrawn":  {func(tn tenant) { a := tn.clerk; a.Roles = nil; tn.Change(a) }, entra.NotAssigned},
		"session revoked": {func(tn tenant) { tn.RevokeSessions(tn.clerk.ID) }, entra.SignInAgain},
		"became a guest":  {func(tn tenant) { a := tn.clerk; a.IsGuest = true; tn.Change(a) }, entra.Guest},
		"Entra throttles": {func(tn tenant) { tn.Fail(entratest.Fault{Place: entratest.AtToken, Status: 429}) }, entra.Throttled},
		"Entra fails": {func(tn tenant) {
			tn.Fail(entratest.Fault{Place: entratest.AtToken, Status: 503, OAuth: "server_error"})
		}, entra.Unavailable},
		"Entra sends HTML": {func(tn tenant) { tn.Fail(entratest.Fault{Place: entratest.AtToken, Body: "<html>"}) }, entra.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			tn := newTenant(t, nil)
			session := tn.mustSignIn(t, entra.Request{RedirectURL: redirectURL})
			c.change(tn)
			*tn.now = tn.now.Add(time.Hour)
			renewed, err := tn.client.Renew(t.Context(), session)
			if reasonOf(t, err) != c.want {
				t.Fatalf("renew: %v, want %q", err, c.want)
			}
			if err == nil && !renewed.Renewed.Equal(*tn.now) {
				t.Errorf("renewed at %s, want %s", renewed.Renewed, *tn.now)
			}
		})
	}
}

func TestSignInRejectsGuestsAndAccountsWithoutTheRole(t *testing.T) {
	tn := newTenant(t, nil)
	if _, err := tn.signIn(t, tn.other, entra.Request{RedirectURL: redirectURL}); reasonOf(t, err) != entra.NotAssigned {
		t.Errorf("account without the role: %v, want %q", err, entra.NotAssigned)
	}
	if _, err := tn.signIn(t, tn.guest, entra.Request{RedirectURL: redirectURL}); reasonOf(t, err) != entra.Guest {
		t.Errorf("guest: %v, want %q", err, entra.Guest)
	}
	open := newTenant(t, func(_ *entratest.Options, o *entra.Options) { o.AcceptsGuests = true })
	if _, err := open.signIn(t, open.guest, entra.Request{RedirectURL: redirectURL}); err != nil {
		t.Errorf("guest of a tenant that accepts guests: %v, want no error", err)
	}
}

func TestClaimsChallengeIsPassedOnAndAnswered(t *testing.T) {
	const challenge = `{"access_token":{"nbf":{"essential":true,"value":"1700000000"}}}`
	tn := newTenant(t, nil)
	session := tn.mustSignIn(t, entra.Request{RedirectURL: redirectURL})
	tn.Fail(entratest.Fault{Place: entratest.AtToken, OAuth: "interaction_required", Number: 50076, Claims: challenge})
	_, _, err := tn.client.Token(t.Context(), session, entra.Meetings())
	var failed *entra.Error
	if !errors.As(err, &failed) || failed.Claims != challenge || failed.Reason != entra.SignInAgain {
		t.Fatalf("token: %v, want %q with the challenge", err, entra.SignInAgain)
	}
	_, address, err := tn.client.Begin(t.Context(), entra.Request{RedirectURL: redirectURL, Claims: failed.Claims, LoginHint: session.Account.LoginHint})
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	claims := u.Query().Get("claims")
	if !strings.Contains(claims, `"nbf"`) || !strings.Contains(claims, `"cp1"`) || u.Query().Get("login_hint") == "" {
		t.Errorf("claims = %s in %s, want nbf and cp1, and a login hint", claims, address)
	}
}

func TestEntraErrorsHaveReasons(t *testing.T) {
	for number, want := range map[int]entra.Reason{
		65001: entra.ConsentRequired, 90094: entra.ConsentRequired, 65004: entra.ConsentDeclined, 50105: entra.NotAssigned,
		50020: entra.WrongTenant, 7000222: entra.CredentialExpired, 7000215: entra.CredentialInvalid, 700016: entra.Registration,
		50057: entra.AccountDisabled, 50173: entra.SignInAgain, 53003: entra.Policy, 90033: entra.Unavailable, 50076: entra.SignInAgain,
		650052: entra.Registration, 700082: entra.SignInAgain, 700213: entra.CredentialInvalid,
	} {
		tn := newTenant(t, nil)
		session := tn.mustSignIn(t, entra.Request{RedirectURL: redirectURL})
		tn.Fail(entratest.Fault{Place: entratest.AtToken, OAuth: "invalid_grant", Number: number})
		_, err := tn.client.Renew(t.Context(), session)
		if reasonOf(t, err) != want {
			t.Errorf("AADSTS%d: %v, want %q", number, err, want)
		}
		if strings.Contains(err.Error(), "Trace ID") {
			t.Errorf("AADSTS%d: the error repeats Entra's text: %v", number, err)
		}
	}
}

func TestPersonCanCancelAndDecline(t *testing.T) {
	resource := entra.Meetings()
	tn := newTenant(t, nil)
	for want, form := range map[entra.Reason]url.Values{
		entra.Cancelled:       {"account": {""}},
		entra.ConsentDeclined: {"account": {tn.clerk.ID}, "consent": {"cancel"}},
	} {
		transaction, address, err := tn.client.Begin(t.Context(), entra.Request{RedirectURL: redirectURL, Resource: &resource})
		if err != nil {
			t.Fatal(err)
		}
		back, page := tn.browse(t, address, form)
		if back == nil {
			t.Fatalf("%s: no redirect back from %s", want, page)
		}
		if _, err := tn.client.Complete(t.Context(), transaction, back); reasonOf(t, err) != want {
			t.Errorf("complete: %v, want %q", err, want)
		}
	}
}

func TestSignInNeedsAValidCredential(t *testing.T) {
	wrong := entra.ClientSecret{Text: secret.New("another secret")}
	federated := func(token string, err error) entra.Federated {
		return func(context.Context) (secret.Text, error) { return secret.New(token), err }
	}
	certificate, leaf := newCertificate(t)
	another, _ := newCertificate(t)
	trust := func(token string) error {
		if token != "managed identity's token" {
			return errors.New("not trusted")
		}
		return nil
	}
	for name, c := range map[string]struct {
		credential entra.Credential
		expired    bool
		want       entra.Reason
	}{
		"secret":               {entra.ClientSecret{Text: secret.New(clientSecret)}, false, ""},
		"wrong secret":         {wrong, false, entra.CredentialInvalid},
		"expired secret":       {entra.ClientSecret{Text: secret.New(clientSecret)}, true, entra.CredentialExpired},
		"certificate":          {certificate, false, ""},
		"another certificate":  {another, false, entra.CredentialInvalid},
		"federated":            {federated("managed identity's token", nil), false, ""},
		"federated, untrusted": {federated("somebody's token", nil), false, entra.CredentialInvalid},
		"no managed identity":  {federated("", errors.New("no identity here")), false, entra.CredentialInvalid},
	} {
		t.Run(name, func(t *testing.T) {
			tn := newTenant(t, func(s *entratest.Options, o *entra.Options) {
				s.IsSecretExpired, o.Credential = c.expired, c.credential
				s.Certificates, s.Federated = leaf, trust
			})
			_, err := tn.signIn(t, tn.clerk, entra.Request{RedirectURL: redirectURL})
			if reasonOf(t, err) != c.want {
				t.Errorf("sign-in: %v, want %q", err, c.want)
			}
		})
	}
}

func TestSignOutURLEndsEntrasSession(t *testing.T) {
	tn := newTenant(t, nil)
	session := tn.mustSignIn(t, entra.Request{RedirectURL: redirectURL})
	address, err := tn.client.SignOutURL(t.Context(), session.Account, "http://localhost:8080/desk/sign-in")
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	if u.Query().Get("logout_hint") != session.Account.LoginHint || u.Query().Get("post_logout_redirect_uri") == "" || !strings.HasSuffix(u.Path, "/oauth2/v2.0/logout") {
		t.Errorf("sign-out address = %s, want Entra's logout with hint and redirect", address)
	}
}

func TestSignInRecoversAfterEntraWasUnreachable(t *testing.T) {
	tn := newTenant(t, nil)
	tn.Fail(entratest.Fault{Place: entratest.AtDiscovery, Status: 503, Body: "down"})
	if _, _, err := tn.client.Begin(t.Context(), entra.Request{RedirectURL: redirectURL}); reasonOf(t, err) != entra.Unavailable {
		t.Errorf("first sign-in: %v, want %q", err, entra.Unavailable)
	}
	tn.mustSignIn(t, entra.Request{RedirectURL: redirectURL})
}

func TestNewClientRejectsUnsafeOptions(t *testing.T) {
	valid := entra.Options{
		Tenant: "11111111-2222-4333-8444-555555555555", ClientID: "66666666-7777-4888-8999-aaaaaaaaaaaa",
		Credential: entra.ClientSecret{Text: secret.New("s")},
	}
	if _, err := entra.NewClient(valid); err != nil {
		t.Fatalf("valid options: %v", err)
	}
	for name, change := range map[string]func(*entra.Options){
		"tenant common":         func(o *entra.Options) { o.Tenant = "common" },
		"tenant by domain":      func(o *entra.Options) { o.Tenant = "clinic.onmicrosoft.com" },
		"no tenant":             func(o *entra.Options) { o.Tenant = "" },
		"client ID with path":   func(o *entra.Options) { o.ClientID = "../" + o.ClientID },
		"http authority":        func(o *entra.Options) { o.Authority = "http://login.example.org" },
		"authority with path":   func(o *entra.Options) { o.Authority = "https://login.example.org/common" },
		"authority with a user": func(o *entra.Options) { o.Authority = "https://a@login.example.org" },
		"no credential":         func(o *entra.Options) { o.Credential = nil },
		"empty secret":          func(o *entra.Options) { o.Credential = entra.ClientSecret{} },
		"empty certificate":     func(o *entra.Options) { o.Credential = entra.Certificate{} },
	} {
		o := valid
		change(&o)
		if _, err := entra.NewClient(o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestBeginRejectsUnsafeRedirects(t *testing.T) {
	tn := newTenant(t, nil)
	for _, redirect := range []string{"", "http://visit.example.org/callback", redirectURL + "?next=/", redirectURL + "#x", "//evil.example", "https://a@evil.example/"} {
		if _, address, err := tn.client.Begin(t.Context(), entra.Request{RedirectURL: redirect}); reasonOf(t, err) != entra.Registration {
			t.Errorf("redirect to %q: %s, %v, want %q", redirect, address, err, entra.Registration)
		}
	}
}
