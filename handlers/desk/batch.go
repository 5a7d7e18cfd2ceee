package desk

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"

	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/handlers/reply"
	"github.com/anteroom-visit/anteroom/views"
	"github.com/anteroom-visit/anteroom/visit"
	"github.com/anteroom-visit/anteroom/visit/batch"
)

const (
	// maxBatch is the largest file that the desk takes, in bytes.
	maxBatch = 256 << 10
	// maxProblems is how many mistakes one page lists.
	maxProblems = 100
)

func (d *Desk) showBatch(w http.ResponseWriter, r *http.Request) error {
	return d.renderBatch(w, r, http.StatusOK, views.BatchPage{})
}

func (d *Desk) renderBatch(w http.ResponseWriter, r *http.Request, status int, page views.BatchPage) error {
	page.Page = d.page(r, d.site.Translator(r).Text("desk.batch.title"))
	page.MaxRows = strconv.Itoa(batch.MaxRows)
	return d.site.Render(w, r, status, views.Batch(page))
}

// makeBatch makes a link for each row of a file: the same rows come back with them, or, where some
// have mistakes, a page that lists these and holds the file of the others.
func (d *Desk) makeBatch(w http.ResponseWriter, r *http.Request) error {
	file, fault, err := uploaded(r)
	if err != nil {
		return err
	}
	if fault != "" {
		return d.renderBatch(w, r, http.StatusUnprocessableEntity, views.BatchPage{Fault: d.site.Translator(r).Text(fault)})
	}
	made := 0
	link := func(v visit.Visit) (string, error) {
		made++
		return d.linkTo(r, v)
	}
	maker := batch.Maker{Link: link, Defaults: visit.Draft{Zone: d.zone}, Rules: d.links, Now: d.now(), GoodOnly: true}
	var out bytes.Buffer
	problems, err := maker.Make(&out, bytes.NewReader(file))
	if err != nil {
		return d.renderBatch(w, r, http.StatusUnprocessableEntity, views.BatchPage{Fault: d.site.Translator(r).Text(batchFault(err))})
	}
	if len(problems) == 0 {
		return reply.File(w, "visits.csv", "text/csv; charset=utf-8", out.Bytes())
	}
	page := d.batchPage(r, problems)
	if made > 0 {
		page.Good = "data:text/csv;charset=utf-8;base64," + base64.StdEncoding.EncodeToString(out.Bytes())
	}
	return d.renderBatch(w, r, http.StatusUnprocessableEntity, page)
}

// uploaded reads the file, or gives the catalogue's id of why there is none to be read.
func uploaded(r *http.Request) (file []byte, fault string, err error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, "", problem.BadRequest
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, "desk.batch.fault.missing", nil
		}
		if err != nil {
			return nil, "", problem.FromBody(err)
		}
		if part.FormName() == "file" {
			return readPart(part)
		}
	}
}

func readPart(part *multipart.Part) (file []byte, fault string, err error) {
	file, err = io.ReadAll(io.LimitReader(part, maxBatch+1))
	switch {
	case err != nil:
		return nil, "", problem.FromBody(err)
	case len(file) > maxBatch:
		return nil, "desk.batch.fault.tooLarge", nil
	case len(bytes.TrimSpace(file)) == 0:
		return nil, "desk.batch.fault.missing", nil
	}
	return file, "", nil
}

// batchFault is the catalogue's id of what is wrong with a file as a whole.
func batchFault(err error) string {
	for _, known := range []struct {
		err error
		id  string
	}{
		{batch.ErrTooMany, "desk.batch.fault.tooMany"},
		{batch.ErrEncoding, "desk.batch.fault.encoding"},
		{batch.ErrNoHeadings, "desk.batch.fault.noHeadings"},
		{batch.ErrHeading, "desk.batch.fault.heading"},
		{batch.ErrQuotes, "desk.batch.fault.quotes"},
	} {
		if errors.Is(err, known.err) {
			return known.id
		}
	}
	return "desk.batch.fault.tooLarge"
}

func (d *Desk) batchPage(r *http.Request, problems []batch.Problem) views.BatchPage {
	t := d.site.Translator(r)
	var page views.BatchPage
	rows := make(map[int]bool)
	for i, p := range problems {
		rows[p.Line] = true
		if i >= maxProblems {
			continue
		}
		short, long := faultText(t, visit.Fault{Field: p.Field, Reason: p.Reason})
		column := p.Column
		if column == "" {
			column = string(p.Field)
		}
		page.Problems = append(page.Problems, views.CellFault{Line: strconv.Itoa(p.Line), Column: column, Text: short})
		if long != "" {
			page.Problems[i].Text = t.Text("desk.batch.problem", "What", short, "Advice", long)
		}
	}
	if more := len(problems) - maxProblems; more > 0 {
		page.More = strconv.Itoa(more)
	}
	page.BadRows = strconv.Itoa(len(rows))
	return page
}

// sendTemplate is an empty file with the headings, marked so that Excel knows its encoding.
func (d *Desk) sendTemplate(w http.ResponseWriter, _ *http.Request) error {
	const headings = "meeting,passcode,name,host,start,minutes,zone,language,role,phone"
	return reply.File(w, "visits.csv", "text/csv; charset=utf-8", []byte("\ufeff"+headings+"\r\n"))
}
