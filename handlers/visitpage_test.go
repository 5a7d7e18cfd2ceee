package handlers

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/visit"
)

func TestVisitPageFollowsClock(t *testing.T) {
	tuesday := bookedAt(utc(t, "2026-11-24 14:30:00"))
	newYork := tuesday
	newYork.Zone = "America/New_York"
	spring := bookedAt(utc(t, "2027-03-28 01:30:00")) // 2:30am in London, after clocks went from 1am to 2am
	autumn := bookedAt(utc(t, "2026-10-25 14:30:00")) // 2:30pm in London, on a day of 25 hours
	for what, c := range map[string]struct {
		visit  visit.Visit
		now    string
		status int
		h1     string
		texts  []string
		join   bool
	}{
		"day before": {tuesday, "2026-11-23 23:59:59", 200, "Your visit is on Tuesday 24 November at 2:30pm", []string{
			"Dr Asha Rao", "UK time", "You can join from 2:15pm on Tuesday 24 November.",
		}, false},
		"in the year before": {spring, "2026-12-30 12:00:00", 200, "Your visit is on Sunday 28 March 2027 at 2:30am", nil, false},
		"midnight":           {tuesday, "2026-11-24 00:00:00", 200, "Your visit is today at 2:30pm", []string{"You can join from 2:15pm.", "You can join in about 14 hours."}, false},
		"two minutes before it opens": {tuesday, "2026-11-24 14:13:00", 200, "Your visit is today at 2:30pm", []string{
			"You can join in 2 minutes.",
		}, false},
		"a second before it opens":   {tuesday, "2026-11-24 14:14:59", 200, "Your visit is today at 2:30pm", []string{"less than a minute"}, false},
		"opens":                      {tuesday, "2026-11-24 14:15:00", 200, "Video visit with Dr Asha Rao", []string{"Today at 2:30pm, 15 minutes", "UK time"}, true},
		"last second of the slot":    {tuesday, "2026-11-24 14:44:59", 200, "Video visit with Dr Asha Rao", nil, true},
		"late":                       {tuesday, "2026-11-24 14:45:00", 200, "Video visit with Dr Asha Rao", []string{"Your visit was due to start at 2:30pm. You can still join."}, true},
		"last second before it ends": {tuesday, "2026-11-24 15:44:59", 200, "Video visit with Dr Asha Rao", nil, true},
		"ended": {tuesday, "2026-11-24 15:45:00", 410, "This visit has ended", []string{
			"It was on Tuesday 24 November at 2:30pm, UK time.", "Call 01234 567890",
		}, false},
		"years later": {tuesday, "2029-01-01 00:00:00", 410, "This visit has ended", []string{"Tuesday 24 November 2026"}, false},
		"yesterday in New York, today in London": {newYork, "2026-11-24 04:59:59", 200, "Your visit is on Tuesday 24 November at 9:30am", []string{
			"New York time",
		}, false},
		"today in New York":         {newYork, "2026-11-24 05:00:00", 200, "Your visit is today at 9:30am", []string{"You can join from 9:15am."}, false},
		"day of 23 hours":           {spring, "2027-03-28 00:00:00", 200, "Your visit is today at 2:30am", []string{"You can join in 75 minutes."}, false},
		"opens after clocks change": {spring, "2027-03-28 01:15:00", 200, "Video visit with Dr Asha Rao", []string{"Today at 2:30am"}, true},
		"day of 25 hours":           {autumn, "2026-10-24 23:00:00", 200, "Your visit is today at 2:30pm", []string{"about 15 hours"}, false},
	} {
		site := startSite(t, linksOnly, atTime(utc(t, c.now)))
		v := newVisitor(t, site)
		path := "/v/" + sealVisit(t, c.visit)
		head := v.do(http.MethodHead, path, "")
		if head.StatusCode != c.status || head.body != "" || len(head.Cookies()) != 0 {
			t.Errorf("%s: HEAD: status %d, body %q, %d cookies, want %d without both", what, head.StatusCode, head.body, len(head.Cookies()), c.status)
		}
		a := v.get(path)
		page := a.page(t)
		text := strings.Join(strings.Fields(page.Find("main").Text()), " ")
		if h1 := strings.Join(strings.Fields(page.Find("h1").Text()), " "); a.StatusCode != c.status || h1 != c.h1 {
			t.Errorf("%s: status %d, h1 %q, want %d, %q", what, a.StatusCode, h1, c.status, c.h1)
		}
		for _, want := range c.texts {
			if !strings.Contains(text, want) {
				t.Errorf("%s: page %q, want %q in it", what, text, want)
			}
		}
		if got := page.Find("#join-form").Length() == 1; got != c.join || (len(a.Cookies()) == 1) != c.join {
			t.Errorf("%s: join form %v, %d cookies, want form and cookie: %v", what, got, len(a.Cookies()), c.join)
		}
		if n := page.Find(`a[href="tel:01234567890"]`).Length(); n == 0 {
			t.Errorf("%s: no phone link, want one", what)
		}
		checkHeaders(t, what, a)
		if joined := v.joinVisit(""); (joined.StatusCode == http.StatusOK) != c.join {
			t.Errorf("%s: status of join %d, want 200: %v: %s", what, joined.StatusCode, c.join, joined.body)
		}
		if n := len(site.service().Ledger().Identities); (n == 1) != c.join {
			t.Errorf("%s: %d identities, want one: %v", what, n, c.join)
		}
	}
}

func TestEarlyVisitShowsWhenItOpens(t *testing.T) {
	early := startSite(t, linksOnly, atTime(utc(t, "2026-11-20 09:00:00")), withBaseURL(t, "https://visit.lamna.example"))
	seal := sealVisit(t, bookedAt(utc(t, "2026-11-24 14:30:00")))
	v := newVisitor(t, early)
	page := v.get("/v/" + seal).page(t)
	link := "https://visit.lamna.example/v/" + seal
	if got, code := page.Find(".paper-link").Text(), page.Find("svg.code-square path").AttrOr("d", ""); got != link || code == "" {
		t.Errorf("printed link %q, QR code %q, want %q and a code", got, code, link)
	}
	if n := page.Find(`a[href$="/check"]`).Length(); n != 1 {
		t.Errorf("%d links to the device test, want 1", n)
	}
	if n := page.Find("meta[http-equiv]").Length(); n != 0 {
		t.Errorf("%d meta refreshes days before the visit, want none", n)
	}
	a := v.get(page.Find(`a[href$="/visit.ics"]`).AttrOr("href", ""))
	if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != "text/calendar; charset=utf-8; method=PUBLISH" ||
		!strings.HasPrefix(a.Header.Get("Content-Disposition"), "attachment") || !strings.Contains(strings.ReplaceAll(a.body, "\r\n ", ""), link) {
		t.Errorf("calendar: status %d, headers %v, want 200 and a downloaded calendar file with the link: %s", a.StatusCode, a.Header, a.body)
	}
	today := startSite(t, linksOnly, atTime(utc(t, "2026-11-24 14:00:00")))
	body := newVisitor(t, today).get("/v/" + seal).body
	if !strings.Contains(body, `<meta http-equiv="refresh" content="901">`) || !strings.Contains(body, `"opensIn":900`) {
		t.Errorf("page of today: want a refresh after 901 seconds and opensIn 900: %s", body)
	}
	ended := startSite(t, linksOnly, atTime(utc(t, "2026-11-25 14:00:00")))
	if a := newVisitor(t, ended).get("/v/" + seal + "/visit.ics"); a.StatusCode != http.StatusGone {
		t.Errorf("calendar of an ended visit: status %d, want 410", a.StatusCode)
	}
}

func TestVisitPageHidesCameraAndSharing(t *testing.T) {
	booked := bookedAt(time.Now())
	booked.Camera, booked.Share = false, false
	page := newVisitor(t, startSite(t, linksOnly)).get("/v/" + sealVisit(t, booked)).page(t)
	if camera, microphone := page.Find("[name=camera], [value=sound]").Length(), page.Find("[name=microphone]").Length(); camera != 0 || microphone != 1 {
		t.Errorf("%d camera fields, %d microphone fields, want 0 and 1", camera, microphone)
	}
	if data := page.Find("#page-data").Text(); !strings.Contains(data, `"noCamera":true`) || !strings.Contains(data, `"noShare":true`) {
		t.Errorf("page data %.300s, want noCamera and noShare", data)
	}
}

// A visit's own phone number replaces the site's.
func TestPagesShowPhoneOfVisit(t *testing.T) {
	booked := bookedAt(time.Now())
	booked.Phone, booked.DialIn = "020 7946 0000", visit.DialIn{Number: "+44 20 1234 5678", Conference: "987654321"}
	site := startSite(t, linksOnly, withBaseURL(t, "http://visit.lamna.example"))
	v := newVisitor(t, site)
	page := v.get("/v/" + sealVisit(t, booked))
	if strings.Contains(page.body, "01234 567890") || page.page(t).Find(`a[href="tel:02079460000"]`).Length() == 0 {
		t.Errorf("visit page: want the visit's number and not the site's: %s", page.page(t).Find("main").Text())
	}
	if got, want := page.page(t).Find("[data-copy]").AttrOr("data-copy", ""), "http://visit.lamna.example/v/"+sealVisit(t, booked); got != want {
		t.Errorf("address to copy %q, want %q", got, want)
	}
	const dial = `a[href="tel:+442012345678,,987654321#"]`
	for path, want := range map[string]int{"/visit/ended?code=408": 1, "/visit/ended?code=0&subCode=0": 0} {
		a := v.get(path)
		if n := a.page(t).Find("main " + dial).Length(); n != want || strings.Contains(a.body, "01234 567890") {
			t.Errorf("%s: %d dial-in links, want %d, and not the site's number", path, n, want)
		}
	}
}
