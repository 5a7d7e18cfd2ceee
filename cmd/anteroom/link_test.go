package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	byID     = "273 501 234 567 8"
	passcode = "Mt9xB2N6"
)

func linkSettingsIn(keys string) []string {
	return []string{"BASE_URL=https://visit.example.org", "LINK_KEYS=" + keys, "BRAND_NAME=Lamna Clinic", "BRAND_PHONE=01234 567890"}
}

const (
	firstKey  = "the first key of all"
	secondKey = "the second key after it"
)

func TestLinkIsMadeAndOpens(t *testing.T) {
	env := linkSettingsIn(firstKey)
	out, err := shell(
		t, "", env, "link", "--meeting", byID, "--passcode", passcode, "--name", "Sam Patel", "--host", "Dr Asha Rao",
		"--start", "2026-11-24T14:30", "--minutes", "15", "--phone", "0800 1111",
	)
	link := strings.TrimSpace(out)
	if err != nil || !strings.HasPrefix(link, "https://visit.example.org/v/") || len(link) >= 120 || out != link+"\n" {
		t.Fatalf("%v: %q, %d characters", err, out, len(link))
	}
	for what, keys := range map[string]string{"same keys": firstKey, "after a rotation": secondKey + "," + firstKey} {
		out, err = shell(t, "", linkSettingsIn(keys), "link", "open", link+".")
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		for _, want := range []string{"meeting ID  2735012345678\n", "passcode    ***\n", "name        Sam Patel\n", "start       2026-11-24T14:30:00Z\n", "role        guest\n", "offered     chat, camera, share\n"} {
			if !strings.Contains(out, want) {
				t.Errorf("%s: no %q in\n%s", what, want, out)
			}
		}
		if strings.Contains(out, passcode) {
			t.Errorf("%s: the passcode is shown", what)
		}
	}
	out, err = shell(t, link, env, "link", "open", "--reveal", "--json", "-")
	var got opened
	if err != nil || json.Unmarshal([]byte(out), &got) != nil || got.Passcode != passcode || got.Phone != "0800 1111" || !got.Camera {
		t.Errorf("revealed: %v %s", err, out)
	}
	for what, bad := range map[string][]string{"cut": {firstKey, link[:len(link)-1]}, "upper case": {firstKey, strings.ToUpper(link)}, "foreign": {secondKey, link}} {
		out, err := shell(t, "", linkSettingsIn(bad[0]), "link", "open", bad[1])
		if err == nil || out != "" || strings.Contains(err.Error(), link) {
			t.Errorf("%s: %v %q", what, err, out)
		}
	}
}

func TestLinkOpenHidesLinks(t *testing.T) {
	env := linkSettingsIn(firstKey)
	for _, meeting := range []string{classicLink, shortLink} {
		link, err := shell(t, "Join: "+meeting+"\n", env, "link", "--meeting", "-", "--start", "now")
		if err != nil {
			t.Fatal(err)
		}
		for _, form := range []string{"--json", "--reveal=false"} {
			out, err := shell(t, link, env, "link", "open", form, "-")
			if err != nil || strings.Contains(out, "meetup-join") || strings.Contains(out, "AbCdEfGhIj") || !strings.Contains(out, "https://teams.microsoft.com/***") {
				t.Errorf("%v: %s", err, out)
			}
		}
		if out, err := shell(t, link, env, "link", "open", "--reveal", "-"); err != nil || !strings.Contains(out, meeting) {
			t.Errorf("revealed: %v: %s", err, out)
		}
	}
}

func TestLinkForms(t *testing.T) {
	env := linkSettingsIn(firstKey)
	args := []string{"link", "make", "--meeting", byID + " " + passcode, "--start", "2026-11-24T14:30", "--end", "15:00", "--zone", "Europe/Berlin", "--host", "Dr Asha Rao"}
	out, err := shell(t, "", env, append(args, "--json")...)
	var got madeLink
	if err != nil || json.Unmarshal([]byte(out), &got) != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if got.Start.Format(time.RFC3339) != "2026-11-24T14:30:00+01:00" || got.End.Sub(got.Start) != 30*time.Minute || got.TextMessage.Messages > 2 || !strings.Contains(got.ShortText.Text, "Lamna Clinic: Video visit") ||
		!strings.Contains(got.TextMessage.Text, got.Link) || !strings.Contains(got.Email.Body, "Berlin time") || !strings.Contains(got.Email.Body, "01234 567890") ||
		!strings.Contains(out, `"link":"https://`) {
		t.Errorf("%s", out)
	}
	if out, err = shell(t, "", env, append(args, "--ics")...); err != nil || !strings.HasPrefix(out, "BEGIN:VCALENDAR\r\n") || !strings.Contains(out, "TZID=Europe/Berlin") {
		t.Errorf("calendar: %v %s", err, out)
	}
	if out, err = shell(t, "", env, append(args, "--qr")...); err != nil || !strings.HasPrefix(out, "<svg ") {
		t.Errorf("QR: %v %s", err, out)
	}
	if _, err = shell(t, "", env, append(args, "--qr", "--ics")...); err == nil {
		t.Error("two answers at once")
	}
	out, err = shell(t, "", env, append(args, "--ics", "--replaces", got.Link)...)
	if err != nil || !strings.Contains(out, "UID:"+got.ID+"@visit.example.org\r\n") || !strings.Contains(out, "SEQUENCE:1\r\n") {
		t.Errorf("moved: %v %s", err, out)
	}
	if _, err = shell(t, "", env, append(args, "--replaces", "https://visit.example.org/v/abc")...); err == nil {
		t.Error("replaces what does not open")
	}
}

func TestLinkTellsEveryFault(t *testing.T) {
	_, err := shell(t, "", linkSettingsIn(firstKey), "link", "--meeting", "https://teams.live.com/meet/93123?p=canary", "--start", "soon", "--role", "doctor", "--camera", "perhaps")
	if err == nil || errors.Is(err, errQuiet) || strings.Contains(err.Error(), "canary") {
		t.Fatalf("%v", err)
	}
	for _, want := range []string{"--meeting: ", "personal", "\n--start: ", "\n--role: ", "\n--camera: "} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
	_, err = shell(t, "", nil, "link", "--meeting", byID, "--start", "now")
	if err == nil || !strings.Contains(err.Error(), "BASE_URL") || !strings.Contains(err.Error(), "LINK_KEYS") {
		t.Errorf("without settings: %v", err)
	}
	_, err = shell(t, "", []string{"LINK_KEYS=canary,short", "BASE_URL=x"}, "link", "open", "x")
	if err == nil || !strings.Contains(err.Error(), "(LINK_KEYS): key 1") || !strings.Contains(err.Error(), "(BASE_URL)") || strings.Contains(err.Error(), "canary") {
		t.Errorf("bad settings: %v", err)
	}
	_, err = shell(t, "", []string{"LINK_KEYS=too short"}, "serve")
	if err == nil || !strings.Contains(err.Error(), "--link-keys (LINK_KEYS): key 1") {
		t.Errorf("serve: %v", err)
	}
}

func TestLinksForACSV(t *testing.T) {
	const sheet = "Name,Meeting,Start\nSam," + byID + " " + passcode + ",2026-11-24 14:30\nAlex,hello,2026-11-24 14:30\n"
	env := linkSettingsIn(firstKey)
	out, err := shell(t, sheet, env, "link", "--csv", "-", "--host", "Dr Asha Rao")
	if !errors.Is(err, errQuiet) || strings.Count(out, "https://visit.example.org/v/") != 1 || !strings.HasPrefix(out, "Name,Meeting,Start,link\n") {
		t.Errorf("%v\n%s", err, out)
	}
	file := filepath.Join(t.TempDir(), "visits.csv")
	good := strings.Replace(sheet, "hello", shortLink, 1)
	if err := os.WriteFile(file, []byte(good), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err = shell(t, "", env, "link", "--csv", file)
	if err != nil || strings.Count(out, "https://visit.example.org/v/") != 2 {
		t.Errorf("%v\n%s", err, out)
	}
	if _, err = shell(t, "", env, "link", "--csv", file+"x"); err == nil {
		t.Error("no file, and no error")
	}
	if _, err = shell(t, "a,b\n", env, "link", "--csv", "-"); err == nil || !strings.Contains(err.Error(), "heading") {
		t.Errorf("no heading: %v", err)
	}
}

func TestLinkAsksForTheOrderOfADate(t *testing.T) {
	env := linkSettingsIn(firstKey)
	link := func(args ...string) (string, error) {
		return shell(t, "", env, append([]string{"link", "--meeting", byID, "--passcode", passcode, "--start", "5/6/2027 14:30", "--zone", "America/Toronto"}, args...)...)
	}
	if out, err := link(); err == nil || out != "" || !strings.Contains(err.Error(), "--start: may have the day or the month first") {
		t.Errorf("%v: %q", err, out)
	}
	for order, want := range map[string]string{"dmy": "2027-06-05T14:30:00-04:00", "mdy": "2027-05-06T14:30:00-04:00"} {
		out, err := link("--date-order", order)
		if err != nil {
			t.Fatalf("%s: %v", order, err)
		}
		if out, err = shell(t, "", env, "link", "open", strings.TrimSpace(out)); err != nil || !strings.Contains(out, want) {
			t.Errorf("%s: %v: %s", order, err, out)
		}
	}
}

func TestLinkAsksWhichMeetingIsMeant(t *testing.T) {
	env := linkSettingsIn(firstKey)
	out, err := shell(t, "", env, "link", "--meeting", doubtful, "--start", "2026-11-24 14:30", "--json")
	if !errors.Is(err, errQuiet) || !strings.HasPrefix(out, `{"question":{"code":"confirm-meeting"`) {
		t.Errorf("as JSON: %v: %q", err, out)
	}
	if _, err = shell(t, "", env, "link", "--meeting", doubtful, "--start", "2026-11-24 14:30"); err == nil || !strings.Contains(err.Error(), "--meeting: could mean more than one meeting") {
		t.Errorf("in words: %v", err)
	}
}

func TestLinkToACancelledMeetingNeedsAFlag(t *testing.T) {
	args := []string{"link", "--meeting", "Subject: Canceled: review\n\n" + shortLink, "--start", "2026-11-24 14:30"}
	if _, err := shell(t, "", linkSettingsIn(firstKey), args...); err == nil || !strings.Contains(err.Error(), "--meeting: is cancelled") {
		t.Errorf("%v", err)
	}
	if _, err := shell(t, "", linkSettingsIn(firstKey), append(args, "--even-cancelled")...); err != nil {
		t.Errorf("with --even-cancelled: %v", err)
	}
}
