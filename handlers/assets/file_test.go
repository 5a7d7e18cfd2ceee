package assets

import (
	"bytes"
	"compress/gzip"
	"testing"
	"testing/fstest"
)

// Otherwise thousands of clients that accept no encoding would each hold a decompressed copy.
func TestFileIsDecompressedOnce(t *testing.T) {
	var compressed bytes.Buffer
	w := gzip.NewWriter(&compressed)
	_, _ = w.Write(bytes.Repeat([]byte("script"), 1000))
	_ = w.Close()
	files, err := readFiles(fstest.MapFS{"assets/a.js.gz": {Data: compressed.Bytes()}})
	if err != nil {
		t.Fatal(err)
	}
	first, err := files["a.js"].plain()
	if err != nil || len(first.bytes) != 6000 {
		t.Fatalf("%d bytes, %v, want 6000 and no error", len(first.bytes), err)
	}
	if second, _ := files["a.js"].plain(); second != first {
		t.Error("the second request got another copy, want the first")
	}
}
