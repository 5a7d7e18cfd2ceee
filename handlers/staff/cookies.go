package staff

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/securecookie"

	"github.com/anteroom-visit/anteroom/handlers/cookie"
	"github.com/anteroom-visit/anteroom/secret"
)

// A session with a refresh token does not fit into one cookie, which browsers cut off at 4,096 bytes with
// its name and attributes. It is encrypted as a whole and then cut into parts, so that parts of two
// sessions do not open together.
const (
	partSize = 3600 // bytes of a cookie's value
	maxParts = 4
)

var errTooLarge = errors.New("a staff session does not fit into the browser's cookies")

type names struct {
	session, transaction, form string
	secure                     bool
}

func cookieNames(secure bool) names {
	return names{cookie.Name("anteroom-staff", secure), cookie.Name("anteroom-staff-sign-in", secure), cookie.Name("anteroom-staff-form", secure), secure}
}

func (n names) part(i int) string { return n.session + "-" + strconv.Itoa(i) }

// codec encrypts and authenticates values, each under the name that it is for.
type codec []securecookie.Codec

// newCodec derives keys of its own, so that no visitor's or desk's cookie opens here.
func newCodec(keys []string) (codec, error) {
	var c codec
	for _, key := range keys {
		authentication, err := hkdf.Key(sha256.New, []byte(key), nil, "anteroom staff authentication", 64)
		if err != nil {
			return nil, fmt.Errorf("derive staff key: %w", err)
		}
		encryption, err := hkdf.Key(sha256.New, []byte(key), nil, "anteroom staff encryption", 32)
		if err != nil {
			return nil, fmt.Errorf("derive staff key: %w", err)
		}
		// The values carry their own ends, which the injected clock measures.
		one := securecookie.New(authentication, encryption).MaxAge(0).MaxLength(partSize * maxParts)
		c = append(c, one.SetSerializer(securecookie.JSONEncoder{}))
	}
	return c, nil
}

func (c codec) seal(name string, value any) (string, error) {
	return securecookie.EncodeMulti(name, value, c...)
}

func (c codec) open(name, text string, value any) bool {
	return text != "" && securecookie.DecodeMulti(name, text, value, c...) == nil
}

// stored is a session as the cookies hold it.
type stored struct {
	// ID is random; signing out revokes it.
	ID      string    `json:"id"`
	Account Account   `json:"account"`
	Refresh string    `json:"refresh"`
	Renewed time.Time `json:"renewed"`
	Until   time.Time `json:"until"`
}

func (v stored) session() Session {
	return Session{Account: v.Account, Refresh: secret.New(v.Refresh), Renewed: v.Renewed}
}

func (v stored) with(s Session) stored {
	v.Account, v.Refresh, v.Renewed = s.Account, s.Refresh.Reveal(), s.Renewed
	return v
}

// load reads the session of a request, or false for none that is valid.
func (s *Staff) load(r *http.Request) (stored, bool) {
	v, ok := s.read(r)
	if !ok || !s.now().Before(v.Until) || s.isRevoked(v.ID) {
		return stored{}, false
	}
	return v, true
}

// read opens the session's cookies, also of a session that has ended.
func (s *Staff) read(r *http.Request) (v stored, ok bool) {
	var text strings.Builder
	for i := range maxParts {
		part, err := r.Cookie(s.names.part(i))
		if err != nil {
			break
		}
		text.WriteString(part.Value)
	}
	return v, s.sealed.open(s.names.session, text.String(), &v) && v.ID != ""
}

// Knows reports whether the browser has signed in before.
func (s *Staff) Knows(r *http.Request) bool {
	_, ok := s.read(r)
	return ok
}

// save writes the session's parts and removes those that an earlier, longer one left.
func (s *Staff) save(w http.ResponseWriter, r *http.Request, v stored) error {
	text, err := s.sealed.seal(s.names.session, v)
	if err != nil || len(text) > partSize*maxParts {
		return errTooLarge
	}
	for i := range maxParts {
		start, end := min(i*partSize, len(text)), min((i+1)*partSize, len(text))
		if start < end {
			s.setCookie(w, s.names.part(i), text[start:end], int(v.Until.Sub(s.now()).Seconds()))
		} else if _, err := r.Cookie(s.names.part(i)); err == nil {
			s.setCookie(w, s.names.part(i), "", -1)
		}
	}
	return nil
}

func (s *Staff) clear(w http.ResponseWriter, r *http.Request) {
	for i := range maxParts {
		if _, err := r.Cookie(s.names.part(i)); err == nil {
			s.setCookie(w, s.names.part(i), "", -1)
		}
	}
}

// setCookie writes one cookie. Lax, because the browser comes back from another site after a sign-in;
// posts from other sites are rejected by their origin.
func (s *Staff) setCookie(w http.ResponseWriter, name, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure wherever the site is https
		Name: name, Value: value, Path: "/", MaxAge: maxAge, HttpOnly: true, Secure: s.names.secure, SameSite: http.SameSiteLaxMode,
	})
}

// transaction is a sign-in on its way, as its cookie holds it.
type transaction struct {
	Provider json.RawMessage `json:"provider"`
	// Return is where the sign-in leads, an address of this site.
	Return string    `json:"return"`
	Until  time.Time `json:"until"`
}

// revoke makes a session useless in this process, also where its cookies were copied before.
func (s *Staff) revoke(v stored) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if len(s.revoked) >= maxRevoked {
		for id, until := range s.revoked {
			if !now.Before(until) {
				delete(s.revoked, id)
			}
		}
	}
	if len(s.revoked) < maxRevoked {
		s.revoked[v.ID] = v.Until
	}
}

func (s *Staff) isRevoked(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.revoked[id]
	return ok
}
