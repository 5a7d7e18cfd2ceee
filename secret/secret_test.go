package secret

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

func TestTextIsMaskedByEveryRoute(t *testing.T) {
	type hidden struct {
		S Text
		s Text // fmt cannot ask the methods of an unexported field
		p *Text
	}
	s := New(secretText)
	values := map[string]any{
		"value":   s,
		"pointer": &s,
		"slice":   []Text{s},
		"map":     map[string]Text{"a": s},
		"key":     map[Text]int{s: 1},
		"struct":  hidden{s, s, &s},
		"nested":  &struct{ in hidden }{hidden{s, s, &s}},
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
	if (Text{}).Reveal() != "" || fmt.Sprint(Text{}) != masked {
		t.Error("the zero Text is not empty and masked")
	}
}
