package acs

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log"
	"log/slog"
	"strings"
	"testing"
	"text/template"
	"time"
)

const secretText = "eyJhbGciOi.SECRET.signature"

// secretPrints tries every route by which a value leaves a program unasked.
func secretPrints(t *testing.T, v any) map[string]string {
	t.Helper()
	out := make(map[string]string)
	for _, verb := range strings.Split("v +v #v s q x X d T p c U e b t", " ") {
		out["%"+verb] = fmt.Sprintf("%"+verb, v)
	}
	out["Sprint"] = fmt.Sprint(v)
	out["error"] = fmt.Errorf("with %v and %s", v, v).Error()
	var b bytes.Buffer
	log.New(&b, "", 0).Println(v)
	slog.New(slog.NewTextHandler(&b, nil)).Info("m", "v", v, "p", &v, slog.Group("g", "v", v))
	slog.New(slog.NewJSONHandler(&b, nil)).Info("m", "v", v, "p", &v, slog.Group("g", "v", v))
	out["logs"] = b.String()
	if j, err := json.Marshal(v); err == nil {
		out["json"] = string(j)
	}
	if x, err := xml.Marshal(v); err == nil {
		out["xml"] = string(x)
	}
	b.Reset()
	if err := gob.NewEncoder(&b).Encode(v); err == nil {
		out["gob"] = b.String()
	}
	b.Reset()
	if err := template.Must(template.New("").Parse("{{.}}")).Execute(&b, v); err == nil {
		out["template"] = b.String()
	}
	return out
}

func TestSecretIsMaskedByEveryRoute(t *testing.T) {
	type hidden struct {
		S Secret
		s Secret // fmt cannot ask the methods of an unexported field
		p *Secret
	}
	s := NewSecret(secretText)
	values := map[string]any{
		"value":   s,
		"pointer": &s,
		"slice":   []Secret{s},
		"map":     map[string]Secret{"a": s},
		"key":     map[Secret]int{s: 1},
		"struct":  hidden{s, s, &s},
		"nested":  &struct{ in hidden }{hidden{s, s, &s}},
		"token":   AccessToken{Token: s, ExpiresOn: time.Now()},
		"tokenp":  &AccessToken{Token: s},
		"teams":   TeamsUserToken{Token: s},
		"any":     []any{s, error(nil)},
	}
	for name, v := range values {
		for route, text := range secretPrints(t, v) {
			for _, form := range []string{secretText, "SECRET", fmt.Sprintf("%x", "SECRET"), fmt.Sprintf("%X", "SECRET"), "83 69 67 82 69 84"} {
				if strings.Contains(text, form) {
					t.Errorf("%s by %s shows the secret: %s", name, route, text)
				}
			}
		}
	}
	for route, text := range secretPrints(t, s) {
		if route != "%T" && route != "%p" && !strings.Contains(text, masked) {
			t.Errorf("%s prints %q, want %s", route, text, masked)
		}
	}
	if s.Reveal() != secretText {
		t.Errorf("Reveal = %q", s.Reveal())
	}
	if (Secret{}).Reveal() != "" || fmt.Sprint(Secret{}) != masked {
		t.Error("the zero Secret is not empty and masked")
	}
}

func TestClientDoesNotPrintItsKey(t *testing.T) {
	c, err := NewClientFromConnectionString("endpoint=https://contoso.communication.azure.com/;accesskey=U0VDUkVU", nil)
	if err != nil {
		t.Fatal(err)
	}
	for route, text := range secretPrints(t, c) {
		for _, form := range []string{"U0VDUkVU", "SECRET", "83 69 67 82 69 84", fmt.Sprintf("%x", "SECRET")} {
			if strings.Contains(text, form) {
				t.Errorf("%s shows the key: %s", route, text)
			}
		}
	}
}

func TestScopes(t *testing.T) {
	for list, ok := range map[string]bool{
		"voip,chat":                       true,
		" voip.join , chat.join.limited ": true,
		"":                                false,
		"voip,":                           false,
		"VOIP":                            false,
		"voip,voip":                       false,
		"voip,admin":                      false,
	} {
		if scopes, err := ParseScopes(list); (err == nil) != ok {
			t.Errorf("ParseScopes(%q) = %v, %v", list, scopes, err)
		}
	}
}

func TestTokenRequestCheck(t *testing.T) {
	for life, ok := range map[time.Duration]bool{
		0: true, time.Hour: true, 24 * time.Hour: true, 61 * time.Minute: true,
		-time.Minute: false, 59 * time.Minute: false, 1441 * time.Minute: false,
		time.Hour + time.Second: false, 1: false,
	} {
		if err := (TokenRequest{Scopes: []Scope{ScopeVoIP}, Lifetime: life}).check(); (err == nil) != ok {
			t.Errorf("lifetime %s: %v", life, err)
		}
	}
}
