package desk

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

	"github.com/anteroom-visit/anteroom/handlers/cookie"
	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/handlers/reply"
	"github.com/anteroom-visit/anteroom/views"
)

// signInLifetime is how long a sign-in lasts, used or not: about a working day.
const signInLifetime = 8 * time.Hour

// door decides who may open the desk.
type door struct {
	passphrase [sha256.Size]byte
	cookies    *sessions.CookieStore
	cookieName string
	attempts   *attempts
}

// newDoor derives the keys of the desk's cookie from the session keys and the passphrase together, so
// that no visitor's cookie opens the desk, and a new passphrase signs everyone out.
func newDoor(o Options) (door, error) {
	var keys []string
	for _, key := range o.SessionKeys {
		derived, err := hkdf.Key(sha256.New, []byte(key), []byte(o.Passphrase), "anteroom desk session", 32)
		if err != nil {
			return door{}, fmt.Errorf("derive desk key: %w", err)
		}
		keys = append(keys, hex.EncodeToString(derived))
	}
	cookies, err := cookie.NewStore(keys, cookie.Options{Lifetime: signInLifetime, Secure: o.Secure, SameSite: http.SameSiteStrictMode})
	if err != nil {
		return door{}, err
	}
	return door{sha256.Sum256([]byte(o.Passphrase)), cookies, cookie.Name("anteroom-desk", o.Secure), newAttempts(o.Now)}, nil
}

// opens compares in constant time, which does not depend on the length either.
func (d door) opens(typed string) bool {
	sum := sha256.Sum256([]byte(typed))
	return subtle.ConstantTimeCompare(sum[:], d.passphrase[:]) == 1
}

const (
	cookieUntil = "until"
	cookieNonce = "nonce"
)

// signedIn reports whether the request carries a valid sign-in. The cookie itself holds its end, so that
// no browser's clock decides.
func (d *Desk) signedIn(r *http.Request) bool {
	stored, _ := d.door.cookies.Get(r, d.door.cookieName)
	until, ok := stored.Values[cookieUntil].(int64)
	return ok && d.now().Before(time.Unix(until, 0))
}

// signedInOnly lets signed-in staff through and sends everyone else to the sign-in page. What a form was
// filled in with survives a sign-in that has expired meanwhile.
func (d *Desk) signedInOnly(next Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		switch {
		case d.signedIn(r):
			return next(w, r)
		case problem.ForScript(r):
			return problem.SignedOut
		case r.Method == http.MethodPost:
			page := views.SignInPage{SignedOut: true}
			if r.URL.Path == Path {
				if err := r.ParseForm(); err != nil {
					return problem.FromBody(err)
				}
				page.Kept = keptFields(r.PostForm)
			}
			return d.renderSignIn(w, r, http.StatusUnauthorized, page)
		}
		return reply.SeeOther(w, SignInPath)
	}
}

// page returns what the desk's pages share. A title must not hold a visitor's name.
func (d *Desk) page(r *http.Request, title string) views.Page {
	page := d.site.Page(r, title)
	page.Desk = true
	page.Script, page.Stylesheet = d.assets.URL("desk.js"), d.assets.URL("desk.css")
	return page
}

func (d *Desk) showSignIn(w http.ResponseWriter, r *http.Request) error {
	if d.signedIn(r) {
		return reply.SeeOther(w, Path)
	}
	return d.renderSignIn(w, r, http.StatusOK, views.SignInPage{})
}

func (d *Desk) renderSignIn(w http.ResponseWriter, r *http.Request, status int, page views.SignInPage) error {
	page.Page = d.page(r, d.site.Translator(r).Text("desk.signIn.title"))
	return d.site.Render(w, r, status, views.SignIn(page))
}

// signIn checks the passphrase.
func (d *Desk) signIn(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return problem.FromBody(err)
	}
	form := r.PostForm
	address := d.site.ClientKey(r)
	page := views.SignInPage{Kept: keptFields(form)}
	var locked tooMany
	switch err := d.door.attempts.begin(r.Context(), address); {
	case errors.As(err, &locked):
		page.LockedMinutes = strconv.Itoa(max(1, int(math.Ceil(locked.wait.Minutes()))))
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(locked.wait.Seconds()))))
		return d.renderSignIn(w, r, http.StatusTooManyRequests, page)
	case err != nil:
		return fmt.Errorf("sign in at the desk: %w", err)
	}
	if !d.door.opens(form.Get("passphrase")) {
		d.log.WarnContext(r.Context(), "wrong desk passphrase")
		page.Wrong = true
		return d.renderSignIn(w, r, http.StatusUnprocessableEntity, page)
	}
	d.door.attempts.forgive(address)
	stored, _ := d.door.cookies.New(r, d.door.cookieName)
	stored.Values[cookieUntil], stored.Values[cookieNonce] = d.now().Add(signInLifetime).Unix(), rand.Text()
	if err := stored.Save(r, w); err != nil {
		return fmt.Errorf("sign in at the desk: %w", err)
	}
	if len(page.Kept) > 0 {
		return d.renderDesk(w, r, http.StatusOK, d.formPage(r, formDraft(form, d.brand.Phone), form, nil))
	}
	return reply.SeeOther(w, Path)
}

// signOut ends the sign-in in this browser.
func (d *Desk) signOut(w http.ResponseWriter, r *http.Request) error {
	stored, _ := d.door.cookies.New(r, d.door.cookieName)
	clear(stored.Values)
	stored.Options.MaxAge = -1
	if err := stored.Save(r, w); err != nil {
		return fmt.Errorf("sign out of the desk: %w", err)
	}
	return reply.SeeOther(w, SignInPath)
}
