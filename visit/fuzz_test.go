package visit

import (
	"bytes"
	"strings"
	"testing"
)

func FuzzOpen(f *testing.F) {
	k, before := keyring(f, newKey, oldKey), keyring(f, oldKey)
	for _, v := range variants(f) {
		text := seal(f, k, v)
		f.Add(text)
		f.Add(text + ".")
		f.Add(strings.ToUpper(text))
	}
	f.Add("")
	f.Add("zzzz")
	f.Fuzz(func(t *testing.T, text string) {
		v, err := k.Open(text)
		if err != nil {
			return
		}
		if !strings.Contains(text, seal(t, k, v)) && !strings.Contains(text, seal(t, before, v)) {
			t.Errorf("%q opens", text)
		}
	})
}

// Whatever bytes a key should ever vouch for, the decoder gives a valid visit
// that seals to itself, or nothing.
func FuzzDecode(f *testing.F) {
	for _, v := range variants(f) {
		plain, ok := encode(v)
		if !ok {
			f.Fatal("not written")
		}
		f.Add(plain)
	}
	f.Add([]byte{})
	f.Add(bytes.Repeat([]byte{0xff}, 64))
	f.Fuzz(func(t *testing.T, plain []byte) {
		v, ok := decode(plain)
		if !ok {
			return
		}
		if err := v.Validate(); err != nil {
			t.Fatal(err)
		}
		again, ok := encode(v)
		if !ok {
			t.Fatal("cannot be written")
		}
		if back, ok := decode(again); !ok || !same(back, v) || !back.Start.Equal(v.Start) {
			t.Error("comes out as another visit")
		}
	})
}
