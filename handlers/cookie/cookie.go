// Package cookie makes the stores of the site's cookies: encrypted, authenticated, and with every
// attribute set.
package cookie

import (
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
	"net/http"
	"time"

	"github.com/gorilla/securecookie"
	"github.com/gorilla/sessions"
)

// Options are the attributes of a store's cookies.
type Options struct {
	// Lifetime is how long a browser keeps a cookie and this site accepts it.
	Lifetime time.Duration
	// Secure cookies travel over https only.
	Secure bool
	// SameSite is Lax for visitors, who follow a link in a message, and Strict for staff.
	SameSite http.SameSite
	// Embeddable cookies also work in a frame of another site's page, one cookie for each such site.
	Embeddable bool
	// Encoding turns a session's values into bytes; gob without one.
	Encoding securecookie.Serializer
}

// NewStore derives an authentication and an encryption key from each of the operator's keys. The first
// key encrypts; all of them decrypt. It sets every attribute, because gorilla's defaults are unsafe here.
func NewStore(keys []string, o Options) (*sessions.CookieStore, error) {
	var pairs [][]byte
	for _, key := range keys {
		authentication, err := hkdf.Key(sha256.New, []byte(key), nil, "anteroom session authentication", 64)
		if err != nil {
			return nil, fmt.Errorf("derive cookie key: %w", err)
		}
		encryption, err := hkdf.Key(sha256.New, []byte(key), nil, "anteroom session encryption", 32)
		if err != nil {
			return nil, fmt.Errorf("derive cookie key: %w", err)
		}
		pairs = append(pairs, authentication, encryption)
	}
	store := sessions.NewCookieStore(pairs...)
	if o.Encoding != nil {
		for _, codec := range store.Codecs {
			codec.(*securecookie.SecureCookie).SetSerializer(o.Encoding)
		}
	}
	store.MaxAge(int(o.Lifetime.Seconds()))
	store.Options.Path = "/"
	store.Options.HttpOnly = true
	store.Options.Secure = o.Secure
	store.Options.SameSite = o.SameSite
	if o.Embeddable {
		// In a frame of another site, browsers keep a cookie only when it is partitioned by that site.
		store.Options.SameSite, store.Options.Partitioned = http.SameSiteNoneMode, true
	}
	return store, nil
}

// Name returns a cookie's name; a secure one gets the prefix that binds it to this host.
func Name(name string, secure bool) string {
	if secure {
		return "__Host-" + name
	}
	return name
}
