package visit

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
)

// FuzzOpen checks that only links made with one of the keys open.
func FuzzOpen(f *testing.F) {
	k, oldKeyring := keyring(f, newKey, oldKey), keyring(f, oldKey)
	for _, v := range variants(f) {
		text := seal(f, k, v)
		f.Add(text)
		f.Add(text + ".")
		f.Add(strings.ToUpper(text))
	}
	vectors := readVectors(f, "form1.json")
	for _, c := range vectors {
		f.Add(c.Text)
	}
	f.Add("")
	f.Add("zzzz")
	f.Fuzz(func(t *testing.T, text string) {
		v, err := k.Open(text)
		if err != nil {
			return
		}
		known := strings.Contains(text, seal(t, k, v)) || strings.Contains(text, seal(t, oldKeyring, v))
		if !known && !slices.ContainsFunc(vectors, func(c vector) bool { return strings.Contains(text, c.Text) }) {
			t.Errorf("%q opens, but no key made it", text)
		}
	})
}

// FuzzDecode checks that the decoder rejects bytes or returns a valid visit, and that
// the visit is the same after encoding and decoding.
func FuzzDecode(f *testing.F) {
	for _, v := range variants(f) {
		plain, ok := encode(v)
		if !ok {
			f.Fatalf("cannot encode %s", v)
		}
		f.Add(plain)
	}
	for _, c := range readVectors(f, "form1.json") {
		plain, err := hex.DecodeString(c.Plain)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(plain)
	}
	f.Add([]byte{})
	f.Add(bytes.Repeat([]byte{0xff}, 64))
	f.Fuzz(func(t *testing.T, plain []byte) {
		for version := 1; version <= sealVersion; version++ {
			v, ok := decode(version, plain)
			if !ok {
				continue
			}
			if err := v.Validate(); err != nil {
				t.Fatal(err)
			}
			again, ok := encode(v)
			if !ok {
				t.Fatal("the decoded visit cannot be encoded")
			}
			if back, ok := decode(sealVersion, again); !ok || !same(back, v) || !back.Start.Equal(v.Start) {
				t.Error("encoding and decoding the visit returns another visit")
			}
		}
	})
}
