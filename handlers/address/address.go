// Package address finds the address of the client behind trusted proxies.
package address

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
)

// Proxies are the networks whose X-Forwarded-For is trusted. The zero value trusts no proxy: the client
// is then the other end of the connection.
type Proxies []netip.Prefix

// proxyWords are names for networks that cannot be reached from the public internet.
func proxyWords() map[string][]string {
	return map[string][]string{
		"loopback": {"127.0.0.0/8", "::1/128"},
		// 100.64.0.0/10 is shared address space (RFC 6598), from which managed ingresses connect.
		"private": {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7", "fe80::/10"},
	}
}

// ParseProxies reads a list of addresses, networks (192.0.2.0/24) and the words loopback and private
// (RFC 1918, 3927, 4193, 4291 and 6598), with commas or spaces between them. A network of all addresses
// is an error: with it any visitor could claim any address.
func ParseProxies(list string) (Proxies, error) {
	var out Proxies
	for _, entry := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		networks, ok := proxyWords()[strings.ToLower(entry)]
		if !ok {
			networks = []string{entry}
		}
		for _, network := range networks {
			prefix, err := parseNetwork(network)
			if err != nil {
				return nil, err
			}
			out = append(out, prefix)
		}
	}
	return out, nil
}

func parseNetwork(text string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(text); err == nil {
		address = address.Unmap().WithZone("")
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(text)
	switch {
	case err != nil, prefix.Addr().Is4In6():
		return netip.Prefix{}, fmt.Errorf("%q must be an address, a network such as 10.0.0.0/8, or one of the words loopback and private", text)
	case prefix.Bits() == 0:
		return netip.Prefix{}, fmt.Errorf("%q must not hold every address: any visitor could then claim any address", text)
	}
	return prefix.Masked(), nil
}

// Trusts reports whether an address is that of a trusted proxy.
func (p Proxies) Trusts(a netip.Addr) bool {
	for _, network := range p {
		if network.Contains(a) {
			return true
		}
	}
	return false
}

// Client returns the address of the client that made a request: the nearest one that is not a trusted
// proxy, or the zero Addr where the connection has none.
func (p Proxies) Client(r *http.Request) netip.Addr {
	return p.clientOf(r.RemoteAddr, r.Header.Values("X-Forwarded-For"))
}

// clientOf walks the chain from its end, because each proxy appends the address that connected to it. It
// stops at the first entry that it cannot parse: a client can have written everything left of an
// untrusted hop.
func (p Proxies) clientOf(remote string, forwarded []string) netip.Addr {
	at, ok := parseHop(remote)
	if !ok {
		return netip.Addr{}
	}
	for i := len(forwarded) - 1; i >= 0; i-- {
		rest, more := forwarded[i], true
		for more {
			if !p.Trusts(at) {
				return at
			}
			comma := strings.LastIndexByte(rest, ',')
			hop, ok := parseHop(rest[comma+1:])
			if !ok {
				return at
			}
			at, rest, more = hop, rest[:max(comma, 0)], comma >= 0
		}
	}
	return at
}

// maxHop is longer than any address with a zone and a port.
const maxHop = 80

// parseHop reads an address as proxies write it: bare, with a port, in brackets, in quotes.
func parseHop(text string) (netip.Addr, bool) {
	text = strings.Trim(text, " \t")
	if len(text) > maxHop {
		return netip.Addr{}, false
	}
	if n := len(text); n >= 2 && text[0] == '"' && text[n-1] == '"' {
		text = text[1 : n-1]
	}
	address, err := netip.ParseAddr(text)
	if err != nil {
		if n := len(text); n >= 2 && text[0] == '[' && text[n-1] == ']' {
			address, err = netip.ParseAddr(text[1 : n-1])
		} else {
			var withPort netip.AddrPort
			withPort, err = netip.ParseAddrPort(text)
			address = withPort.Addr()
		}
	}
	address = address.Unmap().WithZone("")
	if err != nil || address.IsUnspecified() || address.IsMulticast() {
		return netip.Addr{}, false
	}
	return address, true
}

// Key returns what a budget counts as one client: an IPv4 address, or the /64 of an IPv6 address, which
// is what one line has.
func Key(a netip.Addr) string {
	if a.Is6() {
		if network, err := a.Prefix(64); err == nil {
			return network.String()
		}
	}
	return a.String()
}
