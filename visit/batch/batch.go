// Package batch makes a link for every row of a CSV file, for the desk and the
// command line. It neither seals nor stores: the caller makes the link of a visit.
package batch

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/visit"
	"github.com/anteroom-visit/anteroom/visit/date"
)

const (
	// MaxRows is how many visits one file may hold.
	MaxRows = 500
	// MaxSize is the largest file in bytes: 500 rows with a whole invitation in each.
	MaxSize = 2 << 20
	// MaxColumns is how many cells a row may have.
	MaxColumns = 100
	// MaxCell is the largest cell in bytes: more than any invitation.
	MaxCell = 64 << 10

	linkColumn = "link"
)

// Maker makes links.
type Maker struct {
	// Link returns a visit's address.
	Link func(visit.Visit) (string, error)
	// Defaults apply to a field if a row has no cell for it, or an empty one.
	Defaults visit.Draft
	// Rules decide which meetings may be joined.
	Rules teams.Rules
	// Now is what a start of "now" means.
	Now time.Time
	// GoodOnly leaves out the rows that have a problem.
	GoodOnly bool
}

// Result is what Make found in a file.
type Result struct {
	Problems []Problem
	// Doubt is the first date whose order nothing decides, nil if there is none.
	// Set Defaults.DateOrder to one of its orders to decide it.
	Doubt *Date
	// Decided is the first date that could have had another order, if the rest of
	// the file or a country decided for all of them. Show it before links are sent.
	Decided *Date
}

// Date is a date in a file.
type Date struct {
	// Line is where the row begins in the file; the headings are usually line 1.
	Line int
	// Readings are what the date can mean; one if it was decided.
	Readings []date.Reading
}

// Problem names what is wrong with one cell. It never holds the cell's text.
type Problem struct {
	// Line is where the row begins in the file; the headings are usually line 1.
	Line int `json:"line"`
	// Column is the cell's heading, empty for the row as a whole.
	Column string `json:"column,omitempty"`
	// Field and Reason are the fault; both are empty for a row with more cells than
	// headings.
	Field  visit.Field  `json:"field,omitempty"`
	Reason visit.Reason `json:"reason,omitempty"`
}

// Error describes the problem and its place in short English.
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
	ErrTooWide    = fmt.Errorf("read CSV: a row with more than %d cells, or a cell larger than %d KiB", MaxColumns, MaxCell>>10)
	ErrEncoding   = errors.New("read CSV: neither UTF-8 nor UTF-16; save it as CSV UTF-8")
	ErrNoHeadings = errors.New("read CSV: the first line has no heading \"meeting\"; known headings are " + headings())
	ErrHeading    = errors.New("read CSV: two columns have the same heading, or a column is called \"link\" already")
	ErrQuotes     = errors.New("read CSV: a quotation mark is missing, or there is one too many")
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
//
// It reads what spreadsheets save: UTF-8 or UTF-16, with commas, semicolons or
// tabs, with or without a first line such as sep=; that names the separator. It
// keeps columns with other headings, and writes UTF-8. What a spreadsheet of any
// country would compute as a formula is written with an apostrophe in front, and
// read without it. A row with a problem gets an empty link.
//
// Unless Defaults.DateOrder is set, numeric dates are read in the order that fits
// all dates of the file, or else in that of the country of each row's time zone.
//
// The error is one of those above, or the writer's; nothing is written then.
func (m Maker) Make(out io.Writer, in io.Reader) (Result, error) {
	sheet, err := read(in)
	if err != nil {
		return Result{}, err
	}
	inferred := m.Defaults.DateOrder == 0
	if inferred {
		m.Defaults.DateOrder = date.Infer(sheet.dates())
	}
	var result Result
	var kept []row
	for _, r := range sheet.rows {
		draft, problems := m.draft(sheet, r)
		if draft != nil {
			r.link, problems = m.link(sheet, r, *draft)
			result.note(r.line, *draft, problems, inferred)
		}
		result.Problems = append(result.Problems, problems...)
		if len(problems) == 0 || !m.GoodOnly {
			kept = append(kept, r)
		}
	}
	sheet.rows = kept
	return result, sheet.write(out)
}

// draft returns what a row says, nil for one without cells or with too many.
func (m Maker) draft(s *sheet, r row) (*visit.Draft, []Problem) {
	if strings.TrimSpace(strings.Join(r.cells, "")) == "" {
		return nil, nil
	}
	if len(r.cells) > len(s.headings) {
		return nil, []Problem{{Line: r.line}}
	}
	draft := m.Defaults
	for i, cell := range r.cells {
		if field := s.fields[i]; field != "" && strings.TrimSpace(cell) != "" {
			draft.Set(field, s.formulas.plain(cell))
		}
	}
	return &draft, nil
}

// link makes the link of a row, or returns its problems.
func (m Maker) link(s *sheet, r row, draft visit.Draft) (string, []Problem) {
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

// hasOrders reports whether an order decides among the readings. None does if the
// name of the month differs between languages.
func hasOrders(readings []date.Reading) bool {
	return !slices.ContainsFunc(readings, func(r date.Reading) bool { return r.Orders == 0 })
}

// note remembers the first date in doubt, and the first that was decided.
func (result *Result) note(line int, draft visit.Draft, problems []Problem, inferred bool) {
	for _, typed := range []string{draft.Start, draft.End} {
		readings := date.Read(typed)
		if len(readings) < 2 {
			continue
		}
		r, certain := date.Choose(readings, draft.DateOrder, date.InZone(draft.Zone))
		switch {
		case !certain && result.Doubt == nil && hasOrders(readings):
			result.Doubt = &Date{line, readings}
		case certain && inferred && len(problems) == 0 && result.Decided == nil:
			result.Decided = &Date{line, []date.Reading{r}}
		}
	}
}
