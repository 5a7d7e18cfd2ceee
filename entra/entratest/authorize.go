package entratest

import (
	"context"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// authorize checks what Entra checks on its own page, before the provider sees the request. Entra never
// redirects to an address that is not registered.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	switch {
	case query.Get("client_id") != s.options.ClientID:
		showError(w, 700016, "The application was not found in the directory.")
	case !s.isRegistered(query.Get("redirect_uri")):
		showError(w, 50011, "The redirect URI specified in the request does not match the redirect URIs configured for the application.")
	case query.Get("response_type") != "code":
		s.redirectError(w, r, query, "unsupported_response_type", 700054)
	case query.Get("code_challenge") == "" || query.Get("code_challenge_method") != "S256":
		s.redirectError(w, r, query, "invalid_request", 9002325)
	case !slices.Contains(strings.Fields(query.Get("scope")), "openid"):
		s.redirectError(w, r, query, "invalid_scope", 70011)
	default:
		s.pass("/authorize").ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), redirectKey{}, query.Get("redirect_uri"))))
	}
}

// redirectKey is the context's key of the address that this request asks for, once it is found registered.
type redirectKey struct{}

// isRegistered compares letter by letter, except that the port of http://localhost does not count ("Redirect
// URI restrictions and limitations").
func (s *Server) isRegistered(uri string) bool {
	if slices.Contains(s.options.RedirectURIs, uri) {
		return true
	}
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "http" || u.Hostname() != "localhost" {
		return false
	}
	u.Host = "localhost"
	return slices.Contains(s.options.RedirectURIs, u.String())
}

func (s *Server) redirectError(w http.ResponseWriter, r *http.Request, query url.Values, code string, number int) {
	back, err := url.Parse(query.Get("redirect_uri"))
	if err != nil {
		showError(w, number, code)
		return
	}
	answer := url.Values{"error": {code}, "error_description": {describe(number)}, "state": {query.Get("state")}}
	back.RawQuery = answer.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound) //nolint:gosec // checked before: only registered addresses get here
}

var picker = template.Must(template.New("picker").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Pick an account</title>
<style>body{font:1.125rem/1.5 system-ui;max-width:30rem;margin:2rem auto;padding:0 1rem}button,select{font:inherit;width:100%;padding:.75rem;margin:.25rem 0;text-align:start}</style></head>
<body><main><h1>{{.Title}}</h1><p>This is a stand-in for Microsoft Entra on this machine. It asks for no password.</p>
<form method="post"><input type="hidden" name="id" value="{{.ID}}">
{{if .Account}}<input type="hidden" name="account" value="{{.Account}}"><p>The application asks for:</p><ul>{{range .Scopes}}<li>{{.}}</li>{{end}}</ul>
<button name="consent" value="accept">Accept</button><button name="consent" value="cancel">Cancel</button>
{{else}}{{range .Accounts}}<button name="account" value="{{.ID}}">{{.Name}}<br><small>{{.Username}}{{range .Roles}} · {{.}}{{end}}{{if .IsGuest}} · guest{{end}}{{if .IsDisabled}} · disabled{{end}}</small></button>{{end}}
<button name="account" value="">Cancel</button>
<label>What Entra answers<select name="fault"><option value="">as usual</option>{{range .Faults}}<option value="{{.Number}}">{{.Name}} (AADSTS{{.Number}})</option>{{end}}</select></label>{{end}}
</form></main></body></html>`))

type pickerPage struct {
	Title, ID, Account string
	Accounts           []Account
	Scopes             []string
	Faults             []KnownFault
}

// showPicker lists the accounts.
func (s *Server) showPicker(w http.ResponseWriter, r *http.Request) {
	s.render(w, pickerPage{Title: "Pick an account", ID: r.URL.Query().Get("id"), Accounts: s.Accounts(), Faults: knownFaults})
}

func (s *Server) render(w http.ResponseWriter, page pickerPage) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_ = picker.Execute(w, page)
}

// pick signs the account in that the form names, asks for consent where it is missing, and leads back.
func (s *Server) pick(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		showError(w, 900144, "The request body is malformed.")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	request, ok := s.requests[r.PostForm.Get("id")]
	if !ok {
		showError(w, 165000, "The sign-in request is unknown or has ended.")
		return
	}
	back := url.Values{"redirect_uri": {request.request.RedirectURI}, "state": {request.request.State}}
	fail := func(code string, number int) { s.redirectError(w, r, back, code, number) }
	a, known := s.account(r.PostForm.Get("account"))
	missing := s.missing(a, request.asked)
	fault := faultNumbered(r.PostForm.Get("fault"))
	switch {
	case fault.Number != 0:
		fail(fault.OAuth, fault.Number)
	case !known:
		fail("access_denied", 0)
	case a.IsDisabled:
		showError(w, 50057, "The user account is disabled.")
	case s.options.RequiresAssignment && len(a.Roles) == 0:
		fail("access_denied", 50105)
	case slices.ContainsFunc(missing, func(scope string) bool { return slices.Contains(s.options.AdminOnly, scope) }):
		fail("access_denied", 90094)
	case len(missing) > 0 && r.PostForm.Get("consent") == "cancel":
		fail("access_denied", 65004)
	case len(missing) > 0 && r.PostForm.Get("consent") != "accept":
		s.render(w, pickerPage{Title: "Permissions requested", ID: request.id, Account: a.ID, Scopes: missing})
	default:
		s.consents[a.ID] = append(s.consents[a.ID], missing...)
		request.account, request.signedIn, request.isDone = a.ID, s.options.Clock(), true
		// The code is redeemed for signing in; each resource has its own token later.
		request.scopes = slices.DeleteFunc(slices.Clone(request.asked), func(scope string) bool { return strings.Contains(scope, "/") })
		http.Redirect(w, r, "/"+s.options.Tenant+"/oauth2/v2.0/authorize/callback?id="+url.QueryEscape(request.id), http.StatusSeeOther)
	}
}

// missing returns the scopes of resources that nobody has consented to for the account.
func (s *Server) missing(a Account, scopes []string) []string {
	return slices.DeleteFunc(slices.Clone(scopes), func(scope string) bool {
		return !strings.Contains(scope, "/") || slices.Contains(s.consents[a.ID], scope) || slices.Contains(s.options.Consented, scope)
	})
}

// logout ends nothing, since the stand-in keeps no browser session, and leads back to a registered address.
func (s *Server) logout(w http.ResponseWriter, r *http.Request) {
	after := r.URL.Query().Get("post_logout_redirect_uri")
	if !slices.ContainsFunc(s.options.RedirectURIs, func(uri string) bool { return sameSite(uri, after) }) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte("<!DOCTYPE html><title>Signed out</title><p>You signed out of your account."))
		return
	}
	http.Redirect(w, r, after, http.StatusFound) //nolint:gosec // of a registered site, checked above
}

// sameSite reports whether an address to return to belongs to the site of a registered one.
func sameSite(registered, address string) bool {
	one, err := url.Parse(registered)
	other, err2 := url.Parse(address)
	if err != nil || err2 != nil || one.Scheme != other.Scheme {
		return false
	}
	return one.Host == other.Host || one.Host == "localhost" && other.Hostname() == "localhost"
}

func showError(w http.ResponseWriter, number int, text string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusBadRequest)
	_ = errorPage.Execute(w, map[string]string{"Number": describe(number), "Text": text})
}

var errorPage = template.Must(template.New("error").Parse(`<!DOCTYPE html><title>Sign in to your account</title><h1>Sorry, but we’re having trouble signing you in.</h1><p>{{.Number}} {{.Text}}`))
