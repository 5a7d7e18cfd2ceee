package invitation

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTextMessages(t *testing.T) {
	const brief = "https://v.example.org/v/" + "abcdefghij"
	for _, c := range []struct {
		what, link, host string
		brand            Brand
		full, short      string
	}{
		{
			"all of it", brief, "Dr Rao", lamna, "Lamna Clinic: Your video visit with Dr Rao is Tue 24 Nov 2:30pm. Do not travel. Join: " + brief + " Help: 01234 567890",
			"Lamna Clinic: Video visit 24 Nov 2:30pm, do not travel: " + brief + " Help: 01234 567890",
		},
		{
			"no host", brief, "", lamna, "Lamna Clinic: Your video visit is Tue 24 Nov 2:30pm. Do not travel. Join: " + brief + " Help: 01234 567890",
			"Lamna Clinic: Video visit 24 Nov 2:30pm, do not travel: " + brief + " Help: 01234 567890",
		},
		{
			"no phone known", brief, "Dr Rao",
			Brand{Name: "Lamna Clinic"},
			"Lamna Clinic: Your video visit with Dr Rao is Tue 24 Nov 2:30pm. Do not travel. Join: " + brief,
			"Lamna Clinic: Video visit 24 Nov 2:30pm, do not travel: " + brief,
		},
		{
			"no name known", brief, "Dr Rao",
			Brand{Phone: "112"},
			"Your video visit with Dr Rao is Tue 24 Nov 2:30pm. Do not travel. Join: " + brief + " Help: 112",
			"Video visit 24 Nov 2:30pm, do not travel: " + brief + " Help: 112",
		},
		{
			"accents that can go", brief, "Dr Łukasz Žižek",
			Brand{},
			"Your video visit with Dr Lukasz Zizek is Tue 24 Nov 2:30pm. Do not travel. Join: " + brief,
			"Video visit 24 Nov 2:30pm, do not travel: " + brief,
		},
	} {
		v := sample(t)
		v.Host = c.host
		i := invite(t, v, c.link, c.brand)
		if full, short := i.TextMessage(), i.ShortTextMessage(); full.Text != c.full || short.Text != c.short || full.Encoding != "GSM-7" || !short.Fits() {
			t.Errorf("%s: %+v\n%+v", c.what, full, short)
		}
	}
}

// A text message without the clinic, the words or the number to call would read
// like fraud: however long the link is, both have them.
func TestTextMessagesAlwaysSayWhoAndWhat(t *testing.T) {
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
						t.Fatalf("%s: no %q in %q", language, want, m.Text)
					}
				}
			}
		}
	}
	i := invite(t, sample(t), link, lamna)
	if full, short := i.TextMessage(), i.ShortTextMessage(); full.Messages != 2 || short.Messages != 2 || full.Length != len(full.Text) {
		t.Errorf("an ordinary link: %+v, %+v", full, short)
	}
}

func TestHostileNamesInTextMessages(t *testing.T) {
	for _, name := range hostileNames() {
		v := sample(t)
		v.Host, v.Name = name, name
		i := invite(t, v, link, Brand{Name: name, Phone: "0800 1111"})
		for _, m := range []TextMessage{i.TextMessage(), i.ShortTextMessage()} {
			if strings.Count(m.Text, link) != 1 || strings.ContainsAny(m.Text, "\r\n⟨") {
				t.Errorf("%q: %+v", name, m)
			}
		}
	}
}

func TestTextMessagesInArabic(t *testing.T) {
	v := sample(t)
	v.Language = "ar"
	i := invite(t, v, link, lamna)
	if m := i.ShortTextMessage(); m.Encoding != "UCS-2" || m.Text != "Lamna Clinic: زيارة بالفيديو 24 نوفمبر 14:30، لا داعي للحضور "+link+" للمساعدة 01234 567890" {
		t.Errorf("%+v", m)
	}
	if m := i.TextMessage(); !strings.Contains(m.Text, "مع Dr Asha Rao") {
		t.Errorf("%+v", m)
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
			t.Errorf("%.20q: %s, %d, %d messages", c.text, got.Encoding, got.Length, got.Messages)
		}
	}
	if n := utf8.RuneCountInString(gsmBasic); n != 127 { // 128 less the escape
		t.Errorf("%d characters in the alphabet", n)
	}
}

func TestFold(t *testing.T) {
	for from, want := range map[string]string{
		"Dr Žižek": "Dr Zizek", "Łukasz": "Lukasz", "Zoë": "Zoe", "François": "Francois", "Müller": "Müller", "O’Brien – x": "O'Brien - x",
		"Иванов": "Иванов", "ﬁ": "fi", "": "",
	} {
		if got := fold(from); got != want {
			t.Errorf("%q: %q, want %q", from, got, want)
		}
	}
}
