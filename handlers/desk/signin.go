package desk

import (
	"cmp"
	"context"
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
	"github.com/anteroom-visit/anteroom/handlers/identity"
	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/handlers/reply"
	"github.com/anteroom-visit/anteroom/locales"
	"github.com/anteroom-visit/anteroom/views"
)

// signInLifetime is how long a sign-in lasts, used or not: about a working day.
const signInLifetime = 8 * time.Hour

// deviceLifetime is how long a browser that has signed in is known as one: no stranger's attempts can
// keep it out.
const deviceLifetime = 180 * 24 * time.Hour

// door decides who may open the desk.
type door struct {
	passphrase [sha256.Size]byte
	signIns    cookieJar // who is signed in
	devices    cookieJar // who has been
	attempts   *attempts
	revoked    *revocations
}

// cookieJar is a store of the desk's cookies of one name.
type cookieJar struct {
	store *sessions.CookieStore
	name  string
}

// get returns the request's cookie, an empty one where there is none that decodes.
func (j cookieJar) get(r *http.Request) *sessions.Session {
	stored, _ := j.store.Get(r, j.name)
	return stored
}

// newDoor derives the keys of the desk's cookies from the session keys and the passphrase together, so
// that no visitor's cookie opens the desk, and a new passphrase signs everyone out.
func newDoor(o Options) (door, error) {
	signIns, err := newCookieJar(o, "anteroom-desk", "anteroom desk session", signInLifetime)
	if err != nil {
		return door{}, err
	}
	devices, err := newCookieJar(o, "anteroom-desk-device", "anteroom desk device", deviceLifetime)
	if err != nil {
		return door{}, err
	}
	return door{sha256.Sum256([]byte(o.Passphrase)), signIns, devices, newAttempts(o.Now), newRevocations(o.Now)}, nil
}

func newCookieJar(o Options, name, purpose string, lifetime time.Duration) (cookieJar, error) {
	var keys []string
	for _, key := range o.SessionKeys {
		derived, err := hkdf.Key(sha256.New, []byte(key), []byte(o.Passphrase), purpose, 32)
		if err != nil {
			return cookieJar{}, fmt.Errorf("derive desk key: %w", err)
		}
		keys = append(keys, hex.EncodeToString(derived))
	}
	store, err := cookie.NewStore(keys, cookie.Options{Lifetime: lifetime, Secure: o.Secure, SameSite: http.SameSiteStrictMode})
	return cookieJar{store, cookie.Name(name, o.Secure)}, err
}

// isOpenable reports whether there is a passphrase that opens the desk.
func (d door) isOpenable() bool { return d.passphrase != sha256.Sum256(nil) }

// opens compares in constant time, which does not depend on the length either.
func (d door) opens(typed string) bool {
	sum := sha256.Sum256([]byte(typed))
	return subtle.ConstantTimeCompare(sum[:], d.passphrase[:]) == 1
}

// The values in the desk's cookies.
const (
	cookieUntil = "until" // the end of a sign-in, seconds since 1970
	cookieID    = "id"    // of a sign-in or a device
)

// signedIn reports whether the request carries a sign-in that has neither expired nor been signed out.
// The cookie itself holds its end, so that no browser's clock decides.
func (d *Desk) signedIn(r *http.Request) bool {
	stored := d.door.signIns.get(r)
	until, ok := stored.Values[cookieUntil].(int64)
	id, _ := stored.Values[cookieID].(string)
	return ok && d.door.isOpenable() && d.now().Before(time.Unix(until, 0)) && !d.door.revoked.has(id)
}

// device returns the ID of a browser that has signed in before, "" for any other.
func (d *Desk) device(r *http.Request) string {
	id, _ := d.door.devices.get(r).Values[cookieID].(string)
	return id
}

// knows reports whether the browser has signed in before, or is signed in.
func (d *Desk) knows(r *http.Request) bool {
	return d.open || d.device(r) != "" || d.signedIn(r) || d.staff != nil && d.staff.Knows(r)
}

// signedInOnly lets signed-in staff through, with a line in the audit log, and sends everyone else to the
// sign-in page. What a form was filled in with survives a sign-in that has expired meanwhile.
func (d *Desk) signedInOnly(action string, next Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		who, err := d.identify(w, r)
		switch {
		case who != "":
			d.log.InfoContext(r.Context(), "desk action", "account", who, "action", action)
			return next(w, r.WithContext(context.WithValue(r.Context(), signedInAs{}, who)))
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
		case err != nil:
			return d.staff.RenderProblem(w, r, err, r.URL.Path)
		}
		return reply.SeeOther(w, SignInPath)
	}
}

// byPassphrase is the account of the audit log for everybody who uses the passphrase.
const byPassphrase = "passphrase"

// byNobody is the account of the audit log at an open desk.
const byNobody = "nobody"

// signedInAs is the context's key for the account of the audit log.
type signedInAs struct{}

// identify returns the account that a request is signed in with, "" for none. Its error is why an account
// was signed out.
func (d *Desk) identify(w http.ResponseWriter, r *http.Request) (string, error) {
	if d.signedIn(r) {
		return byPassphrase, nil
	}
	if d.staff != nil {
		if account, _, err := d.staff.SignedIn(w, r); err != nil || account.ID != "" {
			return account.ID, err
		}
	}
	if d.open {
		return byNobody, nil
	}
	return "", nil
}

// page returns what the desk's pages share. A title must not hold a visitor's name.
func (d *Desk) page(r *http.Request, title string) views.Page {
	page := d.site.Page(r, title)
	page.Desk = true
	anonymous := r.Context().Value(signedInAs{}) == byNobody
	page.SignedIn, page.Setup = !anonymous, d.setupNotice(d.site.Translator(r))
	page.Script, page.Stylesheet = d.assets.URL("desk.js"), d.assets.URL("desk.css")
	return page
}

// setupNotice explains why a new site cannot make calls, where that is so.
func (d *Desk) setupNotice(t locales.Translator) views.Notice {
	switch state, _ := d.permission.State(); state {
	case identity.SettingUp:
		return views.Notice{Title: t.Text("desk.setup.starting.title"), Text: t.Text("desk.setup.starting.text")}
	case identity.NotPermitted:
		return views.Notice{Title: t.Text("desk.setup.refused.title"), Text: t.Text("desk.setup.refused.text")}
	case identity.Permitted:
	}
	return views.Notice{}
}

func (d *Desk) showSignIn(w http.ResponseWriter, r *http.Request) error {
	who, err := d.identify(w, r)
	if err != nil {
		return d.staff.RenderProblem(w, r, err, Path)
	}
	if who != "" && who != byNobody { // an open desk can still be signed in to
		return reply.SeeOther(w, Path)
	}
	return d.renderSignIn(w, r, http.StatusOK, views.SignInPage{})
}

func (d *Desk) renderSignIn(w http.ResponseWriter, r *http.Request, status int, page views.SignInPage) error {
	page.Page = d.page(r, d.site.Translator(r).Text("desk.signIn.title"))
	page.Passphrase, page.Microsoft = d.door.isOpenable(), d.staff != nil
	return d.site.Render(w, r, status, views.SignIn(page))
}

// signIn checks the passphrase.
func (d *Desk) signIn(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return problem.FromBody(err)
	}
	who := client{address: d.site.ClientKey(r), device: d.device(r)}
	page := views.SignInPage{Kept: keptFields(r.PostForm)}
	var locked tooMany
	switch err := d.door.attempts.begin(r.Context(), who); {
	case errors.As(err, &locked):
		page.LockedMinutes = strconv.Itoa(max(1, int(math.Ceil(locked.wait.Minutes()))))
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(locked.wait.Seconds()))))
		return d.renderSignIn(w, r, http.StatusTooManyRequests, page)
	case err != nil:
		return fmt.Errorf("sign in at the desk: %w", err)
	}
	if !d.door.opens(r.PostForm.Get("passphrase")) {
		d.log.WarnContext(r.Context(), "wrong desk passphrase")
		page.Wrong = true
		return d.renderSignIn(w, r, http.StatusUnprocessableEntity, page)
	}
	d.door.attempts.forgive(who)
	if err := d.saveSignIn(w, r, who.device); err != nil {
		return fmt.Errorf("sign in at the desk: %w", err)
	}
	if len(page.Kept) > 0 {
		return d.renderDesk(w, r, http.StatusOK, d.formPage(r, formDraft(r.PostForm, d.brand.Phone), r.PostForm, nil))
	}
	return reply.SeeOther(w, Path)
}

// saveSignIn signs the browser in, and makes it a known device.
func (d *Desk) saveSignIn(w http.ResponseWriter, r *http.Request, device string) error {
	signIn := d.door.signIns.get(r)
	signIn.Values[cookieUntil], signIn.Values[cookieID] = d.now().Add(signInLifetime).Unix(), rand.Text()
	if err := signIn.Save(r, w); err != nil {
		return err
	}
	known := d.door.devices.get(r)
	known.Values[cookieID] = cmp.Or(device, rand.Text())
	return known.Save(r, w)
}

// signOut ends the sign-in in this browser, and for everyone who has copied its cookie.
func (d *Desk) signOut(w http.ResponseWriter, r *http.Request) error {
	stored := d.door.signIns.get(r)
	if id, ok := stored.Values[cookieID].(string); ok {
		d.door.revoked.add(id)
	}
	clear(stored.Values)
	stored.Options.MaxAge = -1
	if err := stored.Save(r, w); err != nil {
		return fmt.Errorf("sign out of the desk: %w", err)
	}
	if d.staff != nil {
		if address := d.staff.SignOut(w, r); address != "" {
			return d.leadOut(w, r, address)
		}
	}
	return reply.SeeOther(w, SignInPath)
}

// leadOut renders a page that links to the provider's sign-out and opens it at once. It does not redirect:
// form-action applies to the redirects of a form too, and does not allow other sites.
func (d *Desk) leadOut(w http.ResponseWriter, r *http.Request, address string) error {
	page := views.SignedOutPage{Page: d.page(r, d.site.Translator(r).Text("staff.signedOut.title")), To: address}
	w.Header().Set("Refresh", "0; url="+address)
	return d.site.Render(w, r, http.StatusOK, views.SignedOut(page))
}

// Bodies of the desk's forms, in bytes.
const (
	maxFormBody = 256 << 10
	// maxBatchBody leaves room around the file, so that a file that is too large gets its own words.
	maxBatchBody = 1 << 20
)

// BodyLimit returns how large the body of a request may be. Beyond the limit for strangers, the desk's
// forms take a body only from a browser that has signed in before.
func (d *Desk) BodyLimit(r *http.Request, strangers int64) int64 {
	limit := int64(maxFormBody)
	switch r.URL.Path {
	case Path, MeetingPath, SignInPath:
	case BatchPath:
		limit = maxBatchBody
	default:
		return strangers
	}
	if !d.knows(r) {
		return strangers
	}
	return limit
}
