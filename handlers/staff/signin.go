package staff

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/anteroom-visit/anteroom/handlers/reply"
	"github.com/anteroom-visit/anteroom/views"
)

// begin sends the browser to the provider. A page of another site cannot start a sign-in: its link leads
// to the page on which a person chooses to.
func (s *Staff) begin(w http.ResponseWriter, r *http.Request) error {
	if site := r.Header.Get("Sec-Fetch-Site"); site == "cross-site" || site == "same-site" {
		return reply.SeeOther(w, choicePath)
	}
	query := r.URL.Query()
	ask := Ask{Claims: s.kept(r).Claims}
	if resource := query.Get("for"); slices.Contains(s.rights, resource) {
		ask.Resource = resource
	}
	if v, ok := s.load(r); ok {
		ask.Hint = v.Account.Hint
	}
	return s.redirect(w, r, ask, returnPath(query.Get("return")))
}

func (s *Staff) redirect(w http.ResponseWriter, r *http.Request, ask Ask, back string) error {
	ask.Callback = s.address(r, CallbackPath)
	raw, address, err := s.provider.Begin(r.Context(), ask)
	if err != nil {
		return s.RenderProblem(w, r, err, back)
	}
	sealed, err := s.sealed.seal(s.names.transaction, transaction{Provider: raw, Return: back, Until: s.now().Add(transactionLifetime)})
	if err != nil {
		return fmt.Errorf("begin staff sign-in: %w", err)
	}
	s.setCookie(w, s.names.transaction, sealed, int(transactionLifetime.Seconds()))
	return reply.SeeOther(w, address)
}

// complete takes the browser back from the provider. The transaction is gone before anything is done
// with it, so that no second request can use it.
func (s *Staff) complete(w http.ResponseWriter, r *http.Request) error {
	var t transaction
	if held, err := r.Cookie(s.names.transaction); err == nil {
		s.sealed.open(s.names.transaction, held.Value, &t)
		s.setCookie(w, s.names.transaction, "", -1)
	}
	back := returnPath(t.Return)
	if !s.now().Before(t.Until) {
		t.Provider = []byte("{}") // the provider answers with its own error for a stale sign-in
	}
	session, err := s.provider.Complete(r.Context(), t.Provider, r.URL.Query())
	if err != nil {
		s.log.WarnContext(r.Context(), "staff sign-in failed", "reason", ReasonOf(err), "error", err.Error())
		return s.RenderProblem(w, r, err, back)
	}
	v := stored{ID: rand.Text(), Until: s.now().Add(sessionLifetime)}.with(session)
	if before, ok := s.load(r); ok {
		s.revoke(before)
	}
	if err := s.save(w, r, v); err != nil {
		return fmt.Errorf("complete staff sign-in: %w", err)
	}
	s.log.InfoContext(r.Context(), "staff signed in", "account", v.Account.ID)
	return reply.SeeOther(w, back)
}

// SignedIn returns the account of a request, and renews its session at the provider when it is due. An
// account that may not sign in any more is signed out, with the provider's reason as the error.
func (s *Staff) SignedIn(w http.ResponseWriter, r *http.Request) (Account, bool, error) {
	v, ok := s.load(r)
	if !ok {
		return Account{}, false, nil
	}
	age := s.now().Sub(v.Renewed)
	if age < renewAfter {
		return v.Account, true, nil
	}
	// One request renews for all that arrive together: a refresh token may be good for one use.
	renewed, err, _ := s.renewals.Do(v.ID+v.Renewed.String(), func() (any, error) {
		return s.provider.Renew(context.WithoutCancel(r.Context()), v.session())
	})
	switch reason := ReasonOf(err); {
	case err == nil:
		v = v.with(renewed.(Session))
		return v.Account, true, s.save(w, r, v)
	case (reason == "unavailable" || reason == "throttled") && age < trustFor:
		return v.Account, true, nil
	case reason == "unavailable" || reason == "throttled":
		return Account{}, false, err
	}
	s.log.WarnContext(r.Context(), "staff session ended", "account", v.Account.ID, "reason", ReasonOf(err))
	s.revoke(v)
	s.clear(w, r)
	return Account{}, false, err
}

// SignOut ends the session here and returns the address that ends it at the provider too, or "" when
// nobody was signed in.
func (s *Staff) SignOut(w http.ResponseWriter, r *http.Request) string {
	v, ok := s.load(r)
	s.clear(w, r)
	s.dropForm(w, r)
	if !ok {
		return ""
	}
	s.revoke(v)
	s.log.InfoContext(r.Context(), "staff signed out", "account", v.Account.ID)
	address, err := s.provider.SignOutURL(r.Context(), v.session(), s.address(r, choicePath))
	if err != nil {
		return ""
	}
	return address
}

// address returns a path of this site as another browser finds it.
func (s *Staff) address(r *http.Request, path string) string {
	return strings.TrimSuffix(s.site.Address(r), "/") + path
}

// TeamsToken returns a token that acts as the signed-in account in Teams calls.
func (s *Staff) TeamsToken(w http.ResponseWriter, r *http.Request) (TeamsToken, error) {
	if !s.JoinsCalls() {
		return TeamsToken{}, ErrCallsOff
	}
	var token TeamsToken
	err := s.use(w, r, func(session Session) (next Session, err error) {
		token, next, err = s.provider.TeamsToken(r.Context(), session)
		return next, err
	})
	return token, err
}

// use calls do with the session of a request and keeps the session that it returns, whose refresh token
// may have changed.
func (s *Staff) use(w http.ResponseWriter, r *http.Request, do func(Session) (Session, error)) error {
	v, ok := s.load(r)
	if !ok {
		return ErrSignedOut
	}
	next, err := do(v.session())
	if refresh := next.Refresh.Reveal(); refresh == "" || refresh == v.Refresh {
		return err
	}
	next.Account, next.Renewed = v.Account, v.Renewed
	return errors.Join(err, s.save(w, r, v.with(next)))
}

// RenderProblem explains why somebody is not signed in, and leads back to a path of this site after the
// next sign-in. A claims challenge is answered at once by a new sign-in, except after a form, which a browser
// does not let lead to another site.
func (s *Staff) RenderProblem(w http.ResponseWriter, r *http.Request, err error, back string) error {
	back = returnPath(back)
	reason, claims, number := describe(err)
	if claims != "" && r.Method == http.MethodGet && r.URL.Path == back {
		return s.redirect(w, r, Ask{Claims: claims}, back)
	}
	page := views.StaffProblemPage{
		Page: s.site.Page(r, s.site.Translator(r).Text("staff."+reason+".title")), Reason: reason, Number: number, Again: SignInPath + "?return=" + back,
	}
	switch {
	case reason == ReasonOf(ErrCallsOff):
		page.Again = "" // no sign-in helps
	case strings.HasPrefix(back, "/host/") && s.JoinsCalls():
		page.Again += "&for=" + RightCalls
	}
	page.Desk, page.HasForm = true, s.kept(r).Form != nil
	return s.site.Render(w, r, StatusOf(reason), views.StaffProblem(page))
}

// StatusOf returns the HTTP status of the page that explains a reason.
func StatusOf(reason string) int {
	switch reason {
	case "unavailable", "credential-expired", "credential-invalid", "registration", "meeting-unavailable", "meeting-unusable":
		return http.StatusServiceUnavailable
	case "throttled", "meeting-throttled":
		return http.StatusTooManyRequests
	case "meeting-rejected":
		return http.StatusUnprocessableEntity
	case "stale", "rejected", "cancelled", "consent-declined":
		return http.StatusBadRequest
	case "sign-in-again", "meeting-sign-in", "call-sign-in":
		return http.StatusUnauthorized
	}
	return http.StatusForbidden
}

// returnPath returns a page of this site that a sign-in may lead to, and the desk for every other text. Addresses
// that only take a form are not pages.
func returnPath(path string) string {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789-"
	switch path {
	case deskPath, "/desk/batch", "/desk/doctor":
		return path
	case "/host/join", "/host/token":
		return deskPath
	}
	for _, pages := range []string{"/desk/visits/", "/host/"} {
		if seal, found := strings.CutPrefix(path, pages); found && seal != "" && len(seal) <= 2048 && strings.Trim(seal, letters) == "" {
			return path
		}
	}
	return deskPath
}

// ErrSignedOut means that nobody is signed in, with the words of a sign-in that has ended; ErrSignInFirst
// and ErrSignInToJoin have those for somebody who came without one. ErrUnusableMeeting means that a meeting was created and the
// site cannot use it. ErrMeetingsOff and ErrCallsOff mean that the site does not use the right.
var (
	ErrSignedOut   error = plainFailure("sign-in-again")
	ErrSignInFirst error = plainFailure("meeting-sign-in")

	ErrSignInToJoin    error = plainFailure("call-sign-in")
	ErrUnusableMeeting error = plainFailure("meeting-unusable")

	// ErrCallConsent means that the account has not allowed the site to join calls.
	ErrCallConsent error = plainFailure("call-consent")

	ErrMeetingsOff error = plainFailure("meetings-off")
	ErrCallsOff    error = plainFailure("calls-off")
)

type plainFailure string

func (f plainFailure) Error() string       { return "staff: " + string(f) }
func (f plainFailure) StaffReason() string { return string(f) }
func (plainFailure) StaffClaims() string   { return "" }
func (plainFailure) StaffNumber() string   { return "" }
