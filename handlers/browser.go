package handlers

import (
	"github.com/anteroom-visit/anteroom/browser"
	"github.com/anteroom-visit/anteroom/views"
)

// browserOf returns what a page may say about the browser with this User-Agent.
func browserOf(agent string) views.Browser {
	b := browser.Parse(agent)
	return views.Browser{
		Family: b.Family, System: b.System, InApp: b.InApp, App: b.App, Way: b.Way,
		Better: string(b.Better), Unsupported: b.Support == browser.Unsupported,
		MaybeIPad: b.System == "macos" && b.Engine == "webkit", MaybeTelegram: b.Family == "ios-safari" && !b.InApp,
	}
}
