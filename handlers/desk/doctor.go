package desk

import (
	"context"
	"net/http"
	"time"

	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/views"
)

// examineTime bounds an examination for the page, which a proxy waits for as well.
const examineTime = 20 * time.Second

// examinedFor is how long the findings of an examination are shown, because each one makes an identity.
const examinedFor = time.Minute

// examination is the last one. Only one request at a time reads and writes it.
type examination struct {
	found []views.Finding
	at    time.Time
}

// showDoctor examines the site and shows the findings, which requests of the same minute and those that arrive
// during the examination share. The page is for signed-in staff, because it shows how the site is set up.
func (d *Desk) showDoctor(w http.ResponseWriter, r *http.Request) error {
	if d.examine == nil {
		return problem.NotFound
	}
	shared := context.WithoutCancel(r.Context()) // the other requests wait for it as well
	found, _, _ := d.examinations.Do("", func() (any, error) {
		if age := d.now().Sub(d.examined.at); age >= 0 && age < examinedFor {
			return d.examined.found, nil
		}
		ctx, cancel := context.WithTimeout(shared, examineTime)
		defer cancel()
		d.examined = examination{found: d.examine(ctx), at: d.now()}
		return d.examined.found, nil
	})
	page := views.DoctorPage{Page: d.page(r, d.site.Translator(r).Text("doctor.title"))}
	page.Script, page.Stylesheet = d.assets.URL("visit.js"), d.assets.URL("check.css")
	page.Findings, _ = found.([]views.Finding)
	return d.site.Render(w, r, http.StatusOK, views.Doctor(page))
}
