package address

import (
	"net/netip"
	"strings"
	"testing"
)

func mustParseProxies(t testing.TB, list string) Proxies {
	t.Helper()
	p, err := ParseProxies(list)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const peer = "10.0.0.5:41000"

func TestClientAddress(t *testing.T) {
	long := strings.Repeat("1", 200)
	for _, c := range []struct {
		name, trusted, remote string
		forwarded             []string
		want                  string
	}{
		// The connection is not from a trusted proxy.
		{"no proxy", "", "203.0.113.7:5000", nil, "203.0.113.7"},
		{"header, no proxy trusted", "", "203.0.113.7:5000", []string{"198.51.100.1"}, "203.0.113.7"},
		{"header from a private address, no proxy trusted", "", peer, []string{"198.51.100.1"}, "10.0.0.5"},
		{"header from loopback, no proxy trusted", "", "127.0.0.1:9", []string{"198.51.100.1"}, "127.0.0.1"},
		{"header from an untrusted address", "private", "203.0.113.7:5000", []string{"198.51.100.1"}, "203.0.113.7"},
		{"header with a proxy's address from an untrusted address", "private", "203.0.113.7:5000", []string{"10.0.0.1"}, "203.0.113.7"},
		// One proxy.
		{"one hop", "private", peer, []string{"198.51.100.1"}, "198.51.100.1"},
		{"no header", "private", peer, nil, "10.0.0.5"},
		{"empty header", "private", peer, []string{""}, "10.0.0.5"},
		{"blank header", "private", peer, []string{" \t"}, "10.0.0.5"},
		{"spaces", "private", peer, []string{"  198.51.100.1\t"}, "198.51.100.1"},
		{"spoofed hop before", "private", peer, []string{"1.1.1.1, 198.51.100.1"}, "198.51.100.1"},
		{"spoofed hop before, no space", "private", peer, []string{"1.1.1.1,198.51.100.1"}, "198.51.100.1"},
		{"spoofed private hop before", "private", peer, []string{"10.9.9.9, 198.51.100.1"}, "198.51.100.1"},
		{"spoofed hop in another header", "private", peer, []string{"1.1.1.1", "198.51.100.1"}, "198.51.100.1"},
		{"garbage before", "private", peer, []string{"<script>, 198.51.100.1"}, "198.51.100.1"},
		{"many hops before", "private", peer, []string{strings.Repeat("1.1.1.1,", 1000) + "198.51.100.1"}, "198.51.100.1"},
		// Several proxies.
		{"two proxies", "private", peer, []string{"198.51.100.1, 10.1.1.1"}, "198.51.100.1"},
		{"three proxies", "private", peer, []string{"198.51.100.1, 10.1.1.1, 192.168.3.4"}, "198.51.100.1"},
		{"two proxies, two headers", "private", peer, []string{"198.51.100.1", "10.1.1.1"}, "198.51.100.1"},
		{"two proxies, spoofed", "private", peer, []string{"1.1.1.1, 198.51.100.1, 10.1.1.1"}, "198.51.100.1"},
		{"untrusted outer proxy", "private", peer, []string{"198.51.100.1, 203.0.113.9"}, "203.0.113.9"},
		{"trusted outer proxy", "private,203.0.113.0/24", peer, []string{"198.51.100.1, 203.0.113.9"}, "198.51.100.1"},
		{"one address trusted", "10.0.0.5", peer, []string{"198.51.100.1"}, "198.51.100.1"},
		{"neighbour of the one trusted address", "10.0.0.6", peer, []string{"198.51.100.1"}, "10.0.0.5"},
		{"only proxies", "private", peer, []string{"10.1.1.1, 10.2.2.2"}, "10.1.1.1"},
		// Forms of an address.
		{"port", "private", peer, []string{"198.51.100.1:5678"}, "198.51.100.1"},
		{"port 0", "private", peer, []string{"198.51.100.1:0"}, "198.51.100.1"},
		{"IPv6", "private", peer, []string{"2001:db8::1"}, "2001:db8::1"},
		{"IPv6 in brackets", "private", peer, []string{"[2001:db8::1]"}, "2001:db8::1"},
		{"IPv6 and port", "private", peer, []string{"[2001:db8::1]:443"}, "2001:db8::1"},
		{"IPv6 in full", "private", peer, []string{"2001:0DB8:0000:0000:0000:0000:0000:0001"}, "2001:db8::1"},
		{"IPv6 in quotes", "private", peer, []string{`"[2001:db8::1]:443"`}, "2001:db8::1"},
		{"IPv4 in quotes", "private", peer, []string{`"198.51.100.1"`}, "198.51.100.1"},
		{"zone of connection", "2001:db8::/32", "[2001:db8::9%eth0]:1", []string{"198.51.100.1"}, "198.51.100.1"},
		{"zone of hop", "private", peer, []string{"2001:db8::1%eth0"}, "2001:db8::1"},
		{"zone and port", "private", peer, []string{"[2001:db8::1%eth0]:443"}, "2001:db8::1"},
		{"IPv4 in IPv6", "private", peer, []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
		{"IPv4 in IPv6, hexadecimal", "private", peer, []string{"::ffff:c633:6401"}, "198.51.100.1"},
		{"IPv4 in IPv6 and port", "private", peer, []string{"[::ffff:198.51.100.1]:80"}, "198.51.100.1"},
		{"connection of IPv4 in IPv6", "private", "[::ffff:10.0.0.5]:41000", []string{"198.51.100.1"}, "198.51.100.1"},
		{"proxy as IPv4 in IPv6", "private", peer, []string{"198.51.100.1, ::ffff:10.1.1.1"}, "198.51.100.1"},
		{"IPv6 loopback", "loopback", "[::1]:9", []string{"198.51.100.1"}, "198.51.100.1"},
		{"other loopback address", "loopback", "127.9.9.9:9", []string{"198.51.100.1"}, "198.51.100.1"},
		{"loopback is not private", "private", "127.0.0.1:9", []string{"198.51.100.1"}, "127.0.0.1"},
		{"shared address space is private", "private", "100.100.0.9:9", []string{"198.51.100.1"}, "198.51.100.1"},
		{"unique local is private", "private", "[fd00::1]:9", []string{"198.51.100.1"}, "198.51.100.1"},
		{"first address after a private range", "private", "172.32.0.1:9", []string{"198.51.100.1"}, "172.32.0.1"},
		// A hop is not an address: the proxy that added it is the client.
		{"word", "private", peer, []string{"unknown"}, "10.0.0.5"},
		{"hidden", "private", peer, []string{"_hidden"}, "10.0.0.5"},
		{"garbage behind a proxy", "private", peer, []string{"198.51.100.1, garbage, 10.1.1.1"}, "10.1.1.1"},
		{"empty hop", "private", peer, []string{"198.51.100.1,,10.1.1.1"}, "10.1.1.1"},
		{"comma at the end", "private", peer, []string{"198.51.100.1,"}, "10.0.0.5"},
		{"only commas", "private", peer, []string{",,,"}, "10.0.0.5"},
		{"comma at the start", "private", peer, []string{",10.1.1.1"}, "10.1.1.1"},
		{"empty second header", "private", peer, []string{"198.51.100.1", ""}, "10.0.0.5"},
		{"leading zeros", "private", peer, []string{"198.051.100.001"}, "10.0.0.5"},
		{"too few parts", "private", peer, []string{"198.51.100"}, "10.0.0.5"},
		{"number", "private", peer, []string{"3325256705"}, "10.0.0.5"},
		{"hexadecimal", "private", peer, []string{"0xc6336401"}, "10.0.0.5"},
		{"out of range", "private", peer, []string{"198.51.100.256"}, "10.0.0.5"},
		{"network", "private", peer, []string{"198.51.100.0/24"}, "10.0.0.5"},
		{"port out of range", "private", peer, []string{"198.51.100.1:65536"}, "10.0.0.5"},
		{"port not a number", "private", peer, []string{"198.51.100.1:http"}, "10.0.0.5"},
		{"no closing bracket", "private", peer, []string{"[2001:db8::1"}, "10.0.0.5"},
		{"double brackets", "private", peer, []string{"[[2001:db8::1]]"}, "10.0.0.5"},
		{"no closing quote", "private", peer, []string{`"198.51.100.1`}, "10.0.0.5"},
		{"RFC 7239", "private", peer, []string{"for=198.51.100.1"}, "10.0.0.5"},
		{"full width digits", "private", peer, []string{"１98.51.100.1"}, "10.0.0.5"},
		{"NUL", "private", peer, []string{"198.51.100.1\x00"}, "10.0.0.5"},
		{"not UTF-8", "private", peer, []string{"\xff\xfe"}, "10.0.0.5"},
		{"very long", "private", peer, []string{long}, "10.0.0.5"},
		{"long zone", "private", peer, []string{"fe80::1%" + long}, "10.0.0.5"},
		{"unspecified", "private", peer, []string{"0.0.0.0"}, "10.0.0.5"},
		{"unspecified IPv6", "private", peer, []string{"::"}, "10.0.0.5"},
		{"multicast", "private", peer, []string{"224.0.0.1"}, "10.0.0.5"},
		// The connection has no address.
		{"Unix socket", "private", "@", []string{"198.51.100.1"}, "invalid IP"},
		{"empty", "", "", nil, "invalid IP"},
	} {
		if got := mustParseProxies(t, c.trusted).clientOf(c.remote, c.forwarded).String(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestKey(t *testing.T) {
	for address, want := range map[string]string{
		"198.51.100.1":            "198.51.100.1",
		"2001:db8::1":             "2001:db8::/64",
		"2001:db8:0:0:ffff::1":    "2001:db8::/64",
		"2001:db8:0:1::1":         "2001:db8:0:1::/64",
		"2001:db8:1:2:3:4:5:6789": "2001:db8:1:2::/64",
	} {
		if got := Key(netip.MustParseAddr(address)); got != want {
			t.Errorf("Key(%s) = %s, want %s", address, got, want)
		}
	}
	if got := Key(netip.Addr{}); got == "" {
		t.Error("Key of the zero address is empty, want a key that all such clients share")
	}
}

func TestParseProxies(t *testing.T) {
	for list, want := range map[string]int{
		"": 0, " , ": 0, "10.0.0.0/8": 1, "10.1.2.3/8": 1, "192.0.2.1": 1, "2001:db8::1": 1, "2001:db8::/32, 192.0.2.1": 2,
		"loopback": 2, "Private": 7, "loopback private 192.0.2.1": 10, "::ffff:192.0.2.1": 1, "fe80::1%eth0": 1,
	} {
		if got, err := ParseProxies(list); err != nil || len(got) != want {
			t.Errorf("%q: %v, %v, want %d networks and no error", list, got, err, want)
		}
	}
	for _, list := range []string{"0.0.0.0/0", "::/0", "everybody", "10.0.0.0/33", "10.0.0", "10.0.0.1:80", "*", "::ffff:10.0.0.0/104", "10.0.0.0/8;11.0.0.0/8"} {
		if got, err := ParseProxies(list); err == nil {
			t.Errorf("%q: %v, want an error", list, got)
		}
	}
}

// Whatever the header holds, the result is the peer or one of the header's hops.
// A header of an untrusted hop must not change that hop's address.
func FuzzClientAddress(f *testing.F) {
	for _, seed := range []string{
		"", "198.51.100.1", "1.1.1.1, 198.51.100.1:5678", `"[2001:db8::1%eth0]:443"`, "::ffff:10.0.0.1, 10.1.1.1", ",,", "unknown, 10.0.0.1", "[::1", "\x00\xff",
	} {
		f.Add(seed)
	}
	trusted := mustParseProxies(f, "private,loopback")
	f.Fuzz(func(t *testing.T, header string) {
		got := trusted.clientOf(peer, []string{header})
		if !got.IsValid() || got.Zone() != "" || got.Is4In6() || got.IsUnspecified() {
			t.Fatalf("%q: %v, want a specified IP address without zone", header, got)
		}
		if got != netip.MustParseAddr("10.0.0.5") {
			found := false
			for hop := range strings.SplitSeq(header, ",") {
				address, ok := parseHop(hop)
				found = found || ok && address == got
			}
			if !found {
				t.Errorf("%q: %v, want a hop of the header", header, got)
			}
		}
		if got := trusted.clientOf(peer, []string{header + ", 198.51.100.1"}).String(); got != "198.51.100.1" {
			t.Errorf("%q from a client behind the proxy: %s, want 198.51.100.1", header, got)
		}
		if got := trusted.clientOf("203.0.113.7:1", []string{header}).String(); got != "203.0.113.7" {
			t.Errorf("%q from a client without proxy: %s, want 203.0.113.7", header, got)
		}
	})
}
