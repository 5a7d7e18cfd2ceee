package teams

import (
	"encoding/base64"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
)

// unwrap reads the address inside a genuine wrapper.
func (p *parser) unwrap(l link, h host, depth int) outcome {
	for _, name := range h.param {
		if inner := l.param(name); inner != "" {
			o := p.inner(unescape(inner), depth)
			if h.rule == "safelinks" && o.meeting != nil && endsShort(l, *o.meeting) {
				o.unsure = true
			}
			return o
		}
	}
	if h.kind == hostBookings {
		return p.bookings(l)
	}
	var inner string
	if h.kind == hostProofpoint {
		inner = proofpoint(l)
	}
	if h.kind == hostMarked {
		if inner = between(l.tail()); inner == "" {
			return p.carried(l, depth)
		}
	}
	if inner == "" {
		return outcome{code: IncompleteLink, partial: true}
	}
	return p.inner(inner, depth)
}

// endsShort reports whether SafeLinks, which always has more parameters, ends within
// the passcode of a short link, so that this may have been cut too.
func endsShort(l link, m Meeting) bool {
	return l.fragment == "" && strings.HasSuffix(l.query, m.Passcode) && m.Passcode != "" && len(m.Passcode) < longestSeen
}

// inner reads an address that stood inside another. What comes to nothing may have
// been cut short.
func (p *parser) inner(address string, depth int) outcome {
	address, _ = p.decodeAddress(address)
	o := p.read(address, depth+1)
	if o.empty() {
		o.partial = true
		if strings.HasPrefix("https://"+publicHost, address) {
			o.code = IncompleteLink
		}
	}
	return o
}

// between returns the address that Check Point keeps between its marks:
// /v2/___{address}___.{token}.
func between(tail string) string {
	const mark = "___"
	_, inner, ok := strings.Cut(tail, mark)
	if !ok {
		return ""
	}
	inner, _, _ = strings.Cut(inner, mark)
	return inner
}

var innerAddress = regexp.MustCompile(`(?i)https?(?::|%(?:25)*3a)(?:/|%(?:25)*2f)`)

// carried reads an address on any host that carries a whole Teams link, or a
// meeting ID with its passcode, in a parameter or in its path. It covers every mail
// filter, redirector and site of this kind without knowing their names.
func (p *parser) carried(l link, depth int) outcome {
	if id := digitsOf(unescapeAll(l.param("meetingId"))); idShape.MatchString(id) && len(id) == len(strings.ReplaceAll(unescapeAll(strings.ReplaceAll(l.param("meetingId"), "+", "")), " ", "")) {
		if code := unescapeAll(l.param("passcode")); passcodeShape.MatchString(code) {
			return accepted(Meeting{Kind: KindID, ID: id, Passcode: code}, "id-in-address")
		}
	}
	var found outcome
	for pair := range strings.SplitSeq(l.query, "&") {
		_, value, _ := strings.Cut(pair, "=")
		found = found.or(p.value(value, depth))
	}
	if !found.about() {
		found = p.inPath(l, depth)
	}
	if !found.about() {
		found = p.inFragment(l.fragment, depth)
	}
	if !found.about() {
		return outcome{}
	}
	return found
}

// carriedBy reads an address of Teams that is not a meeting but may carry one, as the
// address of a sign-in page does.
func (p *parser) carriedBy(l link, o outcome, depth int) outcome {
	if o.meeting != nil || o.code != "" || l.query == "" {
		return outcome{}
	}
	return p.carried(l, depth)
}

// or returns the outcome that is worth reporting, with the meetings of both.
func (o outcome) or(other outcome) outcome {
	switch {
	case !other.about():
		return o
	case !o.about(), o.meeting == nil && other.meeting != nil:
		return other
	case other.meeting != nil && !slices.Contains(o.all(), *other.meeting):
		o.others, o.unsure = append(o.others, *other.meeting), true
	}
	return o
}

// inPath reads an address in a path, plain or as one encoded segment.
func (p *parser) inPath(l link, depth int) outcome {
	if loc := innerAddress.FindStringIndex(l.path); loc != nil {
		address := l.tail()[loc[0]:]
		if strings.Contains(l.path[loc[0]:loc[1]], "%") || strings.Contains(strings.ToLower(address), "%2f") { // one segment holds all of it
			address, _, _ = strings.Cut(address, "/")
			address = unescape(address)
		}
		if found := p.inner(address, depth); found.about() {
			found.rule = "address-in-path+" + found.rule
			return found
		}
	}
	var found outcome
	for _, segment := range l.segments() {
		if len(segment) >= shortestEncoded {
			found = found.or(p.value(segment, depth))
		}
	}
	return found
}

// inFragment reads an address in a parameter of a fragment, which many programs write
// like a query. A fragment that is an address itself leads nowhere.
func (p *parser) inFragment(fragment string, depth int) outcome {
	if loc := innerAddress.FindStringIndex(fragment); loc != nil && loc[0] > 0 && fragment[loc[0]-1] == '=' {
		address := fragment[loc[0]:]
		if strings.Contains(fragment[loc[0]:loc[1]], "%") { // another parameter may follow
			address, _, _ = strings.Cut(address, "&")
		}
		if found := p.inner(address, depth); found.about() {
			found.rule = "address-in-fragment+" + found.rule
			return found
		}
	}
	return outcome{}
}

// shortestEncoded is fewer bytes than any encoded link of Teams has.
const shortestEncoded = 48

// about reports whether an address inside another is worth reporting.
func (o outcome) about() bool {
	return o.meeting != nil || o.code.aboutTeams() || o.code == OtherService || o.partial && o.needsPasscode != ""
}

// value reads the value of a parameter: an address, plain or encoded, or a text with
// one in it.
func (p *parser) value(value string, depth int) outcome {
	if len(value) < len("https://teams.") || depth >= maxDepth {
		return outcome{}
	}
	plain, isAddress := p.decodeAddress(value)
	if !isAddress {
		return p.mentioned(strings.ReplaceAll(unescapeJSON(plain), "+", " "), depth)
	}
	o := p.inner(plain, depth)
	if o.meeting != nil {
		o.rule = "address-in-parameter+" + o.rule
	}
	return o
}

// decodeAddress undoes percent-encoding, base64 of either alphabet and hexadecimal
// digits, in any order, until an address is found. It returns false with what it
// could decode if there is none.
func (p *parser) decodeAddress(value string) (string, bool) {
	for range maxEncodings {
		p.steps += len(value)
		if webScheme.MatchString(value) || teamsScheme.MatchString(value) {
			return value, true
		}
		plain := unescape(value)
		if plain == value {
			plain = decodeOpaque(value)
		}
		if plain == value {
			break
		}
		value = plain
	}
	return value, webScheme.MatchString(value) || teamsScheme.MatchString(value)
}

// bingMark precedes the base64 in a link of Bing's results.
const bingMark = "a1"

// decodeOpaque decodes base64 or hexadecimal digits of a text, and returns anything
// else as it is.
func decodeOpaque(s string) string {
	if len(s) < shortestEncoded {
		return s
	}
	if plain, err := hex.DecodeString(s); err == nil && isText(string(plain)) {
		return string(plain)
	}
	for _, encoded := range []string{s, strings.TrimPrefix(s, bingMark)} {
		if plain, err := decodeAnyBase64(encoded); err == nil && isText(plain) {
			return plain
		}
	}
	return s
}

// mentioned reads the links in a text that stood in a parameter, such as the
// details of a calendar entry.
func (p *parser) mentioned(text string, depth int) outcome {
	s := scanner{text: strings.Map(plainRune, strings.ToValidUTF8(text, " "))}
	var first outcome
	for range 8 {
		c, ok := s.next()
		if !ok {
			break
		}
		o := p.read(c.link(), depth+1)
		switch {
		case !o.about() || !addressStart.MatchString(s.text[c.start:]): // a bare name may be what somebody searched for
		case first.empty():
			first = o
		case o.meeting != nil && first.meeting != nil && *o.meeting != *first.meeting:
			first.others, first.unsure = append(first.others, *o.meeting), true
		case o.meeting != nil && first.meeting == nil:
			first = o
		}
	}
	return first
}

var addressStart = regexp.MustCompile(`(?i)^(?:http|ms-?teams:)`)

// decodeAnyBase64 decodes base64 of either alphabet, padded or not, and cut or not.
func decodeAnyBase64(s string) (string, error) {
	s = strings.TrimRight(strings.Map(standardBase64, s), "=")
	if len(s)%4 == 1 {
		s = s[:len(s)-1]
	}
	plain, err := base64.RawStdEncoding.DecodeString(s)
	return string(plain), err
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
	if !ok { // cut behind the address
		address, ok = strings.CutSuffix(s, "__")
		if !ok || strings.Contains(address, "*") {
			return ""
		}
		return address
	}
	encoded, _, _ := strings.Cut(tail, "!")
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
