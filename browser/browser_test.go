package browser

import (
	"fmt"
	"testing"
)

func TestParseFindsFamilySystemAndApp(t *testing.T) {
	const (
		mac     = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/"
		windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
		iphone  = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
		android = "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) "
		webview = "Mozilla/5.0 (Linux; Android 14; Pixel 7 Build/UP1A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/141.0.7390.70 Mobile Safari/537.36"
	)
	for agent, want := range map[string]struct {
		family, system string
		inApp          bool
	}{
		iphone + "Version/18.5 Mobile/15E148 Safari/604.1": {"ios-safari", "ios", false},
		"Mozilla/5.0 (iPhone; CPU iPhone OS 14_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/14.0.2 Mobile/15E148 Safari/604.1":   {"ios-safari", "ios", false},
		"Mozilla/5.0 (iPad; CPU OS 12_5_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1.2 Mobile/15E148 Safari/604.1":          {"ios-safari", "ios", false},
		"Mozilla/5.0 (iPod touch; CPU iPhone OS 12_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/12.1 Mobile/15E148 Safari/604.1": {"ios-safari", "ios", false},
		iphone + "CriOS/141.0.7390.96 Mobile/15E148 Safari/604.1":                                                                                     {"ios-other", "ios", false},
		iphone + "FxiOS/143.0 Mobile/15E148 Safari/605.1.15":                                                                                          {"ios-other", "ios", false},
		iphone + "Version/18.0 EdgiOS/141.0.3537.71 Mobile/15E148 Safari/604.1":                                                                       {"ios-other", "ios", false},
		iphone + "Version/18.5 Mobile/15E148 Safari/604.1 OPT/5.6.1":                                                                                  {"ios-other", "ios", false},
		iphone + "Version/18.5 Mobile/15E148 DuckDuckGo/7 Safari/605.1.15":                                                                            {"ios-other", "ios", false},
		iphone + "Mobile/15E148": {"ios-other", "ios", true},
		iphone + "Mobile/15E148 [FBAN/FBIOS;FBAV/530.0.0.38.73;FBBV/783283832;FBDV/iPhone15,4;FBMD/iPhone;FBSN/iOS]":                                 {"ios-other", "ios", true},
		iphone + "Mobile/15E148 Instagram 400.0.0.27.75 (iPhone15,4; iOS 18_5; en_GB; en-GB; scale=3.00)":                                            {"ios-other", "ios", true},
		iphone + "Mobile/15E148 [LinkedInApp]/9.31.1478":                                                                                             {"ios-other", "ios", true},
		iphone + "Mobile/15E148 MicroMessenger/8.0.60(0x18003c2a) NetType/WIFI Language/en":                                                          {"ios-other", "ios", true},
		iphone + "GSA/387.1.820205432 Mobile/15E148 Safari/604.1":                                                                                    {"ios-other", "ios", true},
		iphone + "Mobile/15E148 Snapchat/13.62.0.41 (like Safari/8621.2.5.10.8, panda)":                                                              {"ios-other", "ios", true},
		iphone + "Mobile/15E148 musical_ly_39.8.0 BytedanceWebview/d8a21c6":                                                                          {"ios-other", "ios", true},
		iphone + "Version/18.5 Mobile/15E148 Safari/604.1 Line/15.12.0":                                                                              {"ios-safari", "ios", true},
		iphone + "Mobile/15E148 Twitter for iPhone/11.20":                                                                                            {"ios-other", "ios", true},
		android + "Chrome/141.0.0.0 Mobile Safari/537.36":                                                                                            {"android-chrome", "android", false},
		"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36":                                   {"android-chrome", "android", false},
		android + "Chrome/141.0.0.0 Mobile Safari/537.36 EdgA/141.0.0.0":                                                                             {"android-chrome", "android", false},
		android + "Chrome/130.0.0.0 Mobile Safari/537.36 OPR/86.0.0.0":                                                                               {"android-chrome", "android", false},
		"Mozilla/5.0 (Linux; Android 14; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36": {"samsung", "android", false},
		"Mozilla/5.0 (Android 14; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0":                                                                       {"android-firefox", "android", false},
		"Mozilla/5.0 (Android 9; Tablet; rv:102.0) Gecko/102.0 Firefox/102.0":                                                                        {"android-firefox", "android", false},
		webview: {"android-chrome", "android", true},
		webview + " [FB_IAB/FB4A;FBAV/530.0.0.48.74;]":                                   {"android-chrome", "android", true},
		webview + " Instagram 400.0.0.49.68 Android (34/14; 420dpi; 1080x2400; Google)":  {"android-chrome", "android", true},
		android + "Chrome/141.0.0.0 Mobile Safari/537.36 [LinkedInApp]/4.1.1097":         {"android-chrome", "android", true},
		webview + " MicroMessenger/8.0.60.2860(0x28003C55) Process/toolsmp WeChat/arm64": {"android-chrome", "android", true},
		webview + " GSA/16.37.42": {"android-chrome", "android", true},
		"Mozilla/5.0 (Linux; U; Android 4.4.2; en-gb) AppleWebKit/534.30 (KHTML, like Gecko) Version/4.0 Mobile Safari/534.30": {"other", "android", false},
		mac + "605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15":                                                      {"safari", "macos", false},
		mac + "537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36":                                                      {"chrome", "macos", false},
		mac + "537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0":                                        {"edge", "macos", false},
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0":                                 {"firefox", "macos", false},
		windows:                    {"chrome", "windows", false},
		windows + " Edg/141.0.0.0": {"edge", "windows", false},
		windows + " OPR/124.0.0.0": {"chrome", "windows", false},
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0":                               {"firefox", "windows", false},
		"Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko":                                          {"other", "windows", false},
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/141.0.0.0 Safari/537.36":  {"chrome", "other", false},
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36": {"chrome", "chromeos", false},
		"Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0":                                 {"firefox", "other", false},
		"":                          {"other", "other", false},
		"curl/8.5.0":                {"other", "other", false},
		"<script>alert(1)</script>": {"other", "other", false},
	} {
		b := Parse(agent)
		if b.Family != want.family || b.System != want.system || b.InApp != want.inApp {
			t.Errorf("%q: %+v, want %+v", agent, b, want)
		}
	}
}

func TestParseNamesTheAppAndItsWayOut(t *testing.T) {
	const iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 "
	for agent, want := range map[string][2]string{
		iphone + "Instagram 400.0.0.27.75 (iPhone15,4; iOS 18_5)": {"Instagram", "menu"},
		iphone + "[FBAN/FBIOS;FBAV/530.0.0.38.73]":                {"Facebook", "menu"},
		iphone + "Telegram-iOS/11.2":                              {"Telegram", "compass"},
		iphone + "Safari/604.1 Line/15.12.0":                      {"LINE", "corner"},
		iphone:                                                    {"", ""},
	} {
		if b := Parse(agent); !b.InApp || b.App != want[0] || b.Way != want[1] {
			t.Errorf("%q: %+v, want %v", agent, b, want)
		}
	}
}

func TestParseRatesBrowsers(t *testing.T) {
	const (
		iphone  = "Mozilla/5.0 (iPhone; CPU iPhone OS %s like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) %s Mobile/15E148 Safari/604.1"
		windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%s.0.0.0 Safari/537.36%s"
		firefox = "Mozilla/5.0 (%s; rv:%[2]s) Gecko/20100101 Firefox/%[2]s"
		android = "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) %s Mobile Safari/537.36"
		mac     = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/%s Safari/605.1.15"
	)
	for _, c := range []struct {
		agent   string
		support Support
		better  Better
	}{
		{fmt.Sprintf(iphone, "18_5", "Version/18.5"), Fine, ""},
		{fmt.Sprintf(iphone, "17_4", "Version/17.4"), Fine, ""},
		{fmt.Sprintf(iphone, "17_3", "Version/17.3"), Poor, BetterUpdate},
		{fmt.Sprintf(iphone, "17_10", "Version/17.10"), Fine, ""},
		{fmt.Sprintf(iphone, "16_3", "Version/16.3"), Unsupported, ""},
		// Since version 26 Safari freezes the version of the system that it reports.
		{fmt.Sprintf(iphone, "18_6", "Version/26.0"), Fine, ""},
		{fmt.Sprintf(iphone, "18_5", "CriOS/141.0"), Fine, ""},
		{fmt.Sprintf(iphone, "18_5", "FxiOS/143.0"), Poor, BetterSafari},
		{fmt.Sprintf(iphone, "18_5", "Version/18.5 DuckDuckGo/7"), Poor, BetterSafari},
		{fmt.Sprintf(mac, "18.5"), Fine, ""},
		{fmt.Sprintf(mac, "16.3"), Unsupported, ""},
		{fmt.Sprintf(windows, "141", ""), Fine, ""},
		{fmt.Sprintf(windows, "128", ""), Poor, BetterUpdate},
		{fmt.Sprintf(windows, "108", ""), Unsupported, ""},
		{fmt.Sprintf(windows, "141", " Edg/141.0.0.0"), Fine, ""},
		{fmt.Sprintf(windows, "141", " OPR/124.0.0.0"), Poor, BetterDesktop},
		{fmt.Sprintf(firefox, "Windows NT 10.0; Win64; x64", "143.0"), Fine, ""},
		{fmt.Sprintf(firefox, "X11; Linux x86_64", "127.0"), Poor, BetterUpdate},
		{fmt.Sprintf(firefox, "X11; Linux x86_64", "114.0"), Unsupported, ""},
		{fmt.Sprintf(firefox, "Android 14; Mobile", "143.0"), Poor, BetterChrome},
		{fmt.Sprintf(android, "Chrome/141.0.0.0"), Fine, ""},
		{fmt.Sprintf(android, "SamsungBrowser/28.0 Chrome/130.0.0.0"), Poor, BetterChrome},
		{"Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile", Poor, BetterDevice},
		{"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36", Poor, BetterDevice},
		{"Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko", Unsupported, ""},
		{"", Fine, ""},
	} {
		if b := Parse(c.agent); b.Support != c.support || b.Better != c.better {
			t.Errorf("%q: support %d, better %q, want %d, %q", c.agent, b.Support, b.Better, c.support, c.better)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X)")
	f.Fuzz(func(t *testing.T, agent string) {
		b := Parse(agent)
		if b.System == "" || b.Family == "" || b.Engine == "" || (b.Support == Poor) != (b.Better != "") {
			t.Errorf("%q: %+v", agent, b)
		}
	})
}
