package batch

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"

	"github.com/anteroom-visit/anteroom/visit"
)

// sheet is a CSV file in memory.
type sheet struct {
	headings []string
	fields   []visit.Field // of each column, "" for one that is only kept
	rows     []row
	comma    rune
	formulas formulas
	named    string // the line that names the separator, such as sep=;
	crlf     bool
	mark     bool // the byte order mark by which Excel recognises UTF-8
}

type row struct {
	line  int
	cells []string
	link  string
}

func read(in io.Reader) (*sheet, error) {
	data, err := io.ReadAll(io.LimitReader(in, MaxSize+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read CSV: %w", err)
	case len(data) > MaxSize:
		return nil, ErrTooLarge
	}
	s := new(sheet)
	if data, s.mark, err = decode(data); err != nil {
		return nil, err
	}
	s.crlf = bytes.Contains(data, []byte("\r\n"))
	if !bytes.Contains(data, []byte("\n")) {
		data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n")) // Excel's CSV (Macintosh)
	}
	data = s.separate(data)
	s.formulas = newFormulas(s.comma)
	return s, s.parse(data)
}

// decode returns the file in UTF-8 without byte order mark, and whether the mark
// should be written: Excel needs it, and whatever saves UTF-16 is like Excel.
func decode(data []byte) (text []byte, mark bool, err error) {
	order := unicode.LittleEndian
	switch zeros := bytes.Count(data[:min(len(data), 64)], []byte{0}); {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		order = unicode.BigEndian
	case zeros > 8 && data[0] == 0:
		order = unicode.BigEndian
	case zeros > 8:
	default:
		data, mark = bytes.CutPrefix(data, []byte("\ufeff"))
		if !utf8.Valid(data) || bytes.ContainsRune(data, 0) {
			return nil, false, ErrEncoding
		}
		return data, mark, nil
	}
	if len(data)%2 != 0 {
		return nil, false, ErrEncoding
	}
	text, err = unicode.UTF16(order, unicode.UseBOM).NewDecoder().Bytes(data)
	if errors.Is(err, unicode.ErrMissingBOM) {
		text, err = unicode.UTF16(order, unicode.IgnoreBOM).NewDecoder().Bytes(data)
	}
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) || bytes.ContainsRune(text, 0) {
		return nil, false, ErrEncoding
	}
	return text, true, nil
}

// separate finds the separator and removes the line that names it, if any.
func (s *sheet) separate(data []byte) []byte {
	line, rest, _ := bytes.Cut(data, []byte("\n"))
	first := strings.Trim(strings.TrimRight(string(line), "\r"), `"`)
	if name, found := cutFold(first, "sep="); found {
		if name == `\t` {
			name = "\t"
		}
		if name == "," || name == ";" || name == "\t" || name == "|" {
			s.comma, s.named = rune(name[0]), first
			return rest
		}
	}
	s.comma = separator(string(line))
	return data
}

func cutFold(text, prefix string) (rest string, found bool) {
	if len(text) < len(prefix) || !strings.EqualFold(text[:len(prefix)], prefix) {
		return text, false
	}
	return text[len(prefix):], true
}

// separator returns the one of three that the line has most often outside quotes.
func separator(line string) rune {
	count := make(map[rune]int)
	quoted := false
	for _, r := range line {
		switch {
		case r == '"':
			quoted = !quoted
		case !quoted:
			count[r]++
		}
	}
	best := ','
	for _, c := range ";\t" {
		if count[c] > count[best] {
			best = c
		}
	}
	return best
}

func (s *sheet) parse(data []byte) error {
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma, r.FieldsPerRecord = s.comma, -1
	above := 0
	if s.named != "" {
		above = 1
	}
	for {
		cells, err := r.Read()
		switch {
		case errors.Is(err, io.EOF) && s.headings == nil:
			return ErrNoHeadings
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return ErrQuotes
		case len(cells) > MaxColumns || slices.ContainsFunc(cells, func(c string) bool { return len(c) > MaxCell }):
			return ErrTooWide
		case s.headings == nil:
			if err := s.name(cells); err != nil {
				return err
			}
			continue
		case len(s.rows) == MaxRows:
			return ErrTooMany
		}
		line, _ := r.FieldPos(0)
		s.rows = append(s.rows, row{line: line + above, cells: cells})
	}
}

// name takes the first line.
func (s *sheet) name(cells []string) error {
	s.headings = cells
	known := make(map[visit.Field]bool)
	for _, cell := range cells {
		name := strings.ToLower(strings.Join(strings.Fields(cell), "-"))
		field := visit.Field(name)
		if name == linkColumn || known[field] {
			return ErrHeading
		}
		if !slices.Contains(visit.Fields(), field) {
			field = ""
		} else {
			known[field] = true
		}
		s.fields = append(s.fields, field)
	}
	if !known[visit.FieldMeeting] {
		return ErrNoHeadings
	}
	return nil
}

// heading returns the file's own heading of a field.
func (s *sheet) heading(field visit.Field) string {
	if i := slices.Index(s.fields, field); i >= 0 {
		return strings.TrimSpace(s.headings[i])
	}
	return ""
}

// dates returns the cells that hold dates.
func (s *sheet) dates() (all []string) {
	for i, field := range s.fields {
		if field != visit.FieldStart && field != visit.FieldEnd {
			continue
		}
		for _, r := range s.rows {
			if i < len(r.cells) {
				all = append(all, s.formulas.plain(r.cells[i]))
			}
		}
	}
	return all
}

func (s *sheet) write(out io.Writer) error {
	var b bytes.Buffer
	end := "\n"
	if s.crlf {
		end = "\r\n"
	}
	if s.mark {
		b.WriteString("\ufeff")
	}
	if s.named != "" {
		b.WriteString(s.named + end)
	}
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = s.comma, s.crlf
	_ = w.Write(append(s.formulas.escapeAll(s.headings), linkColumn)) // a buffer takes everything
	for _, r := range s.rows {
		cells := r.cells
		for len(cells) < len(s.headings) {
			cells = append(cells, "")
		}
		_ = w.Write(append(s.formulas.escapeAll(cells), r.link))
	}
	w.Flush()
	if _, err := out.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}
