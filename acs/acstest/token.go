package acstest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// claims are the known claims of a real token; Microsoft does not document them.
type claims struct {
	SkypeID          string `json:"skypeid"`
	Scope            int    `json:"scp"`
	Serial           string `json:"csi"`
	Expires          int64  `json:"exp"`
	IssuedAt         int64  `json:"iat"`
	Region           string `json:"rgn"`
	ACSScope         string `json:"acsScope"`
	ResourceID       string `json:"resourceId"`
	ResourceLocation string `json:"resourceLocation"`
}

const joseHeader = `{"alg":"HS256","typ":"JWT"}`

// sign returns a signed token with a new serial number. The caller holds the lock.
func (s *Server) sign(id string, scopes []string, expires time.Time) tokenResult {
	now := s.clock()
	s.serial = max(s.serial+1, now.UnixNano())
	body, _ := json.Marshal(claims{ // strings and numbers: it cannot fail
		SkypeID:          strings.TrimPrefix(id, "8:"),
		Scope:            1792,
		Serial:           fmt.Sprint(s.serial),
		Expires:          expires.Unix(),
		IssuedAt:         now.Unix(),
		Region:           "emea",
		ACSScope:         strings.Join(scopes, ","),
		ResourceID:       s.resourceID,
		ResourceLocation: "europe",
	})
	unsigned := encode([]byte(joseHeader)) + "." + encode(body)
	return tokenResult{
		Token: unsigned + "." + encode(s.tokenMAC(unsigned)),
		// Seven digits, as the service writes them.
		ExpiresOn: expires.UTC().Format("2006-01-02T15:04:05.0000000-07:00"),
	}
}

func (s *Server) tokenMAC(unsigned string) []byte {
	mac := hmac.New(sha256.New, s.tokenKey)
	mac.Write([]byte(unsigned))
	return mac.Sum(nil)
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// VerifyToken returns the token's user (a raw id such as "8:acs:…" or "8:orgid:…"),
// its scopes and its expiry, to the second. It returns an error when this server did
// not sign the token, when the token has expired by the server's clock or was
// revoked, or when its identity was deleted. The error does not repeat the token.
func (s *Server) VerifyToken(token string) (userID string, scopes []string, expires time.Time, err error) {
	const maxToken = 16 << 10
	unsigned, signature, ok := cutLast(token, ".")
	given, decodeErr := base64.RawURLEncoding.DecodeString(signature)
	if !ok || len(token) > maxToken || decodeErr != nil || !hmac.Equal(given, s.tokenMAC(unsigned)) {
		return "", nil, time.Time{}, errors.New("verify token: not signed by this server")
	}
	_, body, _ := strings.Cut(unsigned, ".")
	raw, err := base64.RawURLEncoding.DecodeString(body)
	if err != nil {
		return "", nil, time.Time{}, errors.New("verify token: its claims are not base64")
	}
	var c claims
	if json.Unmarshal(raw, &c) != nil {
		return "", nil, time.Time{}, errors.New("verify token: its claims are not JSON")
	}
	expires = time.Unix(c.Expires, 0).UTC()
	if !expires.After(s.clock()) {
		return "", nil, time.Time{}, errors.New("verify token: expired")
	}
	userID = "8:" + c.SkypeID
	if !s.isLive(userID, c.Serial) {
		return "", nil, time.Time{}, errors.New("verify token: revoked, or its identity deleted")
	}
	return userID, strings.Split(c.ACSScope, ","), expires, nil
}

func (s *Server) isLive(userID, serial string) bool {
	if strings.HasPrefix(userID, "8:orgid:") {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.owned(userID)
	if i == nil {
		return false
	}
	_, ok := i.live[serial]
	return ok
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}
