package reply

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"testing"
)

// Pages that are served once must not evict a page that is served often.
func TestCacheKeepsOftenServedPages(t *testing.T) {
	var p Pages
	shared := bytes.Repeat([]byte("<p>the door</p>"), 1000)
	p.brotliCompress(shared)
	want := p.brotliCompress(shared)
	for i := range 20 * maxCached {
		p.brotliCompress(fmt.Appendf(nil, "<p>page of visitor %d</p>", i))
		if i%(maxCached/2) == 0 {
			if got, _ := p.cache.get(sha256.Sum256(shared)); &got[0] != &want[0] {
				t.Fatalf("after %d other pages the shared page was compressed again, want it cached", i)
			}
		}
	}
	if n := len(p.cache.recent) + len(p.cache.past); n > 2*maxCached {
		t.Errorf("%d pages cached, want at most %d", n, 2*maxCached)
	}
}
