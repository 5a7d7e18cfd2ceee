package doctor

import (
	"crypto/sha256"
	"math"
	"slices"
	"strings"

	"github.com/anteroom-visit/anteroom/secret"
)

const makeKey = "make a key with `openssl rand -hex 32`"

func (d *Doctor) checkSessionKeys() []Finding {
	keys := d.site.Keys.Session
	if len(keys) == 0 {
		return problem("set SESSION_KEYS; "+makeKey, "SESSION_KEYS is not set: sessions end with the process, and another copy cannot read them").alone()
	}
	return okUnless(d.weakKeys("SESSION_KEYS", keys), "%s", rotation(keys))
}

func (d *Doctor) checkLinkKeys() []Finding {
	keys := d.site.Keys.Link
	if len(keys) == 0 {
		if d.site.Joins.Admission == "links" {
			return problem("set LINK_KEYS; "+makeKey, "LINK_KEYS is not set, but only links admit visitors: nobody can join").alone()
		}
		return warning("set LINK_KEYS; "+makeKey, "LINK_KEYS is not set: the site cannot make links to visits").alone()
	}
	found := d.weakKeys("LINK_KEYS", keys)
	shared := func(key secret.Text) bool {
		return slices.ContainsFunc(d.site.Keys.Session, func(other secret.Text) bool { return other.Reveal() == key.Reveal() })
	}
	if slices.ContainsFunc(keys, shared) {
		found = append(found, warning("use a key of its own for each; "+makeKey, "LINK_KEYS and SESSION_KEYS share a key: stealing one is stealing both"))
	}
	return okUnless(found, "%s", rotation(keys))
}

func (d *Doctor) weakKeys(variable string, keys []secret.Text) (found []Finding) {
	seen := make(map[string]bool)
	for i, held := range keys {
		key := held.Reveal()
		switch {
		case d.site.Keys.Weak != nil && d.site.Keys.Weak(key) != nil:
			found = append(found, problem("see settings", "key %d of %s is easy to guess: the site does not start with it", i+1, variable))
		case guessable(key):
			found = append(found, warning(makeKey+", and put it before the others (docs/keys.md)", "key %d of %s is short for a key", i+1, variable))
		}
		if seen[key] {
			found = append(found, warning("remove one of them", "key %d of %s is in the list twice", i+1, variable))
		}
		seen[key] = true
	}
	return found
}

// rotation describes how far a change of keys has come. The doctor cannot know how old a key is: it
// carries no date. The marks show whether all copies of the site use the same keys.
func rotation(keys []secret.Text) string {
	marks := make([]string, len(keys))
	for i, key := range keys {
		marks[i] = Mark(key)
	}
	if len(keys) == 1 {
		return "one key, " + marks[0] + "; to change it, add the new one after it on all copies, then put the new one first (docs/keys.md)"
	}
	return marks[0] + " seals, " + strings.Join(marks[1:], ", ") + " also opens; remove a key when nothing that it sealed is needed any more (docs/keys.md)"
}

// Mark returns four hexadecimal digits by which operators tell keys apart. They do not help to guess a
// key that Keys.Weak accepts: one in 65,536 keys has the same.
func Mark(key secret.Text) string {
	const digits = "0123456789abcdef"
	sum := sha256.Sum256([]byte("anteroom key mark\n" + key.Reveal()))
	return string([]byte{digits[sum[0]>>4], digits[sum[0]&15], digits[sum[1]>>4], digits[sum[1]&15]})
}

// guessable reports whether a key that serve accepts was probably made up by a person. It counts how
// the characters are spread: a random key of 32 hexadecimal digits has about 110 bits.
func guessable(key string) bool {
	counts := make(map[byte]float64)
	for i := range len(key) {
		counts[key[i]]++
	}
	bits := 0.0
	for _, n := range counts {
		bits -= n * math.Log2(n/float64(len(key)))
	}
	return bits < 64
}
