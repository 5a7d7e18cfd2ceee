package batch

import (
	"slices"
	"testing"
)

// A spreadsheet computes a cell that begins with any of these, also behind a space.
func TestCellsThatComputeAreEscaped(t *testing.T) {
	for _, begin := range []string{"=", "+", "-", "@", "\t", "\r", "\n"} {
		for _, before := range []string{"", " ", "\u00a0", "\ufeff"} {
			cell := before + begin + "SUM(1+1)"
			if got := harmless([]string{cell}); !slices.Equal(got, []string{"'" + cell}) {
				t.Errorf("%q becomes %q", cell, got)
			}
		}
	}
	if got := harmless([]string{"Sam", "a@b.example", ""}); !slices.Equal(got, []string{"Sam", "a@b.example", ""}) {
		t.Errorf("plain cells become %q", got)
	}
}
