// Package browser reads User-Agent headers. It reports the system, the engine, the version and the app
// that a page is shown in, and how well a visit works there. The result only chooses words: the page's
// script asks the browser itself whether it can make calls.
package browser

import (
	"regexp"
	"strconv"
	"strings"
)

// Support is how well visits work in a browser.
type Support int

// The three answers, from best to worst.
const (
	// Fine browsers are on the Calling SDK's list (1.46.1), or close to one that is.
	Fine Support = iota
	// Poor browsers can join, but the SDK lists them as unsupported. Better names what to use instead.
	Poor
	// Unsupported browsers cannot run the call's script.
	Unsupported
)

// Better names what works better than a browser of Poor support.
type Better string

// What works better.
const (
	BetterSafari  Better = "safari"
	BetterChrome  Better = "chrome"
	BetterUpdate  Better = "update"
	BetterDesktop Better = "desktop"
	BetterDevice  Better = "device"
)

// Browser is what a User-Agent reveals. A browser that uses another's name gets slightly wrong words,
// and nothing worse.
type Browser struct {
	// System is "ios", "android", "harmony", "macos", "windows", "chromeos" or "other".
	System string
	// Family names the browser as the catalogue's ids do, such as "ios-safari"; "other" for one
	// without steps of its own.
	Family string
	// Engine is "webkit", "chromium", "gecko" or "other".
	Engine string
	// Version is the engine's: of Safari or of iOS for "webkit", such as 17.4; 0 when unknown.
	Version float64
	// InApp reports a browser inside another app, which often keeps the camera to itself.
	InApp bool
	// App is that app's name, "" when unknown, and Way how it opens the real browser: "menu",
	// "corner", "compass", or "".
	App, Way string
	// Support is how well a visit works, and Better what works better where it is Poor.
	Support Support
	Better  Better
}

// Parse reads a User-Agent header of any content.
func Parse(agent string) Browser {
	b := Browser{System: systemOf(agent), Family: "other", Engine: "other"}
	b.Engine, b.Version = engineOf(agent, b.System)
	b.Family = b.family(agent)
	b.App, b.Way, b.InApp = appOf(agent, b)
	b.Support, b.Better = b.support(agent)
	return b
}

// Major returns the whole part of Version, 0 where it is unknown or impossible.
func (b Browser) Major() int {
	if b.Version < 0 || b.Version >= 1000 {
		return 0
	}
	return int(b.Version)
}

func systemOf(agent string) string {
	for _, s := range systems {
		if has(agent, s.marks...) {
			return s.name
		}
	}
	return "other"
}

// engineOf reports the engine and its version. Every browser of iOS uses the system's own.
func engineOf(agent, system string) (engine string, version float64) {
	switch {
	case system == "ios":
		return "webkit", max(number(iosVersion, agent), number(safariVersion, agent))
	case has(agent, "Firefox/"):
		return "gecko", number(firefoxVersion, agent)
	case has(agent, "Chrome/"):
		return "chromium", number(chromeVersion, agent)
	case has(agent, "AppleWebKit/") && system == "macos":
		return "webkit", number(safariVersion, agent)
	}
	return "other", 0
}

var (
	iosVersion     = regexp.MustCompile(`OS (\d+)_(\d+)`)
	safariVersion  = regexp.MustCompile(`Version/(\d+)\.(\d+)`)
	firefoxVersion = regexp.MustCompile(`Firefox/(\d+)\.(\d+)`)
	chromeVersion  = regexp.MustCompile(`Chrome/(\d+)\.(\d+)`)
)

// number returns a version as a number that compares: 17.4 is 17.04, so that 17.10 is later.
func number(pattern *regexp.Regexp, agent string) float64 {
	found := pattern.FindStringSubmatch(agent)
	if found == nil {
		return 0
	}
	major, _ := strconv.ParseFloat(found[1], 64)
	minor, _ := strconv.ParseFloat(found[2], 64)
	return major + minor/100
}

func (b Browser) family(agent string) string {
	for _, f := range families {
		if f.system == b.System && has(agent, f.marks...) && !has(agent, f.not...) {
			return f.name
		}
	}
	return "other"
}

// appOf reports the app around the page. Browsers of iOS and macOS all call themselves Safari; the view
// that shows pages inside an app does not.
func appOf(agent string, b Browser) (name, way string, inApp bool) {
	for _, a := range apps {
		if has(agent, a.marks...) {
			return a.name, a.way, true
		}
	}
	switch b.System {
	case "ios":
		return "", "", !has(agent, "Safari/")
	case "macos":
		return "", "", b.Engine == "webkit" && !has(agent, "Safari/")
	case "android", "harmony":
		return "", "", has(agent, "; wv)")
	}
	return "", "", false
}

// support returns the result of the first rule that fits.
func (b Browser) support(agent string) (Support, Better) {
	for _, r := range rules {
		if r.fits(b, agent) {
			return r.support, r.better
		}
	}
	return Fine, ""
}

func has(agent string, marks ...string) bool {
	for _, mark := range marks {
		if strings.Contains(agent, mark) {
			return true
		}
	}
	return false
}
