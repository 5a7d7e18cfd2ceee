package batch

import (
	"bytes"
	"strings"
	"testing"
)

// FuzzMake checks that the result is valid CSV without formulas, in which a row has a
// link or a problem and not both.
func FuzzMake(f *testing.F) {
	for _, data := range spreadsheets(f) {
		f.Add(data)
	}
	f.Add([]byte("sep=;\r\nmeeting;start\r\n" + meeting + ";5/6/2027 14:30\r\n" + meeting + ";25/6/2027 14:30\r\n"))
	f.Add([]byte("\xff\xfem\x00e\x00e\x00t\x00i\x00n\x00g\x00\n\x00"))
	f.Add([]byte("meeting,=1+1\n" + meeting + ",\"@x\n\"\n"))
	f.Add([]byte("meeting,note;=1\n" + meeting + ",\"\t\u200b＝x\n+1|-2\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var out bytes.Buffer
		result, err := testMaker().Make(&out, bytes.NewReader(data))
		if err != nil {
			if out.Len() > 0 {
				t.Errorf("got %d bytes with error %v, want none", out.Len(), err)
			}
			return
		}
		rows := readRows(t, out.Bytes(), -1)
		faulty := make(map[int]bool)
		for _, p := range result.Problems {
			faulty[p.Line] = true
		}
		links, formulas := 0, newFormulas(',')
		for _, row := range rows {
			for _, cell := range row {
				if !strings.HasPrefix(cell, "'") && strings.HasPrefix(formulas.escape(cell), "'") {
					t.Errorf("the cell %q is a formula", cell)
				}
			}
			if strings.HasPrefix(row[len(row)-1], "https://x/v/") {
				links++
			}
		}
		if links+len(faulty) > len(rows)-1 {
			t.Errorf("got %d links and %d rows with problems, want at most %d together", links, len(faulty), len(rows)-1)
		}
	})
}
