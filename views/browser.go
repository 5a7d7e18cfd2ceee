package views

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
	return []Trouble{
		{Kind: "blocked", Steps: steps("trouble.steps."+b.Family, blockedSteps[b.Family])},
		{Kind: "dismissed"},
		{Kind: "ignored"},
		{Kind: "system", Steps: steps("trouble.system."+b.System, systemSteps[b.System])},
		{Kind: "missing"},
		{Kind: "busy"},
		{Kind: "embedded"},
		{Kind: "unknown"},
	}
}

// How many steps the catalogue has, by family and by system.
var (
	blockedSteps = map[string]int{
		"ios-safari": 3, "ios-other": 3, "android-chrome": 3, "samsung": 3, "android-firefox": 3,
		"chrome": 3, "edge": 3, "firefox": 3, "safari": 3, "other": 3,
	}
	systemSteps = map[string]int{"ios": 3, "android": 3, "macos": 3, "windows": 3, "other": 2}
)

func steps(prefix string, n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = prefix + "." + string(rune('1'+i))
	}
	return ids
}
