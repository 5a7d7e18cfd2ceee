package identity

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/secret"
)

func TestTokenIsNeverPrinted(t *testing.T) {
	const canary = "eyJ-canary-token"
	got := Credential{UserID: "8:acs:a_b", Token: Token{Value: secret.New(canary), ExpiresOn: time.Unix(0, 0)}}
	if got.Token.Value.Reveal() != canary {
		t.Fatalf("Reveal: %q, want %q", got.Token.Value.Reveal(), canary)
	}
	for _, value := range []any{got, &got, got.Token, &got.Token, got.Token.Value, []Token{got.Token}, map[string]Token{"a": got.Token}, struct{ inner Token }{got.Token}} {
		for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			if text := fmt.Sprintf(format, value); strings.Contains(text, canary) || strings.Contains(text, fmt.Sprintf("%x", canary)) {
				t.Errorf("%s of %T contains the token: %s", format, value, text)
			}
		}
		raw, err := json.Marshal(value)
		if err != nil || bytes.Contains(raw, []byte(canary)) {
			t.Errorf("JSON of %T: %s, %v; want no token and no error", value, raw, err)
		}
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "value", value)
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "value", value)
		if strings.Contains(log.String(), canary) {
			t.Errorf("log of %T contains the token: %s", value, log.String())
		}
	}
	if zero := (secret.Text{}); zero.Reveal() != "" || zero.String() != "***" {
		t.Errorf("zero Text: Reveal %q, String %q, want \"\" and ***", zero.Reveal(), zero.String())
	}
}
