package teams

import (
	"encoding/base64"
	"math/rand/v2"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
)

// casesVariable is the environment variable that sets the number of random cases.
const casesVariable = "ANTEROOM_TEAMS_CASES"

// randomMeeting is a meeting with everything that an invitation shows of it.
type randomMeeting struct {
	link, id, passcode string
	want               map[string]bool // every Meeting.Text that means this meeting
}

// generator makes random meetings and layouts.
type generator struct {
	*rand.Rand
	words []words
}

func (g generator) letters(alphabet string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[g.IntN(len(alphabet))]
	}
	return string(b)
}

func (g generator) choose(texts ...string) string { return texts[g.IntN(len(texts))] }

func (g generator) guid() string {
	const hex = "0123456789abcdef"
	return g.letters(hex, 8) + "-" + g.letters(hex, 4) + "-4" + g.letters(hex, 3) + "-8" + g.letters(hex, 3) + "-" + g.letters(hex, 12)
}

func (g generator) meeting() randomMeeting {
	const alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	m := randomMeeting{id: "2" + g.letters("0123456789", 11+g.IntN(4)), passcode: g.letters(alphanumeric, 6+2*g.IntN(2))}
	if g.IntN(2) == 0 {
		code := []int{18, 18, 18, 18, 6, 8, 10}[g.IntN(7)]
		m.link = "https://teams.microsoft.com/meet/" + m.id + "?p=" + g.letters(alphanumeric, code)
	} else {
		thread := "19:meeting_" + base64.StdEncoding.EncodeToString([]byte(g.guid())) + "@thread.v2"
		m.link = "https://teams.microsoft.com/l/meetup-join/" + escape(thread) + "/0?context=" + escape(`{"Tid":"`+g.guid()+`","Oid":"`+g.guid()+`"}`)
	}
	m.want = map[string]bool{m.link: true, m.id + " " + m.passcode: true}
	return m
}

// groupDigits writes an ID in groups of three digits.
func groupDigits(id string) string {
	var parts []string
	for ; len(id) > 3; id = id[3:] {
		parts = append(parts, id[:3])
	}
	return strings.Join(append(parts, id), " ")
}

// wrap sometimes puts a link into the address of a mail filter or a website.
func (g generator) wrap(link string) string {
	q := url.QueryEscape(link)
	switch g.IntN(14) {
	case 0, 1:
		return "https://eur01.safelinks.protection.outlook.com/?url=" + q + "&data=05%7C02%7C" + g.letters("abcdef0123456789", 12) + "&reserved=0"
	case 2:
		return "https://urldefense.com/v3/__" + link + "__;!!" + g.letters("ABCdef123", 8) + "$"
	case 3:
		return "https://linkprotect.cudasvc.com/url?a=" + q + "&c=E,1"
	case 4:
		return "https://www.google.de/url?q=" + q
	case 5:
		return "https://secure-web.cisco.com/1" + g.letters("ABCdef123", 12) + "/" + q
	case 6:
		return "https://eu-west-1.protection.sophos.com/?d=microsoft.com&u=" + base64.StdEncoding.EncodeToString([]byte(link)) + "&i=x"
	case 7:
		return "https://contoso.azurewebsites.net/visit?meetingURL=" + q
	}
	return link
}

func (g generator) prose() string {
	return g.choose("", "", "Hello Sam,\n\nplease join us.\n", "Termin am 5. Juni um 14:30 Uhr\n", "Order 12345, room B12\n", "Call +44 20 7946 0958 for help\n", "See https://www.contoso.example/visit?id=1\n", "McDonald\n", "13h30\n", "Best regards\nAnn\n", "会議は14時からです。\n")
}

// invitation writes a meeting as Teams or a person would.
func (g generator) invitation(m randomMeeting) string {
	w := g.words[g.IntN(len(g.words))]
	link := g.wrap(m.link)
	switch g.IntN(9) {
	case 0:
		return w.layout2021(link)
	case 1, 2:
		return w.layout2024(link, groupDigits(m.id), m.passcode)
	case 3, 4:
		return w.layout2026(link, groupDigits(m.id), m.passcode)
	case 5:
		return w.layout2024("", groupDigits(m.id), m.passcode)
	case 6:
		return w.ID + ": " + groupDigits(m.id) + g.choose("\n", " ", "", ", ") + w.Passcode + ": " + m.passcode + g.choose("\n", " ", "") + g.choose(w.DialIn, w.Organizers, "")
	case 7:
		return g.choose("Join: ", "", "<", "(") + link + g.choose("", ">", ")", ".", "\n"+w.ID+": "+groupDigits(m.id))
	default:
		return link
	}
}

// breakLines breaks every line at a width, even within a word.
func breakLines(text string, width int, lineBreak string) string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		runes := []rune(line)
		for ; len(runes) > width; runes = runes[width:] {
			out = append(out, string(runes[:width]))
		}
		out = append(out, string(runes))
	}
	return strings.Join(out, lineBreak)
}

// send changes a text as mail programs do.
func (g generator) send(m randomMeeting, text string) string {
	switch g.IntN(12) {
	case 0, 1:
		return breakLines(text, 40+g.IntN(61), "\n")
	case 2:
		// After a space, a word is more often prose than the rest of a short passcode. So
		// this case is only for links that are visibly cut.
		if _, code, short := strings.Cut(m.link, "?p="); strings.Contains(text, m.passcode) || short && len(code) < longestSeen {
			return text
		}
		return breakLines(text, 40+g.IntN(61), " ")
	case 3, 4:
		mark := strings.Repeat(g.choose("> ", ">"), 1+g.IntN(3))
		return mark + breakLines(text, 40+g.IntN(61), "\n"+mark)
	case 5:
		return "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64Lines(text)
	case 6:
		return g.choose("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", "") + quotedPrintable(text)
	case 7:
		return "BEGIN:VEVENT\r\nDESCRIPTION:" + strings.NewReplacer("\n", `\n`, ",", `\,`, ";", `\;`).Replace(text) + "\r\nEND:VEVENT"
	case 8:
		// Nobody can see where a short passcode ends if the next word follows without a space.
		if _, code, short := strings.Cut(m.link, "?p="); short && len(code) < longestSeen {
			return text
		}
		return strings.ReplaceAll(text, "\n", "")
	case 9:
		return strings.ReplaceAll(text, "\n", "\r\n")
	}
	return text
}

// TestReadNeverReturnsAnotherMeeting writes random meetings in random layouts. Each
// must be read as that meeting, a question or a refusal.
func TestReadNeverReturnsAnotherMeeting(t *testing.T) {
	n := 3000
	if text := os.Getenv(casesVariable); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil || n < 1 {
			t.Fatalf("%s must be a positive number", casesVariable)
		}
	}
	seed := uint64(20261128)
	g := generator{rand.New(rand.NewPCG(seed, uint64(n))), invitationWords(t)}
	counts, wrong := map[string]int{}, 0
	for i := range n {
		m := g.meeting()
		text := g.send(m, g.prose()+g.invitation(m)+g.choose("", "\n"+g.prose()))
		r := read(text)
		switch {
		case r.Question != nil:
			counts["question"]++
		case r.Refusal != nil:
			counts["refusal"]++
		case m.want[r.Meeting.Text()]:
			counts["meeting"]++
		default:
			wrong++
			t.Errorf("case %d: got %s (%s)\nwant %v\ntext %s", i, r.Meeting.Text(), r.Rule, m.want, text)
		}
		if err := checkReading(r); err != nil {
			t.Errorf("case %d: %v\ntext %s", i, err, text)
		}
		if wrong > 10 {
			t.Fatal("stopped after 11 wrong meetings")
		}
	}
	t.Log(counts)
	if counts["meeting"]*100 < 80*n {
		t.Errorf("got the meeting in %d of %d cases, want at least 80%%: %v", counts["meeting"], n, counts)
	}
}
