package acstest

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"time"
)

// maxSkew is the limit that Azure App Configuration documents for its similar
// scheme; none is documented for this service.
const maxSkew = 15 * time.Minute

const signaturePrefix = "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature="

// authenticate returns the answer for a request that is not authentic, or nil. It
// checks the target, the host and the body exactly as they were received.
func (s *Server) authenticate(r *http.Request, body []byte) *answer {
	header := r.Header.Get("Authorization")
	if len(r.Header.Values("Authorization")) != 1 {
		return denied(http.StatusUnauthorized)
	}
	if token, ok := strings.CutPrefix(header, "Bearer "); ok {
		return s.acceptBearer(token)
	}
	signature, ok := strings.CutPrefix(header, signaturePrefix)
	if !ok {
		return denied(http.StatusUnauthorized)
	}
	date, err := time.Parse(http.TimeFormat, r.Header.Get("x-ms-date"))
	if err != nil || s.clock().Sub(date).Abs() > maxSkew {
		return denied(http.StatusUnauthorized)
	}
	sum := sha256.Sum256(body)
	contentHash := base64.StdEncoding.EncodeToString(sum[:])
	if r.Header.Get("x-ms-content-sha256") != contentHash {
		return failure(http.StatusUnauthorized, serviceError{
			Code:    "Denied",
			Message: "Request 'x-ms-content-sha256' differs from generated content hash.",
		})
	}
	signed := r.Method + "\n" + r.RequestURI + "\n" + r.Header.Get("x-ms-date") + ";" + r.Host + ";" + contentHash
	if !s.signedByKey(signed, signature) {
		return denied(http.StatusUnauthorized)
	}
	return nil
}

// ErrNoRole is what [Options.Bearer] returns for a genuine token whose owner has no
// role on the resource, or not yet.
var ErrNoRole = errors.New("acstest: the token's owner has no role on the resource")

func (s *Server) acceptBearer(token string) *answer {
	if s.bearer == nil {
		return denied(http.StatusUnauthorized)
	}
	switch err := s.bearer(token); {
	case errors.Is(err, ErrNoRole):
		return denied(http.StatusForbidden)
	case err != nil:
		return denied(http.StatusUnauthorized)
	}
	return nil
}

func (s *Server) signedByKey(signed, signature string) bool {
	given, err := base64.StdEncoding.DecodeString(signature)
	if err != nil {
		return false
	}
	found := 0
	for _, key := range s.keys {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(signed))
		found |= subtle.ConstantTimeCompare(mac.Sum(nil), given)
	}
	return found == 1
}
