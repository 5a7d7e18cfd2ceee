package traffic

import (
	"io"
	"sync"
)

// smallBody is the part of each body that is not counted. A join's JSON fits in it, and the limit of
// connections limits the sum.
const smallBody = 4 << 10

// Bodies limits the bytes of request bodies that are in memory at once.
type Bodies struct {
	limit, perClient int64

	mu      sync.Mutex
	held    int64
	clients map[string]int64
}

// NewBodies allows limit bytes at once and perClient for one client, beyond the first 4 KiB of each body.
func NewBodies(limit, perClient int64) *Bodies {
	return &Bodies{limit: limit, perClient: perClient, clients: make(map[string]int64)}
}

// Held returns how many bytes are in memory.
func (b *Bodies) Held() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.held
}

// Reader returns a body whose reads are counted, and the function that ends the request's share. Reads
// return ErrBusy over the limit.
func (b *Bodies) Reader(body io.ReadCloser, client string) (io.ReadCloser, func()) {
	counted := &countedBody{ReadCloser: body, bodies: b, client: client}
	return counted, counted.release
}

func (b *Bodies) take(client string, n int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.held+n > b.limit || b.clients[client]+n > b.perClient {
		return false
	}
	b.held += n
	b.clients[client] += n
	return true
}

func (b *Bodies) put(client string, n int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.held -= n
	if b.clients[client] -= n; b.clients[client] <= 0 {
		delete(b.clients, client)
	}
}

type countedBody struct {
	io.ReadCloser
	bodies     *Bodies
	client     string
	read, held int64
}

func (c *countedBody) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.read += int64(n)
	if more := c.read - smallBody - c.held; more > 0 {
		if !c.bodies.take(c.client, more) {
			return 0, busy("read body")
		}
		c.held += more
	}
	return n, err
}

func (c *countedBody) release() {
	c.bodies.put(c.client, c.held)
	c.held = 0
}
