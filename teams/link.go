package teams

import (
	"net/url"
	"regexp"
	"strings"
)

// link is one address taken apart by hand and kept as it was written, because
// net/url refuses or changes much of what mail programs leave of a link.
type link struct {
	authority string // user, host and port, in the order a browser reads them
	backslash bool   // the authority or the slashes before it hold a backslash
	path      string
	query     string
	fragment  string
}

var (
	webScheme     = regexp.MustCompile(`(?i)^https?:([/\\]+)`)
	encodedScheme = regexp.MustCompile(`(?i)^https?%`)
	teamsScheme   = regexp.MustCompile(`(?i)^msteams:/*`)
)

// split takes an address apart; ok is false for anything but http, https and
// msteams, each possibly percent-encoded as a whole.
func split(raw string) (l link, ok bool) {
	for range maxEncodings {
		if !encodedScheme.MatchString(raw) {
			break
		}
		raw = unescape(raw)
	}
	if prefix := teamsScheme.FindString(raw); prefix != "" {
		return splitDeepLink(raw[len(prefix):]), true
	}
	m := webScheme.FindStringSubmatch(raw)
	if m == nil {
		return link{}, false
	}
	rest := raw[len(m[0]):]
	n := strings.IndexAny(rest, "/?#")
	if n < 0 {
		n = len(rest)
	}
	l = splitPath(rest[n:])
	l.authority = rest[:n]
	l.backslash = strings.Contains(m[1]+l.authority, `\`)
	return l, true
}

// splitDeepLink reads what follows "msteams:": a path of teams.microsoft.com,
// with or without that host.
func splitDeepLink(rest string) link {
	host, tail, _ := strings.Cut(rest, "/")
	if strings.Contains(host, ".") {
		l := splitPath("/" + tail)
		l.authority = host
		return l
	}
	l := splitPath("/" + rest)
	l.authority = publicHost
	return l
}

func splitPath(s string) (l link) {
	s, l.fragment, _ = strings.Cut(s, "#")
	l.path, l.query, _ = strings.Cut(s, "?")
	return l
}

// tail puts path, query and fragment together again.
func (l link) tail() string {
	s := l.path
	if l.query != "" {
		s += "?" + l.query
	}
	if l.fragment != "" {
		s += "#" + l.fragment
	}
	return s
}

// segments gives the parts of a path, empty ones left out.
func (l link) segments() []string {
	return strings.FieldsFunc(l.path, func(r rune) bool { return r == '/' })
}

// param gives the raw value of a query parameter, its name in any case.
func (l link) param(name string) string {
	for pair := range strings.SplitSeq(l.query, "&") {
		key, value, _ := strings.Cut(pair, "=")
		if value != "" && strings.EqualFold(key, name) {
			return value
		}
	}
	return ""
}

// unescape undoes one layer of percent-encoding; a text that is not properly
// encoded stays as it is.
func unescape(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}

// unescapeAll undoes every layer, up to maxEncodings.
func unescapeAll(s string) string {
	for range maxEncodings {
		plain := unescape(s)
		if plain == s {
			break
		}
		s = plain
	}
	return s
}

// escape percent-encodes everything but unreserved characters, in the lower case
// that Teams writes itself.
func escape(s string) string {
	const hex = "0123456789abcdef"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if hostByte(c) || c == '_' || c == '~' {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	return b.String()
}

// startsWith reports whether the first path segments are these, in any case.
func startsWith(segments []string, want ...string) bool {
	if len(segments) < len(want) {
		return false
	}
	for i, w := range want {
		if !strings.EqualFold(segments[i], w) {
			return false
		}
	}
	return true
}

// read says what one address is, through at most maxDepth wrappers.
func (p *parser) read(raw string, depth int) outcome {
	p.readings++
	if len(raw) > maxLink {
		return refused(TooLong)
	}
	if depth > maxDepth {
		return outcome{}
	}
	l, ok := split(raw)
	if !ok {
		return outcome{}
	}
	h, genuine := hostOf(l)
	if !genuine {
		if imitates(l) {
			return refused(LookalikeHost)
		}
		return outcome{}
	}
	switch h.kind {
	case hostTeams, hostGovernment:
		return p.teams(l, h, depth)
	case hostPersonal:
		return p.personal(l)
	case hostChina:
		return refused(OtherCloud)
	case hostEvents:
		return refused(EventRegistration)
	case hostBookings, hostURLParam, hostProofpoint:
		return settled(p.unwrap(l, h, depth))
	}
	return outcome{}
}

// settled marks what came to nothing on a genuine host as perhaps cut short.
func settled(o outcome) outcome {
	if o == (outcome{}) {
		o.partial = true
	}
	return o
}
