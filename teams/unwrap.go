package teams

import (
	"encoding/base64"
	"regexp"
	"strings"
)

// unwrap reads the address inside a genuine wrapper.
func (p *parser) unwrap(l link, h host, depth int) outcome {
	for _, name := range h.param {
		if inner := l.param(name); inner != "" {
			return p.read(unescape(inner), depth+1)
		}
	}
	if h.kind == hostBookings {
		return p.bookings(l)
	}
	if inner := proofpoint(l); h.kind == hostProofpoint && inner != "" {
		return p.read(inner, depth+1)
	}
	return outcome{}
}

// bookings reads a virtual appointment's address without JoinWebUrl: it names the
// thread, tenant and organiser itself.
func (p *parser) bookings(l link) outcome {
	first := func(names ...string) string {
		for _, name := range names {
			if v := l.param(name); v != "" {
				return unescapeAll(v)
			}
		}
		return ""
	}
	return p.build(host{kind: hostTeams, name: publicHost}, parts{
		thread:    first("convId", "threadId"),
		tenant:    first("tid", "tenantId"),
		organizer: first("oid", "organizerId"),
	})
}

// proofpoint undoes the three ways in which Proofpoint URL Defense writes an
// address.
func proofpoint(l link) string {
	switch s := l.segments(); {
	case startsWith(s, "v1"):
		return unescape(l.param("u"))
	case startsWith(s, "v2"):
		return unescape(strings.NewReplacer("-", "%", "_", "/").Replace(l.param("u")))
	case startsWith(s, "v3"):
		return proofpointV3(l.tail())
	default:
		return ""
	}
}

// proofpointV3 reads /v3/__{address}__;{bytes}!...: each '*' in the address stands
// for the next of the bytes, and "**X" for a run of them.
func proofpointV3(s string) string {
	_, s, ok := strings.Cut(s, "/v3/__")
	if !ok {
		return ""
	}
	address, tail, ok := strings.Cut(s, "__;")
	if !ok {
		return ""
	}
	encoded, _, ok := strings.Cut(tail, "!")
	if !ok {
		return ""
	}
	plain, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(encoded, "="))
	if err != nil {
		return ""
	}
	runes := []rune(string(plain))
	take := func(n int) string {
		n = min(n, len(runes))
		taken := string(runes[:n])
		runes = runes[n:]
		return taken
	}
	return proofpointMark.ReplaceAllStringFunc(address, func(mark string) string {
		if mark == "*" {
			return take(1)
		}
		const lengths = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
		return take(2 + strings.IndexByte(lengths, mark[2]))
	})
}

var proofpointMark = regexp.MustCompile(`\*\*[A-Za-z0-9_-]|\*`)
