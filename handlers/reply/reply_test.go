package reply

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"

	"github.com/andybalholm/brotli"
)

// A reused writer must not mix one page into the next.
func TestReusedWritersKeepPagesApart(t *testing.T) {
	var pages Pages
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for n := range 50 {
				page := strings.Repeat(fmt.Sprintf("<p>%d of %d</p>", n, worker), 1+n*7)
				got, err := io.ReadAll(brotli.NewReader(bytes.NewReader(pages.brotliCompress([]byte(page)))))
				if err != nil || string(got) != page {
					t.Errorf("worker %d, page %d: decompressed %d bytes, %v, want the page of %d bytes", worker, n, len(got), err, len(page))
				}
			}
		})
	}
	wg.Wait()
}
