package entratest

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// token authenticates the application and checks the scopes as Entra does, lets the provider redeem the
// code or the refresh token, and writes errors in Entra's form.
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	if err := r.ParseForm(); err != nil {
		writeFailure(w, "invalid_request", 900144)
		return
	}
	form := r.PostForm
	if form.Get("client_id") != s.options.ClientID {
		writeFailure(w, "unauthorized_client", 700016)
		return
	}
	if number := s.authenticate(form); number != 0 {
		writeFailure(w, "invalid_client", number)
		return
	}
	if code, number := s.checkGrant(form); number != 0 {
		writeFailure(w, code, number)
		return
	}
	if form.Get("grant_type") == "client_credentials" { // for nobody, so that no stand-in of an API accepts the token
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = w.Write([]byte(`{"token_type":"Bearer","expires_in":3599,"access_token":"stand-in"}`))
		return
	}
	form.Del("client_secret")
	form.Del("client_assertion")
	form.Del("client_assertion_type")
	body := form.Encode()
	inner := httptest.NewRequestWithContext(r.Context(), http.MethodPost, "/token", strings.NewReader(body))
	inner.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	record := httptest.NewRecorder()
	s.provider.ServeHTTP(record, inner)
	if record.Code != http.StatusOK {
		var failed struct {
			Error       string `json:"error"`
			Description string `json:"error_description"`
		}
		_ = json.Unmarshal(record.Body.Bytes(), &failed)
		writeFailure(w, failed.Error, s.numberFor(form, failed.Description))
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = bytes.NewBuffer(record.Body.Bytes()).WriteTo(w)
}

// authenticate returns 0 for the application's own credential, else the number of Entra's error.
func (s *Server) authenticate(form url.Values) int {
	assertion, proof := form.Get("client_assertion"), form.Get("client_secret")
	switch {
	case assertion == "" && proof == "":
		return 7000218
	case assertion == "":
		if s.options.Secret == "" || proof != s.options.Secret {
			return 7000215
		}
		if s.options.IsSecretExpired {
			return 7000222
		}
		return 0
	case form.Get("client_assertion_type") != assertionType:
		return 700030
	case s.options.Federated != nil && s.options.Federated(assertion) == nil:
		return 0
	case len(s.options.Certificates) == 0:
		return 700213
	}
	return s.checkAssertion(assertion)
}

func (s *Server) checkAssertion(assertion string) int {
	parsed, err := jwt.ParseSigned(assertion, []jose.SignatureAlgorithm{jose.PS256})
	if err != nil {
		return 50027
	}
	thumbprint, _ := parsed.Headers[0].ExtraHeaders["x5t#S256"].(string)
	for _, certificate := range s.options.Certificates {
		sum := sha256.Sum256(certificate.Raw)
		if thumbprint != base64.RawURLEncoding.EncodeToString(sum[:]) {
			continue
		}
		var claims jwt.Claims
		if parsed.Claims(certificate.PublicKey, &claims) != nil {
			return 700027
		}
		err := claims.ValidateWithLeeway(jwt.Expected{
			Issuer: s.options.ClientID, Subject: s.options.ClientID, Time: s.options.Clock(),
			AnyAudience: jwt.Audience{s.base + "/" + s.options.Tenant + "/oauth2/v2.0/token"},
		}, 5*time.Minute)
		if err != nil {
			return 700024
		}
		return 0
	}
	return 700027
}

// checkGrant checks the scopes: one resource a token, consent for each, and an account that may sign in.
func (s *Server) checkGrant(form url.Values) (string, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	scopes := strings.Fields(form.Get("scope"))
	var resources []string
	for _, scope := range scopes {
		if i := strings.LastIndex(scope, "/"); i > 0 && !slices.Contains(resources, scope[:i]) {
			resources = append(resources, scope[:i])
		}
	}
	if len(resources) > 1 {
		return "invalid_request", 28000
	}
	if form.Get("grant_type") == "client_credentials" {
		if len(scopes) != 1 || !strings.HasSuffix(scopes[0], "/.default") {
			return "invalid_scope", 1002012
		}
		return "", 0
	}
	if form.Get("grant_type") != "refresh_token" {
		if s.used[form.Get("code")] {
			return "invalid_grant", 54005
		}
		return "", 0
	}
	t, ok := s.refresh[form.Get("refresh_token")]
	if !ok {
		return "invalid_grant", 9002313
	}
	a, known := s.account(t.account)
	switch {
	case !known || a.IsDisabled:
		return "invalid_grant", 50057
	case t.isRevoked:
		return "invalid_grant", 50173
	case s.options.RequiresAssignment && len(a.Roles) == 0:
		return "invalid_grant", 50105
	case len(s.missing(a, scopes)) > 0:
		return "invalid_grant", 65001
	}
	return "", 0
}

// numberFor finds Entra's number for an error of the provider.
func (s *Server) numberFor(form url.Values, description string) int {
	switch {
	case strings.Contains(description, "code_challenge"), strings.Contains(description, "code_verifier"), strings.Contains(description, "PKCE"):
		return 501481
	case strings.Contains(description, "redirect_uri"):
		return 500112
	case form.Get("grant_type") == "authorization_code":
		return 70008
	}
	return 70000
}

// Check returns the access token that the server has issued with this text, as the API that receives it
// would see it, or false for one that is not valid there.
func (s *Server) Check(raw string) (AccessToken, bool) {
	parsed, err := jwt.ParseSigned(raw, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return AccessToken{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range s.keys {
		var claims jwt.Claims
		if parsed.Claims(&key.key.PublicKey, &claims) != nil {
			continue
		}
		t, ok := s.issued[claims.ID]
		a, known := s.account(t.AccountID)
		return t, ok && known && !a.IsDisabled && s.options.Clock().Before(t.ExpiresOn)
	}
	return AccessToken{}, false
}
