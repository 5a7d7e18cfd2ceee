package handlers

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
)

// languageOf returns the language and the direction of a page.
func languageOf(t *testing.T, a answer) (lang, dir string) {
	t.Helper()
	html := a.page(t).Find("html")
	return html.AttrOr("lang", ""), html.AttrOr("dir", "")
}

func checkLanguage(t *testing.T, what string, a answer, want string) {
	t.Helper()
	dir := map[string]string{"en-GB": "ltr", "ar": "rtl"}[want]
	if gotLang, gotDir := languageOf(t, a); gotLang != want || gotDir != dir {
		t.Errorf("%s: lang %s, dir %s, want %s, %s", what, gotLang, gotDir, want, dir)
	}
}

func TestVisitorChoosesTheLanguage(t *testing.T) {
	site := startSite(t)
	v := newVisitor(t, site)
	checkLanguage(t, "default", v.get("/"), "en-GB")
	checkLanguage(t, "Arabic browser", v.get("/", "Accept-Language", "ar-EG,en;q=0.5"), "ar")
	checkLanguage(t, "chosen", v.get("/?lang=ar"), "ar")
	checkLanguage(t, "next page", v.get("/check"), "ar")
	checkLanguage(t, "next page in an English browser", v.get("/check", "Accept-Language", "en"), "ar")
	checkLanguage(t, "error page", v.get("/nowhere"), "ar")
	for _, unknown := range []string{"tlh", "", "x", "%00", strings.Repeat("a", 4000), "ar;q=1", "../ar"} {
		checkLanguage(t, "after the unknown language "+unknown, v.get("/?lang="+unknown), "ar")
	}
	if a := v.submitDoor("nothing"); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("door: status %d, want 422", a.StatusCode)
	} else if checkLanguage(t, "refusal", a, "ar"); a.page(t).Find(".languages").Length() != 0 {
		t.Error("the answer to a form links to other languages, which would lose what was typed")
	}
	if a := v.submitDoor(shortLink); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("door: status %d, want 303", a.StatusCode)
	}
	checkLanguage(t, "visit", v.get("/visit"), "ar")
	const arabicCall = `<link href="/assets/ar-1.js">`
	if n := strings.Count(v.get("/visit").body, arabicCall); n != 1 {
		t.Errorf("%d links that load the call's texts early, want 1", n)
	}
	if strings.Contains(v.get("/visit", "Save-Data", "on").body, arabicCall) {
		t.Error("the page loads the call's texts early, though the browser saves data")
	}
	if got := v.join().json(t)["locale"]; got != "ar" {
		t.Errorf("locale of the call %v, want ar", got)
	}
	if got := v.postJSON("/visit/join", `{"name":""}`).json(t)["title"]; !isArabic(fmt.Sprint(got)) {
		t.Errorf("title of a problem %v, want it in Arabic", got)
	}
	checkLanguage(t, "English chosen", v.get("/visit?lang=en"), "en-GB")
	checkLanguage(t, "English chosen, Arabic browser", v.get("/visit", "Accept-Language", "ar"), "en-GB")
	if n := v.get("/visit").page(t).Find("#join-form").Length(); n != 1 {
		t.Errorf("%d join forms after changing the language, want 1", n)
	}
}

func isArabic(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return r >= '\u0600' && r <= '\u06ff' })
}

// A portal can choose the language in the link that it sends.
func TestLinkSetsLanguage(t *testing.T) {
	v := newVisitor(t, startSite(t))
	a := v.get("/?lang=ar&meetingURL=" + url.QueryEscape(shortLink))
	if a.StatusCode != http.StatusSeeOther || a.location() != "/visit" || len(a.Header.Values("Set-Cookie")) != 1 {
		t.Fatalf("status %d to %q, cookies %q, want 303 to /visit and 1 cookie", a.StatusCode, a.location(), a.Header.Values("Set-Cookie"))
	}
	checkLanguage(t, "visit", v.get("/visit"), "ar")
}

func TestVisitSetsLanguage(t *testing.T) {
	now := utc(t, "2026-11-24 14:20:00")
	booked := bookedAt(utc(t, "2026-11-24 14:30:00"))
	booked.Language = "ar"
	later := bookedAt(now.Add(48 * time.Hour))
	later.Language = "ar"
	v := newVisitor(t, startSite(t, atTime(now)))
	a := v.get("/v/"+sealVisit(t, booked), "Accept-Language", "en")
	checkLanguage(t, "Arabic visit, English browser", a, "ar")
	const when = "اليوم الساعة 14:30، 15 دقيقة"
	if got := a.page(t).Find("time").Text(); got != when {
		t.Errorf("time %q, want %q", got, when)
	}
	if a := v.get("/v/" + sealVisit(t, booked) + "?lang=en"); len(a.Header.Values("Set-Cookie")) != 1 {
		t.Errorf("%d cookies, want 1", len(a.Header.Values("Set-Cookie")))
	} else {
		checkLanguage(t, "English chosen", a, "en-GB")
	}
	checkLanguage(t, "next Arabic visit of a visitor who chose English", v.get("/v/"+sealVisit(t, later)), "en-GB")
}

// The link to another language keeps the page but no unknown parameter.
func TestLanguageLinkKeepsPage(t *testing.T) {
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
			t.Errorf("%s: %d links, href %q, text %q, want 1 to %q", path, link.Length(), got, link.Text(), want)
		}
	}
	v.get("/?lang=ar")
	back := v.get("/check").page(t).Find(".languages a").FilterFunction(func(_ int, s *goquery.Selection) bool {
		return s.AttrOr("hreflang", "") == "en-GB" && s.Text() == "English"
	})
	if back.Length() != 1 {
		t.Errorf("%d links back to English, want 1", back.Length())
	}
	if a := v.do(http.MethodHead, "/?lang=en", ""); len(a.Header.Values("Set-Cookie")) != 0 {
		t.Errorf("HEAD: cookies %q, want none", a.Header.Values("Set-Cookie"))
	}
}
