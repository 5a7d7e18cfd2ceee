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

// sealVisit returns the text of a link to v, sealed with the key of the test sites.
func sealVisit(t *testing.T, v visit.Visit) string {
	t.Helper()
	text, err := keyring(t, linkKey).Seal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// bookedAt returns a visit of Maria Silva to Dr Rao in London that starts at the minute of start.
func bookedAt(start time.Time) visit.Visit {
	found, ok := teams.Canonical(shortLink)
	if !ok {
		panic("shortLink must be a meeting link")
	}
	return visit.Visit{
		ID: visit.ID{1, 2, 3, 4, 5, 6}, Meeting: found, Name: "Maria Silva", Host: "Dr Asha Rao", Start: start.Truncate(time.Minute), Minutes: 15,
		Zone: "Europe/London", Language: "en-GB", Role: visit.RoleGuest, Chat: true, Camera: true, Share: true,
	}
}

// visitKey returns the key of the visit that a page is for.
func visitKey(t *testing.T, a answer) string {
	t.Helper()
	_, rest, _ := strings.Cut(a.page(t).Find("#page-data").Text(), `"visit":"`)
	key, _, _ := strings.Cut(rest, `"`)
	return key
}

// Every changed link has the same page, so that the page does not reveal why it is invalid.
func TestForgedLinksAreNotFound(t *testing.T) {
	site := startSite(t, linksOnly, atTime(utc(t, "2026-11-24 14:30:00")))
	booked := bookedAt(utc(t, "2026-11-24 14:30:00"))
	seal := sealVisit(t, booked)
	otherSeal, err := keyring(t, otherKey).Seal(booked)
	if err != nil {
		t.Fatal(err)
	}
	forgedLinks := []string{otherSeal, "x", strings.Repeat("a", 5000), seal + "a", "0" + seal, strings.ToUpper(seal), url.PathEscape("../" + seal)}
	random := rand.New(rand.NewPCG(5, 24))
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	for len(forgedLinks) < 500 {
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
		forgedLinks = append(forgedLinks, string(b))
	}
	v := newVisitor(t, site)
	want := ""
	opened := 0
	for _, text := range forgedLinks {
		a := v.get("/v/" + text)
		if strings.EqualFold(text, seal) && a.StatusCode == http.StatusOK {
			opened++ // links ignore case
			v = newVisitor(t, site)
			continue
		}
		got := a.page(t).Find("main").Text()
		if want == "" {
			want = got
		}
		if text != "" && (a.StatusCode != http.StatusNotFound || got != want || len(a.Cookies()) != 0) {
			t.Errorf("%q: status %d, %d cookies, page %q, want 404, none and %q", text, a.StatusCode, len(a.Cookies()), got, want)
		}
		if a := v.joinVisit(""); a.StatusCode != http.StatusConflict || strings.Contains(a.body, `"token"`) {
			t.Errorf("%q: status of join %d, want 409 without a token: %s", text, a.StatusCode, a.body)
		}
	}
	if !strings.HasPrefix(strings.TrimSpace(want), "We cannot find this visit") || opened > len(forgedLinks)/3 {
		t.Errorf("page %q, %d links opened, want %q and at most %d", want, opened, "We cannot find this visit", len(forgedLinks)/3)
	}
	if l := site.service().Ledger(); len(l.Requests) != 0 {
		t.Errorf("requests to the identity service %v, want none", l.Requests)
	}
	if strings.Contains(site.log.String(), seal[:20]) {
		t.Error("the log contains a link")
	}
	for _, suffix := range []string{".", ",", ")", "%3E", "%20"} {
		if a := newVisitor(t, site).get("/v/" + seal + suffix); a.StatusCode != http.StatusOK {
			t.Errorf("link with %q at its end: status %d, want 200", suffix, a.StatusCode)
		}
	}
}

// A link key may be replaced while visitors are in the site: every replica with the old key opens old links.
func TestOldKeysOpenOldLinks(t *testing.T) {
	now := atTime(utc(t, "2026-11-24 14:30:00"))
	path := "/v/" + sealVisit(t, bookedAt(utc(t, "2026-11-24 14:30:00")))
	with := func(keys ...string) testSite {
		return startSite(t, linksOnly, now, func(o *Options) { o.Visits.Seals = keyring(t, keys...) })
	}
	oldKey, bothKeys, newKey := with(linkKey), with(otherKey, linkKey), with(otherKey)
	v := newVisitor(t, oldKey)
	key := visitKey(t, v.get(path))
	old := v.get(path).Cookies()[0]
	w := newVisitor(t, bothKeys)
	if a := w.joinVisit(key, "Cookie", cookieHeader(old)); a.StatusCode != http.StatusOK {
		t.Errorf("old session at a replica with both keys: status of join %d, want 200: %s", a.StatusCode, a.body)
	}
	a := w.get(path, "Cookie", cookieHeader(old))
	if got := visitKey(t, a); got != key {
		t.Errorf("visit key at a replica with both keys: %q, want %q", got, key)
	}
	if a := newVisitor(t, newKey).joinVisit(key, "Cookie", cookieHeader(a.Cookies()[0])); a.StatusCode != http.StatusOK {
		t.Errorf("renewed session at a replica with the new key: status of join %d, want 200: %s", a.StatusCode, a.body)
	}
	if a := newVisitor(t, newKey).joinVisit(key, "Cookie", cookieHeader(old)); problemOf(t, a) != "link-again" {
		t.Errorf("old session at a replica with the new key: status of join %d, want link-again: %s", a.StatusCode, a.body)
	}
	if text := newVisitor(t, newKey).get("/visit", "Cookie", cookieHeader(old)).page(t).Find("main").Text(); !strings.Contains(text, "Open the link you were sent again") {
		t.Errorf("old session at a replica with the new key: page %q, want %q in it", text, "Open the link you were sent again")
	}
	if a := newVisitor(t, newKey).get(path); a.StatusCode != http.StatusNotFound {
		t.Errorf("old link at a replica with the new key: status %d, want 404", a.StatusCode)
	}
}

func TestJoinRejectsEndedVisit(t *testing.T) {
	clock := newClock()
	site := startSite(t, func(o *Options) { o.Now = clock.Now })
	v := newVisitor(t, site)
	page := v.get("/v/" + sealVisit(t, bookedAt(clock.Now())))
	copied := cookieHeader(page.Cookies()[0])
	if a := v.joinVisit(visitKey(t, page)); a.StatusCode != http.StatusOK {
		t.Fatalf("join: status %d, want 200: %s", a.StatusCode, a.body)
	}
	if n := v.get("/visit/ended?code=408").page(t).Find(`main a[href="/visit"]`).Length(); n == 0 {
		t.Error("ending page during the visit: no link back to it, want one")
	}
	clock.advance(75 * time.Minute)
	for what, a := range map[string]answer{
		"join":                    v.joinVisit(visitKey(t, page)),
		"join with copied cookie": newVisitor(t, site).joinVisit("", "Cookie", copied),
		"renewal":                 v.renewToken(),
	} {
		if a.StatusCode != http.StatusGone || problemOf(t, a) != "visit-ended" {
			t.Errorf("%s: status %d, want 410 visit-ended: %s", what, a.StatusCode, a.body)
		}
	}
	a := v.get("/visit")
	if h1 := a.page(t).Find("h1").Text(); a.StatusCode != http.StatusGone || h1 != "This visit has ended" {
		t.Errorf("visit page: status %d, h1 %q, want 410 and %q", a.StatusCode, h1, "This visit has ended")
	}
	if n := v.get("/visit/ended?code=408").page(t).Find(`main a[href="/visit"]`).Length(); n != 0 {
		t.Errorf("ending page after the visit: %d links back to it, want none", n)
	}
	clock.advance(-3 * time.Hour)
	if a := v.joinVisit(""); problemOf(t, a) != "visit-early" {
		t.Errorf("join before the visit: status %d, want visit-early: %s", a.StatusCode, a.body)
	}
	if n := len(site.service().Ledger().Identities); n != 1 {
		t.Errorf("%d identities, want 1", n)
	}
}

// A visitor with two visits in two tabs must not join the wrong one. Opening a link again makes its visit current.
func TestSecondVisitReplacesFirst(t *testing.T) {
	site := startSite(t, linksOnly)
	mine := bookedAt(time.Now())
	theirs := mine
	theirs.ID, theirs.Name = visit.ID{9}, "Joao Silva"
	v := newVisitor(t, site)
	first := v.get("/v/" + sealVisit(t, mine))
	joined := v.joinVisit(visitKey(t, first))
	second := v.get("/v/" + sealVisit(t, theirs))
	if name := second.page(t).Find("#name").AttrOr("value", ""); name != "Joao Silva" {
		t.Errorf("second visit: name %q, want Joao Silva", name)
	}
	if a := v.joinVisit(visitKey(t, first)); a.StatusCode != http.StatusConflict || problemOf(t, a) != "visit-changed" {
		t.Errorf("join in the first tab: status %d, want 409 visit-changed: %s", a.StatusCode, a.body)
	}
	theirID := v.joinVisit(visitKey(t, second)).json(t)["userId"]
	v.postJSON("/visit/leave", fmt.Sprintf(`{"visit":%q}`, visitKey(t, first)))
	if got := v.joinVisit(visitKey(t, second)).json(t)["userId"]; got != theirID {
		t.Errorf("second visit after leaving the first: identity %v, want %v as before", got, theirID)
	}
	v.get("/v/" + sealVisit(t, mine))
	again := v.joinVisit(visitKey(t, first))
	if again.StatusCode != http.StatusOK || again.json(t)["userId"] == joined.json(t)["userId"] {
		t.Errorf("join after opening the first link again: status %d, want 200 with a new identity: %s", again.StatusCode, again.body)
	}
	site.Wait()
	for _, i := range site.service().Ledger().Identities {
		if i.ID == joined.json(t)["userId"] && i.DeletedAt.IsZero() {
			t.Errorf("identity %s of the first join is not deleted", i.ID)
		}
	}
	moved := mine
	moved.Revision, moved.Minutes = 1, 30
	v.get("/v/" + sealVisit(t, moved))
	if a := v.joinVisit(visitKey(t, first)); a.StatusCode != http.StatusOK || a.json(t)["userId"] != again.json(t)["userId"] {
		t.Errorf("join of the rescheduled visit: status %d, want 200 with the same identity: %s", a.StatusCode, a.body)
	}
}

func TestTicketFollowsVisit(t *testing.T) {
	long := strings.Repeat("Ä", visit.MaxNameRunes)
	for what, c := range map[string]struct {
		change func(*visit.Visit)
		typed  string
		name   string
		role   string
		chat   bool
	}{
		"guest":            {func(*visit.Visit) {}, "Maria  Silva", "Maria Silva", "guest", true},
		"companion":        {func(v *visit.Visit) { v.Role = visit.RoleCompanion }, "Ana", "Ana (companion)", "guest", true},
		"interpreter":      {func(v *visit.Visit) { v.Role = visit.RoleInterpreter }, long, strings.Repeat("Ä", 50) + " (interpreter)", "guest", true},
		"role in the name": {func(v *visit.Visit) { v.Role = visit.RoleInterpreter }, "Bo (interpreter)", "Bo (interpreter)", "guest", true},
		"audience":         {func(v *visit.Visit) { v.Role = visit.RoleAudience }, "Cy", "Cy", "audience", true},
		"no chat":          {func(v *visit.Visit) { v.Chat = false }, "Di", "Di", "guest", false},
		"Welsh":            {func(v *visit.Visit) { v.Language = "cy" }, "Ed", "Ed", "guest", true},
	} {
		booked := bookedAt(time.Now())
		c.change(&booked)
		v := newVisitor(t, startSite(t, linksOnly))
		page := v.get("/v/" + sealVisit(t, booked)).page(t)
		wantDevices := c.role != "audience"
		if got := page.Find("#device-panel, [name=camera], [name=microphone], [value=sound]").Length() > 0; got != wantDevices {
			t.Errorf("%s: page offers devices %v, want %v", what, got, wantDevices)
		}
		ticket := v.postJSON("/visit/join", fmt.Sprintf(`{"name":%q}`, c.typed)).json(t)
		if ticket["displayName"] != c.name || ticket["role"] != c.role || ticket["chat"] != c.chat || ticket["locale"] != "en-GB" {
			t.Errorf("%s: ticket %v, want name %q, role %s, chat %v, locale en-GB", what, ticket, c.name, c.role, c.chat)
		}
		if n := utf8.RuneCountInString(c.name); n > visit.MaxNameRunes || len(ticket) != 10 {
			t.Errorf("%s: name of %d characters, ticket of %d fields, want at most %d and 10", what, n, len(ticket), visit.MaxNameRunes)
		}
		if name := v.get("/visit").page(t).Find("#name").AttrOr("value", ""); name == "Ana (companion)" {
			t.Errorf("%s: name field %q, want it without the role", what, name)
		}
	}
}

// visitPath returns the path of a visit of this person that is open now.
func visitPath(t *testing.T, s testSite, name string) string {
	t.Helper()
	draft := visit.Draft{Meeting: shortLink, Name: name, Start: s.now().UTC().Format("2006-01-02 15:04"), Minutes: "30", Zone: "UTC", Language: "en-GB"}
	v, err := draft.Visit(s.now(), s.call.Links)
	if err != nil {
		t.Fatal(err)
	}
	seal, err := s.visits.Seals.Seal(v)
	if err != nil {
		t.Fatal(err)
	}
	return "/v/" + seal
}
