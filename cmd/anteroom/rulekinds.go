package main

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"

	"github.com/anteroom-visit/anteroom/acs"
	"github.com/anteroom-visit/anteroom/handlers"
	"github.com/anteroom-visit/anteroom/handlers/address"
	"github.com/anteroom-visit/anteroom/handlers/policy"
	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/views"
)

func keysRule() rule {
	const key = "51d7a2c09e8b43f6a1d05c7e92b8f463"
	return rule{
		Kind: "keys", Must: "keys that are hard to guess, newest first, with commas between: each at least 16 characters", check: keyStrength().checkAll,
		Valid:   []string{key, key + ",c6e0917f3a5b42d8b7f10e3d94a6c825", "w8#kQz!2mTr4/vXp", key + ", " + key[:20]},
		Invalid: []string{"short", "fifteen-charact", key + ",", key + ",short", ",", strings.Repeat("a", 64), "0123456789abcdef", "aaaabbbbccccddddeeee", "canary-canary-canary-", "Password-password"},
	}
}

func passphraseRule() rule {
	return rule{
		Kind: "passphrase", Must: "a passphrase of at least 12 characters that is hard to guess", check: passphraseStrength().check,
		Valid:   []string{"seven tall ferns", "grüne Türen am See", "T7!kz-Q2wv9#", "the night porter knows"},
		Invalid: []string{"aaaaaaaaaaaa", "123456789012", "abcabcabcabc", "passwordpassword", "Password2026!", "eleven char", "aabbccddeeff", "qwerty-qwerty-1"},
	}
}

func nameRule() rule {
	r := rule{
		Kind: "text", Must: "a name of at most 100 characters, without control characters",
		Valid: []string{"Lamna Clinic", "Universitätsspital Zürich", "مستشفى النور", "A & B (Ltd)"}, Invalid: []string{"---", "two\nlines", strings.Repeat("x", 101), "back\u202ewards"},
	}
	return r.must(func(value string) bool {
		hasWord := strings.ContainsFunc(value, func(c rune) bool { return unicode.IsLetter(c) || unicode.IsNumber(c) })
		strange := strings.ContainsFunc(value, func(c rune) bool { return !unicode.IsPrint(c) })
		return utf8.ValidString(value) && utf8.RuneCountInString(value) <= 100 && hasWord && !strange
	})
}

func waitingRule() rule {
	r := rule{
		Kind: "text", Must: fmt.Sprintf("plain text of at most %d characters, without control characters", handlers.MaxWaitingText),
		Valid:   []string{"Have your medicines at hand.", strings.Repeat("x", handlers.MaxWaitingText), "جهّز أدويتك."},
		Invalid: []string{strings.Repeat("x", handlers.MaxWaitingText+1), "two\nlines", "bell\a", "back\u202ewards"},
	}
	return r.must(func(value string) bool {
		strange := strings.ContainsFunc(value, func(c rune) bool { return !unicode.IsPrint(c) })
		return utf8.ValidString(value) && utf8.RuneCountInString(value) <= handlers.MaxWaitingText && !strange
	})
}

var phoneShape = regexp.MustCompile(`^[+(]?[0-9][0-9 ()./-]*$`)

func phoneRule() rule {
	r := rule{
		Kind: "phone", Must: "a phone number such as 01234 567890 or +44 1234 567890",
		Valid:   []string{"01234 567890", "+44 (0)1234 567-890", "112", "(555) 123-4567", "+49 30.1234/56"},
		Invalid: []string{"---", "none", "12", "call us", "01234 567890 or 112", "+", "tel:01234567890", "1234567890123456789012345"},
	}
	return r.must(func(value string) bool {
		n := len(value) - len(strings.Map(func(c rune) rune {
			if c >= '0' && c <= '9' {
				return -1
			}
			return c
		}, value))
		return phoneShape.MatchString(value) && n >= 3 && n <= 15 && len(value) <= 30
	})
}

// isHost reports whether a URL's host is a plain name or address with a valid port or none.
func isHost(u *url.URL) bool {
	if port := u.Port(); strings.HasSuffix(u.Host, ":") || port != "" && (!isPort(port) || port == "0") {
		return false
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil {
		return true
	}
	name := strings.ToLower(u.Hostname())
	return hostShape.MatchString(name) && len(name) <= 253
}

var hostShape = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$`)

func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return err == nil && n <= 65535
}

func baseURLRule() rule {
	r := rule{
		Kind: "url", Must: "an address such as https://visit.example.org, with nothing after the name but a port",
		Valid:   []string{"https://visit.example.org", "https://visit.example.org/", "https://visit.example.org:8443", "http://localhost:8080", "https://Visit.Example.org"},
		Invalid: []string{"visit.example.org", "https://", "https://visit.example.org/app", "https://visit.example.org?x=1", "https://visit.example.org#top", "https://me@visit.example.org", "ftp://visit.example.org", "https://visit.example.org:99999", "https://visit example.org", "https://-visit.example.org", "https://visit..example.org", "https://*.example.org"},
	}
	return r.must(func(value string) bool {
		u, err := url.Parse(value)
		return err == nil && (u.Scheme == "https" || u.Scheme == "http") && isHost(u) && u.User == nil &&
			strings.Trim(u.Path, "/") == "" && u.RawQuery == "" && !u.ForceQuery && u.Fragment == "" && !strings.HasSuffix(value, "#")
	})
}

// pageRule returns the rule for the address of another site's page.
func pageRule(schemes ...string) rule {
	r := rule{
		Kind: "url", Must: "an address such as https://example.org/privacy",
		Valid:   []string{"https://example.org/privacy", "https://forms.example.org/visit?id=7#top", "https://example.org"},
		Invalid: []string{"javascript:alert(1)", "example.org/privacy", "https://", "https:///privacy", "https://me:key@example.org", "data:text/html,x", "https://example.org/" + strings.Repeat("x", 2000)},
	}
	if !slices.Contains(schemes, "http") {
		r.Invalid = append(r.Invalid, "http://forms.example.org")
	}
	return r.must(func(value string) bool {
		u, err := url.Parse(value)
		return err == nil && slices.Contains(schemes, u.Scheme) && isHost(u) && u.User == nil && len(value) <= 2000
	})
}

func colourRule() rule {
	return rule{
		Kind: "colour", Must: "a colour such as #0b5c7a", Valid: []string{"#0b5c7a", "#FC0", "#FFFFFF"}, Invalid: []string{"red", "0b5c7a", "#12345", "#gggggg", "rgb(1,2,3)"},
		check: func(value string) error {
			_, err := views.NewPalette(value)
			return err
		},
	}
}

func logoRule() rule {
	return rule{
		Kind: "file", Must: "an SVG or PNG file of at most 64 KiB, or one as data:image/...;base64,...",
		Valid:   []string{"data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHZpZXdCb3g9IjAgMCA4IDQiLz4="},
		Invalid: []string{"/no/such/logo.svg", "data:image/svg+xml;base64,***", "data:image/svg+xml;base64,PGh0bWwvPg==", "data:image/gif;base64,R0lGODdhAQABAA=="},
		check: func(value string) error {
			_, err := readLogo(value)
			return err
		},
	}
}

func guidRule() rule {
	r := rule{
		Kind: "guid", Must: "an ID such as aaaabbbb-0000-cccc-1111-dddd2222eeee",
		Valid: []string{"aaaabbbb-0000-cccc-1111-dddd2222eeee", "AAAABBBB-0000-CCCC-1111-DDDD2222EEEE"}, Invalid: []string{"aaaabbbb", "aaaabbbb-0000-cccc-1111-dddd2222eeeg", "{aaaabbbb-0000-cccc-1111-dddd2222eeee}", "contoso.example"},
	}
	return r.must(func(value string) bool { return teams.IsGUID(strings.ToLower(value)) })
}

// tenantRule accepts a tenant's domain as well, as azidentity does.
func tenantRule() rule {
	r := rule{
		Kind: "tenant", Must: "a tenant ID or its domain",
		Valid: []string{"aaaabbbb-0000-cccc-1111-dddd2222eeee", "contoso.example"}, Invalid: []string{"a b", "https://contoso.example", "contoso/example"},
	}
	return r.must(func(value string) bool { return hostShape.MatchString(strings.ToLower(value)) })
}

func tenantsRule() rule {
	r := rule{
		Kind: "list", Must: "a list of tenant IDs such as aaaabbbb-0000-cccc-1111-dddd2222eeee",
		Valid:   []string{"aaaabbbb-0000-cccc-1111-dddd2222eeee", "AAAABBBB-0000-CCCC-1111-DDDD2222EEEE, 11112222-bbbb-3333-cccc-4444dddd5555"},
		Invalid: []string{"contoso.example", "aaaabbbb-0000-cccc-1111-dddd2222eeee;11112222-bbbb-3333-cccc-4444dddd5555", "aaaabbbb-0000-cccc-1111", ","},
	}
	return r.must(func(value string) bool {
		list := splitTenants(value)
		return len(list) > 0 && !slices.ContainsFunc(list, func(id string) bool { return !teams.IsGUID(id) })
	})
}

// splitTenants returns the entries of a list in lower case, without empty ones.
func splitTenants(list string) []string {
	return strings.FieldsFunc(strings.ToLower(list), func(c rune) bool { return c == ',' || c == ' ' })
}

func scopesRule() rule {
	return rule{
		Kind: "list", Must: "a list of voip, voip.join, chat, chat.join and chat.join.limited", Valid: []string{"voip", "voip,chat", "voip.join, chat.join"}, Invalid: []string{"calling", "voip,fax", "VOIP", ",", "voip;chat"},
		check: func(value string) error {
			_, err := acs.ParseScopes(value)
			return err
		},
	}
}

func proxiesRule() rule {
	return rule{
		Kind: "list", Must: "a list of addresses, networks such as 10.0.0.0/8, and the words loopback and private",
		Valid: []string{"private", "loopback,private", "10.0.0.0/8", "192.0.2.1, 2001:db8::/32"}, Invalid: []string{"none", "0.0.0.0/0", "::/0", "10.0.0.0/33", "frontdoor", "10.0.0"},
		check: func(value string) error {
			_, err := address.ParseProxies(value)
			return err
		},
	}
}

func framersRule() rule {
	return rule{
		Kind: "list", Must: "a list of origins such as https://portal.example.org",
		Valid:   []string{"https://portal.example.org", "https://portal.example.org:8443,https://www.example.org", "none"},
		Invalid: []string{"https://Portal.Example.org", "https://portal.example.org:443", "http://portal.example.org", "portal.example.org", "https://portal.example.org/", "*", "https://*.example.org"},
		check: func(value string) error {
			_, err := policy.ParseFrameAncestors(value)
			return err
		},
	}
}

func zoneRule() rule {
	r := rule{
		Kind: "zone", Must: "the name of a time zone, such as Europe/London",
		Valid: []string{"Europe/London", "America/Argentina/Buenos_Aires", "UTC", "Asia/Kolkata"}, Invalid: []string{"London", "Local", "GMT Standard Time", "../etc/passwd", "Europe/London "},
	}
	return r.must(func(value string) bool {
		zone, err := time.LoadLocation(value)
		return err == nil && zone != time.Local
	})
}

func listenRule() rule {
	r := rule{
		Kind: "address", Must: "an address such as :8080 or 127.0.0.1:8080",
		Valid: []string{":8080", "127.0.0.1:0", "[::1]:9090", "localhost:9090"}, Invalid: []string{"8080", "here", ":http", "127.0.0.1:65536", "127.0.0.1", "http://127.0.0.1:8080", "a b:80"},
	}
	return r.must(func(value string) bool {
		host, port, err := net.SplitHostPort(value)
		if err != nil || !digits.MatchString(port) || !isPort(port) {
			return false
		}
		_, err = netip.ParseAddr(host)
		return host == "" || err == nil || hostShape.MatchString(strings.ToLower(host))
	})
}

// anyCredential stands in for the credential while only the endpoint is checked: nothing is sent.
type anyCredential struct{ azcore.TokenCredential }

func endpointRule() rule {
	return rule{
		Kind: "url", Must: "the address of an ACS resource, such as https://contoso.communication.azure.com",
		Valid:   []string{"https://contoso.communication.azure.com", "https://contoso.uk.communication.azure.com/", "http://127.0.0.1:8090"},
		Invalid: []string{"contoso.communication.azure.com", "http://contoso.communication.azure.com", "https://contoso.communication.azure.com/identities", "https://me@contoso.communication.azure.com", "endpoint=https://contoso.communication.azure.com/;accesskey=YQ=="},
		check: func(value string) error {
			_, err := acs.NewClient(value, anyCredential{}, clientOptions())
			return err
		},
	}
}

func connectionRule() rule {
	const endpoint = "endpoint=https://contoso.communication.azure.com/"
	return rule{
		Kind: "connection-string", Must: "an ACS connection string: endpoint=https://...;accesskey=...",
		Valid:   []string{endpoint + ";accesskey=Y2FuYXJ5", "accesskey=Y2FuYXJ5;" + endpoint},
		Invalid: []string{endpoint, "accesskey=Y2FuYXJ5", endpoint + ";accesskey=***", "https://contoso.communication.azure.com", "endpoint=http://contoso.communication.azure.com/;accesskey=Y2FuYXJ5"},
		check: func(value string) error {
			_, err := acs.NewClientFromConnectionString(value, clientOptions())
			return err
		},
	}
}
