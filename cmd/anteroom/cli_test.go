package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// shell runs a command and returns its standard output.
func shell(t *testing.T, input string, env []string, args ...string) (out string, err error) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	err = run(t.Context(), args, env, console{strings.NewReader(input), &stdout, &stderr, time.Now})
	return stdout.String(), err
}

const ambiguous = "https://teams.microsoft.com/meet/2735012345678?p=AbCdEfGhIj\nhttps://teams.microsoft.com/meet/2735012345679?p=ZbCdEfGhIj"

func TestMeetingCommandReportsMeetingRefusalOrQuestion(t *testing.T) {
	for _, c := range []struct {
		name, input string
		args        []string
		want        string
		refused     bool
	}{
		{"classic", "", []string{"meeting", "--json", "--", classicLink}, `"meetingLink":"` + classicLink + `"`, false},
		{"standard input", "Meeting ID: 273 501 234 567 8\nPasscode: Mt9xB2N6\n", []string{"meeting", "--json", "-"}, `"meetingId":"2735012345678"`, false},
		{"words", "", []string{"meeting", "273", "501", "234", "567", "8", "Mt9xB2N6"}, "2735012345678", false},
		{"refused", "", []string{"meeting", "--json", "https://teams.live.com/meet/93123"}, `"code":"personal-meeting"`, true},
		{"refused in words", "", []string{"meeting", "hello"}, "not-a-meeting: This is not", true},
		{"a question", "", []string{"meeting", "--json", ambiguous}, `{"question":{"code":"confirm-meeting","choices":[{"kind":"link"`, true},
		{"a question in words", "", []string{"meeting", ambiguous}, "- https://teams.microsoft.com/meet/2735012345679?p=ZbCdEfGhIj\n", true},
		{"a question about the passcode", "", []string{"meeting", "--json", "Meeting ID: 273 501 234 567 8 Passcode: Mt9xB2Nq7WkLp"}, `{"question":{"code":"confirm-passcode",`, true},
		{"no passcode", "", []string{"meeting", "--json", "--no-passcode", "273 501 234 567 8"}, `"meetingId":"2735012345678"`, false},
		{"cancelled", "Subject: Canceled: review\n\n" + shortLink, []string{"meeting", "--json", "-"}, `"cancelled":true`, false},
		{"empty", "", []string{"meeting", "--json", ""}, `"code":"not-a-meeting"`, true},
	} {
		out, err := shell(t, c.input, nil, c.args...)
		if !strings.Contains(out, c.want) {
			t.Errorf("%s: printed %q, want %q in it", c.name, out, c.want)
		}
		if errors.Is(err, errQuiet) != c.refused || (err != nil) != c.refused {
			t.Errorf("%s: error %v, want errQuiet: %t", c.name, err, c.refused)
		}
	}
}

func TestTokenCommandsIssueRevokeAndDelete(t *testing.T) {
	service := startACS(t)
	env := []string{"ACS_CONNECTION_STRING=" + service.ConnectionString()}
	out, err := shell(t, "", env, "token", "issue", "--json", "--token-minutes", "90")
	if err != nil {
		t.Fatal(err)
	}
	var got issued
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if left := time.Until(got.ExpiresOn); left < 85*time.Minute || left > 91*time.Minute || got.Token == "" {
		t.Errorf("issued %+v, want a token for 90 minutes", got)
	}
	if out, err = shell(t, "", env, "token", "issue", "--id", got.UserID); err != nil || !strings.Contains(out, got.UserID) {
		t.Errorf("second token: %q, %v, want one of %s", out, err, got.UserID)
	}
	if _, err = shell(t, "", env, "token", "revoke", got.UserID); err != nil {
		t.Error(err)
	}
	if _, err = shell(t, "", env, "token", "delete", got.UserID); err != nil {
		t.Error(err)
	}
	record := service.Ledger().Identities[0]
	if record.RevokedAt.IsZero() || record.DeletedAt.IsZero() || len(record.Tokens) != 2 {
		t.Errorf("identity = %+v, want 2 tokens, revoked and deleted", record)
	}
	if _, err = shell(t, "", env, "token", "delete", got.UserID); err == nil {
		t.Error("deleting a deleted identity: no error")
	}
	if _, err = shell(t, "", nil, "token", "issue"); err == nil || !strings.Contains(err.Error(), "ACS_ENDPOINT") {
		t.Errorf("without a resource: %v, want a mistake in ACS_ENDPOINT", err)
	}
}

func TestServeReportsAllMistakesAtOnce(t *testing.T) {
	_, err := shell(t, "", []string{
		"TOKEN_MINUTES=59", "TOKEN_SCOPES=voip,fax", "CHAT=perhaps", "BASE_URL=visit.example", "LISTEN=8080",
		"SESSION_KEYS=long-enough-long-enough,short", "ACS_CONNECTION_STRING=endpoint=https://x;accesskey=CanaryKey",
		"BRAND_PRIVACY_URL=javascript:alert(1)", "BRAND_COLOUR=red", "BRAND_LOGO=/nowhere/logo.svg", "SURVEY_URL=http://forms.example.org", "GOVERNMENT_CLOUD=maybe", "WAIT_MINUTES=241",
	}, "serve", "--brand-phone", "none")
	if err == nil {
		t.Fatal("serve started, want an error")
	}
	for _, want := range []string{
		"--token-minutes (TOKEN_MINUTES)", "--token-scopes (TOKEN_SCOPES)", "--chat (CHAT)", "--base-url (BASE_URL)",
		"--listen (LISTEN)", "--session-keys (SESSION_KEYS): key 2", "--acs-connection-string (ACS_CONNECTION_STRING)",
		"--brand-privacy-url (BRAND_PRIVACY_URL)", "--brand-colour (BRAND_COLOUR)", "--brand-logo (BRAND_LOGO)", "--survey-url (SURVEY_URL)", "--brand-phone (BRAND_PHONE)", "--government-cloud (GOVERNMENT_CLOUD)", "--wait-minutes (WAIT_MINUTES)",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no mistake in %s: %v", want, err)
		}
	}
	if strings.Contains(err.Error(), "Canary") {
		t.Errorf("the error contains a secret: %v", err)
	}
}

func TestFlagsOverrideTheEnvironment(t *testing.T) {
	_, err := shell(t, "", []string{"CHAT=off"}, "serve", "--chat", "wrong", "--listen", "nowhere")
	if err == nil || !strings.Contains(err.Error(), "CHAT") {
		t.Errorf("--chat wrong with CHAT=off: %v, want a mistake in CHAT", err)
	}
	_, err = shell(t, "", nil, "serve", "--no-such-flag")
	if err == nil {
		t.Error("unknown flag: no error")
	}
}

func TestHelpAndVersion(t *testing.T) {
	out, err := shell(t, "", nil, "serve", "--help")
	if err != nil || !strings.Contains(out, "$ACS_ENDPOINT") {
		t.Errorf("help: %v, printed %s, want $ACS_ENDPOINT in it", err, out)
	}
	if out, err = shell(t, "", nil, "version"); err != nil || !strings.HasPrefix(out, "anteroom ") {
		t.Errorf("version: %v, printed %q, want it to begin with anteroom", err, out)
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	var s secretSetting
	if err := s.UnmarshalText([]byte("canary")); err != nil {
		t.Fatal(err)
	}
	config := struct {
		serviceSettings
		siteSettings
	}{serviceSettings{ACSConnectionString: s}, siteSettings{SessionKeys: s}}
	var b bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		fmt.Fprintf(&b, verb, config)
		fmt.Fprintf(&b, verb, &config)
	}
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "config", config)
	slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "config", config)
	if err := json.NewEncoder(&b).Encode(config); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(b.String(), "canary") || strings.Contains(b.String(), "63616e617279") {
		t.Errorf("printed %s, want no secret in it", b.String())
	}
	if s.Reveal() != "canary" {
		t.Errorf("Reveal = %q, want canary", s.Reveal())
	}
}
