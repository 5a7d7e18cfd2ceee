package batch

import (
	"regexp"
	"strings"
)

// A spreadsheet computes a cell that begins with one of the signs = + - @, also in other widths, and after
// characters that it drops. A cell also begins wherever a spreadsheet splits a line of the file, and that depends
// on its country: see OWASP's CSV Injection.
const (
	signs   = "=+\\-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋"
	dropped = "[\\pZ\\p{Cf}\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*"
	// separators can end a cell in some country, whether or not the file separates by them.
	separators = ",;|\t\r\n"
	// leading are the characters that a spreadsheet may drop at the beginning of a cell only.
	leading = "^" + dropped + "[\t\r\n]"
)

// formulas finds what a spreadsheet may compute.
type formulas struct{ unescaped, escaped, leading *regexp.Regexp }

// newFormulas returns the formulas of a file with this separator, which csv.Writer puts into quotes.
func newFormulas(comma rune) formulas {
	begin, sign := "(^|["+strings.ReplaceAll(separators, string(comma), "")+"])", "("+dropped+"["+signs+"])"
	return formulas{regexp.MustCompile(begin + sign), regexp.MustCompile(begin + "'" + sign), regexp.MustCompile(leading)}
}

// computes reports whether a spreadsheet would compute a part of the cell.
func (f formulas) computes(cell string) bool {
	return f.unescaped.MatchString(cell) || f.leading.MatchString(cell)
}

// escape writes an apostrophe before what a spreadsheet would compute: it then shows the rest as text.
func (f formulas) escape(cell string) string {
	cell = f.unescaped.ReplaceAllString(cell, "$1'$2")
	if f.leading.MatchString(cell) {
		return "'" + cell
	}
	return cell
}

// escapeAll escapes the cells of a row.
func (f formulas) escapeAll(cells []string) []string {
	out := make([]string, len(cells))
	for i, cell := range cells {
		out[i] = f.escape(cell)
	}
	return out
}

// plain returns a cell as somebody typed it, before escape.
func (f formulas) plain(cell string) string {
	if rest, found := strings.CutPrefix(cell, "'"); found && f.leading.MatchString(rest) {
		cell = rest
	}
	return f.escaped.ReplaceAllString(cell, "$1$2")
}
