package invitation

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTextMessages(t *testing.T) {
	const shortLink = "https://v.example.org/v/" + "abcdefghij"
	for _, c := range []struct {
		what, link, host string
		brand            Brand
		full, short      string
	}{
		{
			"host, name and phone", shortLink, "Dr Rao", lamna, "Lamna Clinic: Your video visit with Dr Rao is Tue 24 Nov 2:30pm. Do not travel. Join: " + shortLink + " Help: 01234 567890",
			"Lamna Clinic: Video visit 24 Nov 2:30pm, do not travel: " + shortLink + " Help: 01234 567890",
		},
		{
			"no host", shortLink, "", lamna, "Lamna Clinic: Your video visit is Tue 24 Nov 2:30pm. Do not travel. Join: " + shortLink + " Help: 01234 567890",
			"Lamna Clinic: Video visit 24 Nov 2:30pm, do not travel: " + shortLink + " Help: 01234 567890",
		},
		{
			"no phone", shortLink, "Dr Rao",
			Brand{Name: "Lamna Clinic"},
			"Lamna Clinic: Your video visit with Dr Rao is Tue 24 Nov 2:30pm. Do not travel. Join: " + shortLink,
			"Lamna Clinic: Video visit 24 Nov 2:30pm, do not travel: " + shortLink,
		},
		{
			"no name", shortLink, "Dr Rao",
			Brand{Phone: "112"},
			"Your video visit with Dr Rao is Tue 24 Nov 2:30pm. Do not travel. Join: " + shortLink + " Help: 112",
			"Video visit 24 Nov 2:30pm, do not travel: " + shortLink + " Help: 112",
		},
		{
			"accents that are removed", shortLink, "Dr Łukasz Žižek",
			Brand{},
			"Your video visit with Dr Lukasz Zizek is Tue 24 Nov 2:30pm. Do not travel. Join: " + shortLink,
			"Video visit 24 Nov 2:30pm, do not travel: " + shortLink,
		},
	} {
		v := sample(t)
		v.Host = c.host
		i := invite(t, v, c.link, c.brand)
		if full, short := i.TextMessage(), i.ShortTextMessage(); full.Text != c.full || short.Text != c.short || full.Encoding != "GSM-7" || !short.Fits() {
			t.Errorf("%s: got %+v\nand %+v, want\n%q\nand %q", c.what, full, short, c.full, c.short)
		}
	}
}

// A text message without the clinic's name, "video visit" and a phone number would look
// like fraud. Both messages must have them, even with a long link.
func TestTextMessagesKeepNameAndPhoneWithLongLinks(t *testing.T) {
	for _, language := range []string{"en-GB", "ar"} {
		video := map[string]string{"en-GB": "video visit", "ar": "بالفيديو"}[language]
		for n := len(link); n < 400; n += 9 {
			v := sample(t)
			v.Language = language
			long := link + strings.Repeat("a", n-len(link))
			i := invite(t, v, long, lamna)
			for _, m := range []TextMessage{i.TextMessage(), i.ShortTextMessage()} {
				for _, want := range []string{"Lamna Clinic", video, "01234 567890", long} {
					if !strings.Contains(strings.ToLower(m.Text), strings.ToLower(want)) {
						t.Fatalf("%s: got %q, want %q in it", language, m.Text, want)
					}
				}
			}
		}
	}
	i := invite(t, sample(t), link, lamna)
	if full, short := i.TextMessage(), i.ShortTextMessage(); full.Messages != 2 || short.Messages != 2 || full.Length != len(full.Text) {
		t.Errorf("an ordinary link: got %+v and %+v, want two messages each", full, short)
	}
}

func TestNamesCannotAddLinesToTextMessages(t *testing.T) {
	for _, name := range hostileNames() {
		v := sample(t)
		v.Host, v.Name = name, name
		i := invite(t, v, link, Brand{Name: name, Phone: "0800 1111"})
		for _, m := range []TextMessage{i.TextMessage(), i.ShortTextMessage()} {
			if strings.Count(m.Text, link) != 1 || strings.ContainsAny(m.Text, "\r\n⟨") {
				t.Errorf("%q: got %+v, want one link and no line break", name, m)
			}
		}
	}
}

func TestTextMessagesInArabic(t *testing.T) {
	v := sample(t)
	v.Language = "ar"
	i := invite(t, v, link, lamna)
	want := "Lamna Clinic: زيارة بالفيديو 24 نوفمبر 14:30، لا داعي للحضور " + link + " للمساعدة 01234 567890"
	if m := i.ShortTextMessage(); m.Encoding != "UCS-2" || m.Text != want {
		t.Errorf("got %+v, want %q in UCS-2", m, want)
	}
	if m := i.TextMessage(); !strings.Contains(m.Text, "مع Dr Asha Rao") {
		t.Errorf("got %+v, want the host in it", m)
	}
}

func TestMeasure(t *testing.T) {
	for _, c := range []struct {
		text             string
		encoding         string
		length, messages int
	}{
		{"", "GSM-7", 0, 1},
		{"Hello", "GSM-7", 5, 1},
		{"à è Ç ß Δ", "GSM-7", 9, 1},
		{"^{}\\[~]|€", "GSM-7", 18, 1},
		{"ç", "UCS-2", 1, 1},
		{"`", "UCS-2", 1, 1},
		{"𝒳", "UCS-2", 2, 1},
		{strings.Repeat("a", 160), "GSM-7", 160, 1},
		{strings.Repeat("a", 161), "GSM-7", 161, 2},
		{strings.Repeat("a", 306), "GSM-7", 306, 2},
		{strings.Repeat("a", 307), "GSM-7", 307, 3},
		{strings.Repeat("€", 81), "GSM-7", 162, 2},
		{strings.Repeat("ع", 70), "UCS-2", 70, 1},
		{strings.Repeat("ع", 71), "UCS-2", 71, 2},
		{strings.Repeat("ع", 135), "UCS-2", 135, 3},
	} {
		got := measure(c.text)
		if got.Encoding != c.encoding || got.Length != c.length || got.Messages != c.messages || got.Text != c.text {
			t.Errorf("%.20q: got %s, length %d, %d messages, want %s, %d, %d",
				c.text, got.Encoding, got.Length, got.Messages, c.encoding, c.length, c.messages)
		}
	}
	if n := utf8.RuneCountInString(gsmBasic); n != 127 { // 128 without the escape character
		t.Errorf("the GSM-7 alphabet has %d characters, want 127", n)
	}
}

func TestFoldRemovesAccentsThatGSM7Lacks(t *testing.T) {
	for from, want := range map[string]string{
		"Dr Žižek": "Dr Zizek", "Łukasz": "Lukasz", "Zoë": "Zoe", "François": "Francois", "Müller": "Müller", "O’Brien – x": "O'Brien - x",
		"Иванов": "Иванов", "ﬁ": "fi", "": "",
	} {
		if got := fold(from); got != want {
			t.Errorf("%q: got %q, want %q", from, got, want)
		}
	}
}
