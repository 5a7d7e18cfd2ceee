package teams

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"mime/quotedprintable"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
)

// casesFrom is the environment variable for the number of random cases.
const casesFrom = "ANTEROOM_TEAMS_CASES"

// randomMeeting is a meeting with everything that an invitation shows of it.
type randomMeeting struct {
	link, id, passcode string
	right              map[string]bool // the texts of the readings that are this meeting
}

// draws makes random meetings and layouts.
type draws struct {
	*rand.Rand
	words []words
}

func (d draws) of(letters string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = letters[d.IntN(len(letters))]
	}
	return string(b)
}

func (d draws) one(of ...string) string { return of[d.IntN(len(of))] }

func (d draws) guid() string {
	const hex = "0123456789abcdef"
	return d.of(hex, 8) + "-" + d.of(hex, 4) + "-4" + d.of(hex, 3) + "-8" + d.of(hex, 3) + "-" + d.of(hex, 12)
}

func (d draws) meeting() randomMeeting {
	const alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	m := randomMeeting{id: "2" + d.of("0123456789", 11+d.IntN(4)), passcode: d.of(alphanumeric, 6+2*d.IntN(2))}
	if d.IntN(2) == 0 {
		code := []int{18, 18, 18, 18, 6, 8, 10}[d.IntN(7)]
		m.link = "https://teams.microsoft.com/meet/" + m.id + "?p=" + d.of(alphanumeric, code)
	} else {
		thread := "19:meeting_" + base64.StdEncoding.EncodeToString([]byte(d.guid())) + "@thread.v2"
		m.link = "https://teams.microsoft.com/l/meetup-join/" + escape(thread) + "/0?context=" + escape(`{"Tid":"`+d.guid()+`","Oid":"`+d.guid()+`"}`)
	}
	m.right = map[string]bool{m.link: true, m.id + " " + m.passcode: true}
	return m
}

// grouped writes an ID in threes.
func groupedText(id string) string {
	var parts []string
	for ; len(id) > 3; id = id[3:] {
		parts = append(parts, id[:3])
	}
	return strings.Join(append(parts, id), " ")
}

func (d draws) wrapped(link string) string {
	q := url.QueryEscape(link)
	switch d.IntN(14) {
	case 0, 1:
		return "https://eur01.safelinks.protection.outlook.com/?url=" + q + "&data=05%7C02%7C" + d.of("abcdef0123456789", 12) + "&reserved=0"
	case 2:
		return "https://urldefense.com/v3/__" + link + "__;!!" + d.of("ABCdef123", 8) + "$"
	case 3:
		return "https://linkprotect.cudasvc.com/url?a=" + q + "&c=E,1"
	case 4:
		return "https://www.google.de/url?q=" + q
	case 5:
		return "https://secure-web.cisco.com/1" + d.of("ABCdef123", 12) + "/" + q
	case 6:
		return "https://eu-west-1.protection.sophos.com/?d=microsoft.com&u=" + base64.StdEncoding.EncodeToString([]byte(link)) + "&i=x"
	case 7:
		return "https://contoso.azurewebsites.net/visit?meetingURL=" + q
	}
	return link
}

func (d draws) prose() string {
	return d.one("", "", "Hello Sam,\n\nplease join us.\n", "Termin am 5. Juni um 14:30 Uhr\n", "Order 12345, room B12\n", "Call +44 20 7946 0958 for help\n", "See https://www.contoso.example/visit?id=1\n", "McDonald\n", "13h30\n", "Best regards\nAnn\n", "会議は14時からです。\n")
}

// invitation lays a meeting out as Teams or a person would.
func (d draws) invitation(m randomMeeting) string {
	w := d.words[d.IntN(len(d.words))]
	link := d.wrapped(m.link)
	switch d.IntN(9) {
	case 0:
		return w.layout2021(link)
	case 1, 2:
		return w.layout2024(link, groupedText(m.id), m.passcode)
	case 3, 4:
		return w.layout2026(link, groupedText(m.id), m.passcode)
	case 5:
		return w.layout2024("", groupedText(m.id), m.passcode)
	case 6:
		return w.ID + ": " + groupedText(m.id) + d.one("\n", " ", "", ", ") + w.Passcode + ": " + m.passcode + d.one("\n", " ", "") + d.one(w.DialIn, w.Organizers, "")
	case 7:
		return d.one("Join: ", "", "<", "(") + link + d.one("", ">", ")", ".", "\n"+w.ID+": "+groupedText(m.id))
	default:
		return link
	}
}

// broken breaks every line at a width, wherever that is.
func broken(text string, width int, lineBreak string) string {
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

// sent puts a text through what mail programs do to it.
func (d draws) sent(m randomMeeting, text string) string {
	switch d.IntN(12) {
	case 0, 1:
		return broken(text, 40+d.IntN(61), "\n")
	case 2:
		// A word behind a blank is prose more often than the rest of a short code, so
		// only links that can be seen to be cut go through this.
		if _, code, short := strings.Cut(m.link, "?p="); strings.Contains(text, m.passcode) || short && len(code) < longestSeen {
			return text
		}
		return broken(text, 40+d.IntN(61), " ")
	case 3, 4:
		mark := strings.Repeat(d.one("> ", ">"), 1+d.IntN(3))
		return mark + broken(text, 40+d.IntN(61), "\n"+mark)
	case 5:
		return "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + wrapAt(base64.StdEncoding.EncodeToString([]byte(text)), 76, "\r\n")
	case 6:
		var b strings.Builder
		w := quotedprintable.NewWriter(&b)
		_, _ = w.Write([]byte(text)) // a Builder never fails
		_ = w.Close()
		return d.one("Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", "") + b.String()
	case 7:
		return "BEGIN:VEVENT\r\nDESCRIPTION:" + strings.NewReplacer("\n", `\n`, ",", `\,`, ";", `\;`).Replace(text) + "\r\nEND:VEVENT"
	case 8:
		// Nothing shows that a word was glued to a code that is shorter than the longest.
		if _, code, short := strings.Cut(m.link, "?p="); short && len(code) < longestSeen {
			return text
		}
		return strings.ReplaceAll(text, "\n", "")
	case 9:
		return strings.ReplaceAll(text, "\n", "\r\n")
	}
	return text
}

// TestReadNeverReturnsAnotherMeeting puts random meetings through random layouts. A
// reading is that meeting, a question or a refusal, and never another meeting.
func TestReadNeverReturnsAnotherMeeting(t *testing.T) {
	n := 3000
	if text := os.Getenv(casesFrom); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil || n < 1 {
			t.Fatalf("%s must be a positive number", casesFrom)
		}
	}
	seed := uint64(20261128)
	d := draws{rand.New(rand.NewPCG(seed, uint64(n))), invitationWords(t)}
	counts, wrong := map[string]int{}, 0
	for i := range n {
		m := d.meeting()
		text := d.sent(m, d.prose()+d.invitation(m)+d.one("", "\n"+d.prose()))
		r := read(text)
		switch {
		case r.Question != nil:
			counts["question"]++
		case r.Refusal != nil:
			counts["refusal"]++
		case m.right[r.Meeting.Text()]:
			counts["meeting"]++
		default:
			wrong++
			t.Errorf("case %d: got %s (%s)\nwant %v\ntext %s", i, r.Meeting.Text(), r.Rule, m.right, text)
		}
		if err := sound(r); err != nil {
			t.Errorf("case %d: %v\ntext %s", i, err, text)
		}
		if wrong > 10 {
			t.Fatal("too many")
		}
	}
	t.Log(fmt.Sprint(counts))
	if counts["meeting"]*100 < 80*n {
		t.Errorf("%d of %d cases are read, want at least 80 %%: %v", counts["meeting"], n, counts)
	}
}
