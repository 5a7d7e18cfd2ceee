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

// showDoctor examines the site and shows the findings. A request that arrives during an examination
// shares its findings. The page is for signed-in staff: it shows how the site is set up, and each
// examination makes an identity.
func (d *Desk) showDoctor(w http.ResponseWriter, r *http.Request) error {
	if d.examine == nil {
		return problem.NotFound
	}
	shared := context.WithoutCancel(r.Context()) // the other requests wait for it as well
	found, _, _ := d.examinations.Do("", func() (any, error) {
		ctx, cancel := context.WithTimeout(shared, examineTime)
		defer cancel()
		return d.examine(ctx), nil
	})
	page := views.DoctorPage{Page: d.page(r, d.site.Translator(r).Text("doctor.title"))}
	page.Script, page.Stylesheet = d.assets.URL("visit.js"), d.assets.URL("check.css")
	page.Findings, _ = found.([]views.Finding)
	return d.site.Render(w, r, http.StatusOK, views.Doctor(page))
}
