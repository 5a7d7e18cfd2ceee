// Package batch makes a link for every row of a CSV, as the desk and the command
// line both do. It neither seals nor stores: the caller makes the link of a visit.
package batch

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/visit"
)

const (
	// MaxRows is how many visits one file may hold.
	MaxRows = 500
	// MaxSize of a file in bytes: 500 rows with a whole invitation in each.
	MaxSize = 2 << 20

	linkColumn = "link"
)

// Maker makes links.
type Maker struct {
	// Link gives a visit's address.
	Link func(visit.Visit) (string, error)
	// Defaults stand where a row has no cell for a field, or an empty one.
	Defaults visit.Draft
	// Rules say which meetings may be joined.
	Rules teams.Rules
	// Now is the time that a start of "now" means.
	Now time.Time
	// GoodOnly leaves out the rows that have a problem.
	GoodOnly bool
}

// Problem is what is wrong with one cell. It never holds what stands there.
type Problem struct {
	// Line is where the row begins in the file; the headings are line 1.
	Line int `json:"line"`
	// Column is the cell's heading, empty for the row as a whole.
	Column string `json:"column,omitempty"`
	// Field and Reason are the fault, as the desk can put it into words; both
	// empty for a row with more cells than headings.
	Field  visit.Field  `json:"field,omitempty"`
	Reason visit.Reason `json:"reason,omitempty"`
}

// Error says in short English what is wrong, and where.
func (p Problem) Error() string {
	if p.Field == "" {
		return fmt.Sprintf("line %d: more cells than headings", p.Line)
	}
	where := fmt.Sprintf("line %d: ", p.Line)
	if p.Column != "" {
		where = fmt.Sprintf("line %d, column %q: ", p.Line, p.Column)
	}
	return where + visit.Fault{Field: p.Field, Reason: p.Reason}.Error()
}

// Errors that concern a file as a whole.
var (
	ErrTooLarge   = fmt.Errorf("read CSV: larger than %d MiB", MaxSize>>20)
	ErrTooMany    = fmt.Errorf("read CSV: more than %d rows", MaxRows)
	ErrEncoding   = errors.New("read CSV: not UTF-8; save it as CSV UTF-8")
	ErrNoHeadings = errors.New("read CSV: the first line has no heading \"meeting\"; known headings are " + headings())
	ErrHeading    = errors.New("read CSV: a heading stands there twice, or there is a column \"link\" already")
	ErrQuotes     = errors.New("read CSV: a quotation mark is missing or too many")
)

func headings() string {
	var names []string
	for _, f := range visit.Fields() {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}

// Make reads a CSV whose first line has the names of visit.Fields as headings, in
// any order and case, and writes the same rows with the column "link" at the end.
// Columns of other names are kept. A cell that a spreadsheet would take for a
// formula is written with an apostrophe before it, and read without. Commas, semicolons and tabs separate, as the
// first line does it. A row with a problem gets an empty link, the others theirs.
// The error is one of those above, or the writer's; nothing is written then.
func (m Maker) Make(out io.Writer, in io.Reader) ([]Problem, error) {
	sheet, err := read(in)
	if err != nil {
		return nil, err
	}
	var problems []Problem
	var kept []row
	for _, r := range sheet.rows {
		link, found := m.row(sheet, &r)
		problems = append(problems, found...)
		r.link = link
		if len(found) == 0 || !m.GoodOnly {
			kept = append(kept, r)
		}
	}
	sheet.rows = kept
	return problems, sheet.write(out)
}

// row makes the link of one row, "" for one with problems or with nothing in it.
func (m Maker) row(s *sheet, r *row) (string, []Problem) {
	if strings.TrimSpace(strings.Join(r.cells, "")) == "" {
		return "", nil
	}
	if len(r.cells) > len(s.headings) {
		return "", []Problem{{Line: r.line}}
	}
	draft := m.Defaults
	for i, cell := range r.cells {
		if field := s.fields[i]; field != "" && strings.TrimSpace(cell) != "" {
			draft.Set(field, plain(cell))
		}
	}
	v, err := draft.Visit(m.Now, m.Rules)
	if err == nil {
		var link string
		if link, err = m.Link(v); err == nil {
			return link, nil
		}
	}
	var faults visit.Faults
	if !errors.As(err, &faults) {
		faults = visit.Faults{{Field: visit.FieldMeeting, Reason: visit.NotCanonical}}
	}
	var problems []Problem
	for _, f := range faults {
		problems = append(problems, Problem{Line: r.line, Column: s.heading(f.Field), Field: f.Field, Reason: f.Reason})
	}
	return "", problems
}

// sheet is a CSV in memory.
type sheet struct {
	headings []string
	fields   []visit.Field // of each column, "" for one that is only kept
	rows     []row
	comma    rune
	crlf     bool
	mark     bool // the byte order mark by which Excel knows UTF-8
}

type row struct {
	line  int
	cells []string
	link  string
}

const byteOrderMark = "\ufeff"

func read(in io.Reader) (*sheet, error) {
	data, err := io.ReadAll(io.LimitReader(in, MaxSize+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read CSV: %w", err)
	case len(data) > MaxSize:
		return nil, ErrTooLarge
	case !utf8.Valid(data):
		return nil, ErrEncoding
	}
	s := &sheet{crlf: bytes.Contains(data, []byte("\r\n"))}
	data, s.mark = bytes.CutPrefix(data, []byte(byteOrderMark))
	first, _, _ := bytes.Cut(data, []byte("\n"))
	s.comma = separator(string(first))
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma, r.FieldsPerRecord = s.comma, -1
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, ErrQuotes
		}
		if s.headings == nil {
			if err := s.name(cells); err != nil {
				return nil, err
			}
			continue
		}
		if len(s.rows) == MaxRows {
			return nil, ErrTooMany
		}
		line, _ := r.FieldPos(0)
		s.rows = append(s.rows, row{line: line, cells: cells})
	}
	if s.headings == nil {
		return nil, ErrNoHeadings
	}
	return s, nil
}

// separator is the one of three that stands in the line most often.
func separator(line string) rune {
	best, most := ',', strings.Count(line, ",")
	for _, c := range []rune{';', '\t'} {
		if n := strings.Count(line, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
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
		if !new(visit.Draft).Set(field, "") {
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

// heading is how the file calls a field.
func (s *sheet) heading(field visit.Field) string {
	for i, f := range s.fields {
		if f == field {
			return strings.TrimSpace(s.headings[i])
		}
	}
	return ""
}

func (s *sheet) write(out io.Writer) error {
	var b bytes.Buffer
	if s.mark {
		b.WriteString(byteOrderMark)
	}
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = s.comma, s.crlf
	_ = w.Write(append(harmless(s.headings), linkColumn)) // a buffer takes everything
	for _, r := range s.rows {
		cells := r.cells
		for len(cells) < len(s.headings) {
			cells = append(cells, "")
		}
		_ = w.Write(append(harmless(cells), r.link))
	}
	w.Flush()
	if _, err := out.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	return nil
}

// formula are the characters with which a cell begins that a spreadsheet computes,
// some of them only once it has dropped what stands before.
const formula = "=+-@\t\r\n"

// harmless writes an apostrophe before what a spreadsheet would compute: it shows
// the rest as text.
func harmless(cells []string) []string {
	out := make([]string, len(cells))
	for i, cell := range cells {
		if begin := strings.TrimLeft(cell, " \u00a0\ufeff"); begin != "" && strings.ContainsRune(formula, rune(begin[0])) {
			cell = "'" + cell
		}
		out[i] = cell
	}
	return out
}

// plain is a cell as somebody typed it, before harmless.
func plain(cell string) string {
	if rest, found := strings.CutPrefix(cell, "'"); found && rest != "" && strings.ContainsRune(formula, rune(rest[0])) {
		return rest
	}
	return cell
}
