package views

import (
	"cmp"
	"fmt"
)

// Browser is what a page knows of the visitor's browser. It chooses words and nothing else: whether
// a browser can make calls is asked of the browser itself, by the page's script.
type Browser struct {
	// Family names the browser as the catalogue's ids do: "ios-safari", "chrome", and so on;
	// "other" for one that we have no steps for.
	Family string
	// System is "ios", "android", "macos", "windows" or "other".
	System string
	// InApp says that this is a browser inside another app, which often may not use a camera.
	InApp bool
}

// Trouble is one of the ways in which a camera or a microphone does not come, with its words. The
// page holds all of them, hidden; its script shows the one that happened.
type Trouble struct {
	// Kind is the name that the script knows it by.
	Kind string
	// Steps are the catalogue's ids of what to do, in turn.
	Steps []string
}

// troubles are the cases of the permission ladder, with the steps for this browser.
func (b Browser) troubles() []Trouble {
	b = b.known()
	troubles := []Trouble{
		{Kind: "blocked", Steps: steps("steps." + b.Family)},
		{Kind: "dismissed"},
		{Kind: "ignored"},
		{Kind: "system", Steps: steps("system." + b.System)},
		{Kind: "missing"},
		{Kind: "busy"},
		{Kind: "embedded"},
		{Kind: "unknown"},
	}
	if b.InApp {
		troubles = append(troubles, Trouble{Kind: "app"})
	}
	return troubles
}

// known is b with "other" for what it does not say.
func (b Browser) known() Browser {
	return Browser{Family: cmp.Or(b.Family, "other"), System: cmp.Or(b.System, "other"), InApp: b.InApp}
}

// stepCounts is how many steps the catalogue has, for a browser that blocks and for a system that does.
var stepCounts = map[string]int{
	"steps.ios-safari": 3, "steps.ios-other": 3, "steps.android-chrome": 3, "steps.samsung": 3, "steps.android-firefox": 3,
	"steps.chrome": 3, "steps.edge": 3, "steps.firefox": 3, "steps.safari": 3, "steps.other": 3,
	"system.ios": 3, "system.android": 3, "system.macos": 3, "system.windows": 3, "system.other": 2,
}

func steps(name string) []string {
	ids := make([]string, stepCounts[name])
	for i := range ids {
		ids[i] = fmt.Sprintf("trouble.%s.%d", name, i+1)
	}
	return ids
}
