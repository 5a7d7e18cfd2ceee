package policy

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// These patterns find the hosts in a script: in URLs, and Microsoft's hosts also as strings of their own.
var (
	urlHost       = regexp.MustCompile(`\b(?:https?|wss?)://([a-zA-Z0-9.-]+)`)
	microsoftHost = regexp.MustCompile("[\"'`/]((?:[a-zA-Z0-9-]+\\.)+(?:skype\\.com|skype\\.net|microsoft\\.com|microsoft\\.us|azure\\.(?:com|us|net)|office\\.(?:com|net)|officeapps\\.live\\.com|cloud\\.microsoft|static\\.microsoft|windows\\.net|trafficmanager\\.net))\\b")
)

// uncontactedHosts are domains in the shipped bundle that a call never contacts, and why.
func uncontactedHosts() map[string]string {
	return map[string]string{
		"www.w3.org": "XML namespaces", "www.webrtc.org": "names of RTP header extensions", "www.ietf.org": "names of RTP header extensions",
		"aomediacodec.github.io": "name of an RTP header extension",
		"github.com":             "link in a message for developers", "aka.ms": "link in a message for developers", "bit.ly": "link in a message for developers",
		"reactjs.org": "link in a message for developers", "npms.io": "link in a message for developers", "msdn.microsoft.com": "link in a message for developers",
		"www.apache.org": "address of a licence", "feross.org": "address in a licence notice", "lodash.com": "address in a licence notice",
		"openjsf.org": "address in a licence notice", "underscorejs.org": "address in a licence notice",
		"localhost": "setting for developers", "broker.invalid": "placeholder that never resolves",
		"snippet.babylonjs.com": "samples of a 3D library, for developers",
		"sdf.waimeabae.com":     "Microsoft's test environment", "tdf.waimeabae.com": "Microsoft's test environment", "api.userstore-dev.skype.net": "Microsoft's test environment",
		"pptservicescast.officeapps.live.com": "PowerPoint Live, which the composite does not show to visitors",
		"pptservicescast.osi.office365.us":    "PowerPoint Live in another cloud", "pptservicescast.gcc.osi.office365.us": "PowerPoint Live in another cloud",
		"osi.microsoftonline.cn": "PowerPoint Live in another cloud", "microsoft.scloud": "a cloud that refuses visitors", "eaglex.ic.gov": "a cloud that refuses visitors",
		"eaglex.ic.go": "a truncated eaglex.ic.gov", "osi.apps.mil": "a cloud that refuses visitors",
		"public.onecdn.static.microsoft": "the player of live events, which we refuse, and virtual desktops",
		"disk.azure.com":                 "scope of a token that visitors do not have", "communication.azure.com": "scope of a token",
		"turn.azure.com": "a TURN realm, to which no policy applies",
	}
}

// A new version of the SDK that contacts other hosts must fail here, not in a visitor's call.
func TestCallPolicyCoversHostsInBundle(t *testing.T) {
	hosts, dist := make(map[string]bool), filepath.Join("..", "..", "static", "dist")
	for _, script := range callScripts(t, dist) {
		for _, pattern := range []*regexp.Regexp{urlHost, microsoftHost} {
			for _, match := range pattern.FindAllStringSubmatch(script, -1) {
				hosts[strings.ToLower(strings.Trim(match[1], ".-"))] = true
			}
		}
	}
	if len(hosts) < 50 {
		t.Fatalf("found %d hosts in the bundle, want at least 50: the patterns no longer match", len(hosts))
	}
	connect := policyOf(Call("x", "", true))["connect-src"]
	public := strings.Join(policyOf(Call("x", "", false))["connect-src"], " ")
	uncontacted, covered := uncontactedHosts(), 0
	inBundle := make(map[string]bool)
	for host := range hosts {
		if covers(strings.Join(connect, " "), "https://"+host) {
			covered++
			if covers(public, "https://"+host) == strings.HasSuffix(host, ".us") {
				t.Errorf("%s: the public cloud's policy must cover all hosts but those under .us", host)
			}
			continue
		}
		reason := ""
		for name := range uncontacted {
			if host == name || strings.HasSuffix(host, "."+name) {
				reason, inBundle[name] = uncontacted[name], true
			}
		}
		if reason == "" {
			t.Errorf("the call's policy does not cover %s: add it to the policy, or to uncontactedHosts with a reason", host)
		}
	}
	for name := range uncontacted {
		if !inBundle[name] {
			t.Errorf("uncontactedHosts lists %s, which is not in the bundle", name)
		}
	}
	if covered < 25 {
		t.Errorf("the policy covers %d of the bundle's hosts, want at least 25", covered)
	}
	for _, host := range []string{"https://evil.example", "https://skype.com.evil.example", "https://evilskype.com", "https://graph.microsoft.com", "http://api.cc.skype.com"} {
		if covers(strings.Join(connect, " "), host) {
			t.Errorf("the policy covers %s, want it forbidden", host)
		}
	}
}

// callScripts returns the decompressed scripts of a call.
func callScripts(t *testing.T, dist string) (scripts []string) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dist, "manifest.json"))
	if err != nil {
		t.Skip("static/dist has no bundle: run make build")
	}
	var manifest struct{ Call, Chat []string }
	if err := json.Unmarshal(raw, &manifest); err != nil {
		t.Fatal(err)
	}
	names := slices.Concat(manifest.Call, manifest.Chat)
	if len(names) == 0 {
		t.Skip("the bundle was built for rehearsals only: run make build")
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		file, err := os.Open(filepath.Join(dist, "assets", name+".gz"))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		decompressed, err := gzip.NewReader(file)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(decompressed)
		if err != nil {
			t.Fatal(err)
		}
		scripts = append(scripts, string(text))
	}
	return scripts
}
