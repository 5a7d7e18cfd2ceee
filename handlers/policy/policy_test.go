package policy

import (
	"slices"
	"strings"
	"testing"
)

const portal = "https://portal.example"

func TestParseFrameAncestors(t *testing.T) {
	for list, want := range map[string][]string{
		"": nil, "none": nil, "'none'": nil, " , ": nil,
		portal: {portal}, portal + ", https://other.example:8443 " + portal: {portal, "https://other.example:8443"},
		"https://xn--bcher-kva.example": {"https://xn--bcher-kva.example"}, "https://127.0.0.1:8443": {"https://127.0.0.1:8443"},
	} {
		got, err := ParseFrameAncestors(list)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %q, %v, want %q and no error", list, got, err, want)
		}
	}
	for _, list := range []string{
		"portal.example", "http://portal.example", "https://*.example", "https://*", "*", "https:", "'self'", "none " + portal,
		portal + "/", portal + "/frame", portal + "?x", portal + "#x", portal + ":443", portal + ":", "https://PORTAL.example", "HTTPS://portal.example",
		"https://user@portal.example", "https://portal.example;script-src", "https://portal.example\n", "https://bücher.example", "https://.example", "https://a..b",
		"https://portal.example:port", "https://", "https://-", "https://[::1]", "javascript:alert(1)", portal + "\x00",
	} {
		if got, err := ParseFrameAncestors(list); err == nil {
			t.Errorf("%q: accepted as %q, want an error", list, got)
		}
	}
}

func TestCallPolicy(t *testing.T) {
	for endpoint, wantListed := range map[string]bool{
		"": false, "https://lamna.communication.azure.com": false,
		"http://127.0.0.1:9000": true, "https://lamna.communication.azure.us": true, "https://lamna.communication.azure.com:8443": true,
		"https://evil-communication.azure.com": true, "https://lamna.communication.azure.com.evil.example": true,
	} {
		for _, header := range []string{Call("N0NCE", endpoint, true), Rehearsal("N0NCE")} {
			policy := policyOf(header)
			for directive, sources := range policy {
				for _, bad := range []string{"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:", "data:"} {
					allowed := directive == "style-src-attr" && bad == "'unsafe-inline'" || directive == "img-src" && bad == "data:"
					if slices.Contains(sources, bad) && !allowed {
						t.Errorf("endpoint %q: %s allows %s", endpoint, directive, bad)
					}
				}
			}
			if !slices.Contains(policy["style-src"], "'nonce-N0NCE'") || !slices.Equal(policy["script-src"], []string{"'self'"}) {
				t.Errorf("endpoint %q: style-src %v, script-src %v, want the nonce and ['self']", endpoint, policy["style-src"], policy["script-src"])
			}
		}
		if got := slices.Contains(policyOf(Call("x", endpoint, false))["connect-src"], endpoint); got != wantListed {
			t.Errorf("endpoint %q listed in connect-src: %v, want %v", endpoint, got, wantListed)
		}
	}
	if connect := policyOf(Rehearsal("x"))["connect-src"]; !slices.Equal(connect, []string{"'self'"}) {
		t.Errorf("rehearsal: connect-src %v, want ['self']", connect)
	}
}

// policyOf parses a Content-Security-Policy into the sources of each directive.
func policyOf(header string) map[string][]string {
	policy := make(map[string][]string)
	for directive := range strings.SplitSeq(header, ";") {
		if words := strings.Fields(directive); len(words) > 0 {
			policy[words[0]] = words[1:]
		}
	}
	return policy
}
