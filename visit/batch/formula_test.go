package batch

import "testing"

// A spreadsheet runs a cell that begins with one of these as a formula, also after a
// space or something invisible.
func TestFormulasAreEscaped(t *testing.T) {
	f := newFormulas(',')
	for _, begin := range []string{"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "﹦", "⁺"} {
		for _, before := range []string{"", " ", "\u00a0", "\ufeff", "\u200b", "\u2060\u200e", "\u00ad", "\v", "\f \v", "\x01", "\x7f"} {
			cell := before + begin + "SUM(1+1)"
			if got := f.escape(cell); got != "'"+cell {
				t.Errorf("escape(%q) = %q, want it after an apostrophe", cell, got)
			}
			if got := f.plain(f.escape(cell)); got != cell {
				t.Errorf("plain(escape(%q)) = %q", cell, got)
			}
		}
	}
	for _, cell := range []string{"Sam", "a@b.example", "", "2026-11-24 14:30", "https://x/meet?p=a;b=c", "A, B", "Sam; Alex", "'tis"} {
		if got := f.escape(cell); got != cell || f.plain(cell) != cell {
			t.Errorf("escape(%q) = %q, plain %q, want both unchanged", cell, got, f.plain(cell))
		}
	}
}

// A spreadsheet in a country with another separator splits a cell into several.
func TestFormulasAreEscapedForEverySeparator(t *testing.T) {
	for _, c := range []struct {
		comma      rune
		cell, want string
	}{
		{',', "Sam;=1+1", "Sam;'=1+1"},
		{',', "Sam; =1;@x", "Sam;' =1;'@x"},
		{',', "Sam\t=1", "Sam\t'=1"},
		{',', "Sam|+1", "Sam|'+1"},
		{',', "Sam\r\n=1\n-2", "Sam\r\n'=1\n'-2"},
		{',', "Sam;\t \n\u200b＝1", "Sam;\t \n'\u200b＝1"},
		{',', "\t=1", "'\t'=1"},
		{',', "Sam,=1", "Sam,=1"}, // in quotes
		{';', "Sam,=1;=2", "Sam,'=1;=2"},
		{'\t', "Sam;=1\t=2,=3", "Sam;'=1\t=2,'=3"},
	} {
		f := newFormulas(c.comma)
		if got := f.escape(c.cell); got != c.want {
			t.Errorf("escape(%q) = %q, want %q", c.cell, got, c.want)
		}
		if f.computes(c.want) {
			t.Errorf("%q is a formula after escape", c.want)
		}
		if got := f.plain(c.want); got != c.cell {
			t.Errorf("plain(%q) = %q, want %q", c.want, got, c.cell)
		}
	}
}
