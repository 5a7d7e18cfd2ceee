package desk

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/handlers/reply"
	"github.com/anteroom-visit/anteroom/locales"
	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/views"
	"github.com/anteroom-visit/anteroom/visit"
	"github.com/anteroom-visit/anteroom/visit/batch"
	"github.com/anteroom-visit/anteroom/visit/date"
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
	page.BrowserZone = d.zone == "" && page.Zone == ""
	page.Zone = cmp.Or(page.Zone, d.zone, defaultZone)
	page.Zones = zoneChoices(page.Zone)
	return d.site.Render(w, r, status, views.Batch(page))
}

// makeBatch makes a link for each row of a file and returns the same rows with their links. It returns
// a page instead if rows have mistakes, if it has to ask for the order of dates, or if the clerk should
// see in words how it read them.
func (d *Desk) makeBatch(w http.ResponseWriter, r *http.Request) error {
	form, err := readUpload(r)
	if err != nil {
		return err
	}
	t := d.site.Translator(r)
	refuse := func(fault string) error {
		return d.renderBatch(w, r, http.StatusUnprocessableEntity, views.BatchPage{Fault: t.Text(fault), Zone: form.zone})
	}
	if form.fault() != "" {
		return refuse(form.fault())
	}
	made := 0
	link := func(v visit.Visit) (string, error) {
		made++
		return d.linkTo(r, v)
	}
	defaults := visit.Draft{Zone: cmp.Or(form.zone, d.zone), DateOrder: form.order}
	maker := batch.Maker{Link: link, Defaults: defaults, Rules: d.links, Now: d.now(), GoodOnly: true}
	var out bytes.Buffer
	result, err := maker.Make(&out, bytes.NewReader(form.file))
	if err != nil {
		return refuse(batchFault(err))
	}
	if result.Doubt != nil && form.order == 0 {
		page := views.BatchPage{Zone: form.zone, Doubt: doubtOf(t, result.Doubt), Kept: base64.StdEncoding.EncodeToString(form.file)}
		return d.renderBatch(w, r, http.StatusUnprocessableEntity, page)
	}
	d.count(r, made)
	if len(result.Problems) == 0 && result.Decided == nil {
		return reply.File(w, "visits.csv", "text/csv; charset=utf-8", out.Bytes())
	}
	page := d.batchPage(r, result.Problems)
	page.Zone = form.zone
	if made > 0 {
		page.Good = "data:text/csv;charset=utf-8;base64," + base64.StdEncoding.EncodeToString(out.Bytes())
	}
	if result.Decided != nil {
		page.Decided = t.Text("desk.batch.decided", "Line", strconv.Itoa(result.Decided.Line), "Date", t.Date(result.Decided.Readings[0].At))
	}
	status := http.StatusOK
	if len(result.Problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return d.renderBatch(w, r, status, page)
}

// doubtOf asks for the order of dates by what one date would mean in each.
func doubtOf(t locales.Translator, doubt *batch.Date) *views.DateDoubt {
	return &views.DateDoubt{Line: strconv.Itoa(doubt.Line), Choices: orderChoices(t, doubt.Readings)}
}

// orderChoices names each reading by its date in words.
func orderChoices(t locales.Translator, readings []date.Reading) []views.Choice {
	var out []views.Choice
	for _, reading := range readings {
		out = append(out, views.Choice{Value: reading.Orders.String(), Text: t.Date(reading.At)})
	}
	return out
}

// upload is what the batch form sends.
type upload struct {
	file  []byte
	zone  string
	order date.Orders
}

// fault returns the message ID of the reason why the file cannot be read, or "".
func (u upload) fault() string {
	switch {
	case len(u.file) > maxBatch:
		return "desk.batch.fault.tooLarge"
	case len(bytes.TrimSpace(u.file)) == 0:
		return "desk.batch.fault.missing"
	}
	return ""
}

// maxField bounds the small fields of the batch form, in bytes.
const maxField = 64

// readUpload reads the form. The field kept holds the file in base64, when the form asks for the order
// of its dates.
func readUpload(r *http.Request) (form upload, err error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return upload{}, problem.BadRequest
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return form, nil
		}
		if err != nil {
			return upload{}, problem.FromBody(err)
		}
		name, most := part.FormName(), maxField
		if name == "file" || name == "kept" {
			most = base64.StdEncoding.EncodedLen(maxBatch) + 1
		}
		content, err := io.ReadAll(io.LimitReader(part, int64(most)))
		if err != nil {
			return upload{}, problem.FromBody(err)
		}
		switch name {
		case "file":
			if len(content) > 0 {
				form.file = content
			}
		case "kept":
			if form.file == nil {
				form.file, _ = base64.StdEncoding.DecodeString(string(content))
			}
		case "zone":
			form.zone = strings.TrimSpace(string(content))
		case "date-order":
			form.order, _ = date.ParseOrder(string(content))
		}
	}
}

// batchFault returns the catalogue's identifier of what is wrong with a file as a whole.
func batchFault(err error) string {
	for _, known := range []struct {
		err error
		id  string
	}{
		{batch.ErrTooMany, "desk.batch.fault.tooMany"},
		{batch.ErrTooWide, "desk.batch.fault.tooWide"},
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
		short, long := cellText(t, visit.Fault{Field: p.Field, Reason: p.Reason})
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

// cellTexts are the texts for a cell where those of faultText point to the fields of the form.
var cellTexts = map[visit.Fault]string{
	{Field: visit.FieldMeeting, Reason: visit.CancelledMeeting}:               "desk.batch.cancelled",
	{Field: visit.FieldPasscode, Reason: visit.Reason(teams.PasscodeMissing)}: "desk.batch.passcode",
	{Field: visit.FieldMeeting, Reason: visit.Reason(teams.ConfirmPasscode)}:  "desk.batch.unclear",
	{Field: visit.FieldMeeting, Reason: visit.Reason(teams.ConfirmMeeting)}:   "desk.batch.unclear",
	{Field: visit.FieldStart, Reason: visit.NotATime}:                         "desk.batch.start",
}

func cellText(t locales.Translator, f visit.Fault) (short, long string) {
	if id, ok := cellTexts[f]; ok {
		return t.Text(id), ""
	}
	return faultText(t, f)
}

// sendTemplate sends an empty file with the headings, marked so that Excel recognizes its encoding.
func (d *Desk) sendTemplate(w http.ResponseWriter, _ *http.Request) error {
	const headings = "meeting,passcode,name,host,start,minutes,zone,language,role,phone"
	return reply.File(w, "visits.csv", "text/csv; charset=utf-8", []byte("\ufeff"+headings+"\r\n"))
}
