package teams

import (
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

type hostKind int

const (
	hostTeams hostKind = iota
	hostGovernment
	hostOtherGovernment // of a government, but it is unknown which of its clouds
	hostPersonal
	hostOtherCloud
	hostEvents
	hostBookings
	hostURLParam // a wrapper that keeps the address in a query parameter
	hostProofpoint
	hostMarked // a wrapper that keeps the address between "___" and "___"
)

// host is a genuine host, by its canonical name. param names the parameters in
// which a wrapper keeps the address it wraps.
type host struct {
	kind  hostKind
	name  string
	param []string
	rule  string // the wrapper's name, for the log
}

// publicHost is the name under which the public cloud's links are written.
const publicHost = "teams.microsoft.com"

// hostOf recognises a genuine host. A user name, a backslash, an encoded or
// non-ASCII letter, or a port other than 443 is never genuine.
func hostOf(l link) (host, bool) {
	if l.backslash {
		return host{}, false
	}
	name := strings.ToLower(l.authority)
	name = strings.TrimSuffix(strings.TrimSuffix(name, ":443"), ":")
	name = strings.TrimSuffix(name, ".")
	switch name {
	case publicHost, "teams.cloud.microsoft":
		return host{kind: hostTeams, name: publicHost}, true
	case "gov.teams.microsoft.us", "dod.teams.microsoft.us":
		return host{kind: hostGovernment, name: name}, true
	case "teams.live.com":
		return host{kind: hostPersonal, name: name}, true
	case "events.teams.microsoft.com":
		return host{kind: hostEvents, name: name}, true
	case "visit.teams.microsoft.com":
		return host{kind: hostBookings, name: name, param: []string{"JoinWebUrl"}, rule: "bookings"}, true
	case "linkprotect.cudasvc.com":
		return host{kind: hostURLParam, name: name, param: []string{"a"}, rule: "barracuda"}, true
	case "statics.teams.cdn.office.net":
		return host{kind: hostURLParam, name: name, param: []string{"url"}, rule: "safelinks"}, true
	case "urldefense.com", "urldefense.us", "urldefense.proofpoint.com":
		return host{kind: hostProofpoint, name: name, rule: "proofpoint"}, true
	}
	if !plainName(name) {
		return host{}, false
	}
	switch {
	case under(name, "microsoft.us") && strings.Contains("."+name, ".teams."), underAny(name, "teams.microsoft.us", "teams.microsoft.scloud", "teams.eaglex.ic.gov"):
		return host{kind: hostOtherGovernment, name: name}, true
	case underAny(name, "teams.microsoftonline.cn", "teams.microsoftonline.de", "teams.partner.microsoftonline.cn", "teams.sovcloud.fr", "teams.sovcloud.de"):
		return host{kind: hostOtherCloud, name: name}, true
	case underAny(name, "safelinks.protection.outlook.com", "safelinks.protection.office365.us", "safelinks.protection.outlook.cn", "safelinks.protection.outlook.de"):
		return host{kind: hostURLParam, name: name, param: []string{"url"}, rule: "safelinks"}, true
	case under(name, "protection.sophos.com"):
		return host{kind: hostURLParam, name: name, param: []string{"u"}, rule: "sophos"}, true
	case underAny(name, "avanan.click", "checkpoint.com", "avanan.net"):
		return host{kind: hostMarked, name: name, rule: "checkpoint"}, true
	}
	// Defender for Cloud Apps puts its own name behind the one it stands for.
	for _, suffix := range []string{".access.mcas.ms", ".mcas.ms", ".mcas-gov.us"} {
		if behind, ok := strings.CutSuffix(name, suffix); ok && behind == publicHost {
			return host{kind: hostTeams, name: publicHost}, true
		}
	}
	return host{}, false
}

func underAny(name string, parents ...string) bool {
	for _, parent := range parents {
		if under(name, parent) {
			return true
		}
	}
	return false
}

// cutHost reports whether an address ends within the name of Teams or of SafeLinks.
func cutHost(l link) bool {
	if l.path != "" || l.query != "" {
		return false
	}
	const safeLinks = "safelinks.protection.outlook.com"
	name := strings.ToLower(strings.TrimRight(l.authority, ".\u2026"))
	name, encoded := cutByte(name)
	if _, rest, ok := strings.Cut(name, "."); ok && len(rest) > len("safelinks.") && rest != safeLinks && strings.HasPrefix(safeLinks, rest) {
		return true
	}
	return len(name) > len("teams.") && (encoded || name != publicHost) && strings.HasPrefix(publicHost, name)
}

// cutByte drops the beginning of an encoded byte, such as the "%2" of a slash.
func cutByte(name string) (rest string, found bool) {
	if at := strings.LastIndexByte(name, '%'); at >= 0 && at >= len(name)-2 {
		return name[:at], true
	}
	return name, false
}

func under(name, parent string) bool {
	return name == parent || strings.HasSuffix(name, "."+parent)
}

// plainName reports whether nothing but the letters of a host name is there.
func plainName(s string) bool {
	for i := range len(s) {
		if !hostByte(s[i]) {
			return false
		}
	}
	return s != ""
}

// imitates reports whether an address that is not genuine was made to be mistaken
// for Teams or for a mail gateway: by its name, to the eye, or by its path.
func imitates(l link) bool {
	name := strings.ToLower(l.authority)
	if plainName(name) && microsofts(strings.TrimSuffix(name, ".")) {
		return false // some other service of Microsoft
	}
	if l.path == "" && trailingWords(name) {
		return false
	}
	seen := skeleton(name)
	for _, mark := range []string{
		"teams.microsoft", "teams-microsoft", "teamsmicrosoft", "teams.cloud.microsoft", "teams-cloud-microsoft", "teams.live.com",
		"safelinks.protection.outlook", "safelinks.protection.office365", "urldefense.com", "urldefense.proofpoint", "linkprotect.cudasvc",
	} {
		if strings.Contains(seen, mark) {
			return true
		}
	}
	s := l.segments()
	switch {
	case startsWith(s, "l", "meetup-join"), startsWith(s, "dl", "launcher"):
		return true
	case startsWith(s, "meet") && len(s) > 1 && idShape.MatchString(unescapeAll(s[1])):
		return strings.Contains(seen, "teams") || strings.Contains(seen, "microsoft") || foreign(name)
	default:
		return false
	}
}

// trailingWords reports whether a name is genuine up to its first letter beyond
// ASCII: in a language without spaces, the sentence just goes on.
func trailingWords(name string) bool {
	ascii := strings.IndexFunc(name, func(r rune) bool { return r > unicode.MaxASCII })
	if ascii < 0 {
		return false
	}
	_, genuine := hostOf(link{authority: name[:ascii]})
	return genuine
}

// microsofts reports whether only Microsoft can give out names under this one's parent.
func microsofts(name string) bool {
	for _, parent := range []string{"microsoft.com", "cloud.microsoft", "microsoft.us", "live.com", "office.net", "outlook.com"} {
		if under(name, parent) {
			return true
		}
	}
	return false
}

// foreign reports whether a name has letters beyond ASCII, plain or as punycode.
func foreign(name string) bool {
	return strings.Contains(name, "xn--") || strings.IndexFunc(name, func(r rune) bool { return r > unicode.MaxASCII }) >= 0
}

// skeleton writes a name the way it looks: punycode decoded, accents and styles
// dropped, letters of other alphabets and digits replaced by those they resemble.
func skeleton(name string) string {
	const longestName = 512 // a real one has at most 253 bytes
	if len(name) > longestName {
		return name
	}
	if plain, err := idna.Punycode.ToUnicode(unescapeAll(name)); err == nil {
		name = plain
	}
	name = strings.Map(lookalike, norm.NFKD.String(strings.ToLower(name)))
	return strings.ReplaceAll(name, "rn", "m")
}

// lookalike maps the letters that pass for those of "teams.microsoft" and its
// like, after the Unicode confusables table; combining marks go.
func lookalike(r rune) rune {
	switch r {
	case 'а', 'α', 'ɑ':
		return 'a'
	case 'с', 'ϲ':
		return 'c'
	case 'е', 'ҽ', 'є':
		return 'e'
	case 'ғ', 'ƒ', 'ſ':
		return 'f'
	case 'і', 'ι', 'ı', 'ӏ', 'ⅼ', '1':
		return 'i'
	case 'ӎ', 'м', 'ⅿ':
		return 'm'
	case 'о', 'ο', 'օ', '0', 'ø':
		return 'o'
	case 'г':
		return 'r'
	case 'ѕ', 'ꜱ', '5':
		return 's'
	case 'т', 'τ':
		return 't'
	case 'ѵ', 'ν':
		return 'v'
	case '。', '‧', '·':
		return '.'
	}
	if unicode.Is(unicode.Mn, r) {
		return -1
	}
	return r
}
