package reply

import (
	"crypto/sha256"
	"sync"
)

// maxCached limits each half of a cache to about 6 MB of pages.
const maxCached = 256

type pageKey = [sha256.Size]byte

// cache keeps compressed pages that were requested more than once, by their content. A page requested
// once takes only a key, so that visitors' own pages do not displace the shared ones. When it is full, it
// drops its older half. The zero value is ready to use.
type cache struct {
	mu           sync.Mutex
	recent, past map[pageKey][]byte // nil for a page that was seen once
}

// get returns the compressed page, nil if it is not kept, and whether it was seen.
func (c *cache) get(key pageKey) (packed []byte, seen bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if packed, seen = c.recent[key]; seen {
		return packed, true
	}
	if packed, seen = c.past[key]; seen {
		c.keep(key, packed)
	}
	return packed, seen
}

func (c *cache) put(key pageKey, packed []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.keep(key, packed)
}

func (c *cache) keep(key pageKey, packed []byte) {
	if _, known := c.recent[key]; c.recent == nil || !known && len(c.recent) >= maxCached {
		c.recent, c.past = make(map[pageKey][]byte), c.recent
	}
	c.recent[key] = packed
}
