package traffic

import (
	"net"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// progressStep is how many bytes must move before a connection counts as making progress.
const progressStep = 16 << 10

// Listener limits the connections that are open at once. At a limit it closes a connection of the client
// that has the most: the one without progress for the longest time. It always accepts a new connection.
type Listener struct {
	net.Listener
	limit, perAddress int
	trusted           func(netip.Addr) bool

	mu        sync.Mutex
	open      map[*conn]struct{}
	addresses map[netip.Prefix]int
	closed    atomic.Int64
}

// NewListener allows limit connections at once and perAddress from one public IPv4 address or IPv6 /64. A
// private address may exceed perAddress, because it can be a proxy. An address that trusted reports is a
// proxy; each of its connections counts as a client of its own.
func NewListener(inner net.Listener, limit, perAddress int, trusted func(netip.Addr) bool) *Listener {
	return &Listener{
		Listener: inner, limit: limit, perAddress: perAddress, trusted: trusted,
		open: make(map[*conn]struct{}), addresses: make(map[netip.Prefix]int),
	}
}

// Open returns how many connections are open.
func (l *Listener) Open() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.open)
}

// Closed returns how many connections were closed at a limit.
func (l *Listener) Closed() int64 { return l.closed.Load() }

// Accept returns the next connection.
func (l *Listener) Accept() (net.Conn, error) {
	inner, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: inner, listener: l}
	c.address, c.network = networkOf(inner.RemoteAddr())
	c.proxied = l.trusted(c.address)
	c.progress.Store(time.Now().UnixNano())
	for _, slow := range l.add(c) {
		l.closed.Add(1)
		_ = slow.Close()
	}
	return c, nil
}

// add registers a connection and returns those that make room for it.
func (l *Listener) add(c *conn) (slow []*conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.addresses[c.network] >= l.perAddress && !l.mayExceed(c.address) {
		slow = append(slow, l.slowest(&c.network))
	} else if len(l.open) >= l.limit {
		slow = append(slow, l.slowest(nil))
	}
	slow = slices.DeleteFunc(slow, func(s *conn) bool { return s == nil })
	for _, s := range slow {
		l.remove(s)
	}
	l.open[c] = struct{}{}
	l.addresses[c.network]++
	return slow
}

// mayExceed reports whether an address carries many clients, or can.
func (l *Listener) mayExceed(a netip.Addr) bool {
	return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || l.trusted(a)
}

// slowest returns the connection to close, of a network or of all: one of the client with the most
// connections that has made no progress for the longest time.
func (l *Listener) slowest(network *netip.Prefix) (slowest *conn) {
	most := 0
	for c := range l.open {
		if network != nil && c.network != *network {
			continue
		}
		count := l.addresses[c.network]
		if c.proxied {
			count = 1
		}
		if slowest == nil || count > most || count == most && c.progress.Load() < slowest.progress.Load() {
			slowest, most = c, count
		}
	}
	return slowest
}

func (l *Listener) remove(c *conn) {
	if _, there := l.open[c]; !there {
		return
	}
	delete(l.open, c)
	if l.addresses[c.network]--; l.addresses[c.network] == 0 {
		delete(l.addresses, c.network)
	}
}

// networkOf returns an address, and the network that counts as one client: an IPv4 address or an IPv6 /64.
func networkOf(at net.Addr) (netip.Addr, netip.Prefix) {
	from, err := netip.ParseAddrPort(at.String())
	if err != nil {
		return netip.Addr{}, netip.Prefix{}
	}
	address := from.Addr().Unmap().WithZone("")
	bits := address.BitLen()
	if address.Is6() {
		bits = 64
	}
	network, _ := address.Prefix(bits)
	return address, network
}

// conn records when a connection last made progress: when progressStep bytes have moved, or when an
// answer followed a request. Single bytes do not count.
type conn struct {
	net.Conn
	listener *Listener
	address  netip.Addr
	network  netip.Prefix
	proxied  bool // the address is that of a trusted proxy

	progress atomic.Int64 // nanoseconds since 1970
	moved    atomic.Int64 // bytes since then
	asking   atomic.Bool  // whether the last bytes came from the client
	header   header
}

func (c *conn) Read(p []byte) (int, error) {
	if c.header.hasMany() { // again: http.Server does not use the error of every read
		return 0, errManyLines
	}
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.asking.Store(true)
		c.move(n)
		if c.header.read(p[:n]); c.header.hasMany() {
			return 0, errManyLines
		}
	}
	return n, err
}

func (c *conn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if n > 0 {
		if c.asking.Swap(false) {
			c.moved.Add(progressStep)
		}
		c.move(n)
	}
	return n, err
}

func (c *conn) move(n int) {
	if c.moved.Add(int64(n)) >= progressStep {
		c.moved.Store(0)
		c.progress.Store(time.Now().UnixNano())
	}
}

// Close closes the connection and removes it from the listener.
func (c *conn) Close() error {
	c.listener.mu.Lock()
	c.listener.remove(c)
	c.listener.mu.Unlock()
	return c.Conn.Close()
}
