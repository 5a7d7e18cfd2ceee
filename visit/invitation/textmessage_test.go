package invitation

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTextMessage(t *testing.T) {
	const brief = "https://v.example.org/v/" + "abcdefghij"
	at := func(n int) string { return link + strings.Repeat("a", n-len(link)) }
	for _, c := range []struct {
		what, link, host string
		brand            Brand
		want             string
	}{
		{"all of it", brief, "Dr Rao", lamna, "Lamna Clinic: Your video visit with Dr Rao is Tue 24 Nov 2:30pm. Do not travel. Join: " + brief + " Help: 01234 567890"},
		{"no phone known", brief, "Dr Rao", Brand{Name: "Lamna Clinic"}, "Lamna Clinic: Your video visit with Dr Rao is Tue 24 Nov 2:30pm. Do not travel. Join: " + brief},
		{"no name known", brief, "Dr Rao", Brand{Phone: "112"}, "Your video visit with Dr Rao is Tue 24 Nov 2:30pm. Do not travel. Join: " + brief + " Help: 112"},
		{"long host", brief, strings.Repeat("Rao ", 15) + "Rao", lamna, "Lamna Clinic: Your video visit is Tue 24 Nov 2:30pm. Do not travel. Join: " + brief + " Help: 01234 567890"},
		{"no room for the phone", brief + strings.Repeat("a", 35), "Dr Rao", lamna, "Lamna Clinic: Your video visit is Tue 24 Nov 2:30pm. Do not travel. Join: " + brief + strings.Repeat("a", 35)},
		{"our own link", link, "Dr Asha Rao", lamna, "Video visit Tue 24 Nov 2:30pm, do not travel: " + link},
		{"a longer one", at(117), "Dr Asha Rao", lamna, "Video visit 24 Nov 2:30pm, do not travel: " + at(117)},
		{"longer still", at(130), "Dr Asha Rao", lamna, "Visit Tue 24 Nov 2:30pm: " + at(130)},
		{"only just", at(139), "Dr Asha Rao", lamna, "Visit 24 Nov 2:30pm: " + at(139)},
		{"accents that can go", brief, "Dr Łukasz Žižek", Brand{Name: "Lamna Clinic"}, "Lamna Clinic: Your video visit with Dr Lukasz Zizek is Tue 24 Nov 2:30pm. Do not travel. Join: " + brief},
		{"letters that cannot", brief, "Др Иванов", lamna, "Lamna Clinic: Your video visit is Tue 24 Nov 2:30pm. Do not travel. Join: " + brief + " Help: 01234 567890"},
	} {
		v := sample(t)
		v.Host = c.host
		got := invite(t, v, c.link, c.brand).TextMessage()
		if got.Text != c.want {
			t.Errorf("%s: %d of %q, want\n%d of %q", c.what, got.Length, got.Text, len(c.want), c.want)
		}
		if !got.Fits() || got.Encoding != "GSM-7" || got.Limit != 160 || got.Messages != 1 {
			t.Errorf("%s: %+v", c.what, got)
		}
	}
}

func TestTextMessageKeepsTheLink(t *testing.T) {
	long := "https://visit.example.org/v/" + strings.Repeat("a", 180)
	got := invite(t, sample(t), long, lamna).TextMessage()
	// Two it has to be, and so there is room for whatever fits two.
	if got.Fits() || got.Messages != 2 || !strings.Contains(got.Text, ": "+long+" Help: ") || got.Length != len(got.Text) {
		t.Errorf("%+v", got)
	}
	for _, name := range hostileNames() {
		v := sample(t)
		v.Host, v.Name = name, name
		got := invite(t, v, link, Brand{Name: name, Phone: "0800 1111"}).TextMessage()
		if !got.Fits() || got.Encoding != "GSM-7" || strings.Count(got.Text, link) != 1 || strings.ContainsAny(got.Text, "\r\n⟨") {
			t.Errorf("%q: %+v", name, got)
		}
	}
}

func TestTextMessageInArabic(t *testing.T) {
	v := sample(t)
	v.Language = "ar"
	for _, c := range []struct {
		link     string
		messages int
		words    string
	}{
		{"https://a.example/v/x", 1, "زيارة فيديو 24 نوفمبر 14:30، لا داعي للحضور https://a.example/v/x"},
		{link, 3, "Lamna Clinic: زيارتك بالفيديو الثلاثاء 24 نوفمبر 14:30. لا داعي للحضور شخصيًا. للانضمام " + link},
	} {
		got := invite(t, v, c.link, lamna).TextMessage()
		if got.Encoding != "UCS-2" || got.Messages != c.messages || got.Text != c.words {
			t.Errorf("%+v", got)
		}
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
