package views

import (
	"cmp"
	"fmt"
)

// Browser is what a page knows about the visitor's browser. It only chooses words: the page's script asks
// the browser itself whether it can make calls.
type Browser struct {
	// Family names the browser as the catalogue's ids do, such as "ios-safari"; "" and "other" have
	// general steps.
	Family string
	// System is "ios", "android", "harmony", "macos", "windows", "chromeos" or "other".
	System string
	// InApp reports a browser inside another app, which often keeps the camera to itself. App is that
	// app's name, "" when unknown; Way is how it opens the real browser: "menu", "corner", "compass" or "".
	InApp    bool
	App, Way string
	// Better is the last part of the catalogue's id for what works better, "" where visits work well.
	Better string
	// Unsupported reports a browser too old for the call's script.
	Unsupported bool
	// MaybeIPad and MaybeTelegram report what the header hides and the page's script finds out: an iPad
	// that asks for desktop pages, and Telegram's browser on iOS.
	MaybeIPad, MaybeTelegram bool
}

// Trouble is one of the reasons why a camera or a microphone does not start, with its texts. The
// page contains all of them, hidden; its script shows the one that applies.
type Trouble struct {
	// Kind is its name in the script.
	Kind string
	// Steps are lists of instructions; the script keeps those for this device.
	Steps []Steps
}

// Steps are the catalogue's ids of what to do, in order.
type Steps struct {
	// For is "mac" or "ipad" when the header does not distinguish them, otherwise "".
	For string
	IDs []string
}

// troubles returns the cases of the panel, with the steps for this browser.
func (b Browser) troubles() []Trouble {
	blocked := b.each(func(b Browser) []string { return steps("steps." + b.Family) })
	system := b.each(func(b Browser) []string { return steps("system." + b.System) })
	troubles := []Trouble{
		{Kind: "blocked", Steps: blocked},
		{Kind: "dismissed"},
		{Kind: "ignored"},
		{Kind: "system", Steps: system},
		{Kind: "missing"},
		{Kind: "busy"},
		{Kind: "embedded"},
		{Kind: "unknown"},
	}
	if b.InApp || b.MaybeTelegram {
		troubles = append(troubles, Trouble{Kind: "app"})
	}
	return troubles
}

// each makes the steps for this browser: for a Mac and for an iPad if it may be either.
func (b Browser) each(make func(Browser) []string) []Steps {
	if !b.MaybeIPad {
		return []Steps{{IDs: make(b.known())}}
	}
	return []Steps{{For: "mac", IDs: make(b.known())}, {For: "ipad", IDs: make(Browser{Family: "ios-safari", System: "ios"})}}
}

// known returns b with "other" for empty names, and with a similar system for one without texts of its
// own.
func (b Browser) known() Browser {
	b.Family, b.System = cmp.Or(b.Family, "other"), cmp.Or(b.System, "other")
	switch b.System {
	case "harmony":
		b.System = "android"
	case "chromeos":
		b.System = "other"
	}
	return b
}

// advice returns the catalogue's id of the browser to use instead.
func (b Browser) advice() string { return "gate.browser.text." + b.known().System }

// app returns the app around the page. A browser that may be Telegram's counts as Telegram's.
func (b Browser) app() (name, way string) {
	if b.MaybeTelegram {
		return "Telegram", "compass"
	}
	return b.App, b.Way
}

// better describes what works better than this browser, or returns "" if visits work well.
func (p Page) better() string {
	if p.Browser.Better == "" {
		return ""
	}
	return p.text("browser.better." + p.Browser.Better)
}

// only returns the data-for value of texts about the app: "telegram" if the script must decide.
func (b Browser) only() string {
	if b.MaybeTelegram {
		return "telegram"
	}
	return ""
}

// appText fills the app's name into a text.
func (p Page) appText(id string) string {
	app, _ := p.Browser.app()
	return p.text(id, "App", cmp.Or(app, p.text("gate.app.unknown")))
}

// wayOut returns the catalogue's ids of the steps from an app's browser to the real one.
func (b Browser) wayOut() []string {
	switch _, way := b.app(); way {
	case "menu":
		return []string{"gate.app.menu", "gate.app.choose"}
	case "corner":
		return []string{"gate.app.corner", "gate.app.choose"}
	case "compass":
		return []string{"gate.app.compass"}
	}
	return []string{"gate.app.step1", "gate.app.step2"}
}

// stepCounts are the numbers of steps in the catalogue, for a blocking browser and a blocking system.
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
