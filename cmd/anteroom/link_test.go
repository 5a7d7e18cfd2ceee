package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	byID     = "273 501 234 567 8"
	passcode = "Mt9xB2N6"
)

// linkSettingsWith returns the settings of a site with these link keys.
func linkSettingsWith(keys string) []string {
	return []string{"BASE_URL=https://visit.example.org", "LINK_KEYS=" + keys, "BRAND_NAME=Lamna Clinic", "BRAND_PHONE=01234 567890"}
}

const (
	firstKey  = "the first key of all"
	secondKey = "the second key after it"
)

func TestLinkOpensWithItsKeyOnly(t *testing.T) {
	env := linkSettingsWith(firstKey)
	out, err := shell(
		t, "", env, "link", "--meeting", byID, "--passcode", passcode, "--name", "Sam Patel", "--host", "Dr Asha Rao",
		"--start", "2026-11-24T14:30", "--minutes", "15", "--phone", "0800 1111",
	)
	link := strings.TrimSpace(out)
	if err != nil || !strings.HasPrefix(link, "https://visit.example.org/v/") || len(link) >= 120 || out != link+"\n" {
		t.Fatalf("link: %v, printed %q, %d characters, want a link of less than 120", err, out, len(link))
	}
	for what, keys := range map[string]string{"same keys": firstKey, "after a rotation": secondKey + "," + firstKey} {
		out, err = shell(t, "", linkSettingsWith(keys), "link", "open", link+".")
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		for _, want := range []string{"meeting ID  2735012345678\n", "passcode    ***\n", "name        Sam Patel\n", "start       2026-11-24T14:30:00Z\n", "role        guest\n", "offered     chat, camera, share\n"} {
			if !strings.Contains(out, want) {
				t.Errorf("%s: want %q in\n%s", what, want, out)
			}
		}
		if strings.Contains(out, passcode) {
			t.Errorf("%s: the output contains the passcode:\n%s", what, out)
		}
	}
	out, err = shell(t, link, env, "link", "open", "--reveal", "--json", "-")
	var got opened
	if err != nil || json.Unmarshal([]byte(out), &got) != nil || got.Passcode != passcode || got.Phone != "0800 1111" || !got.Camera {
		t.Errorf("open --reveal: %v, printed %s, want passcode, phone and camera", err, out)
	}
	for what, bad := range map[string][]string{"truncated": {firstKey, link[:len(link)-1]}, "upper case": {firstKey, strings.ToUpper(link)}, "foreign": {secondKey, link}} {
		out, err := shell(t, "", linkSettingsWith(bad[0]), "link", "open", bad[1])
		if err == nil || out != "" || strings.Contains(err.Error(), link) {
			t.Errorf("%s: %v, printed %q, want an error without the link and no output", what, err, out)
		}
	}
}

func TestLinkOpenHidesTheMeetingLink(t *testing.T) {
	env := linkSettingsWith(firstKey)
	for _, meeting := range []string{classicLink, shortLink} {
		link, err := shell(t, "Join: "+meeting+"\n", env, "link", "--meeting", "-", "--start", "now")
		if err != nil {
			t.Fatal(err)
		}
		for _, form := range []string{"--json", "--reveal=false"} {
			out, err := shell(t, link, env, "link", "open", form, "-")
			if err != nil || strings.Contains(out, "meetup-join") || strings.Contains(out, "AbCdEfGhIj") || !strings.Contains(out, "https://teams.microsoft.com/***") {
				t.Errorf("open %s: %v, printed %s, want the meeting's link masked", form, err, out)
			}
		}
		if out, err := shell(t, link, env, "link", "open", "--reveal", "-"); err != nil || !strings.Contains(out, meeting) {
			t.Errorf("open --reveal: %v, printed %s, want %s in it", err, out, meeting)
		}
	}
}

func TestLinkMakeFormats(t *testing.T) {
	env := linkSettingsWith(firstKey)
	args := []string{"link", "make", "--meeting", byID + " " + passcode, "--start", "2026-11-24T14:30", "--end", "15:00", "--zone", "Europe/Berlin", "--host", "Dr Asha Rao"}
	out, err := shell(t, "", env, append(args, "--json")...)
	var got madeLink
	if err != nil || json.Unmarshal([]byte(out), &got) != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if got.Start.Format(time.RFC3339) != "2026-11-24T14:30:00+01:00" || got.End.Sub(got.Start) != 30*time.Minute || got.TextMessage.Messages > 2 || !strings.Contains(got.ShortText.Text, "Lamna Clinic: Video visit") ||
		!strings.Contains(got.TextMessage.Text, got.Link) || !strings.Contains(got.Email.Body, "Berlin time") || !strings.Contains(got.Email.Body, "01234 567890") ||
		!strings.Contains(out, `"link":"https://`) {
		t.Errorf("link --json printed %s, want the visit's times, messages and e-mail", out)
	}
	if out, err = shell(t, "", env, append(args, "--ics")...); err != nil || !strings.HasPrefix(out, "BEGIN:VCALENDAR\r\n") || !strings.Contains(out, "TZID=Europe/Berlin") {
		t.Errorf("link --ics: %v, printed %s, want a calendar in Europe/Berlin", err, out)
	}
	if out, err = shell(t, "", env, append(args, "--qr")...); err != nil || !strings.HasPrefix(out, "<svg ") {
		t.Errorf("link --qr: %v, printed %s, want SVG", err, out)
	}
	if _, err = shell(t, "", env, append(args, "--qr", "--ics")...); err == nil {
		t.Error("link --qr --ics: no error")
	}
	out, err = shell(t, "", env, append(args, "--ics", "--replaces", got.Link)...)
	if err != nil || !strings.Contains(out, "UID:"+got.ID+"@visit.example.org\r\n") || !strings.Contains(out, "SEQUENCE:1\r\n") {
		t.Errorf("link --ics --replaces: %v, printed %s, want the same UID and SEQUENCE:1", err, out)
	}
	if _, err = shell(t, "", env, append(args, "--replaces", "https://visit.example.org/v/abc")...); err == nil {
		t.Error("--replaces with an unknown link: no error")
	}
}

func TestLinkReportsEveryMistake(t *testing.T) {
	_, err := shell(t, "", linkSettingsWith(firstKey), "link", "--meeting", "https://teams.live.com/meet/93123?p=canary", "--start", "soon", "--role", "doctor", "--camera", "perhaps")
	if err == nil || errors.Is(err, errQuiet) || strings.Contains(err.Error(), "canary") {
		t.Fatalf("link: %v, want an error without the meeting's link", err)
	}
	for _, want := range []string{"--meeting: ", "personal", "\n--start: ", "\n--role: ", "\n--camera: "} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("link: %v, want %q in it", err, want)
		}
	}
	_, err = shell(t, "", nil, "link", "--meeting", byID, "--start", "now")
	if err == nil || !strings.Contains(err.Error(), "BASE_URL") || !strings.Contains(err.Error(), "LINK_KEYS") {
		t.Errorf("without settings: %v, want mistakes in BASE_URL and LINK_KEYS", err)
	}
	_, err = shell(t, "", []string{"LINK_KEYS=canary,short", "BASE_URL=x"}, "link", "open", "x")
	if err == nil || !strings.Contains(err.Error(), "(LINK_KEYS): key 1") || !strings.Contains(err.Error(), "(BASE_URL)") || strings.Contains(err.Error(), "canary") {
		t.Errorf("invalid settings: %v, want mistakes in key 1 and BASE_URL without their values", err)
	}
	_, err = shell(t, "", []string{"LINK_KEYS=too short"}, "serve")
	if err == nil || !strings.Contains(err.Error(), "--link-keys (LINK_KEYS): key 1") {
		t.Errorf("serve: %v, want a mistake in key 1", err)
	}
}

func TestLinkMakesLinksForACSV(t *testing.T) {
	const sheet = "Name,Meeting,Start\nSam," + byID + " " + passcode + ",2026-11-24 14:30\nAlex,hello,2026-11-24 14:30\n"
	env := linkSettingsWith(firstKey)
	out, err := shell(t, sheet, env, "link", "--csv", "-", "--host", "Dr Asha Rao")
	if !errors.Is(err, errQuiet) || strings.Count(out, "https://visit.example.org/v/") != 1 || !strings.HasPrefix(out, "Name,Meeting,Start,link\n") {
		t.Errorf("CSV with one bad row: %v, want errQuiet and one link:\n%s", err, out)
	}
	file := filepath.Join(t.TempDir(), "visits.csv")
	good := strings.Replace(sheet, "hello", shortLink, 1)
	if err := os.WriteFile(file, []byte(good), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err = shell(t, "", env, "link", "--csv", file)
	if err != nil || strings.Count(out, "https://visit.example.org/v/") != 2 {
		t.Errorf("CSV of good rows: %v, want two links:\n%s", err, out)
	}
	if _, err = shell(t, "", env, "link", "--csv", file+"x"); err == nil {
		t.Error("missing file: no error")
	}
	if _, err = shell(t, "a,b\n", env, "link", "--csv", "-"); err == nil || !strings.Contains(err.Error(), "heading") {
		t.Errorf("CSV without the headings: %v, want an error about a heading", err)
	}
}

func TestLinkAsksForTheOrderOfADate(t *testing.T) {
	env := linkSettingsWith(firstKey)
	link := func(args ...string) (string, error) {
		return shell(t, "", env, append([]string{"link", "--meeting", byID, "--passcode", passcode, "--start", "5/6/2027 14:30", "--zone", "America/Toronto"}, args...)...)
	}
	if out, err := link(); err == nil || out != "" || !strings.Contains(err.Error(), "--start: may have the day or the month first") {
		t.Errorf("without --date-order: %v, printed %q, want an error about the order", err, out)
	}
	for order, want := range map[string]string{"dmy": "2027-06-05T14:30:00-04:00", "mdy": "2027-05-06T14:30:00-04:00"} {
		out, err := link("--date-order", order)
		if err != nil {
			t.Fatalf("%s: %v", order, err)
		}
		if out, err = shell(t, "", env, "link", "open", strings.TrimSpace(out)); err != nil || !strings.Contains(out, want) {
			t.Errorf("%s: %v, printed %s, want %s in it", order, err, out, want)
		}
	}
}

func TestLinkAsksWhichMeetingIsMeant(t *testing.T) {
	env := linkSettingsWith(firstKey)
	out, err := shell(t, "", env, "link", "--meeting", ambiguous, "--start", "2026-11-24 14:30", "--json")
	if !errors.Is(err, errQuiet) || !strings.HasPrefix(out, `{"question":{"code":"confirm-meeting"`) {
		t.Errorf("as JSON: %v, printed %q, want errQuiet and a question", err, out)
	}
	if _, err = shell(t, "", env, "link", "--meeting", ambiguous, "--start", "2026-11-24 14:30"); err == nil || !strings.Contains(err.Error(), "--meeting: could mean more than one meeting") {
		t.Errorf("as text: %v, want an error about several meetings", err)
	}
}

func TestLinkToACancelledMeetingNeedsAFlag(t *testing.T) {
	args := []string{"link", "--meeting", "Subject: Canceled: review\n\n" + shortLink, "--start", "2026-11-24 14:30"}
	if _, err := shell(t, "", linkSettingsWith(firstKey), args...); err == nil || !strings.Contains(err.Error(), "--meeting: is cancelled") {
		t.Errorf("without --even-cancelled: %v, want an error", err)
	}
	if _, err := shell(t, "", linkSettingsWith(firstKey), append(args, "--even-cancelled")...); err != nil {
		t.Errorf("with --even-cancelled: %v", err)
	}
}

// TestLinkToAPastVisitWarns checks the warning on standard error, because a date in the past is usually a mistake.
func TestLinkToAPastVisitWarns(t *testing.T) {
	env := linkSettingsWith(firstKey)
	now := func() time.Time { return time.Date(2026, 11, 24, 15, 0, 0, 0, time.UTC) }
	makeLinks := func(args ...string) (out, warning string) {
		t.Helper()
		var stdout, stderr bytes.Buffer
		rows := "meeting,start\n" + shortLink + ",2026-11-24 14:30\n" + shortLink + ",2026-11-24 15:30\n" + shortLink + ",2025-11-24 14:30\n"
		if err := run(t.Context(), append([]string{"link"}, args...), env, console{strings.NewReader(rows), &stdout, &stderr, now}); err != nil {
			t.Errorf("%q: %v", args, err)
		}
		return stdout.String(), stderr.String()
	}
	for start, want := range map[string]string{
		"2026-11-24 14:44": "anteroom: --start: the visit has already ended, at 14:59 on Tuesday 24 November 2026; the link is made all the same\n",
		"2026-11-24 14:50": "", "2026-11-24 15:00": "", "now": "", "2027-11-24 14:30": "",
	} {
		if out, warning := makeLinks("--meeting", shortLink, "--start", start); warning != want || !strings.HasPrefix(out, "https://") {
			t.Errorf("%s: printed %q with the warning %q, want a link and %q", start, out, warning, want)
		}
	}
	if out, warning := makeLinks("--csv", "-"); warning != "anteroom: visits that have already ended: 2; their links are made all the same\n" || strings.Count(out, "/v/") != 3 {
		t.Errorf("CSV: printed %q with the warning %q, want 3 links and 2 ended visits", out, warning)
	}
}

// TestLinkOpenShowsTheStateOfTheSite checks that link open uses the site's settings, also if they are 0.
func TestLinkOpenShowsTheStateOfTheSite(t *testing.T) {
	env := linkSettingsWith(firstKey)
	start := time.Date(2026, 11, 24, 14, 30, 0, 0, time.UTC)
	link, err := shell(t, "", env, "link", "--meeting", shortLink, "--start", "2026-11-24 14:30", "--minutes", "15", "--zone", "UTC")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		at            time.Duration
		before, grace string
		want          string
	}{
		{-10 * time.Minute, "", "", "open"},
		{-10 * time.Minute, "0", "0", "early-today"},
		{-10 * time.Minute, "5", "60", "early-today"},
		{0, "0", "0", "open"},
		{20 * time.Minute, "", "", "late"},
		{20 * time.Minute, "0", "0", "ended"},
		{20 * time.Minute, "15", "5", "ended"},
	} {
		var out bytes.Buffer
		settings := env
		if c.before != "" {
			settings = append(slices.Clone(env), "OPEN_BEFORE_MINUTES="+c.before, "GRACE_MINUTES="+c.grace)
		}
		now := func() time.Time { return start.Add(c.at) }
		err := run(t.Context(), []string{"link", "open", strings.TrimSpace(link)}, settings, console{strings.NewReader(""), &out, &out, now})
		if err != nil || !strings.Contains(out.String(), "state       "+c.want+"\n") {
			t.Errorf("%v after the start, OPEN_BEFORE_MINUTES=%s, GRACE_MINUTES=%s: %v, want state %s in\n%s", c.at, c.before, c.grace, err, c.want, out.String())
		}
	}
}
