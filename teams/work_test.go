package teams

import (
	"strings"
	"testing"
)

// costlyUnits returns texts that are costly to parse when repeated.
func costlyUnits() map[string]string {
	return map[string]string{
		"link starts":                     "https://",
		"beginnings of long links":        "https://teams.microsoft.com/l/meetup-join/ ",
		"links cut by line breaks":        "<https://teams.microsoft.com/l/meetup-join/19%3ameeting_a\n",
		"short links over many lines":     "https://teams.microsoft.com/meet/\n%\n%\n%\n",
		"host names without a scheme":     "a.b-c.teams.microsoft",
		"personal hosts without a scheme": "x.teams.live",
		"layers of encoding":              "%25",
		"encoded schemes":                 "https%253a",
		"nested launchers":                "https://teams.microsoft.com/dl/launcher?url=",
		"nested fragments":                "https://teams.microsoft.com/v2/#/v2/#/v2/#/dl/launcher?url=/v2/ ",
		"nested wrappers":                 "https://a.safelinks.protection.outlook.com/?url=",
		"Proofpoint replacements":         "https://urldefense.com/v3/__**A__;JSUl! ",
		"contexts":                        "https://teams.microsoft.com/l/meetup-join/x/0?context={",
		"punycode":                        "https://xn--a-0000000000000000000000000000000000000000000000/l/ ",
		"entities":                        "&amp;amp;lt;",
		"folded calendar lines":           "DESCRIPTION:\\n\n ",
		"soft breaks":                     "=3D=\n",
		"digits":                          "1",
		"digit groups":                    "273 501 234 567 8 ",
		"broken digit groups":             "+1 (273) 501-",
		"ids and words":                   "273 501 234 567 8 word ",
		"tags":                            "<br><a ",
		"quoted lines after a link":       "https://teams.microsoft.com/\n> > > ",
		"colons":                          ": ",
		"zero-width":                      "\u200b",
		"encoded values":                  "https://a.example/?u=" + strings.Repeat("aHR0cHM6Ly9hLmV4YW1wbGUvP3U9", 8) + "&v=",
		"hexadecimal digits":              "68747470733a2f2f612f3f753d",
		"one long value":                  "https://a.example/?u=" + strings.Repeat("aHR0cHM6Ly9hLmV4YW1wbGUv", 300) + " ",
		"long path segments":              "https://a.example/" + strings.Repeat(strings.Repeat("a", 48)+"/", 100) + " ",
		"nested fragments of any host":    "https://a.example/#https://a.example/#",
		"separated digits":                "Meeting ID: 1.2.3.4.5.6.7.8.9.0.1.2.3.4.5.6.7 ",
		"braces in a context":             `https://teams.microsoft.com/l/meetup-join/x/0?context={"Tid":"{11111111-2222-4333-8444-555555555555}"`,
		"addresses without a scheme":      "a.zoom.example/x ",
		"device numbers":                  "123456789012@a.example ",
		"subjects":                        "Subject: re: re: re: re: re: ",
		"combining marks":                 "https://te\u0301\u0301\u0301ams.microsoft.com\u0301/",
	}
}

func repeatTo(size int, unit string) string {
	return strings.Repeat(unit, size/len(unit))
}

// parse reads a text and returns the parser with its counters.
func parse(text string) *parser {
	p := &parser{}
	p.text(p.open(text, true).text)
	return p
}

// TestWorkIsLinear counts steps, which are the bytes that any part of the parser looks
// at. The costliest texts take at most a fixed number of steps for each byte. Four times
// the text takes at most about four times the steps.
func TestWorkIsLinear(t *testing.T) {
	const perByte, fixed = 160, maxJoins * maxLink
	for form, unit := range costlyUnits() {
		t.Run(form, func(t *testing.T) {
			small, large := parse(repeatTo(16<<10, unit)), parse(repeatTo(64<<10, unit))
			if large.joins > maxJoins || large.readings > maxReadings+maxLinks {
				t.Errorf("%d joins and %d readings, want at most %d and %d", large.joins, large.readings, maxJoins, maxReadings+maxLinks)
			}
			if large.steps > perByte*(64<<10)+fixed {
				t.Errorf("64 KiB took %d steps, want at most %d", large.steps, perByte*(64<<10)+fixed)
			}
			if large.steps > 5*small.steps+fixed {
				t.Errorf("four times the text took %d steps instead of %d, want at most about four times as many", large.steps, small.steps)
			}
		})
	}
}

// TestJoinsStopAtTheirLimit reads a link cut by a line break, after decoys that each
// use one join.
func TestJoinsStopAtTheirLimit(t *testing.T) {
	const decoy = "https://teams.microsoft.com/meet/2735 %\n\n"
	brokenLink := classic[:120] + "\n" + classic[120:]
	for decoys, want := range map[int]string{0: classic, 95: classic, 96: "incomplete-link", 200: "incomplete-link"} {
		if got := describe(read(strings.Repeat(decoy, decoys) + brokenLink)); got != want {
			t.Errorf("%d decoys: got %s, want %s", decoys, got, want)
		}
	}
}

// TestQuotedLinesOfOneLengthAreJoined reads a quoted reply whose lines all have the
// same length. One line ends within the passcode of a short link.
func TestQuotedLinesOfOneLengthAreJoined(t *testing.T) {
	reply := func(width int) string {
		fill := strings.Repeat("lorem ", 20)[:width]
		link := short[:len(short)-9]
		return "> " + fill + "\n> " + strings.Repeat("x", width-len(link)-1) + " " + link + "\n> " + short[len(short)-9:] + "\n> Regards"
	}
	if got := describe(read(reply(72))); got != short {
		t.Errorf("lines of 72 characters: got %s, want %s", got, short)
	}
	uneven := strings.Replace(reply(72), "lorem ", "lorem ipsum ", 1)
	if got := describe(read(uneven)); got != "question confirm-passcode" {
		t.Errorf("lines of different lengths: got %s, want question confirm-passcode", got)
	}
}

func BenchmarkRead(b *testing.B) {
	for name, text := range map[string]string{
		"link":       classic,
		"invitation": invitations()[0].text(classic),
		"ids":        invitations()[0].text(""),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if r := read(text); r.Meeting == nil {
					b.Fatal(describe(r))
				}
			}
		})
	}
}
