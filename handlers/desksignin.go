package handlers

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/gorilla/sessions"
	"github.com/labstack/echo/v4"

	"github.com/anteroom-visit/anteroom/views"
)

// deskLifetime is how long one sign-in lasts, whatever is done meanwhile: about a working day.
const deskLifetime = 8 * time.Hour

// desk is what the pages of the desk share: who may open them.
type desk struct {
	passphrase [sha256.Size]byte
	cookies    *sessions.CookieStore
	attempts   *attempts
}

// newDesk derives the keys of the desk's cookie from the session keys and the passphrase together, so
// that no visitor's cookie is one of the desk's, and a new passphrase signs everybody out.
func newDesk(o Options) (*desk, error) {
	if o.DeskPassphrase == "" {
		return nil, nil
	}
	if o.Seals == nil {
		return nil, errors.New("the desk has no keys to make links with")
	}
	var keys []string
	for _, key := range o.SessionKeys {
		derived, err := hkdf.Key(sha256.New, []byte(key), []byte(o.DeskPassphrase), "anteroom desk session", 32)
		if err != nil {
			return nil, fmt.Errorf("derive desk key: %w", err)
		}
		keys = append(keys, hex.EncodeToString(derived))
	}
	cookies, err := newSessionStore(keys, o.secure(), false)
	if err != nil {
		return nil, err
	}
	cookies.MaxAge(int(deskLifetime.Seconds()))
	cookies.Options.SameSite = http.SameSiteStrictMode
	return &desk{sha256.Sum256([]byte(o.DeskPassphrase)), cookies, newAttempts(o.Now)}, nil
}

// opens compares in a time that tells nothing, not even the length.
func (d *desk) opens(typed string) bool {
	sum := sha256.Sum256([]byte(typed))
	return subtle.ConstantTimeCompare(sum[:], d.passphrase[:]) == 1
}

func (s *Site) deskCookieName() string {
	if s.secure() {
		return "__Host-anteroom-desk"
	}
	return "anteroom-desk"
}

const (
	deskValue = "until"
	deskNonce = "nonce"
)

// atDesk says whether the request comes from somebody who is signed in. The end of a sign-in stands
// in the cookie itself, so that no browser's clock decides.
func (s *Site) atDesk(c echo.Context) bool {
	stored, _ := s.desk.cookies.Get(c.Request(), s.deskCookieName())
	until, ok := stored.Values[deskValue].(int64)
	return ok && s.Now().Before(time.Unix(until, 0))
}

// deskOnly lets through who is signed in. Whoever follows a link signs in first; what a form was
// filled in with is kept over a sign-in that had run out meanwhile.
func (s *Site) deskOnly(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		switch {
		case s.atDesk(c):
			return next(c)
		case isForScript(c):
			return errSignedOut
		case c.Request().Method == http.MethodPost:
			page := views.SignInPage{SignedOut: true}
			if c.Path() == deskPath {
				if err := c.Request().ParseForm(); err != nil {
					return asBodyError(err)
				}
				page.Kept = keptFields(c.Request().PostForm)
			}
			return s.renderSignIn(c, http.StatusUnauthorized, page)
		}
		return s.redirect(c, deskSignInPath)
	}
}

// deskPage is what the pages of the desk share. A title must not hold a visitor's name.
func (s *Site) deskPage(c echo.Context, title string) views.Page {
	page := s.page(c, title)
	page.Desk = true
	page.Script, page.Stylesheet = s.Assets.URL("desk.js"), s.Assets.URL("desk.css")
	return page
}

func (s *Site) showSignIn(c echo.Context) error {
	if s.atDesk(c) {
		return s.redirect(c, deskPath)
	}
	return s.renderSignIn(c, http.StatusOK, views.SignInPage{})
}

func (s *Site) renderSignIn(c echo.Context, status int, page views.SignInPage) error {
	page.Page = s.deskPage(c, s.translator(c).Text("desk.signIn.title"))
	return s.render(c, status, views.SignIn(page))
}

// signIn takes the passphrase.
func (s *Site) signIn(c echo.Context) error {
	if err := c.Request().ParseForm(); err != nil {
		return asBodyError(err)
	}
	form := c.Request().PostForm
	address := addressKey(s.Proxies.client(c.Request().RemoteAddr, c.Request().Header.Values("X-Forwarded-For")))
	page := views.SignInPage{Kept: keptFields(form)}
	var locked tooMany
	switch err := s.desk.attempts.begin(c.Request().Context(), address); {
	case errors.As(err, &locked):
		page.LockedMinutes = strconv.Itoa(max(1, int(math.Ceil(locked.wait.Minutes()))))
		c.Response().Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(locked.wait.Seconds()))))
		return s.renderSignIn(c, http.StatusTooManyRequests, page)
	case err != nil:
		return fmt.Errorf("sign in at the desk: %w", err)
	}
	if !s.desk.opens(form.Get("passphrase")) {
		s.Log.WarnContext(c.Request().Context(), "wrong desk passphrase", "request_id", requestID(c))
		page.Wrong = true
		return s.renderSignIn(c, http.StatusUnprocessableEntity, page)
	}
	s.desk.attempts.forgive(address)
	stored, _ := s.desk.cookies.New(c.Request(), s.deskCookieName())
	stored.Values[deskValue], stored.Values[deskNonce] = s.Now().Add(deskLifetime).Unix(), rand.Text()
	if err := stored.Save(c.Request(), c.Response()); err != nil {
		return fmt.Errorf("sign in at the desk: %w", err)
	}
	if len(page.Kept) > 0 {
		return s.renderDesk(c, http.StatusOK, s.deskForm(c, formDraft(form, s.Brand.Phone), form, nil))
	}
	return s.redirect(c, deskPath)
}

// signOut forgets the sign-in in this browser.
func (s *Site) signOut(c echo.Context) error {
	stored, _ := s.desk.cookies.New(c.Request(), s.deskCookieName())
	clear(stored.Values)
	stored.Options.MaxAge = -1
	if err := stored.Save(c.Request(), c.Response()); err != nil {
		return fmt.Errorf("sign out of the desk: %w", err)
	}
	return s.redirect(c, deskSignInPath)
}
