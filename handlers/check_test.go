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
		t.Fatalf("%d, cookie %q", a.StatusCode, a.Header.Get("Set-Cookie"))
	}
	doc := a.page(t)
	if n := doc.Find("main a[href='/']").Length(); n != 1 {
		t.Errorf("%d ways to the door, want 1", n)
	}
	if n := doc.Find("main a[href='/visit']").Length(); n != 0 {
		t.Errorf("%d ways back to a visit that is not there", n)
	}
	for _, name := range []string{"browser", "server", "call", "camera", "microphone", "speaker"} {
		item := doc.Find("#test-" + name)
		if item.AttrOr("data-state", "") != "untested" || item.Find("h3").Text() == "" || !strings.Contains(item.Find(".found").Text(), "Not tested yet") ||
			item.Find("use").AttrOr("href", "") != "#icon-untested" || doc.Find("symbol#icon-untested").Length() != 1 {
			t.Errorf("%s: not shown as untested by text and icon", name)
		}
	}
	if doc.Find("noscript").Length() != 1 || doc.Find("[data-scripted]:not([hidden]), main > .step:not([hidden])").Length() != 0 {
		t.Error("without its script the page does not say so, or shows buttons that do nothing")
	}
	if src := doc.Find("script[src]").AttrOr("src", ""); src != "/assets/check-1.js" {
		t.Errorf("script %q", src)
	}
}

// A visit that has not begun is in no session, and the test leads back to it all the same.
func TestCheckOfAnEarlyVisitLeadsBackToIt(t *testing.T) {
	site := startSite(t, links, at(utc(t, "2026-11-20 09:00:00")))
	v := newVisitor(t, site)
	early := "/v/" + sealing(t, bookedAt(utc(t, "2026-11-24 14:30:00")))
	test := v.get(early).page(t).Find("main a[href$='/check']").AttrOr("href", "")
	a := v.get(test)
	if a.StatusCode != http.StatusOK || a.Header.Get("Set-Cookie") != "" {
		t.Fatalf("%s: %d, cookie %q", test, a.StatusCode, a.Header.Get("Set-Cookie"))
	}
	back := a.page(t).Find("#way-back a")
	if back.Length() != 1 || back.AttrOr("href", "") != early || back.Text() != "Back to your visit" {
		t.Errorf("%d ways back, to %q: %q", back.Length(), back.AttrOr("href", ""), back.Text())
	}
	if a := v.get("/v/no-such-visit/check"); a.StatusCode != http.StatusNotFound {
		t.Errorf("a link to no visit: %d", a.StatusCode)
	}
}

func TestCheckLeadsBackToTheVisit(t *testing.T) {
	v := newVisitor(t, startSite(t))
	if a := v.knock(shortLink); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("the door: %d", a.StatusCode)
	}
	if n := v.get("/check").page(t).Find("main a[href='/visit']").Length(); n != 1 {
		t.Errorf("%d ways back, want 1", n)
	}
	for _, path := range []string{"/", "/visit"} {
		if n := v.get(path).page(t).Find("main a[href='/check']").Length(); n != 1 {
			t.Errorf("%s: %d ways to the test, want 1", path, n)
		}
	}
}

// What the page may ask is what a call may ask, and what the script is told to ask is in that.
func TestCheckPolicyAllowsCallHostsOnly(t *testing.T) {
	site := startSite(t)
	a := newVisitor(t, site).get("/check")
	sent := policyOf(a.Header.Get("Content-Security-Policy"))
	call := policyOf(policy.Call("N", "", false))["connect-src"]
	if !slices.Equal(sent["connect-src"], call) {
		t.Errorf("connect-src %v, want %v", sent["connect-src"], call)
	}
	for directive, sources := range policyOf(site.policies.Page()) {
		if directive != "connect-src" && !slices.Equal(sent[directive], sources) {
			t.Errorf("%s %v, want %v", directive, sent[directive], sources)
		}
	}
	for _, probe := range strings.Fields(probes) {
		u, err := url.Parse(probe)
		if err != nil || u.Path != "" || !slices.ContainsFunc(call, func(source string) bool {
			suffix, wild := strings.CutPrefix(source, "https://*")
			return wild && u.Scheme == "https" && strings.HasSuffix(u.Host, suffix)
		}) {
			t.Errorf("the policy forbids %s", probe)
		}
		if !strings.Contains(a.body, probe) {
			t.Errorf("the script is not told of %s", probe)
		}
	}
	hosts := a.page(t).Find("#network .hosts").Text()
	for _, want := range []string{"*.communication.microsoft.com", "*.skype.com", "*.office.net"} {
		if strings.Count(hosts, want) != 1 {
			t.Errorf("%s is %d times among the hosts for a technical team", want, strings.Count(hosts, want))
		}
	}
}

func TestCheckInARehearsalConnectsToThisSiteOnly(t *testing.T) {
	a := newVisitor(t, startSite(t, rehearsing(t))).get("/check")
	if got := policyOf(a.Header.Get("Content-Security-Policy"))["connect-src"]; !slices.Equal(got, []string{"'self'"}) {
		t.Errorf("connect-src %v", got)
	}
	data := a.page(t).Find("script#page-data").Text()
	if strings.Contains(data, "https://") || strings.Contains(data, "stun:") || !strings.Contains(data, `"/rehearsal/socket"`) {
		t.Errorf("page data: %.200s", data)
	}
}

// The hosts are built into the Calling SDK. When a new version no longer names one, ask another.
func TestProbesAreHostsOfTheCallingSDK(t *testing.T) {
	sdk, err := os.ReadFile("../static/node_modules/@azure/communication-calling/dist-esm/sdk.bundle.js")
	if err != nil {
		t.Skipf("the Calling SDK is not installed (make build): %v", err)
	}
	for _, address := range append(strings.Fields(probes), relay) {
		host := strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(address, "https://"), "stun:"), ":3478")
		if !bytes.Contains(sdk, []byte(host)) {
			t.Errorf("the Calling SDK does not name %s", host)
		}
	}
}
