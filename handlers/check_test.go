package handlers

import (
	"bytes"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/anteroom-visit/anteroom/handlers/policy"
)

func TestCheckNeedsNoVisit(t *testing.T) {
	v := newVisitor(t, startSite(t))
	a := v.get("/check")
	if a.StatusCode != http.StatusOK || a.Header.Get("Set-Cookie") != "" {
		t.Fatalf("status %d, cookie %q, want 200 without a cookie", a.StatusCode, a.Header.Get("Set-Cookie"))
	}
	doc := a.page(t)
	if n := doc.Find("main a[href='/']").Length(); n != 1 {
		t.Errorf("%d links to the door, want 1", n)
	}
	if n := doc.Find("main a[href='/visit']").Length(); n != 0 {
		t.Errorf("%d links to a visit, want 0", n)
	}
	for _, name := range []string{"browser", "server", "call", "camera", "microphone", "speaker"} {
		item := doc.Find("#test-" + name)
		if item.AttrOr("data-state", "") != "untested" || item.Find("h3").Text() == "" || !strings.Contains(item.Find(".found").Text(), "Not tested yet") ||
			item.Find("use").AttrOr("href", "") != "#icon-untested" || doc.Find("symbol#icon-untested").Length() != 1 {
			t.Errorf("%s: state %q, text %q, want untested with a heading, text and icon", name, item.AttrOr("data-state", ""), item.Text())
		}
	}
	if n := doc.Find("noscript").Length(); n != 1 {
		t.Errorf("%d noscript elements, want 1", n)
	}
	if n := doc.Find("[data-scripted]:not([hidden]), main > .step:not([hidden])").Length(); n != 0 {
		t.Errorf("%d visible elements need the script, want 0", n)
	}
	if src := doc.Find("script[src]").AttrOr("src", ""); src != "/assets/check-1.js" {
		t.Errorf("script %q, want /assets/check-1.js", src)
	}
}

// An early visit is not in the session, so the address of the device test names it.
func TestCheckLinksBackToEarlyVisit(t *testing.T) {
	site := startSite(t, linksOnly, atTime(utc(t, "2026-11-20 09:00:00")))
	v := newVisitor(t, site)
	early := "/v/" + sealVisit(t, bookedAt(utc(t, "2026-11-24 14:30:00")))
	check := v.get(early).page(t).Find("main a[href$='/check']").AttrOr("href", "")
	a := v.get(check)
	if a.StatusCode != http.StatusOK || a.Header.Get("Set-Cookie") != "" {
		t.Fatalf("%s: status %d, cookie %q, want 200 without a cookie", check, a.StatusCode, a.Header.Get("Set-Cookie"))
	}
	back := a.page(t).Find("#way-back a")
	if back.Length() != 1 || back.AttrOr("href", "") != early || back.Text() != "Back to your visit" {
		t.Errorf("%d links back, to %q with text %q, want 1 to %q with text %q", back.Length(), back.AttrOr("href", ""), back.Text(), early, "Back to your visit")
	}
	if a := v.get("/v/no-such-visit/check"); a.StatusCode != http.StatusNotFound {
		t.Errorf("check of an unknown visit: status %d, want 404", a.StatusCode)
	}
}

func TestCheckLinksBackToVisit(t *testing.T) {
	v := newVisitor(t, startSite(t))
	if a := v.submitDoor(shortLink); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("door: status %d, want 303", a.StatusCode)
	}
	if n := v.get("/check").page(t).Find("main a[href='/visit']").Length(); n != 1 {
		t.Errorf("%d links to the visit, want 1", n)
	}
	for _, path := range []string{"/", "/visit"} {
		if n := v.get(path).page(t).Find("main a[href='/check']").Length(); n != 1 {
			t.Errorf("%s: %d links to the check, want 1", path, n)
		}
	}
}

// The page's policy allows the hosts of a call, and those include the hosts that its script probes.
func TestCheckPolicyAllowsCallHostsOnly(t *testing.T) {
	site := startSite(t)
	a := newVisitor(t, site).get("/check")
	pagePolicy := policyOf(a.Header.Get("Content-Security-Policy"))
	call := policyOf(policy.Call("N", "", false))["connect-src"]
	if !slices.Equal(pagePolicy["connect-src"], call) {
		t.Errorf("connect-src %v, want %v", pagePolicy["connect-src"], call)
	}
	for directive, sources := range policyOf(site.policies.Page()) {
		if directive != "connect-src" && !slices.Equal(pagePolicy[directive], sources) {
			t.Errorf("%s %v, want %v", directive, pagePolicy[directive], sources)
		}
	}
	for _, probe := range strings.Fields(probes) {
		u, err := url.Parse(probe)
		if err != nil || u.Path != "" || !slices.ContainsFunc(call, func(source string) bool {
			suffix, wild := strings.CutPrefix(source, "https://*")
			return wild && u.Scheme == "https" && strings.HasSuffix(u.Host, suffix)
		}) {
			t.Errorf("the policy forbids the probe %s", probe)
		}
		if !strings.Contains(a.body, probe) {
			t.Errorf("the page does not contain the probe %s", probe)
		}
	}
	hosts := a.page(t).Find("#network .hosts").Text()
	for _, want := range []string{"*.communication.microsoft.com", "*.skype.com", "*.office.net"} {
		if n := strings.Count(hosts, want); n != 1 {
			t.Errorf("%s is listed %d times under the network's hosts, want once", want, n)
		}
	}
}

func TestRehearsalCheckContactsOnlyThisSite(t *testing.T) {
	a := newVisitor(t, startSite(t, withRehearsal(t))).get("/check")
	if got := policyOf(a.Header.Get("Content-Security-Policy"))["connect-src"]; !slices.Equal(got, []string{"'self'"}) {
		t.Errorf("connect-src %v, want ['self']", got)
	}
	data := a.page(t).Find("script#page-data").Text()
	if strings.Contains(data, "https://") || strings.Contains(data, "stun:") || !strings.Contains(data, `"/rehearsal/socket"`) {
		t.Errorf("page data %.200s, want the rehearsal's socket and no other host", data)
	}
}

// The hosts are built into the Calling SDK. If a new version no longer contains one, probe another.
func TestProbesAreHostsOfTheCallingSDK(t *testing.T) {
	sdk, err := os.ReadFile("../static/node_modules/@azure/communication-calling/dist-esm/sdk.bundle.js")
	if err != nil {
		t.Skipf("the Calling SDK is not installed (make build): %v", err)
	}
	for _, address := range append(strings.Fields(probes), relay) {
		host := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(address, "https://"), "stun:"), ":3478")
		if !bytes.Contains(sdk, []byte(host)) {
			t.Errorf("the Calling SDK does not contain %s", host)
		}
	}
}
