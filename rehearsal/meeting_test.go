package rehearsal

import (
	"regexp"
	"strings"
	"testing"
)

func TestRoomOf(t *testing.T) {
	const thread = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_YWJj%40thread.v2/0"
	for name, same := range map[string][]string{
		"an ID and its link": {
			"273501234567", " 273 501 234 567\n", "273\u00a0501\u00a0234567", "https://teams.microsoft.com/meet/273501234567?p=AbCdEf",
			"https://teams.cloud.microsoft/meet/273501234567?p=Other", "https://teams.microsoft.com/meet/273501234567/",
		},
		"encodings of a classic link": {
			thread + "?context=%7b%22Tid%22%3a%22a%22%7d", thread, "https://teams.microsoft.com/l/meetup-join/19:meeting_YWJj@thread.v2/0",
			"https://teams.microsoft.com/l/meetup-join/19%253ameeting_YWJj%2540thread.v2/0",
		},
	} {
		for _, m := range same {
			if RoomOf(m) != RoomOf(same[0]) {
				t.Errorf("%s: got room %s for %q and %s for %q, want one room", name, RoomOf(m), m, RoomOf(same[0]), same[0])
			}
		}
	}
	different := []string{
		"273501234567", "273501234568", thread, strings.Replace(thread, "YWJj", "ywjj", 1), strings.TrimSuffix(thread, "0") + "1649187156450",
		"https://teams.microsoft.com/meet/", "https://teams.microsoft.com/meet", "https://teams.microsoft.com/l/meetup-join/", "https://", "/", "%zz", "word",
	}
	seen := map[string]string{}
	for _, m := range different {
		code := RoomOf(m)
		if !regexp.MustCompile(`^[a-z2-7]{16}$`).MatchString(code) {
			t.Errorf("%q: got room %q, want 16 characters of base32", m, code)
		}
		if other, ok := seen[code]; ok {
			t.Errorf("%q and %q have the same room", m, other)
		}
		seen[code] = m
	}
	want(t, "no meeting", RoomOf(" \n")+RoomOf(""), "")
}

func TestCleanName(t *testing.T) {
	for input, output := range map[string]string{
		"Sam Patel":                       "Sam Patel",
		"  Sam \t\n Patel ":               "Sam Patel",
		"Sam\u202ePatel\u2066\x00\x1b[0m": "SamPatel[0m",
		"José Ångström 李小龍 علی\u200cرضا":  "José Ångström 李小龍 علی\u200cرضا",
		"\u200e\u200f\u061c":              "",
		"<b>":                             "<b>", // pages escape it
		strings.Repeat("é", 80):           strings.Repeat("é", 64),
		strings.Repeat("a", 63) + " b":    strings.Repeat("a", 63),
		"bad \xff utf":                    "bad utf",
	} {
		want(t, input, cleanName(input), output)
	}
}
