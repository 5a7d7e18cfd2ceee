package acstest

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestVerifyToken(t *testing.T) {
	now := time.Now()
	s := start(t, Options{Clock: func() time.Time { return now }})
	const body = `{"createTokenWithScopes":["voip","chat"],"expiresInMinutes":60}`
	id, token := createIdentity(t, s, body)
	user, scopes, expires, err := s.VerifyToken(token)
	if err != nil || user != id || strings.Join(scopes, ",") != "voip,chat" || expires.Sub(now).Round(time.Minute) != time.Hour {
		t.Errorf("VerifyToken = %q %q %s %v", user, scopes, expires, err)
	}
	claimsPart := strings.Split(token, ".")[1]
	forged, _ := base64.RawURLEncoding.DecodeString(claimsPart)
	other := base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(forged), "voip", "chat", 1)))
	_, elsewhere := createIdentity(t, start(t, Options{}), body)
	for name, bad := range map[string]string{
		"empty": "", "no dots": "abc", "other claims": strings.Replace(token, claimsPart, other, 1),
		"no signature": token[:strings.LastIndex(token, ".")+1], "another server's": elsewhere, "long": strings.Repeat("a.", 20_000),
	} {
		if _, _, _, err := s.VerifyToken(bad); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}

	path := "/identities/" + strings.ReplaceAll(id, ":", "%3A")
	if resp, _, _, _ := send(t, s, post(path+"/:revokeAccessTokens"+version, "")); resp.StatusCode != 204 {
		t.Fatalf("revoke: %d", resp.StatusCode)
	}
	wantVerifyError(t, s, token, "revoked")
	_, _, _, raw := send(t, s, post(path+"/:issueAccessToken"+version, `{"scopes":["voip"],"expiresInMinutes":60}`))
	var again tokenResult
	if err := json.Unmarshal([]byte(raw), &again); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := s.VerifyToken(again.Token); err != nil {
		t.Errorf("a token issued after the revocation: %v", err)
	}
	wantVerifyError(t, s, token, "revoked")
	id, token = createIdentity(t, s, body)
	del := request{method: http.MethodDelete, target: "/identities/" + strings.ReplaceAll(id, ":", "%3A") + version}
	if resp, _, _, raw := send(t, s, del); resp.StatusCode != 204 {
		t.Fatalf("delete: %d %s", resp.StatusCode, raw)
	}
	wantVerifyError(t, s, token, "deleted")

	now = now.Add(time.Hour)
	wantVerifyError(t, s, again.Token, "expired")
}

func wantVerifyError(t *testing.T, s *Server, token, what string) {
	t.Helper()
	_, _, _, err := s.VerifyToken(token)
	if err == nil || !strings.Contains(err.Error(), what) {
		t.Errorf("VerifyToken: %v, want %q", err, what)
	}
}
