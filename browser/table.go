package browser

// The table of browsers, the only one of the site: door, visit, device test and doctor all read it. In
// each list the first row that fits decides.

var systems = []struct {
	name  string
	marks []string
}{
	{"ios", []string{"iPhone", "iPad", "iPod"}},
	// Older versions of the system call themselves Android as well.
	{"harmony", []string{"HarmonyOS", "OpenHarmony", "ArkWeb"}},
	{"android", []string{"Android"}},
	// An iPad that asks for desktop pages sends this too; the page's script recognises it by its touch points.
	{"macos", []string{"Macintosh"}},
	{"windows", []string{"Windows"}},
	{"chromeos", []string{"CrOS"}},
}

// iosBrowsers are the browsers of iOS that are not Safari.
var iosBrowsers = []string{"CriOS", "FxiOS", "EdgiOS", "OPT/", "OPiOS", "GSA/", "DuckDuckGo", "UCBrowser"}

var families = []struct {
	name, system string
	marks, not   []string
}{
	{"ios-safari", "ios", []string{"Version/"}, append([]string{"Mobile/15E148 Snapchat"}, iosBrowsers...)},
	{"ios-other", "ios", []string{""}, nil},
	{"samsung", "android", []string{"SamsungBrowser"}, nil},
	{"android-firefox", "android", []string{"Firefox/"}, nil},
	{"android-chrome", "android", []string{"Chrome/"}, nil},
	{"android-chrome", "harmony", []string{"Chrome/"}, nil},
	{"edge", "macos", []string{"Edg/"}, nil},
	{"firefox", "macos", []string{"Firefox/"}, nil},
	{"chrome", "macos", []string{"Chrome/"}, nil},
	{"safari", "macos", []string{"Version/"}, nil},
	{"edge", "windows", []string{"Edg/"}, nil},
	{"firefox", "windows", []string{"Firefox/"}, nil},
	{"chrome", "windows", []string{"Chrome/"}, nil},
	{"edge", "chromeos", []string{"Edg/"}, nil},
	{"chrome", "chromeos", []string{"Chrome/"}, nil},
	{"edge", "other", []string{"Edg/"}, nil},
	{"firefox", "other", []string{"Firefox/"}, nil},
	{"chrome", "other", []string{"Chrome/"}, nil},
}

// apps lists the apps whose built-in browsers name themselves, and how each opens the real browser: by
// three dots at the top ("menu") or at the bottom ("corner"), or by a compass at the bottom ("compass").
var apps = []struct {
	name, way string
	marks     []string
}{
	{"Instagram", "menu", []string{"Instagram"}},
	{"Threads", "menu", []string{"Barcelona"}},
	{"Facebook", "menu", []string{"FBAN", "FBAV", "FB_IAB"}},
	{"LinkedIn", "menu", []string{"LinkedInApp"}},
	{"WeChat", "menu", []string{"MicroMessenger"}},
	{"TikTok", "menu", []string{"musical_ly", "BytedanceWebview"}},
	{"Snapchat", "menu", []string{"Snapchat"}},
	{"X", "menu", []string{"Twitter for"}},
	{"Pinterest", "menu", []string{"Pinterest"}},
	{"LINE", "corner", []string{"Line/"}},
	{"Telegram", "compass", []string{"Telegram"}},
	{"WhatsApp", "compass", []string{"WhatsApp"}},
	{"Gmail", "compass", []string{"Gmail"}},
	{"Google", "compass", []string{"GSA/"}},
}

// rule rates the browsers that it fits.
type rule struct {
	// system and engine are "" for all of them.
	system, engine string
	// marks are words of which the User-Agent has one; none fits every one.
	marks []string
	// below is the first version that the rule does not fit; 0 fits all. An unknown version fits none.
	below   float64
	support Support
	better  Better
}

func (r rule) fits(b Browser, agent string) bool {
	return (r.system == "" || r.system == b.System) && (r.engine == "" || r.engine == b.Engine) &&
		(len(r.marks) == 0 || has(agent, r.marks...)) && (r.below == 0 || b.Version > 0 && b.Version < r.below)
}

// The first rows are the browsers that the call's script is not built for (static/bundle/bundles.mjs).
// The others are those that the Calling SDK 1.46.1 lists as unsupported but does not refuse.
var rules = []rule{
	{marks: []string{"MSIE ", "Trident/", "Opera Mini"}, support: Unsupported},
	{engine: "webkit", below: 16.04, support: Unsupported},
	{engine: "chromium", below: 109, support: Unsupported},
	{engine: "gecko", below: 115, support: Unsupported},
	{system: "ios", marks: []string{"FxiOS", "OPT/", "OPiOS", "DuckDuckGo", "UCBrowser"}, support: Poor, better: BetterSafari},
	{system: "ios", below: 17.04, support: Poor, better: BetterUpdate},
	{system: "android", marks: []string{"Firefox/", "SamsungBrowser", "OPR/", "UCBrowser", "DuckDuckGo"}, support: Poor, better: BetterChrome},
	{system: "harmony", support: Poor, better: BetterDevice},
	{system: "chromeos", support: Poor, better: BetterDevice},
	{engine: "gecko", below: 128, support: Poor, better: BetterUpdate},
	{marks: []string{"OPR/", "UCBrowser", "DuckDuckGo"}, support: Poor, better: BetterDesktop},
	{system: "windows", engine: "chromium", below: 129, support: Poor, better: BetterUpdate},
}
