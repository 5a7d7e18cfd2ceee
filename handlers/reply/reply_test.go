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

// A writer that was used before compresses the next page as a new one would, with nothing of the last.
func TestPooledWritersShareNothing(t *testing.T) {
	var pages Pages
	var all sync.WaitGroup
	for member := range 4 {
		all.Go(func() {
			for n := range 50 {
				page := strings.Repeat(fmt.Sprintf("<p>%d of %d</p>", n, member), 1+n*7)
				got, err := io.ReadAll(brotli.NewReader(bytes.NewReader(pages.brotliCompress([]byte(page)))))
				if err != nil || string(got) != page {
					t.Errorf("%d of %d: %d bytes of %d: %v", n, member, len(got), len(page), err)
				}
			}
		})
	}
	all.Wait()
}
