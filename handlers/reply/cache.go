package reply

import (
	"crypto/sha256"
	"sync"
)

// maxCached bounds each half of a cache: about 6 MB of pages.
const maxCached = 256

type pageKey = [sha256.Size]byte

// cache keeps the compressed pages that were asked for more than once, by their content. A page seen once
// takes a key only, so that visitors' own pages do not push out the shared ones. Full, it forgets its
// older half. The zero value is ready.
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
