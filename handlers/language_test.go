package handlers

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
)

// spoken is the language that an answer's page says it is in, and its direction.
func spoken(t *testing.T, a answer) (lang, dir string) {
	t.Helper()
	html := a.page(t).Find("html")
	return html.AttrOr("lang", ""), html.AttrOr("dir", "")
}

func wantLanguage(t *testing.T, what string, a answer, want string) {
	t.Helper()
	dir := map[string]string{"en-GB": "ltr", "ar": "rtl"}[want]
	if gotLang, gotDir := spoken(t, a); gotLang != want || gotDir != dir {
		t.Errorf("%s: %s, written %s; want %s, %s", what, gotLang, gotDir, want, dir)
	}
}

func TestVisitorChoosesTheLanguage(t *testing.T) {
	site := startSite(t)
	v := newVisitor(t, site)
	const browser = "Accept-Language"
	wantLanguage(t, "nothing asked for", v.get("/"), "en-GB")
	wantLanguage(t, "an Arabic browser", v.get("/", browser, "ar-EG,en;q=0.5"), "ar")
	wantLanguage(t, "asked for", v.get("/?lang=ar"), "ar")
	wantLanguage(t, "kept", v.get("/check"), "ar")
	wantLanguage(t, "kept against the browser's", v.get("/check", browser, "en"), "ar")
	wantLanguage(t, "an error page", v.get("/nowhere"), "ar")
	for _, unknown := range []string{"tlh", "", "x", "%00", strings.Repeat("a", 4000), "ar;q=1", "../ar"} {
		wantLanguage(t, "kept after "+unknown, v.get("/?lang="+unknown), "ar")
	}
	if a := v.knock("nothing"); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("the door: %d", a.StatusCode)
	} else if wantLanguage(t, "a refusal", a, "ar"); a.page(t).Find(".languages").Length() != 0 {
		t.Error("the answer to a form can be had in another language, without what was typed")
	}
	if a := v.knock(shortLink); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("the door: %d", a.StatusCode)
	}
	wantLanguage(t, "the visit", v.get("/visit"), "ar")
	const arabicCall = `<link href="/assets/ar-1.js">`
	if html := v.get("/visit").body; strings.Count(html, arabicCall) != 1 || strings.Contains(v.get("/visit", "Save-Data", "on").body, arabicCall) {
		t.Error("the call's words are not fetched beforehand, or where they must not be")
	}
	if got := v.join().json(t)["locale"]; got != "ar" {
		t.Errorf("the call is in %v", got)
	}
	if got := v.do(http.MethodPost, "/visit/join", `{"name":""}`, "Content-Type", "application/json").json(t)["title"]; !isArabic(fmt.Sprint(got)) {
		t.Errorf("a problem is told as %v", got)
	}
	wantLanguage(t, "back", v.get("/visit?lang=en"), "en-GB")
	wantLanguage(t, "back, in an Arabic browser", v.get("/visit", browser, "ar"), "en-GB")
	if a := v.get("/visit"); a.page(t).Find("#join-form").Length() != 1 {
		t.Error("the visit is gone")
	}
}

func isArabic(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r >= '\u0600' && r <= '\u06ff' })
}

// A link by which a portal sends its visitors can say their language.
func TestLinkCarriesALanguage(t *testing.T) {
	v := newVisitor(t, startSite(t))
	a := v.get("/?lang=ar&meetingURL=https%3A%2F%2Fteams.microsoft.com%2Fmeet%2F2735012345678%3Fp%3DAbCdEfGhIj")
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/visit" || len(a.Header.Values("Set-Cookie")) != 1 {
		t.Fatalf("%d to %q with %q", a.StatusCode, a.Header.Get("Location"), a.Header.Values("Set-Cookie"))
	}
	wantLanguage(t, "the visit", v.get("/visit"), "ar")
}

func TestVisitDecidesTheLanguage(t *testing.T) {
	now := utc(t, "2026-11-24 14:20:00")
	booked := bookedAt(utc(t, "2026-11-24 14:30:00"))
	booked.Language = "ar"
	later := bookedAt(now.Add(48 * time.Hour))
	later.Language = "ar"
	v := newVisitor(t, startSite(t, at(now)))
	a := v.get("/v/"+sealing(t, booked), "Accept-Language", "en")
	wantLanguage(t, "a visit in Arabic, on an English phone", a, "ar")
	page := a.page(t)
	if got := page.Find("time").Text(); got != "اليوم الساعة 14:30، 15 دقيقة" {
		t.Errorf("when: %q", got)
	}
	if a := v.get("/v/" + sealing(t, booked) + "?lang=en"); len(a.Header.Values("Set-Cookie")) != 1 {
		t.Errorf("%d cookies", len(a.Header.Values("Set-Cookie")))
	} else {
		wantLanguage(t, "in the visitor's own", a, "en-GB")
	}
	wantLanguage(t, "another visit of the same visitor", v.get("/v/"+sealing(t, later)), "en-GB")
}

// The link keeps the page, and passes on nothing else of the address.
func TestLinkToAnotherLanguageKeepsThePage(t *testing.T) {
	v := newVisitor(t, startSite(t))
	for path, want := range map[string]string{
		"/":                                     "?lang=ar",
		"/check":                                "?lang=ar",
		"/visit/ended?code=0&subCode=5854":      "?code=0&lang=ar&subCode=5854",
		"/visit/ended?code=canary&subCode=5854": "?lang=ar",
		"/visit/ended?code=0&subCode=5854&name=canary":    "?code=0&lang=ar&subCode=5854",
		"/nowhere?meetingURL=canary&lang=canary&a=canary": "?lang=ar",
	} {
		link := v.get(path).page(t).Find(`.languages a[lang="ar"]`)
		if got := link.AttrOr("href", ""); link.Length() != 1 || got != want || link.Text() != "العربية" {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	v.get("/?lang=ar")
	back := v.get("/check").page(t).Find(".languages a").FilterFunction(func(_ int, s *goquery.Selection) bool {
		return s.AttrOr("hreflang", "") == "en-GB" && s.Text() == "English"
	})
	if back.Length() != 1 {
		t.Error("no way back to English")
	}
	if a := v.do(http.MethodHead, "/?lang=en", ""); len(a.Header.Values("Set-Cookie")) != 0 {
		t.Error("whoever only looks for the page changes the language")
	}
}
