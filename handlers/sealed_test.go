package handlers

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/visit"
)

const linkKey, otherKey = "a-link-key-of-thirty-two-bytes-xx", "another-link-key-of-thirty-bytes-"

func keyring(t testing.TB, keys ...string) *visit.Keyring {
	t.Helper()
	ring, err := visit.NewKeyring(keys)
	if err != nil {
		t.Fatal(err)
	}
	return ring
}

// sealing seals a visit with the key that sites of these tests have.
func sealing(t *testing.T, v visit.Visit) string {
	t.Helper()
	text, err := keyring(t, linkKey).Seal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// bookedAt is Maria's visit to Dr Rao, which starts at that minute in London.
func bookedAt(start time.Time) visit.Visit {
	found, ok := teams.Canonical(shortLink)
	if !ok {
		panic("not a link to a meeting")
	}
	return visit.Visit{
		ID: visit.ID{1, 2, 3, 4, 5, 6}, Meeting: found, Name: "Maria Silva", Host: "Dr Asha Rao", Start: start.Truncate(time.Minute), Minutes: 15,
		Zone: "Europe/London", Language: "en-GB", Role: visit.RoleGuest, Chat: true, Camera: true, Share: true,
	}
}

// at sets the clock of a site.
func at(now time.Time) func(*Options) {
	return func(o *Options) { o.Now = func() time.Time { return now } }
}

func utc(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04:05", text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// joining presses Join on the page of this visit.
func (v *visitor) joining(key string, headers ...string) answer {
	v.t.Helper()
	body := fmt.Sprintf(`{"name":"Maria Silva","visit":%q}`, key)
	return v.do(http.MethodPost, "/visit/join", body, append([]string{"Content-Type", "application/json"}, headers...)...)
}

// shownKey is the key that a visit's page hands to its script.
func shownKey(t *testing.T, a answer) string {
	t.Helper()
	_, rest, _ := strings.Cut(a.page(t).Find("#page-data").Text(), `"visit":"`)
	key, _, _ := strings.Cut(rest, `"`)
	return key
}

func problemOf(t *testing.T, a answer) string {
	t.Helper()
	kind, _ := a.json(t)["type"].(string)
	return strings.TrimPrefix(kind, "urn:anteroom:problem:")
}

func TestVisitPageFollowsItsState(t *testing.T) {
	tuesday := bookedAt(utc(t, "2026-11-24 14:30:00"))
	newYork := tuesday
	newYork.Zone = "America/New_York"
	spring := bookedAt(utc(t, "2027-03-28 01:30:00")) // 2:30am: clocks have gone from 1am to 2am
	autumn := bookedAt(utc(t, "2026-10-25 14:30:00")) // 2:30pm on the day of 25 hours
	for what, c := range map[string]struct {
		visit  visit.Visit
		now    string
		status int
		h1     string
		says   []string
		join   bool
	}{
		"day before": {tuesday, "2026-11-23 23:59:59", 200, "Your visit is on Tuesday 24 November at 2:30pm", []string{
			"Dr Asha Rao", "UK time", "You can join from 2:15pm on Tuesday 24 November.",
		}, false},
		"next year, seen this year": {spring, "2026-12-30 12:00:00", 200, "Your visit is on Sunday 28 March 2027 at 2:30am", nil, false},
		"midnight":                  {tuesday, "2026-11-24 00:00:00", 200, "Your visit is today at 2:30pm", []string{"You can join from 2:15pm.", "You can join in about 14 hours."}, false},
		"two minutes before it opens": {tuesday, "2026-11-24 14:13:00", 200, "Your visit is today at 2:30pm", []string{
			"You can join in 2 minutes.",
		}, false},
		"a second before it opens": {tuesday, "2026-11-24 14:14:59", 200, "Your visit is today at 2:30pm", []string{"less than a minute"}, false},
		"opens":                    {tuesday, "2026-11-24 14:15:00", 200, "Video visit with Dr Asha Rao", []string{"Today at 2:30pm, 15 minutes", "UK time"}, true},
		"last second of the slot":  {tuesday, "2026-11-24 14:44:59", 200, "Video visit with Dr Asha Rao", nil, true},
		"late":                     {tuesday, "2026-11-24 14:45:00", 200, "Video visit with Dr Asha Rao", []string{"Your visit was due to start at 2:30pm. You can still join."}, true},
		"last second":              {tuesday, "2026-11-24 15:44:59", 200, "Video visit with Dr Asha Rao", nil, true},
		"ended": {tuesday, "2026-11-24 15:45:00", 410, "This visit has ended", []string{
			"It was on Tuesday 24 November at 2:30pm, UK time.", "Call 01234 567890",
		}, false},
		"years later": {tuesday, "2029-01-01 00:00:00", 410, "This visit has ended", []string{"Tuesday 24 November 2026"}, false},
		"yesterday in New York, today in London": {newYork, "2026-11-24 04:59:59", 200, "Your visit is on Tuesday 24 November at 9:30am", []string{
			"New York time",
		}, false},
		"today in New York":          {newYork, "2026-11-24 05:00:00", 200, "Your visit is today at 9:30am", []string{"You can join from 9:15am."}, false},
		"the day that clocks change": {spring, "2027-03-28 00:00:00", 200, "Your visit is today at 2:30am", []string{"You can join in 75 minutes."}, false},
		"opens after the change":     {spring, "2027-03-28 01:15:00", 200, "Video visit with Dr Asha Rao", []string{"Today at 2:30am"}, true},
		"the day of 25 hours":        {autumn, "2026-10-24 23:00:00", 200, "Your visit is today at 2:30pm", []string{"about 15 hours"}, false},
	} {
		site := startSite(t, links, at(utc(t, c.now)))
		v := newVisitor(t, site)
		path := "/v/" + sealing(t, c.visit)
		head := v.do(http.MethodHead, path, "")
		if head.StatusCode != c.status || head.body != "" || len(head.Cookies()) != 0 {
			t.Errorf("%s: HEAD: %d, %d cookies", what, head.StatusCode, len(head.Cookies()))
		}
		a := v.get(path)
		page := a.page(t)
		text := strings.Join(strings.Fields(page.Find("main").Text()), " ")
		if h1 := strings.Join(strings.Fields(page.Find("h1").Text()), " "); a.StatusCode != c.status || h1 != c.h1 {
			t.Errorf("%s: %d %q, want %d %q", what, a.StatusCode, h1, c.status, c.h1)
		}
		for _, says := range c.says {
			if !strings.Contains(text, says) {
				t.Errorf("%s: does not say %q: %s", what, says, text)
			}
		}
		if got := page.Find("#join-form").Length() == 1; got != c.join || (len(a.Cookies()) == 1) != c.join {
			t.Errorf("%s: Join is offered: %v, %d cookies", what, got, len(a.Cookies()))
		}
		if a.Header.Get("Cache-Control") != "no-store" || page.Find(`a[href="tel:01234567890"]`).Length() == 0 {
			t.Errorf("%s: kept by a cache, or without a phone", what)
		}
		checkHeaders(t, what, a)
		if joined := v.joining(""); (joined.StatusCode == http.StatusOK) != c.join {
			t.Errorf("%s: join: %d %s", what, joined.StatusCode, joined.body)
		}
		if n := len(site.service().Ledger().Identities); (n == 1) != c.join {
			t.Errorf("%s: %d identities", what, n)
		}
	}
}

func TestEarlyVisitShowsWhenItOpens(t *testing.T) {
	early := startSite(t, links, at(utc(t, "2026-11-20 09:00:00")), public(t, "https://visit.lamna.example"))
	seal := sealing(t, bookedAt(utc(t, "2026-11-24 14:30:00")))
	v := newVisitor(t, early)
	page := v.get("/v/" + seal).page(t)
	link := "https://visit.lamna.example/v/" + seal
	if page.Find(".paper-link").Text() != link || page.Find("svg.code-square path").AttrOr("d", "") == "" {
		t.Error("the link is not on the paper")
	}
	if page.Find(`a[href$="/check"]`).Length() != 1 || page.Find("meta[http-equiv]").Length() != 0 {
		t.Error("no way to the device test, or a page that loads itself for days")
	}
	a := v.get(page.Find(`a[href$="/visit.ics"]`).AttrOr("href", ""))
	if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != "text/calendar; charset=utf-8; method=PUBLISH" ||
		!strings.HasPrefix(a.Header.Get("Content-Disposition"), "attachment") || !strings.Contains(strings.ReplaceAll(a.body, "\r\n ", ""), link) {
		t.Errorf("calendar: %d %v %s", a.StatusCode, a.Header, a.body)
	}
	today := startSite(t, links, at(utc(t, "2026-11-24 14:00:00")))
	body := newVisitor(t, today).get("/v/" + seal).body
	if !strings.Contains(body, `<meta http-equiv="refresh" content="901">`) || !strings.Contains(body, `"opensIn":900`) {
		t.Error("the page does not become Join by itself")
	}
	over := startSite(t, links, at(utc(t, "2026-11-25 14:00:00")))
	if a := newVisitor(t, over).get("/v/" + seal + "/visit.ics"); a.StatusCode != http.StatusGone {
		t.Errorf("calendar of an ended visit: %d", a.StatusCode)
	}
}

// Whatever is done to a link, it is unknown, in the same words, and yields no token.
func TestForgedLinksAreUnknown(t *testing.T) {
	site := startSite(t, links, at(utc(t, "2026-11-24 14:30:00")))
	booked := bookedAt(utc(t, "2026-11-24 14:30:00"))
	seal := sealing(t, booked)
	stranger, err := keyring(t, otherKey).Seal(booked)
	if err != nil {
		t.Fatal(err)
	}
	forged := []string{stranger, "x", strings.Repeat("a", 5000), seal + "a", "0" + seal, strings.ToUpper(seal), url.PathEscape("../" + seal)}
	random := rand.New(rand.NewPCG(5, 24))
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	for len(forged) < 500 {
		b := []byte(seal)
		switch i := random.IntN(len(b)); random.IntN(4) {
		case 0:
			b[i] = letters[random.IntN(len(letters))]
		case 1:
			b = append(b[:i], b[i+1:]...)
		case 2:
			b = b[:i]
		default:
			b[i] = strings.ToUpper(string(b[i]))[0]
		}
		forged = append(forged, string(b))
	}
	v := newVisitor(t, site)
	words := ""
	opened := 0
	for _, text := range forged {
		a := v.get("/v/" + text)
		if strings.EqualFold(text, seal) && a.StatusCode == http.StatusOK {
			opened++ // capitals of the same link are the same link
			v = newVisitor(t, site)
			continue
		}
		main := a.page(t).Find("main").Text()
		if words == "" {
			words = main
		}
		if text != "" && (a.StatusCode != http.StatusNotFound || main != words || len(a.Cookies()) != 0) {
			t.Errorf("%q: %d %s", text, a.StatusCode, main)
		}
		if a := v.joining(""); a.StatusCode != http.StatusConflict || strings.Contains(a.body, `"token"`) {
			t.Errorf("%q: join: %d", text, a.StatusCode)
		}
	}
	if !strings.HasPrefix(strings.TrimSpace(words), "We cannot find this visit") || opened > len(forged)/3 {
		t.Errorf("%d opened; %s", opened, words)
	}
	if l := site.service().Ledger(); len(l.Requests) != 0 {
		t.Errorf("the identity service was asked: %v", l.Requests)
	}
	if strings.Contains(site.log.String(), seal[:20]) {
		t.Error("a link is in the log")
	}
	for _, end := range []string{".", ",", ")", "%3E", "%20"} {
		if a := newVisitor(t, site).get("/v/" + seal + end); a.StatusCode != http.StatusOK {
			t.Errorf("with %q behind it: %d", end, a.StatusCode)
		}
	}
}

// Any replica with the same keys opens a link, and a key may be replaced while visitors are there.
func TestOldKeysOpenOldLinks(t *testing.T) {
	now := at(utc(t, "2026-11-24 14:30:00"))
	path := "/v/" + sealing(t, bookedAt(utc(t, "2026-11-24 14:30:00")))
	with := func(keys ...string) testSite {
		return startSite(t, links, now, func(o *Options) { o.Visits.Seals = keyring(t, keys...) })
	}
	first, both, second := with(linkKey), with(otherKey, linkKey), with(otherKey)
	v := newVisitor(t, first)
	key := shownKey(t, v.get(path))
	old := v.get(path).Cookies()[0]
	held := func(c *http.Cookie) []string { return []string{"Cookie", c.Name + "=" + c.Value} }
	w := newVisitor(t, both)
	if a := w.joining(key, held(old)...); a.StatusCode != http.StatusOK {
		t.Errorf("join at a replica that has a new key too: %d %s", a.StatusCode, a.body)
	}
	a := w.get(path, held(old)...)
	if shownKey(t, a) != key {
		t.Error("the visit has another key there")
	}
	if a := newVisitor(t, second).joining(key, held(a.Cookies()[0])...); a.StatusCode != http.StatusOK {
		t.Errorf("a session that was renewed under the new key: %d %s", a.StatusCode, a.body)
	}
	if a := newVisitor(t, second).joining(key, held(old)...); problemOf(t, a) != "link-again" {
		t.Errorf("a session of the old key: %d %s", a.StatusCode, a.body)
	}
	if a := newVisitor(t, second).get("/visit", held(old)...); !strings.Contains(a.page(t).Find("main").Text(), "Open the link you were sent again") {
		t.Errorf("its page: %d", a.StatusCode)
	}
	if a := newVisitor(t, second).get(path); a.StatusCode != http.StatusNotFound {
		t.Errorf("a link of the old key: %d", a.StatusCode)
	}
}

func TestJoinRejectsEndedVisit(t *testing.T) {
	clock := newClock()
	site := startSite(t, func(o *Options) { o.Now = clock.Now }) // whoever may come in otherwise
	v := newVisitor(t, site)
	page := v.get("/v/" + sealing(t, bookedAt(clock.Now())))
	replay := page.Cookies()[0].Name + "=" + page.Cookies()[0].Value
	if a := v.joining(shownKey(t, page)); a.StatusCode != http.StatusOK {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	if n := v.get("/visit/ended?code=408").page(t).Find(`main a[href="/visit"]`).Length(); n == 0 {
		t.Error("no way back while the visit goes on")
	}
	clock.pass(75 * time.Minute)
	for what, a := range map[string]answer{
		"join":        v.joining(shownKey(t, page)),
		"replay":      newVisitor(t, site).joining("", "Cookie", replay),
		"fresh token": v.do(http.MethodPost, "/visit/token", ""),
	} {
		if a.StatusCode != http.StatusGone || problemOf(t, a) != "visit-ended" {
			t.Errorf("%s: %d %s", what, a.StatusCode, a.body)
		}
	}
	if a := v.get("/visit"); a.StatusCode != http.StatusGone || a.page(t).Find("h1").Text() != "This visit has ended" {
		t.Errorf("page: %d", a.StatusCode)
	}
	if n := v.get("/visit/ended?code=408").page(t).Find(`main a[href="/visit"]`).Length(); n != 0 {
		t.Error("the way back leads into a visit that has ended")
	}
	clock.pass(-3 * time.Hour)
	if a := v.joining(""); problemOf(t, a) != "visit-early" {
		t.Errorf("early: %d %s", a.StatusCode, a.body)
	}
	if n := len(site.service().Ledger().Identities); n != 1 {
		t.Errorf("%d identities", n)
	}
}

// Two tabs with two visits: nobody comes to the wrong people, and opening the link again mends it.
func TestSecondVisitReplacesTheFirst(t *testing.T) {
	site := startSite(t, links)
	mine := bookedAt(time.Now())
	theirs := mine
	theirs.ID, theirs.Name = visit.ID{9}, "Joao Silva"
	v := newVisitor(t, site)
	first := v.get("/v/" + sealing(t, mine))
	joined := v.joining(shownKey(t, first))
	second := v.get("/v/" + sealing(t, theirs))
	if name := second.page(t).Find("#name").AttrOr("value", ""); name != "Joao Silva" {
		t.Errorf("the second visit is %q's", name)
	}
	if a := v.joining(shownKey(t, first)); a.StatusCode != http.StatusConflict || problemOf(t, a) != "visit-changed" {
		t.Errorf("join in the first tab: %d %s", a.StatusCode, a.body)
	}
	theirID := v.joining(shownKey(t, second)).json(t)["userId"]
	v.do(http.MethodPost, "/visit/leave", fmt.Sprintf(`{"visit":%q}`, shownKey(t, first)), "Content-Type", "application/json")
	if a := v.joining(shownKey(t, second)); a.json(t)["userId"] != theirID {
		t.Error("leaving the first visit has ended the second")
	}
	v.get("/v/" + sealing(t, mine))
	again := v.joining(shownKey(t, first))
	if again.StatusCode != http.StatusOK || again.json(t)["userId"] == joined.json(t)["userId"] {
		t.Errorf("after opening the link again: %d, the identity of before", again.StatusCode)
	}
	site.Wait()
	for _, i := range site.service().Ledger().Identities {
		if i.ID == joined.json(t)["userId"] && i.DeletedAt.IsZero() {
			t.Error("the first identity is left")
		}
	}
	moved := mine
	moved.Revision, moved.Minutes = 1, 30
	v.get("/v/" + sealing(t, moved))
	if a := v.joining(shownKey(t, first)); a.StatusCode != http.StatusOK || a.json(t)["userId"] != again.json(t)["userId"] {
		t.Errorf("a visit that was moved is another: %d %s", a.StatusCode, a.body)
	}
}

func TestTicketHoldsTheVisit(t *testing.T) {
	long := strings.Repeat("Ä", visit.MaxNameRunes)
	for what, c := range map[string]struct {
		change func(*visit.Visit)
		typed  string
		name   string
		role   string
		chat   bool
	}{
		"guest":       {func(*visit.Visit) {}, "Maria  Silva", "Maria Silva", "guest", true},
		"companion":   {func(v *visit.Visit) { v.Role = visit.RoleCompanion }, "Ana", "Ana (companion)", "guest", true},
		"interpreter": {func(v *visit.Visit) { v.Role = visit.RoleInterpreter }, long, strings.Repeat("Ä", 50) + " (interpreter)", "guest", true},
		"twice":       {func(v *visit.Visit) { v.Role = visit.RoleInterpreter }, "Bo (interpreter)", "Bo (interpreter)", "guest", true},
		"audience":    {func(v *visit.Visit) { v.Role = visit.RoleAudience }, "Cy", "Cy", "audience", true},
		"no chat":     {func(v *visit.Visit) { v.Chat = false }, "Di", "Di", "guest", false},
		"Welsh":       {func(v *visit.Visit) { v.Language = "cy" }, "Ed", "Ed", "guest", true},
	} {
		booked := bookedAt(time.Now())
		c.change(&booked)
		v := newVisitor(t, startSite(t, links))
		page := v.get("/v/" + sealing(t, booked)).page(t)
		if looks := page.Find("#device-panel, [name=camera], [name=microphone], [value=sound]").Length() > 0; looks != (c.role != "audience") {
			t.Errorf("%s: devices are offered: %v", what, looks)
		}
		ticket := v.do(http.MethodPost, "/visit/join", fmt.Sprintf(`{"name":%q}`, c.typed), "Content-Type", "application/json").json(t)
		if ticket["displayName"] != c.name || ticket["role"] != c.role || ticket["chat"] != c.chat || ticket["locale"] != "en-GB" {
			t.Errorf("%s: %v", what, ticket)
		}
		if n := utf8.RuneCountInString(c.name); n > visit.MaxNameRunes || len(ticket) != 10 {
			t.Errorf("%s: a name of %d, a ticket of %d fields", what, n, len(ticket))
		}
		if v.get("/visit").page(t).Find("#name").AttrOr("value", "") == "Ana (companion)" {
			t.Error("the role has become a part of the name")
		}
	}
}

func TestVisitWithoutCameraAndSharing(t *testing.T) {
	booked := bookedAt(time.Now())
	booked.Camera, booked.Share = false, false
	page := newVisitor(t, startSite(t, links)).get("/v/" + sealing(t, booked)).page(t)
	if page.Find("[name=camera], [value=sound]").Length() != 0 || page.Find("[name=microphone]").Length() != 1 {
		t.Error("the camera is offered, or the microphone is not")
	}
	if data := page.Find("#page-data").Text(); !strings.Contains(data, `"noCamera":true`) || !strings.Contains(data, `"noShare":true`) {
		t.Errorf("the script is told %.300s", data)
	}
}

// The numbers of the visit stand before the site's.
func TestPagesShowTheVisitsNumber(t *testing.T) {
	booked := bookedAt(time.Now())
	booked.Phone, booked.DialIn = "020 7946 0000", visit.DialIn{Number: "+44 20 1234 5678", Conference: "987654321"}
	site := startSite(t, links, public(t, "http://visit.lamna.example"))
	v := newVisitor(t, site)
	page := v.get("/v/" + sealing(t, booked))
	if strings.Contains(page.body, "01234 567890") || page.page(t).Find(`a[href="tel:02079460000"]`).Length() == 0 {
		t.Error("the visit's page shows the site's number")
	}
	if got, want := page.page(t).Find("[data-copy]").AttrOr("data-copy", ""), "http://visit.lamna.example/v/"+sealing(t, booked); got != want {
		t.Errorf("the address to copy is %q", got)
	}
	const dial = `a[href="tel:+442012345678,,987654321#"]`
	for path, want := range map[string]int{"/visit/ended?code=408": 1, "/visit/ended?code=0&subCode=0": 0} {
		a := v.get(path)
		if n := a.page(t).Find("main " + dial).Length(); n != want || strings.Contains(a.body, "01234 567890") {
			t.Errorf("%s: the way in by phone is there %d times", path, n)
		}
	}
}
