package teams

import (
	"strings"
	"testing"
)

func TestReadDialIn(t *testing.T) {
	const meeting = "Meeting ID: 273 501 234 567 8\nPasscode: Mt9xB2N6\n"
	for _, c := range []struct{ what, text, number, conference string }{
		{"2024", meeting + "Dial in by phone\n+44 20 3443 9563,,123456789# United Kingdom, London\nFind a local number\nPhone conference ID: 123 456 789#\n", "+44 20 3443 9563", "123456789"},
		{"2021", "Or call in (audio only)\n+1 323-849-4874,,987654321#   United States, Los Angeles\nPhone Conference ID: 987 654 321#\n", "+1 323-849-4874", "987654321"},
		{"German", "Per Telefon einwählen\n+49 69 365057673,,123456789# Germany, Frankfurt am Main\nTelefonkonferenz-ID: 123 456 789#\n", "+49 69 365057673", "123456789"},
		{"toll-free first", "0800 640 3933,,123456789# United Kingdom (Toll-free)\n+44 20 3443 9563,,123456789# London\n", "+44 20 3443 9563", "123456789"},
		{"HTML", `<p><a href="tel:+442034439563,,123456789#">+44 20 3443 9563,,123456789#</a></p>`, "", "123456789"},
		{"a percent-encoded tel: address", "<tel:+442034439563,,123456789%23>", "+442034439563", "123456789"},
		{"Outlook's plain text", "+44 20 3443 9563,,123456789#<tel:+442034439563,,123456789#> United Kingdom", "+44 20 3443 9563", "123456789"},
		{"one number and one conference ID, without commas", "Call +44 20 3443 9563\nConference ID: 123 456 789#", "+44 20 3443 9563", "123456789"},
		{"quoted-printable", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n+44 20 3443 9563,,123456=\n789# London\n", "+44 20 3443 9563", "123456789"},
		{"two conferences", "+44 20 3443 9563,,123456789# London\n+44 20 3443 9563,,123456780# London\n", "", ""},
		{"two numbers without commas", "Call +44 20 3443 9563 or +1 323 849 4874\nConference ID: 123 456 789#", "", ""},
		{"no dial-in", meeting, "", ""},
		{"a video conference ID", meeting + "Join on a video conferencing device\nTenant key: 123456789@t.plcm.vc\nVideo ID: 112 345 678 9\n", "", ""},
		{"a signature", meeting + "Dr Asha Rao, +44 20 7946 0000\n", "", ""},
		{"a ticket number", "Ticket 123456# of today", "", ""},
		{"too long", strings.Repeat("x", maxText) + "+44 20 3443 9563,,123456789#", "", ""},
	} {
		got, ok := ReadDialIn(c.text)
		if ok != (c.conference != "") || got.Conference != c.conference || c.number != "" && got.Number != c.number {
			t.Errorf("%s: got %+v, %v, want number %q and conference %q", c.what, got, ok, c.number, c.conference)
		}
	}
}

// FuzzReadDialIn checks that a result has the form of a phone number and a conference ID.
func FuzzReadDialIn(f *testing.F) {
	f.Add("+44 20 3443 9563,,123456789# United Kingdom, London\nPhone conference ID: 123 456 789#")
	f.Add("Call +44 20 3443 9563\nConference ID: 123 456 789#")
	f.Fuzz(func(t *testing.T, text string) {
		d, ok := ReadDialIn(text)
		if !ok {
			return
		}
		if strings.Trim(d.Conference, "0123456789") != "" || d.Conference == "" || strings.Trim(d.Number, "+0123456789 ().-") != "" || len(d.Number) < 7 {
			t.Errorf("got %+v, want a phone number and a conference ID of digits", d)
		}
	})
}
