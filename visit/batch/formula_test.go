package batch

import (
	"slices"
	"testing"
)

// A spreadsheet runs a cell that begins with one of these as a formula, also after a
// space.
func TestFormulasAreEscaped(t *testing.T) {
	for _, begin := range []string{"=", "+", "-", "@", "\t", "\r", "\n"} {
		for _, before := range []string{"", " ", "\u00a0", "\ufeff"} {
			cell := before + begin + "SUM(1+1)"
			if got := harmless([]string{cell}); !slices.Equal(got, []string{"'" + cell}) {
				t.Errorf("%q: got %q, want it after an apostrophe", cell, got)
			}
		}
	}
	if got := harmless([]string{"Sam", "a@b.example", ""}); !slices.Equal(got, []string{"Sam", "a@b.example", ""}) {
		t.Errorf("ordinary cells: got %q, want them unchanged", got)
	}
}
