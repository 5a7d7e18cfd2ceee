package teams

import (
	"strings"
	"testing"
)

// hostile gives texts made to cost much: each unit is repeated to a size.
func hostile() map[string]string {
	return map[string]string{
		"link starts":             "https://",
		"joinable beginnings":     "https://teams.microsoft.com/l/meetup-join/ ",
		"broken lines":            "<https://teams.microsoft.com/l/meetup-join/19%3ameeting_a\n",
		"one line after another":  "https://teams.microsoft.com/meet/\n%\n%\n%\n",
		"bare names":              "a.b-c.teams.microsoft",
		"bare hosts":              "x.teams.live",
		"layers of encoding":      "%25",
		"encoded schemes":         "https%253a",
		"nested launchers":        "https://teams.microsoft.com/dl/launcher?url=",
		"nested fragments":        "https://teams.microsoft.com/v2/#/v2/#/v2/#/dl/launcher?url=/v2/ ",
		"nested wrappers":         "https://a.safelinks.protection.outlook.com/?url=",
		"Proofpoint marks":        "https://urldefense.com/v3/__**A__;JSUl! ",
		"contexts":                "https://teams.microsoft.com/l/meetup-join/x/0?context={",
		"punycode":                "https://xn--a-0000000000000000000000000000000000000000000000/l/ ",
		"entities":                "&amp;amp;lt;",
		"folds":                   "DESCRIPTION:\\n\n ",
		"soft breaks":             "=3D=\n",
		"digits":                  "1",
		"digit groups":            "273 501 234 567 8 ",
		"broken digit groups":     "+1 (273) 501-",
		"ids and words":           "273 501 234 567 8 word ",
		"tags":                    "<br><a ",
		"quoted marks":            "https://teams.microsoft.com/\n> > > ",
		"colons":                  ": ",
		"zero-width":              "\u200b",
		"encoded values":          "https://a.example/?u=" + strings.Repeat("aHR0cHM6Ly9hLmV4YW1wbGUvP3U9", 8) + "&v=",
		"hexadecimal digits":      "68747470733a2f2f612f3f753d",
		"one long value":          "https://a.example/?u=" + strings.Repeat("aHR0cHM6Ly9hLmV4YW1wbGUv", 300) + " ",
		"long path segments":      "https://a.example/" + strings.Repeat(strings.Repeat("a", 48)+"/", 100) + " ",
		"nested fragments of any": "https://a.example/#https://a.example/#",
		"separated digits":        "Meeting ID: 1.2.3.4.5.6.7.8.9.0.1.2.3.4.5.6.7 ",
		"braces in a context":     `https://teams.microsoft.com/l/meetup-join/x/0?context={"Tid":"{11111111-2222-4333-8444-555555555555}"`,
		"bare addresses":          "a.zoom.example/x ",
		"device numbers":          "123456789012@a.example ",
		"subjects":                "Subject: re: re: re: re: re: ",
		"combining marks":         "https://te\u0301\u0301\u0301ams.microsoft.com\u0301/",
	}
}

func filled(unit string, size int) string {
	return strings.Repeat(unit, size/len(unit))
}

// count reads a text and returns the work done.
func count(text string) *parser {
	p := &parser{}
	p.text(p.open(text, true).text)
	return p
}

// TestWorkIsLinear counts steps: bytes that any part of the parser looked at. The
// worst texts cost at most a fixed number of steps for each byte, and four times
// the text costs at most about four times the steps.
func TestWorkIsLinear(t *testing.T) {
	const perByte, fixed = 160, maxJoins * maxLink
	for form, unit := range hostile() {
		t.Run(form, func(t *testing.T) {
			small, large := count(filled(unit, 16<<10)), count(filled(unit, 64<<10))
			if large.joins > maxJoins || large.readings > maxReadings+maxLinks {
				t.Errorf("%d joins and %d readings, want at most %d and %d", large.joins, large.readings, maxJoins, maxReadings+maxLinks)
			}
			if large.steps > perByte*(64<<10)+fixed {
				t.Errorf("64 KiB: %d steps, want at most %d", large.steps, perByte*(64<<10)+fixed)
			}
			if large.steps > 5*small.steps+fixed {
				t.Errorf("steps grew from %d to %d when the text grew fourfold", small.steps, large.steps)
			}
		})
	}
}

// TestJoinsStopAtTheirLimit reads a broken link behind decoys that each cost one
// join, up to the limit and beyond it.
func TestJoinsStopAtTheirLimit(t *testing.T) {
	const decoy = "https://teams.microsoft.com/meet/2735 %\n\n"
	cut := classic[:120] + "\n" + classic[120:]
	for decoys, want := range map[int]string{0: classic, 95: classic, 96: "incomplete-link", 200: "incomplete-link"} {
		if got := describe(read(strings.Repeat(decoy, decoys) + cut)); got != want {
			t.Errorf("%d decoys: got %s, want %s", decoys, got, want)
		}
	}
}

// TestQuotedLinesOfOneLengthAreJoined reads a short link that is cut within
// its passcode, in a quoted reply whose lines are all as long.
func TestQuotedLinesOfOneLengthAreJoined(t *testing.T) {
	reply := func(width int) string {
		fill := strings.Repeat("lorem ", 20)[:width]
		link := short[:len(short)-9]
		return "> " + fill + "\n> " + strings.Repeat("x", width-len(link)-1) + " " + link + "\n> " + short[len(short)-9:] + "\n> Regards"
	}
	if got := describe(read(reply(72))); got != short {
		t.Errorf("lines of 72: got %s", got)
	}
	uneven := strings.Replace(reply(72), "lorem ", "lorem ipsum ", 1)
	if got := describe(read(uneven)); got != "question confirm-passcode" {
		t.Errorf("lines of different lengths: got %s", got)
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
