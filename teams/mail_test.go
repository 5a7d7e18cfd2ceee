package teams

import (
	"encoding/base64"
	"encoding/binary"
	"mime/quotedprintable"
	"strings"
	"testing"
	"unicode/utf16"
)

// FuzzMail checks the decoders of mail on anything: none panics, and none makes
// much of little.
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
			t.Errorf("%d bytes and %d steps of %d", len(decoded), p.steps, len(text))
		}
		if !ok && decoded != "" {
			t.Error("not a mail, and a text")
		}
		for _, decode := range []func(string) (string, bool){decodeQuoted, decodeBase64, decodeUTF16} {
			if plain, _ := decode(text); len(plain) > 2*len(text) {
				t.Errorf("%d bytes of %d", len(plain), len(text))
			}
		}
		if plain := decodeWords(text); len(plain) > 4*len(text) {
			t.Errorf("%d bytes of %d in encoded words", len(plain), len(text))
		}
	})
}

// FuzzMailEncodings checks that a text is read alike however it was sent.
func FuzzMailEncodings(f *testing.F) {
	for _, c := range allCases() {
		if len(c.text) < 2<<10 {
			f.Add(c.text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, " ")
		if len(text) < 4 || len(text) > 8<<10 || strings.ContainsAny(text, "\x00\ufeff") || mailField.MatchString(lineEnds.Replace(text)) {
			return // read as what it is already
		}
		if _, encoded := decodeBase64(text); encoded {
			return
		}
		want := Read(Input{Text: text + "\n\n"})
		for name, sent := range sentAs(text + "\n\n") {
			got := Read(Input{Text: sent})
			if describePasted(got) != describePasted(want) {
				t.Errorf("%s: %s, want %s", name, describePasted(got), describePasted(want))
			}
		}
	})
}

// sentAs returns a text in the encodings that mail and files use.
func sentAs(text string) map[string]string {
	const header = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: "
	var quoted strings.Builder
	w := quotedprintable.NewWriter(&quoted)
	_, _ = w.Write([]byte(text)) // a strings.Builder takes everything
	_ = w.Close()
	var lines strings.Builder
	for coded := base64.StdEncoding.EncodeToString([]byte(text)); coded != ""; {
		n := min(76, len(coded))
		lines.WriteString(coded[:n] + "\r\n")
		coded = coded[n:]
	}
	units := utf16.Encode([]rune("\ufeff" + text))
	var big, little []byte
	for _, u := range units {
		big, little = binary.BigEndian.AppendUint16(big, u), binary.LittleEndian.AppendUint16(little, u)
	}
	return map[string]string{
		"quoted-printable":      header + "quoted-printable\n\n" + quoted.String(),
		"base64":                header + "base64\n\n" + lines.String(),
		"a part of a mail":      "Content-Type: multipart/mixed; boundary=\"=_a\"\n\n--=_a\n" + header + "base64\n\n" + lines.String() + "\n--=_a--\n",
		"UTF-16, big-endian":    string(big),
		"UTF-16, little-endian": string(little),
		"UTF-8 with a mark":     "\ufeff" + text,
		"a mail within a mail":  "Content-Type: message/rfc822\n\n" + header + "base64\n\n" + lines.String(),
	}
}
