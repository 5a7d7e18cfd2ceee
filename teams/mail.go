package teams

import (
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // mails in ISO-8859, Windows and East Asian charsets
)

// The limits of reading a mail as it was sent.
const (
	maxMailDepth = 8        // parts within parts
	maxMailParts = 64       // parts of one mail
	maxMailText  = 96 << 10 // bytes of decoded text
)

var (
	mailField  = regexp.MustCompile(`(?im)^(?:content-type|content-transfer-encoding):`)
	headerLine = regexp.MustCompile(`^[!-9;-~]+:`)
)

// decodeMail returns the text of the mail that begins in d, with what stands before
// it. It reports false for a text that has no mail header, and sets d.failed if it
// could not decode all of the mail.
func (p *parser) decodeMail(d *document) (string, bool) {
	text := d.text
	loc := mailField.FindStringIndex(text)
	if loc == nil {
		return "", false
	}
	start := headerStart(text, loc[0])
	before, source := text[:start], text[start:]
	if boundary, ok := boundaryBefore(before); ok {
		source = "Content-Type: multipart/mixed; boundary=\"" + boundary + "\"\n\n--" + boundary + "\n" + source
	}
	p.steps += len(source)
	entity, err := message.ReadWithOptions(strings.NewReader(source), &message.ReadOptions{MaxHeaderBytes: maxText})
	if entity == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		return "", false
	}
	w := mailWalk{room: maxMailText}
	w.entity(entity, 0)
	p.steps += maxMailText - w.room
	d.failed, d.cancelled = w.failed, w.cancelled
	return before + "\n" + w.text.String(), true
}

// headerStart goes back from a header field to the first line of its block.
func headerStart(text string, at int) int {
	for at > 0 {
		line := strings.LastIndexByte(text[:at-1], '\n') + 1
		if folded := text[line] == ' ' || text[line] == '\t'; !folded && !headerLine.MatchString(text[line:at]) {
			break
		}
		at = line
	}
	return at
}

// boundaryBefore returns the MIME boundary that is the last line of text.
func boundaryBefore(text string) (string, bool) {
	text = strings.TrimRight(text, "\n")
	line, ok := strings.CutPrefix(text[strings.LastIndexByte(text, '\n')+1:], "--")
	return line, ok && line != "" && len(line) <= 70 && !strings.ContainsAny(line, "\" ")
}

// mailWalk collects the texts of a mail.
type mailWalk struct {
	text  strings.Builder
	parts int
	room  int
	// failed is true if a part could not be decoded.
	failed bool
	// cancelled is true if a part is a calendar entry that cancels the meeting.
	cancelled bool
}

func (w *mailWalk) entity(e *message.Entity, depth int) {
	if depth > maxMailDepth || w.parts >= maxMailParts {
		return
	}
	w.parts++
	if subject, err := e.Header.Text("Subject"); err == nil && subject != "" {
		w.text.WriteString("Subject: " + subject + "\n\n")
	}
	if parts := e.MultipartReader(); parts != nil {
		for w.parts < maxMailParts {
			part, err := parts.NextPart()
			if part == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
				w.failed = w.failed || !errors.Is(err, io.EOF)
				return
			}
			w.entity(part, depth+1)
		}
		return
	}
	kind, params, err := e.Header.ContentType()
	switch {
	case kind == "message/rfc822":
		if inner, err := message.Read(io.LimitReader(e.Body, int64(w.room))); inner != nil && err == nil {
			w.entity(inner, depth+1)
		}
	case err != nil || strings.HasPrefix(kind, "text/") || kind == "application/ics":
		body, err := io.ReadAll(io.LimitReader(e.Body, int64(w.room))) // what could be decoded
		w.failed = w.failed || err != nil
		w.room -= len(body)
		w.cancelled = w.cancelled || strings.EqualFold(params["method"], "cancel")
		text := lineEnds.Replace(string(body))
		if strings.EqualFold(params["format"], "flowed") {
			text = unflow(text, strings.EqualFold(params["delsp"], "yes"))
		}
		w.text.WriteString(text + "\n\n")
	}
}

// unflow joins the lines of a format=flowed text (RFC 3676).
func unflow(text string, dropSpace bool) string {
	var b strings.Builder
	for line := range strings.SplitAfterSeq(text, "\n") {
		line = strings.TrimPrefix(line, " ") // space-stuffing
		soft := strings.HasSuffix(line, " \n") && line != "-- \n"
		switch {
		case soft && dropSpace:
			line = line[:len(line)-2]
		case soft:
			line = line[:len(line)-1]
		}
		b.WriteString(line)
	}
	return b.String()
}

var encodedWord = regexp.MustCompile(`=\?[A-Za-z0-9_-]{1,40}(?:\*[A-Za-z-]{1,16})?\?[BbQq]\?[^?\s]{0,400}\?=(?:[ \t\n]+=\?[A-Za-z0-9_-]{1,40}\?[BbQq]\?[^?\s]{0,400}\?=)*`)

// decodeWords decodes the encoded words of a mail header (RFC 2047).
func decodeWords(text string) string {
	if !strings.Contains(text, "=?") {
		return text
	}
	decoder := mime.WordDecoder{CharsetReader: message.CharsetReader}
	return encodedWord.ReplaceAllStringFunc(text, func(words string) string {
		if plain, err := decoder.DecodeHeader(words); err == nil {
			return plain
		}
		return words
	})
}

var (
	softBreak = regexp.MustCompile(`=[ \t]*\n`)
	// certainlyQuoted is what only quoted-printable text has: an encoded "=" before
	// a quote, a brace or an encoded byte, or an encoded letter beyond ASCII.
	certainlyQuoted = regexp.MustCompile(`=3D["'{%]|=[C-F][0-9A-F]=[89AB][0-9A-F]|=20\n|=0D=0A`)
	quotedBytes     = regexp.MustCompile(`(?:=[89A-F][0-9A-F])+`)
	quotedASCII     = strings.NewReplacer("=3D", "=", "=20", " ", "=09", "\t", "=0D=0A", "\n", "=0A", "\n", "=0D", "\n", "=22", `"`, "=26", "&", "=3C", "<", "=3E", ">")
)

// decodeQuoted decodes quoted-printable text that came without its header. A link
// may itself contain "p=3D…", so the text must have another mark of the encoding.
// "=41" and its like stay: no mail program encodes a letter that needs no encoding.
func decodeQuoted(text string) (string, bool) {
	soft := softBreak.MatchString(text) && strings.Contains(text, "=3D")
	if !soft && !certainlyQuoted.MatchString(text) {
		return text, false
	}
	text = quotedASCII.Replace(softBreak.ReplaceAllString(text, ""))
	return quotedBytes.ReplaceAllStringFunc(text, func(run string) string {
		var b []byte
		for i := 0; i+2 < len(run)+1; i += 3 {
			b = append(b, unhex(run[i+1])<<4|unhex(run[i+2]))
		}
		if utf8.Valid(b) {
			return string(b)
		}
		return run
	}), true
}

func unhex(b byte) byte { return byte(strings.IndexByte("0123456789ABCDEF", b)) }

// decodeBase64 decodes a text that is nothing but base64 of a text.
func decodeBase64(text string) (string, bool) {
	compact := strings.Join(strings.Fields(text), "")
	if len(compact) < 40 || strings.Trim(compact, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") != "" {
		return text, false
	}
	plain, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(compact, "="))
	if err != nil || !isText(string(plain)) {
		return text, false
	}
	return string(plain), true
}

// isText reports whether all of s is printable.
func isText(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r) }) < 0
}
