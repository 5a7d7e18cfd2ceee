package main

import (
	"math"
	"slices"

	"github.com/anteroom-visit/anteroom/handlers"
)

const makeKey = "make a key with `openssl rand -hex 32`"

func (x *examination) lookAtSessionKeys() []handlers.Finding {
	keys := keysIn(x.settings.SessionKeys)
	if len(keys) == 0 {
		return []handlers.Finding{problem("set SESSION_KEYS; "+makeKey, "SESSION_KEYS is not set: sessions end with the process, and a second replica cannot read them")}
	}
	return orFine(weaknesses("SESSION_KEYS", keys), "%s", rotation(keys))
}

func (x *examination) lookAtLinkKeys() []handlers.Finding {
	keys := keysIn(x.settings.LinkKeys)
	if len(keys) == 0 {
		if x.site.admitsBy(!x.named()) == handlers.AdmitLinks {
			return []handlers.Finding{problem("set LINK_KEYS; "+makeKey, "LINK_KEYS is not set, and visitors are admitted by link only: nobody can join")}
		}
		return []handlers.Finding{warning("set LINK_KEYS; "+makeKey, "LINK_KEYS is not set: no link to a visit can be made")}
	}
	found := weaknesses("LINK_KEYS", keys)
	if slices.ContainsFunc(keys, func(k string) bool { return slices.Contains(keysIn(x.settings.SessionKeys), k) }) {
		found = append(found, warning("give each its own; "+makeKey, "a key is in LINK_KEYS and in SESSION_KEYS: who steals one has both"))
	}
	return orFine(found, "%s", rotation(keys))
}

// keysIn are the keys of a list, whatever they are worth.
func keysIn(list secret) []string {
	return splitKeys(list.Reveal())
}

func weaknesses(variable string, keys []string) (found []handlers.Finding) {
	for i, key := range keys {
		switch {
		case keyStrength().check(key) != nil:
			found = append(found, problem("see settings", "key %d of %s is easy to guess: the site does not start with it", i+1, variable))
		case guessable(key):
			found = append(found, warning(makeKey+", and put it before the others (docs/keys.md)", "key %d of %s is short for a key", i+1, variable))
		}
		if slices.Contains(keys[:i], key) {
			found = append(found, warning("remove one of them", "key %d of %s is there twice", i+1, variable))
		}
	}
	return found
}

// rotation tells how to change keys. Their age is not known: a key carries no date.
func rotation(keys []string) string {
	if len(keys) == 1 {
		return "one key; to change it, put the new one before it with a comma, and remove the old one later (docs/keys.md)"
	}
	return "several keys: the first seals, all open; remove the last when nothing that it sealed is needed any more (docs/keys.md)"
}

// guessable reports whether a key that serve accepts is likely to have been made up by a person. It
// counts how the characters are spread: a random key of 32 hexadecimal digits has about 110 bits.
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
