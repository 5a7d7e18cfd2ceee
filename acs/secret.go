package acs

import (
	"fmt"
	"io"
	"log/slog"
)

const masked = "***"

// Secret is text that must not be printed: an access token. By fmt with any
// verb, by slog, and as JSON, text or gob it is "***"; only [Secret.Reveal] gives
// the text. The zero Secret is empty and is masked all the same.
type Secret struct {
	// A pointer, because fmt prints the unexported fields of somebody else's
	// struct without asking their methods: it then shows an address, not the text.
	text *string
}

// NewSecret returns a Secret that holds text.
func NewSecret(text string) Secret { return Secret{text: &text} }

// Reveal returns the text. Call it where the text leaves for its one reader, and
// nowhere else.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// String returns "***".
func (s Secret) String() string { return masked }

// GoString returns "***".
func (s Secret) GoString() string { return masked }

// Format writes "***" for every verb and flag.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, masked) }

// LogValue returns "***".
func (s Secret) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalText returns "***"; encoding/json, encoding/xml and encoding/gob use it.
func (s Secret) MarshalText() ([]byte, error) { return []byte(masked), nil }
