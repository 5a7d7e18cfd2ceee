package teams

import (
	"regexp"
	"strconv"
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
	teamsScheme   = regexp.MustCompile(`(?i)^ms-?teams:/*`)
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

// segments returns the parts of a path without empty ones.
func (l link) segments() []string {
	return strings.FieldsFunc(l.path, func(r rune) bool { return r == '/' })
}

// param returns the raw value of a query parameter, whose name may have any case.
func (l link) param(name string) string {
	for pair := range strings.SplitSeq(l.query, "&") {
		key, value, _ := strings.Cut(pair, "=")
		if value != "" && strings.EqualFold(key, name) {
			return value
		}
	}
	return ""
}

// unescape undoes one layer of percent-encoding; what is not properly encoded
// stays as it is.
func unescape(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && hexByte(s[i+1]) && hexByte(s[i+2]) {
			n, _ := strconv.ParseUint(s[i+1:i+3], 16, 8) // two hexadecimal digits
			b.WriteByte(byte(n))
			i += 2
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func hexByte(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'A' && b <= 'F' || b >= 'a' && b <= 'f'
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

// read returns what one address is, through at most maxDepth wrappers.
func (p *parser) read(raw string, depth int) outcome {
	p.readings++
	p.steps += len(raw)
	if len(raw) > maxLink {
		return refused(TooLong)
	}
	if depth > maxDepth || p.readings > maxReadings {
		return refused(NotAMeeting)
	}
	l, ok := split(raw)
	if !ok {
		return outcome{}
	}
	h, genuine := hostOf(l)
	if !genuine {
		return p.foreign(l, depth)
	}
	switch h.kind {
	case hostTeams, hostGovernment:
		o := p.teams(l, h, depth)
		if inside := p.carriedBy(l, o, depth); inside.about() {
			return p.permit(inside, h)
		}
		return o
	case hostPersonal:
		return p.personal(l)
	case hostOtherGovernment:
		return refused(GovernmentCloud)
	case hostOtherCloud:
		return refused(OtherCloud)
	case hostEvents:
		return refused(EventRegistration)
	case hostBookings, hostURLParam, hostProofpoint, hostMarked:
		o := p.unwrap(l, h, depth)
		if o.meeting != nil {
			o.rule = h.rule + "+" + o.rule
		}
		return o
	}
	return outcome{}
}

// foreign reads an address on a host that is neither one of Teams nor a known
// wrapper.
func (p *parser) foreign(l link, depth int) outcome {
	switch service, filter := serviceOf(l), filterOf(l); {
	case cutHost(l):
		return outcome{code: IncompleteLink, partial: true}
	case imitates(l):
		return refused(LookalikeHost)
	case service != "":
		return outcome{code: OtherService, service: service}
	case filter != "":
		return outcome{code: NotAMeeting, service: filter}
	}
	return p.carried(l, depth)
}
