package handlers

import (
	"strings"

	"github.com/anteroom-visit/anteroom/views"
)

// browserOf reads a User-Agent, to choose words. A browser that hides its name gets words that fit less
// well.
func browserOf(agent string) views.Browser {
	has := func(words ...string) bool {
		for _, word := range words {
			if strings.Contains(agent, word) {
				return true
			}
		}
		return false
	}
	b := views.Browser{Family: "other", System: "other", InApp: has(appBrowsers...)}
	switch {
	case has("iPhone", "iPad", "iPod"):
		b.System, b.Family = "ios", "ios-other"
		if has("Version/") && has("Safari/") && !has("CriOS", "FxiOS", "EdgiOS", "OPT/", "GSA/", "DuckDuckGo") {
			b.Family = "ios-safari"
		}
		// Every browser on iOS calls itself Safari, except those inside an app.
		b.InApp = b.InApp || !has("Safari/")
	case has("Android"):
		b.System = "android"
		switch {
		case has("SamsungBrowser"):
			b.Family = "samsung"
		case has("Firefox/"):
			b.Family = "android-firefox"
		case has("Chrome/"):
			b.Family = "android-chrome"
		}
		b.InApp = b.InApp || has("; wv)")
	default:
		switch {
		case has("Macintosh"):
			b.System = "macos"
		case has("Windows"):
			b.System = "windows"
		}
		switch {
		case has("Edg/"):
			b.Family = "edge"
		case has("Firefox/"):
			b.Family = "firefox"
		case has("Chrome/"):
			b.Family = "chrome"
		case has("Version/") && has("Safari/"):
			b.Family = "safari"
		}
	}
	return b
}

// appBrowsers are the names of browsers inside other apps.
var appBrowsers = []string{
	"FBAN", "FBAV", "FB_IAB", "Instagram", "LinkedInApp", "MicroMessenger", "GSA/", "Line/", "Snapchat", "musical_ly",
	"BytedanceWebview", "Twitter for", "Pinterest", "WhatsApp", "Barcelona", "Gmail",
}
