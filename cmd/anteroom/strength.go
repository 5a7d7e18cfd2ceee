package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/anteroom-visit/anteroom/visit"
)

// strength is the minimum for a key or a passphrase. It has only rules that the deployment template can
// check too: a few words instead of a dictionary, and no estimate of entropy.
type strength struct{ length, different int }

// Keys are made by a machine; a passphrase is typed, and tries at it are limited.
func keyStrength() strength        { return strength{length: visit.MinKeyLength, different: 8} }
func passphraseStrength() strength { return strength{length: 12, different: 6} }

// commonSecrets are common passwords. A text that is little more than one of them is easy to guess.
func commonSecrets() []string {
	return []string{"password", "passphrase", "passwort", "qwerty", "letmein", "welcome", "changeme", "change-me", "administrator"}
}

// check returns an error if the text is short or easy to guess. The error does not repeat the text.
func (s strength) check(text string) error {
	characters := []rune(text)
	different := make(map[rune]bool)
	steps := 0
	for i, c := range characters {
		different[c] = true
		if i > 0 && (c-characters[i-1])*(c-characters[i-1]) <= 1 {
			steps++
		}
	}
	switch {
	case !utf8.ValidString(text):
		return fmt.Errorf("must be text in UTF-8")
	case len(characters) < s.length:
		return fmt.Errorf("must have at least %d characters", s.length)
	case len(different) < s.different:
		return fmt.Errorf("must have at least %d different characters", s.different)
	case 2*steps > len(characters):
		return fmt.Errorf("must not be a sequence such as 123456 or aabbcc")
	case repeats(text):
		return fmt.Errorf("must not repeat one shorter text")
	}
	for _, common := range commonSecrets() {
		if rest := strings.ReplaceAll(strings.ToLower(text), common, ""); 2*len(rest) < len(text) {
			return fmt.Errorf("must not be a common password with little else")
		}
	}
	return nil
}

// checkAll checks each key of a list.
func (s strength) checkAll(list string) error {
	for i, key := range splitKeys(list) {
		if err := s.check(key); err != nil {
			return fmt.Errorf("key %d %w; make a key with `openssl rand -hex 32`", i+1, err)
		}
	}
	return nil
}

// repeats reports whether the text consists of one shorter text, repeated.
func repeats(text string) bool {
	for period := 1; period <= len(text)/2; period++ {
		if text[period:] == text[:len(text)-period] {
			return true
		}
	}
	return false
}

// splitKeys returns the keys of a list, newest first.
func splitKeys(list string) []string {
	if list == "" {
		return nil
	}
	keys := strings.Split(list, ",")
	for i := range keys {
		keys[i] = strings.TrimSpace(keys[i])
	}
	return keys
}
