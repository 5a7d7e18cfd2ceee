package teams

import (
	"encoding/base64"
	"encoding/binary"
	"mime/quotedprintable"
	"strings"
	"testing"
	"unicode/utf16"
)

// FuzzMail checks that no decoder of mail panics, and that none returns much more
// text than it was passed.
func FuzzMail(f *testing.F) {
	for _, c := range allCases() {
		if len(c.text) < 4<<10 && mailField.MatchString(c.text) {
			f.Add(c.text)
		}
	}
	f.Add("Subject: =?utf-8?B?QWJjZ?= =?iso-8859-1?Q?=E9?=\nContent-Type: text/plain; charset=utf-16; format=flowed; delsp=yes\n\nab \ncd\n")
	f.Add("Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--\n--a--")
	f.Add("--abc\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\nSGFsbG8=\n--abc\n")
	f.Add("=C3=A4 =3D\"x\"=\n")
	f.Add("\xff\xfea\x00\x00\xd8")
	f.Fuzz(func(t *testing.T, text string) {
		p := &parser{}
		decoded, ok := p.decodeMail(&document{text: text})
		// A subject is decoded at each level, everything else once.
		if limit := 4*len(text) + 3*maxMailText; len(decoded) > limit || p.steps > limit {
			t.Errorf("%d bytes decode to %d in %d steps, want at most %d of each", len(text), len(decoded), p.steps, limit)
		}
		if !ok && decoded != "" {
			t.Errorf("decodeMail returns false and the text %q, want no text", decoded)
		}
		for _, decode := range []func(string) (string, bool){decodeQuoted, decodeBase64, decodeUTF16} {
			if plain, _ := decode(text); len(plain) > 2*len(text) {
				t.Errorf("%d bytes decode to %d, want at most twice as many", len(text), len(plain))
			}
		}
		if plain := decodeWords(text); len(plain) > 4*len(text) {
			t.Errorf("%d bytes of encoded words decode to %d, want at most four times as many", len(text), len(plain))
		}
	})
}

// FuzzMailEncodings checks that the encoding of a text does not change its reading.
func FuzzMailEncodings(f *testing.F) {
	for _, c := range allCases() {
		if len(c.text) < 2<<10 {
			f.Add(c.text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, " ")
		if len(text) < 4 || len(text) > 8<<10 || strings.ContainsAny(text, "\x00\ufeff") || mailField.MatchString(lineEnds.Replace(text)) {
			return // the text itself would be read as a mail or as UTF-16
		}
		if _, encoded := decodeBase64(text); encoded {
			return
		}
		want := Read(Input{Text: text + "\n\n"})
		for name, encoded := range mailEncodings(text + "\n\n") {
			got := Read(Input{Text: encoded})
			if describePasted(got) != describePasted(want) {
				t.Errorf("%s: got %s, want %s", name, describePasted(got), describePasted(want))
			}
		}
	})
}

// quotedPrintable encodes a text as quoted-printable.
func quotedPrintable(text string) string {
	var b strings.Builder
	w := quotedprintable.NewWriter(&b)
	_, _ = w.Write([]byte(text)) // a strings.Builder never fails
	_ = w.Close()
	return b.String()
}

// base64Lines encodes a text as base64 in the lines of a mail.
func base64Lines(text string) string {
	return wrapAt(base64.StdEncoding.EncodeToString([]byte(text)), 76, "\r\n")
}

// mailEncodings returns a text in each encoding that mail and files use.
func mailEncodings(text string) map[string]string {
	const header = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: "
	lines := base64Lines(text) + "\r\n"
	units := utf16.Encode([]rune("\ufeff" + text))
	var big, little []byte
	for _, u := range units {
		big, little = binary.BigEndian.AppendUint16(big, u), binary.LittleEndian.AppendUint16(little, u)
	}
	return map[string]string{
		"quoted-printable":             header + "quoted-printable\n\n" + quotedPrintable(text),
		"base64":                       header + "base64\n\n" + lines,
		"a part of a mail":             "Content-Type: multipart/mixed; boundary=\"=_a\"\n\n--=_a\n" + header + "base64\n\n" + lines + "\n--=_a--\n",
		"UTF-16, big-endian":           string(big),
		"UTF-16, little-endian":        string(little),
		"UTF-8 with a byte order mark": "\ufeff" + text,
		"a mail within a mail":         "Content-Type: message/rfc822\n\n" + header + "base64\n\n" + lines,
	}
}
