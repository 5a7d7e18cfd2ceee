package acstest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/acs/acstest"
)

type tokenFacts struct {
	User    string
	Token   string
	Minutes int
}

type failureFacts struct {
	Status                int
	Code, Message, Target string
}

type conformance struct {
	User                                        string
	Both, ByDefault, Custom, AfterRevoke, Teams tokenFacts
	TooShort, UnknownScope, TeamsInvalid        *failureFacts
	DeletedTwice, AfterDelete, WrongKey         *failureFacts
	WithoutInsecureOption                       *failureFacts
}

// TestMicrosoftsClient runs Microsoft's own JavaScript identity client, unchanged,
// against the server.
func TestMicrosoftsClient(t *testing.T) {
	const app, user = "11111111-2222-3333-4444-555555555555", "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
	server, err := acstest.New(acstest.Options{TeamsToken: func(token, appID, userID string) (time.Time, bool) {
		return time.Now().Add(75 * time.Minute), token == "entra" && appID == app && userID == user
	}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := server.Start("", nil); err != nil {
		t.Fatal(err)
	}
	defer server.Close()

	got := runClient(t, "ACS_CONNECTION_STRING="+server.ConnectionString(),
		`TEAMS_TOKEN={"token":"entra","appId":"`+app+`","userId":"`+user+`"}`)

	checkToken(t, "createUserAndToken", got.Both, 60)
	checkToken(t, "getToken", got.ByDefault, 1440)
	checkToken(t, "getToken, custom expiry", got.Custom, 1440)
	checkToken(t, "getToken after revokeTokens", got.AfterRevoke, 1440)
	checkToken(t, "getTokenForTeamsUser", got.Teams, 75)
	checkFailure(t, "59 minutes", got.TooShort, 400, "ValidationError", "ExpiresInMinutes")
	checkFailure(t, "unknown scope", got.UnknownScope, 400, "ValidationError", "scopes")
	checkFailure(t, "invalid Teams token", got.TeamsInvalid, 401, "InvalidAccessToken", "")
	checkFailure(t, "deleted twice", got.DeletedTwice, 401, "IdentityNotOwned", "")
	checkFailure(t, "token after delete", got.AfterDelete, 401, "IdentityNotOwned", "")
	checkFailure(t, "wrong key", got.WrongKey, 401, "Denied", "")
	if f := got.WithoutInsecureOption; f == nil || !strings.Contains(f.Message, "allowInsecureConnection") {
		t.Errorf("plain http without being asked for: %+v", f)
	}
	checkClientLedger(t, server, got)
}

func checkClientLedger(t *testing.T, server *acstest.Server, got conformance) {
	t.Helper()
	if _, _, _, err := server.VerifyToken(got.Custom.Token); err == nil {
		t.Error("a revoked token is still good")
	}
	if id, scopes, _, err := server.VerifyToken(got.Both.Token); err != nil || id != got.Both.User || strings.Join(scopes, ",") != "voip.join,chat.join.limited" {
		t.Errorf("createUserAndToken's token is of %q for %q: %v", id, scopes, err)
	}
	ledger := server.Ledger()
	if len(ledger.Identities) != 2 || ledger.Exchanges != 1 {
		t.Fatalf("ledger = %+v", ledger)
	}
	first, second := ledger.Identities[0], ledger.Identities[1]
	if first.ID != got.User || len(first.Tokens) != 3 || first.RevokedAt.IsZero() || first.DeletedAt.IsZero() {
		t.Errorf("createUser's identity = %+v", first)
	}
	if second.ID != got.Both.User || len(second.Tokens) != 1 || !second.DeletedAt.IsZero() {
		t.Errorf("createUserAndToken's identity = %+v", second)
	}
}

func checkToken(t *testing.T, name string, got tokenFacts, minutes int) {
	t.Helper()
	if strings.Count(got.Token, ".") != 2 || got.Minutes != minutes {
		t.Errorf("%s: token %q for %d minutes, want %d", name, got.Token, got.Minutes, minutes)
	}
}

func checkFailure(t *testing.T, name string, got *failureFacts, status int, code, target string) {
	t.Helper()
	if got == nil || got.Status != status || got.Code != code || got.Target != target {
		t.Errorf("%s: %+v, want %d %s %s", name, got, status, code, target)
	}
}

func runClient(t *testing.T, env ...string) conformance {
	t.Helper()
	static, err := filepath.Abs(filepath.Join("..", "..", "static"))
	if err != nil {
		t.Fatal(err)
	}
	node, err := exec.LookPath("node")
	if err != nil {
		skip(t, "node is not installed")
	}
	if _, err := os.Stat(filepath.Join(static, "node_modules", "@azure", "communication-identity")); err != nil {
		skip(t, "static/node_modules is not installed (npm ci in static)")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, node, filepath.Join("conformance", "identity-client.mjs"))
	cmd.Dir = static
	cmd.Env = append(os.Environ(), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("identity-client.mjs: %v\n%s", err, stderr.String())
	}
	var got conformance
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("identity-client.mjs printed %s: %v", out, err)
	}
	return got
}

// skip skips the test on a machine without node, and fails it if CI=true.
func skip(t *testing.T, reason string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal("CI=true and " + reason)
	}
	t.Skip("NOT PROVED: Microsoft's client against this server: " + reason)
}
