package assets

import (
	"bytes"
	"compress/gzip"
	"testing"
	"testing/fstest"
)

// A client that takes no encoding must not make the site unpack the file again: thousands of them would
// each hold a copy.
func TestFileIsUnpackedOnce(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(bytes.Repeat([]byte("script"), 1000))
	_ = w.Close()
	files, err := readFiles(fstest.MapFS{"assets/a.js.gz": {Data: packed.Bytes()}})
	if err != nil {
		t.Fatal(err)
	}
	first, err := files["a.js"].plain()
	if err != nil || len(first.bytes) != 6000 {
		t.Fatalf("%d bytes, %v", len(first.bytes), err)
	}
	if second, _ := files["a.js"].plain(); second != first {
		t.Error("a second request has a copy of its own")
	}
}
