package batch

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/visit"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// testMaker returns a Maker whose links show the fields of their visit.
func testMaker() Maker {
	return Maker{Now: noon, Link: func(v visit.Visit) (string, error) {
		return fmt.Sprintf("https://x/v/%s-%s-%s-%s-%d", v.Name, v.Host, v.Role, v.Start.Format("0102T1504"), v.Minutes), nil
	}}
}

const meeting = "273 501 234 567 8 Mt9xB2N6"

func TestMake(t *testing.T) {
	for _, c := range []struct{ what, in, want string }{
		{
			"commas", "Name,Meeting,Start,Minutes\nSam," + meeting + ",2026-11-24 14:30,20\n",
			"Name,Meeting,Start,Minutes,link\nSam," + meeting + ",2026-11-24 14:30,20,https://x/v/Sam--guest-1124T1430-20\n",
		},
		{
			"semicolons, a byte order mark, CRLF, unknown columns", "\ufeffmeeting;START;Patient no;host\r\n" + meeting + ";24/11/2026 14:30;007;\"Rao; Dr \"\"A\"\"\"\r\n",
			"\ufeffmeeting;START;Patient no;host;link\r\n" + meeting + ";24/11/2026 14:30;007;\"Rao; Dr \"\"A\"\"\";\"https://x/v/-Rao; Dr \"\"A\"\"-guest-1124T1430-15\"\r\n",
		},
		{
			"tabs, two words in a heading", "start\tmeeting\tDial In\trole\n2026-11-24 14:30\t" + meeting + "\t020 1234\tCompanion\n",
			"start\tmeeting\tDial In\trole\tlink\n2026-11-24 14:30\t" + meeting + "\t020 1234\tCompanion\thttps://x/v/--companion-1124T1430-15\n",
		},
		{
			"short, blank and empty rows", "meeting,start,name\n" + meeting + ",now\n\n,,\n",
			"meeting,start,name,link\n" + meeting + ",now,,https://x/v/--guest-1123T1200-15\n,,,\n",
		},
		{
			"a whole invitation in a cell", "meeting,start\n\"Join:\nMeeting ID: 273 501 234 567 8\nPasscode: Mt9xB2N6\",now\n",
			"meeting,start,link\n\"Join:\nMeeting ID: 273 501 234 567 8\nPasscode: Mt9xB2N6\",now,https://x/v/--guest-1123T1200-15\n",
		},
		{"headings only", "meeting,start\n", "meeting,start,link\n"},
	} {
		var out bytes.Buffer
		result, err := testMaker().Make(&out, strings.NewReader(c.in))
		if err != nil || len(result.Problems) > 0 || out.String() != c.want {
			t.Errorf("%s: got error %v, problems %v and file\n%q, want\n%q", c.what, err, result.Problems, out.String(), c.want)
		}
	}
}

func TestMakeUsesDefaultsForEmptyCells(t *testing.T) {
	m := testMaker()
	m.Defaults = visit.Draft{Host: "Dr Rao", Start: "2026-11-24 14:30", Zone: "America/New_York"}
	var out bytes.Buffer
	_, err := m.Make(&out, strings.NewReader("meeting,host,zone\n"+meeting+",,\n"+meeting+",Dr Lee,UTC\n"))
	if err != nil || !strings.Contains(out.String(), "-Dr Rao-guest-1124T1930-") || !strings.Contains(out.String(), "-Dr Lee-guest-1124T1430-") {
		t.Errorf("got error %v and file %s, want Dr Rao at 19:30 and Dr Lee at 14:30 UTC", err, out.String())
	}
}

func TestMakeReportsLineAndColumn(t *testing.T) {
	in := "Meeting,Start,Name,Note\n" +
		meeting + ",2026-11-24 14:30,Sam,x\n" +
		"https://teams.live.com/meet/9312345678901?p=x,2026-11-24 14:30,Sam,x\n" +
		meeting + ",soon,\u202ecanary,x\n" +
		"\n" +
		meeting + ",2026-11-24 14:30,Sam,x,more\n" +
		"273 501 234 567 8,2026-11-24 14:30,Sam,x\n"
	var out bytes.Buffer
	result, err := testMaker().Make(&out, strings.NewReader(in))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range result.Problems {
		got = append(got, p.Error())
	}
	want := []string{
		`line 3, column "Meeting": meeting: parse meeting: personal Teams meeting, only work meetings can be joined`,
		`line 4, column "Name": name: must have letters, and no invisible or control characters`,
		`line 4, column "Start": start: must be a date and time, such as 2026-11-24 14:30`,
		`line 6: more cells than headings`,
		`line 7: passcode: parse meeting: meeting ID without a usable passcode`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if strings.Contains(strings.Join(got, ""), "canary") {
		t.Error("a problem contains the text of a cell")
	}
	r := csv.NewReader(&out)
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 6 {
		t.Fatalf("got %d rows and error %v, want 6 rows", len(rows), err)
	}
	for i, row := range rows[1:] {
		if link := row[len(row)-1]; (link != "") != (i == 0) {
			t.Errorf("row %d: got link %q, want a link only in row 0", i, link)
		}
	}
}

func TestMakeRejectsFiles(t *testing.T) {
	row := meeting + ",now\n"
	for _, c := range []struct {
		what, in string
		want     error
	}{
		{"empty", "", ErrNoHeadings},
		{"byte order mark only", "\ufeff", ErrNoHeadings},
		{"no headings", row, ErrNoHeadings},
		{"a column for the link", "meeting,Link\n", ErrHeading},
		{"one heading twice", "meeting,start,Start\n", ErrHeading},
		{"Windows-1252", "meeting,name\nx,Zo\xeb\n", ErrEncoding},
		{"UTF-16 cut within a character", "\xff\xfem\x00e", ErrEncoding},
		{"UTF-16 without headings", "\xff\xfem\x00e\x00", ErrNoHeadings},
		{"NUL", "meeting,start\n\x00", ErrEncoding},
		{"101 columns", "meeting" + strings.Repeat(",x", 100), ErrTooWide},
		{"101 cells", "meeting\nx" + strings.Repeat(",x", 100), ErrTooWide},
		{"215,000 headings", "meeting" + strings.Repeat(",a", 215_000), ErrTooWide},
		{"cell of one byte too many", "meeting\n" + strings.Repeat("a", MaxCell+1), ErrTooWide},
		{"unclosed quote", "meeting,start\n\"" + row, ErrQuotes},
		{"501 rows", "meeting,start\n" + strings.Repeat(row, 501), ErrTooMany},
		{"too large", "meeting\n" + strings.Repeat("a", MaxSize), ErrTooLarge},
	} {
		var out bytes.Buffer
		if _, err := testMaker().Make(&out, strings.NewReader(c.in)); !errors.Is(err, c.want) || out.Len() != 0 {
			t.Errorf("%s: got error %v and %d bytes, want %v and none", c.what, err, out.Len(), c.want)
		}
	}
	var out bytes.Buffer
	result, err := testMaker().Make(&out, strings.NewReader("meeting,start\n"+strings.Repeat(row, 500)))
	if err != nil || len(result.Problems) != 0 || strings.Count(out.String(), "https://x/v/") != 500 {
		t.Errorf("500 rows: got %d links, %d problems and error %v, want 500 links", strings.Count(out.String(), "https://x/v/"), len(result.Problems), err)
	}
}

func TestMakeReportsErrorsOfLinkAndWriter(t *testing.T) {
	m := testMaker()
	m.Link = func(visit.Visit) (string, error) { return "", errors.New("no") }
	result, err := m.Make(new(bytes.Buffer), strings.NewReader("meeting,start\n"+meeting+",now\n"))
	if err != nil || len(result.Problems) != 1 || result.Problems[0].Line != 2 {
		t.Errorf("got problems %v and error %v, want one problem in line 2", result.Problems, err)
	}
	if _, err := testMaker().Make(fullDisk{}, strings.NewReader("meeting\n")); err == nil {
		t.Error("got no error, want the error of the writer")
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("disk full") }
