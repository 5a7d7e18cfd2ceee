package visit

import (
	"errors"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestOpenRejectsMutatedLinks tries 10,000 mutations of links of both forms.
func TestOpenRejectsMutatedLinks(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	k := keyring(t, newKey, oldKey)
	otherKeyring := keyring(t, "somebody else's key")
	all := variants(t)
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	mutations := map[string]func(text, other string) string{
		"bit flipped": func(text, _ string) string {
			raw, _ := readSeal(text)
			raw[rng.IntN(len(raw))] ^= 1 << rng.IntN(8)
			return new(big.Int).SetBytes(raw).Text(sealBase)
		},
		"byte replaced": func(text, _ string) string {
			raw, _ := readSeal(text)
			raw[rng.IntN(len(raw))] = byte(rng.UintN(256))
			return new(big.Int).SetBytes(raw).Text(sealBase)
		},
		"cut":            func(text, _ string) string { return text[:rng.IntN(len(text))] },
		"front cut":      func(text, _ string) string { return text[1+rng.IntN(len(text)-1):] },
		"middle cut":     func(text, _ string) string { i := rng.IntN(len(text)); return text[:i] + text[i+1:] },
		"extended":       func(text, _ string) string { return text + string(letters[rng.IntN(36)]) },
		"zeros in front": func(text, _ string) string { return strings.Repeat("0", 1+rng.IntN(3)) + text },
		"letter changed": func(text, _ string) string {
			i := rng.IntN(len(text))
			return text[:i] + string(letters[rng.IntN(36)]) + text[i+1:]
		},
		"two letters swapped": func(text, _ string) string {
			b := []byte(text)
			i, j := rng.IntN(len(b)), rng.IntN(len(b))
			b[i], b[j] = b[j], b[i]
			return string(b)
		},
		"all capitals": func(text, _ string) string { return strings.ToUpper(text) },
		"some capitals": func(text, _ string) string {
			i := rng.IntN(len(text))
			return strings.ToUpper(text[:i]) + text[i:]
		},
		"halves of two links": func(text, other string) string { return text[:len(text)/2] + other[len(other)/2:] },
		"doubled":             func(text, _ string) string { return text + text },
		"sign in front":       func(text, _ string) string { return "-+_"[rng.IntN(3):][:1] + text },
		"sign inserted": func(text, _ string) string {
			i := rng.IntN(len(text))
			return text[:i] + "é-_%\x00/"[rng.IntN(6):] + text[i:]
		},
		"bytes swapped": func(text, _ string) string {
			raw, _ := readSeal(text)
			i := 1 + rng.IntN(len(raw)-2)
			raw[i], raw[i+1] = raw[i+1], raw[i]
			return new(big.Int).SetBytes(raw).Text(sealBase)
		},
		"block of zeros added": func(text, _ string) string {
			raw, _ := readSeal(text)
			return new(big.Int).SetBytes(append(raw, make([]byte, padding)...)).Text(sealBase)
		},
		"random text": func(text, _ string) string { return randomText(rng, letters, len(text)) },
		"another key": func(_, _ string) string { return seal(t, otherKeyring, all[rng.IntN(len(all))]) },
		"another version": func(text, _ string) string {
			raw, _ := readSeal(text)
			raw[0] ^= byte(1+rng.IntN(7)) << keyBits
			return new(big.Int).SetBytes(raw).Text(sealBase)
		},
	}
	var sealed []string
	for _, v := range all {
		sealed = append(sealed, seal(t, k, v))
	}
	for _, c := range readVectors(t, "form1.json") {
		sealed = append(sealed, c.Text)
	}
	tried, unchanged := 0, 0
	for name, mutate := range mutations {
		for range 10_000/len(mutations) + 25 {
			i := rng.IntN(len(sealed))
			text := mutate(sealed[i], sealed[rng.IntN(len(all))])
			tried++
			if text == sealed[i] {
				unchanged++
				continue
			}
			if _, err := k.Open(text); !errors.Is(err, ErrUnknown) || err.Error() != ErrUnknown.Error() {
				t.Fatalf("%s: Open(%q) returns %v, want %v", name, text, err, ErrUnknown)
			}
		}
	}
	if tried-unchanged < 10_000 {
		t.Errorf("got %d mutations and %d that changed nothing, want at least 10000", tried-unchanged, unchanged)
	}
}

func randomText(rng *rand.Rand, letters string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = letters[rng.IntN(len(letters))]
	}
	return string(b)
}
