// Package secret holds text that must not be printed: access tokens, keys, passphrases.
package secret

import (
	"fmt"
	"io"
	"log/slog"
)

const masked = "***"

// Text is text that must not be printed, such as an access token. It prints as
// "***" with every verb of fmt, in slog, and as JSON, text or gob; only
// [Text.Reveal] returns the text. The zero Text is empty and prints the same.
type Text struct {
	// A pointer, because fmt does not call the methods of a struct's unexported
	// fields: it then prints an address, not the text.
	text *string
}

// New returns a Text that holds text.
func New(text string) Text { return Text{text: &text} }

// Reveal returns the text. Call it only where the text is sent to its recipient.
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
