package handlers

import (
	"encoding/csv"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/anteroom-visit/anteroom/handlers/desk"
)

func TestBatchAddsLinksToFile(t *testing.T) {
	v := newClerk(t, startSite(t, withDesk(t)))
	a := v.upload("\ufeffmeeting,start,name,note,=1+1\r\n" + shortLink + ",2026-11-24 14:30,\"Rao, \"\"Sam\"\"\",=cmd|' /C calc'!A0,+1\r\n")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.body, "\ufeff"))).ReadAll()
	if err != nil || a.StatusCode != http.StatusOK || len(rows) != 2 || rows[1][2] != `Rao, "Sam"` || rows[1][3] != "'=cmd|' /C calc'!A0" || rows[1][4] != "'+1" ||
		rows[0][4] != "'=1+1" || !strings.Contains(rows[1][5], "/v/") || !strings.Contains(a.Header.Get("Content-Disposition"), "attachment") || !strings.HasPrefix(a.body, "\ufeff") {
		t.Fatalf("status %d, %v, want 200 and a CSV file with a link and escaped formulas: %q", a.StatusCode, err, a.body)
	}
	rejected := v.upload("meeting,start\n" + shortLink + ",2026-11-24 14:30\n<script>alert(1)</script>,soon\n")
	page := rejected.page(t)
	if cells := page.Find(".cells tbody tr"); rejected.StatusCode != http.StatusUnprocessableEntity || cells.Length() != 2 || cells.First().Find("td").First().Text() != "3" {
		t.Errorf("file with mistakes: status %d, %d mistakes, want 422 and 2 in row 3: %s", rejected.StatusCode, cells.Length(), cells.Text())
	}
	if href := page.Find("a[download]").First().AttrOr("href", ""); !strings.HasPrefix(href, "data:text/csv;") {
		t.Errorf("link to the rows without mistakes: %.40q, want data:text/csv", href)
	}
	row := shortLink + ",2026-11-24 14:30\n"
	for what, c := range map[string]struct{ file, message string }{
		"empty": {" \n", "not empty"}, "501 rows": {"meeting,start\n" + strings.Repeat(row, 501), "500 rows"},
		"huge cell": {"meeting,start\n" + strings.Repeat("a", 256<<10) + ",now\n", "256 kB"}, "not UTF-8": {"meeting\nM\xfcller\n", "UTF-8"},
		"no headings": {row, "heading"}, "unclosed quote": {"meeting\n\"a\n", "quotation mark"}, "column twice": {"meeting,link\n", "already"},
	} {
		a := v.upload(c.file)
		if got := a.page(t).Find("#file-error").Text(); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got, c.message) {
			t.Errorf("%s: status %d, error %q, want 422 and %q", what, a.StatusCode, got, c.message)
		}
	}
	if a := v.upload("meeting,start\n" + strings.Repeat(row, 500)); a.StatusCode != http.StatusOK || strings.Count(a.body, "/v/") != 500 {
		t.Errorf("500 rows: status %d, %d links, want 200 and 500", a.StatusCode, strings.Count(a.body, "/v/"))
	}
	if a := v.upload(strings.Repeat("a", 1<<20)); a.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("body of 1 MiB: status %d, want 413", a.StatusCode)
	}
	if a := v.do(http.MethodPost, desk.BatchPath, "a=b", "Content-Type", formType); a.StatusCode != http.StatusBadRequest {
		t.Errorf("no file: status %d, want 400", a.StatusCode)
	}
}

// upload submits the batch form with a file. The fields are names and values in turn.
func (v *visitor) upload(file string, fields ...string) answer {
	v.t.Helper()
	var body strings.Builder
	w := multipart.NewWriter(&body)
	part, _ := w.CreateFormFile("file", "visits.csv")
	_, _ = part.Write([]byte(file))
	for i := 0; i+1 < len(fields); i += 2 {
		_ = w.WriteField(fields[i], fields[i+1])
	}
	_ = w.Close()
	return v.do(http.MethodPost, desk.BatchPath, body.String(), "Content-Type", w.FormDataContentType())
}

// The message for a cell must not refer to fields and buttons that only the desk's form has.
func TestBatchMistakesReferToTheFile(t *testing.T) {
	v := newClerk(t, startSite(t, withDesk(t)))
	for what, c := range map[string]struct{ row, message string }{
		"no passcode":  {"273 501 234 567 8,2026-11-24 14:30", "column passcode"},
		"two meetings": {"\"" + twoLinks + "\",2026-11-24 14:30", "in this row"},
		"cancelled":    {"\"Subject: Cancelled: review\n\n" + shortLink + "\",2026-11-24 14:30", "New visit"},
		"no time":      {shortLink + ",soon", "2026-11-24 14:30"},
	} {
		a := v.upload("meeting,start\n" + c.row + "\n")
		if got := a.page(t).Find("table.cells tbody").Text(); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got, c.message) {
			t.Errorf("%s: status %d, messages %q, want 422 and %q", what, a.StatusCode, got, c.message)
		}
	}
}

func TestBatchAsksForDateOrder(t *testing.T) {
	v := newClerk(t, startSite(t, withDesk(t)))
	file := "meeting,start\n" + shortLink + ",5/6/2027 14:30\n"
	question := v.upload(file, "zone", "America/Toronto")
	if question.StatusCode != http.StatusUnprocessableEntity {
		t.Fatalf("status %d, want 422", question.StatusCode)
	}
	buttons := question.page(t).Find("button[name=date-order]")
	if buttons.Length() != 2 || buttons.Eq(0).Text() != "Saturday 5 June 2027" || buttons.Eq(1).Text() != "Thursday 6 May 2027" {
		t.Fatalf("%d buttons %q, want Saturday 5 June 2027 and Thursday 6 May 2027", buttons.Length(), buttons.Text())
	}
	kept := question.page(t).Find("input[name=kept]").AttrOr("value", "")
	for order, want := range map[string]string{"dmy": "Saturday 5 June 2027", "mdy": "Thursday 6 May 2027"} {
		// Browsers send an empty file for a field that was not filled in.
		a := v.upload("", "kept", kept, "zone", "America/Toronto", "date-order", order)
		rows, err := csv.NewReader(strings.NewReader(a.body)).ReadAll()
		if a.StatusCode != http.StatusOK || err != nil || len(rows) != 2 {
			t.Fatalf("%s: status %d, %d rows, %v, want 200 and 2 rows", order, a.StatusCode, len(rows), err)
		}
		sheet := v.get("/desk/visits/" + rows[1][2][strings.LastIndex(rows[1][2], "/")+1:])
		if !strings.Contains(sheet.body, want) {
			t.Errorf("%s: the visit's sheet does not show %s", order, want)
		}
	}
	// A date that fits only one order decides for the file, and the page shows the result.
	result := v.upload(file+shortLink+",25/6/2027 9:00\n", "zone", "America/Toronto")
	if result.StatusCode != http.StatusOK || !strings.Contains(result.body, "row 2 is Saturday 5 June 2027") || result.page(t).Find("a[download]").Length() == 0 {
		t.Errorf("with an unambiguous date: status %d, want 200, the date of row 2 and a file", result.StatusCode)
	}
	for zone, want := range map[string]string{"Europe/London": "Saturday 5 June 2027", "America/New_York": "Thursday 6 May 2027"} {
		if a := v.upload(file, "zone", zone); a.StatusCode != http.StatusOK || !strings.Contains(a.body, want) {
			t.Errorf("zone %s: status %d, want 200 and %q", zone, a.StatusCode, want)
		}
	}
}
