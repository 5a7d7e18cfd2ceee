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

// namedHost finds the hosts that a script names: in an address, or by themselves as a string of a
// domain of Microsoft's.
var (
	namedAddress = regexp.MustCompile(`\b(?:https?|wss?)://([a-zA-Z0-9.-]+)`)
	namedHost    = regexp.MustCompile("[\"'`/]((?:[a-zA-Z0-9-]+\\.)+(?:skype\\.com|skype\\.net|microsoft\\.com|microsoft\\.us|azure\\.(?:com|us|net)|office\\.(?:com|net)|officeapps\\.live\\.com|cloud\\.microsoft|static\\.microsoft|windows\\.net|trafficmanager\\.net))\\b")
)

// notAsked are hosts in the shipped bundle that no call of ours asks, by their endings, each with the
// reason why the policy does without them.
func notAsked() map[string]string {
	return map[string]string{
		"www.w3.org": "names of XML", "www.webrtc.org": "names of RTP header extensions", "www.ietf.org": "names of RTP header extensions",
		"aomediacodec.github.io": "name of an RTP header extension",
		"github.com":             "link in a message for developers", "aka.ms": "link in a message for developers", "bit.ly": "link in a message for developers",
		"reactjs.org": "link in a message for developers", "npms.io": "link in a message for developers", "msdn.microsoft.com": "link in a message for developers",
		"www.apache.org": "address of a licence", "feross.org": "address in a licence notice", "lodash.com": "address in a licence notice",
		"openjsf.org": "address in a licence notice", "underscorejs.org": "address in a licence notice",
		"localhost": "setting of developers", "broker.invalid": "name that leads nowhere, on purpose",
		"snippet.babylonjs.com": "samples of the library that draws scenes, for developers",
		"sdf.waimeabae.com":     "test ring of Microsoft's", "tdf.waimeabae.com": "test ring of Microsoft's", "api.userstore-dev.skype.net": "test ring of Microsoft's",
		"pptservicescast.officeapps.live.com": "PowerPoint Live, which the composite does not show to visitors",
		"pptservicescast.osi.office365.us":    "as above, of another cloud", "pptservicescast.gcc.osi.office365.us": "as above, of another cloud",
		"osi.microsoftonline.cn": "as above, of another cloud", "microsoft.scloud": "a cloud that refuses visitors", "eaglex.ic.gov": "a cloud that refuses visitors",
		"eaglex.ic.go": "as above, cut short", "osi.apps.mil": "a cloud that refuses visitors",
		"public.onecdn.static.microsoft": "the player of live events, which we refuse, and virtual desktops",
		"disk.azure.com":                 "scope of a token that visitors do not have", "communication.azure.com": "scope of a token",
		"turn.azure.com": "a name within TURN, which no policy governs",
	}
}

// The hosts that the shipped scripts of a call name are those that its policy lets in: a new version
// of the SDK that asks others fails here, and not in a visitor's call.
func TestPolicyCoversTheBundlesHosts(t *testing.T) {
	hosts, dist := make(map[string]bool), filepath.Join("..", "..", "static", "dist")
	for _, script := range callScripts(t, dist) {
		for _, pattern := range []*regexp.Regexp{namedAddress, namedHost} {
			for _, found := range pattern.FindAllStringSubmatch(script, -1) {
				hosts[strings.ToLower(strings.Trim(found[1], ".-"))] = true
			}
		}
	}
	if len(hosts) < 50 {
		t.Fatalf("the bundle names %d hosts only: this test no longer finds them", len(hosts))
	}
	connect := policyOf(Call("x", "", true))["connect-src"]
	public := strings.Join(policyOf(Call("x", "", false))["connect-src"], " ")
	listed, covered := notAsked(), 0
	used := make(map[string]bool)
	for host := range hosts {
		if covers(strings.Join(connect, " "), "https://"+host) {
			covered++
			if covers(public, "https://"+host) == strings.HasSuffix(host, ".us") {
				t.Errorf("%s: a host of the government cloud and the public policy", host)
			}
			continue
		}
		reason := ""
		for name := range listed {
			if host == name || strings.HasSuffix(host, "."+name) {
				reason, used[name] = listed[name], true
			}
		}
		if reason == "" {
			t.Errorf("the bundle names %s, which the call's policy forbids: let it in, or list it with a reason", host)
		}
	}
	for name := range listed {
		if !used[name] {
			t.Errorf("%s is listed, and the bundle no longer names it", name)
		}
	}
	if covered < 25 {
		t.Errorf("the policy covers %d of the bundle's hosts", covered)
	}
	for _, host := range []string{"https://evil.example", "https://skype.com.evil.example", "https://evilskype.com", "https://graph.microsoft.com", "http://api.cc.skype.com"} {
		if covers(strings.Join(connect, " "), host) {
			t.Errorf("the policy covers %s", host)
		}
	}
}

// callScripts are the scripts of a real call, unpacked.
func callScripts(t *testing.T, dist string) (scripts []string) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(dist, "manifest.json"))
	if err != nil {
		t.Skip("there is no bundle to look into: make build makes one")
	}
	var built struct{ Call, Chat []string }
	if err := json.Unmarshal(raw, &built); err != nil {
		t.Fatal(err)
	}
	names := slices.Concat(built.Call, built.Chat)
	if len(names) == 0 {
		t.Skip("this bundle can only rehearse")
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		file, err := os.Open(filepath.Join(dist, "assets", name+".gz"))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		unpacked, err := gzip.NewReader(file)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(unpacked)
		if err != nil {
			t.Fatal(err)
		}
		scripts = append(scripts, string(text))
	}
	return scripts
}
