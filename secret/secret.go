// Package secret holds text that must not be printed: access tokens, keys, passphrases.
package secret

import (
	"fmt"
	"io"
	"log/slog"
)

const masked = "***"

// Text is text that must not be printed: an access token. By fmt with any
// verb, by slog, and as JSON, text or gob it is "***"; only [Text.Reveal] gives
// the text. The zero Text is empty and is masked all the same.
type Text struct {
	// A pointer, because fmt prints the unexported fields of somebody else's
	// struct without asking their methods: it then shows an address, not the text.
	text *string
}

// New returns a Text that holds text.
func New(text string) Text { return Text{text: &text} }

// Reveal returns the text. Call it where the text leaves for its one reader, and
// nowhere else.
func (s Text) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// String returns "***".
func (s Text) String() string { return masked }

// GoString returns "***".
func (s Text) GoString() string { return masked }

// Format writes "***" for every verb and flag.
func (s Text) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, masked) }

// LogValue returns "***".
func (s Text) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalText returns "***"; encoding/json, encoding/xml and encoding/gob use it.
func (s Text) MarshalText() ([]byte, error) { return []byte(masked), nil }
