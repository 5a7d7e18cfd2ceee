package batch

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzMake checks that whatever file comes in, the result is a file that a reader
// of CSV takes, with a link in every row without a problem and in no other, and
// that no cell of it is a formula.
func FuzzMake(f *testing.F) {
	files, err := filepath.Glob("testdata/csv/*.csv")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name) //nolint:gosec // a file of this test
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("sep=;\r\nmeeting;start\r\n" + meeting + ";5/6/2027 14:30\r\n" + meeting + ";25/6/2027 14:30\r\n"))
	f.Add([]byte("\xff\xfem\x00e\x00e\x00t\x00i\x00n\x00g\x00\n\x00"))
	f.Add([]byte("meeting,=1+1\n" + meeting + ",\"@x\n\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var out bytes.Buffer
		result, err := maker().Make(&out, bytes.NewReader(data))
		if err != nil {
			if out.Len() > 0 {
				t.Error("an error, and a file")
			}
			return
		}
		text := strings.TrimPrefix(out.String(), "\ufeff")
		var written sheet
		r := csv.NewReader(bytes.NewReader(written.separate([]byte(text))))
		r.Comma, r.FieldsPerRecord = written.comma, -1
		rows, err := r.ReadAll()
		if err != nil || len(rows) == 0 {
			t.Fatalf("not CSV: %v", err)
		}
		faulty := make(map[int]bool)
		for _, p := range result.Problems {
			faulty[p.Line] = true
		}
		links := 0
		for _, row := range rows {
			for _, cell := range row {
				if cell != "" && strings.ContainsRune(formula, rune(cell[0])) {
					t.Errorf("a formula: %q", cell)
				}
			}
			if strings.HasPrefix(row[len(row)-1], "https://x/v/") {
				links++
			}
		}
		if links+len(faulty) > len(rows)-1 {
			t.Errorf("%d links and %d faulty rows in %d", links, len(faulty), len(rows)-1)
		}
	})
}
