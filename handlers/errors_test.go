package handlers

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"

	"github.com/anteroom-visit/anteroom/handlers/identity"
	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/locales"
	"github.com/anteroom-visit/anteroom/visit"
)

// problemLiteral is how the table of problems is written.
var problemLiteral = regexp.MustCompile(`Problem\{"([a-z-]+)", http\.Status`)

// allProblems is every problem that this package can show, so that none is added without words.
func allProblems(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("problem/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var slugs []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range problemLiteral.FindAllSubmatch(source, -1) {
			slugs = append(slugs, string(found[1]))
		}
	}
	for _, p := range serviceProblems {
		slugs = append(slugs, p.Slug)
	}
	if len(slugs) < 10 {
		t.Fatalf("found %v only: the table of problems is no longer where this test looks", slugs)
	}
	return slugs
}

func TestEveryProblemHasWords(t *testing.T) {
	catalogue, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	words, ids := catalogue.Match(""), catalogue.IDs()
	slugs := allProblems(t)
	for i, slug := range slugs {
		if slices.Contains(slugs[:i], slug) {
			t.Errorf("two problems are called %s: a script could not tell them apart", slug)
		}
		for _, id := range []string{"problem." + slug + ".title", "problem." + slug + ".text"} {
			if !slices.Contains(ids, id) || len(words.Text(id)) < 8 {
				t.Errorf("%s: %q", id, words.Text(id))
			}
		}
	}
}

// What goes wrong inside is one of the problems outside, however deep it was wrapped, and whatever
// is not known is an internal error rather than something that a visitor could have done.
func TestClassify(t *testing.T) {
	for _, c := range []struct {
		err    error
		slug   string
		status int
	}{
		{problem.NotFound, "not-found", 404},
		{errors.Join(problem.CrossSite, errors.New("cross-origin request")), "cross-site", 403},
		{invalidName{visit.TooLong}, "invalid-name", 422},
		{&identity.ServiceError{Reason: identity.Busy}, "service-busy", 503},
		{&identity.ServiceError{Reason: identity.Late}, "service-late", 503},
		{&identity.ServiceError{Reason: identity.Refused}, "service-refused", 503},
		{&identity.ServiceError{Reason: identity.Starting}, "service-starting", 503},
		{&identity.ServiceError{Reason: identity.Unavailable}, "service-unavailable", 503},
		{&identity.ServiceError{Reason: "new-reason"}, "service-unavailable", 503},
		{&identity.ServiceError{}, "service-unavailable", 503},
		{&http.MaxBytesError{Limit: 1}, "too-large", 413},
		{echo.ErrNotFound, "not-found", 404},
		{echo.ErrMethodNotAllowed, "method-not-allowed", 405},
		{echo.ErrStatusRequestEntityTooLarge, "too-large", 413},
		{echo.ErrBadRequest, "bad-request", 400},
		{echo.ErrTeapot, "internal", 500},
		{identity.ErrForeign, "no-identity", 409},
		{errors.New("anything"), "internal", 500},
	} {
		for range 3 {
			if got := classify(c.err); got != (problem.Problem{Slug: c.slug, Status: c.status}) {
				t.Errorf("%v: %+v, want %s with %d", c.err, got, c.slug, c.status)
			}
			c.err = fmt.Errorf("do something: %w", c.err)
		}
	}
}

// Every way in which a request can fail before and inside a handler ends in a page for people and
// in problem+json for scripts, with the same words and the request's id.
func TestProblemsForPeopleAndScripts(t *testing.T) {
	site := startSite(t)
	for _, c := range []struct {
		method, path, contentType, body string
		slug                            string
		status                          int
	}{
		{"GET", "/nowhere", "", "", "not-found", 404},
		{"GET", "/visit/nowhere", "", "", "not-found", 404},
		{"GET", "/assets/nothing.js", "", "", "not-found", 404},
		{"DELETE", "/visit", "", "", "method-not-allowed", 405},
		{"POST", "/visit/join", "application/json", "{", "bad-request", 400},
		{"POST", "/visit/join", "text/plain", "{}", "not-json", 415},
		{"POST", "/visit/join", "application/json", `{"name":"Sam"}`, "no-visit", 409},
		{"POST", "/visit/token", "application/json", "{}", "no-identity", 409},
		{"POST", "/visit/events", "application/json", `{"event":"ended"}`, "no-visit", 409},
		{"POST", "/visit/events", "application/json", strings.Repeat(" ", maxBody+1), "too-large", 413},
		{"POST", "/", "application/x-www-form-urlencoded", strings.Repeat("a", maxDoorBody+1), "too-large", 413},
		{"POST", "/", "application/x-www-form-urlencoded", "meeting=%zz", "bad-request", 400},
	} {
		v := newVisitor(t, site)
		page := v.do(c.method, c.path, c.body, "Content-Type", c.contentType, "Accept", "text/html")
		doc := page.page(t)
		if page.StatusCode != c.status || doc.Find("h1").Length() != 1 || !strings.Contains(doc.Find("main").Text(), page.Header.Get("X-Request-Id")) {
			t.Errorf("%s %s for a person: %d, h1 %q", c.method, c.path, page.StatusCode, doc.Find("h1").Text())
		}
		told := v.do(c.method, c.path, c.body, "Content-Type", c.contentType, "Accept", "application/problem+json, application/json")
		object := told.json(t)
		if told.StatusCode != c.status || told.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s for a script: %d, %s", c.method, c.path, told.StatusCode, told.Header.Get("Content-Type"))
		}
		words := doc.Find("main .lead").Text()
		delete(object, "retryAfter")
		want := map[string]any{
			"type": "urn:anteroom:problem:" + c.slug, "title": doc.Find("h1").Text(), "status": float64(c.status),
			"detail": words, "instance": "urn:anteroom:request:" + told.Header.Get("X-Request-Id"),
		}
		if diff := cmp.Diff(want, object); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", c.method, c.path, diff)
		}
	}
}

func TestMethodNotAllowedListsAllowedMethods(t *testing.T) {
	a := newVisitor(t, startSite(t)).do(http.MethodDelete, "/visit/join", "")
	if a.StatusCode != http.StatusMethodNotAllowed || !strings.Contains(a.Header.Get("Allow"), "POST") {
		t.Errorf("%d, Allow %q", a.StatusCode, a.Header.Get("Allow"))
	}
}

// A bug in a handler: the visitor reads an apology, the operator one entry with the stack, and
// nothing of the inside goes out.
func TestPanicShowsTheErrorPage(t *testing.T) {
	for what, thrown := range map[string]any{
		"text": "canary-panic", "error": errors.New("canary-panic"), "a problem": fmt.Errorf("canary-panic: %w", problem.NotFound),
	} {
		site := startSite(t)
		site.echo.GET("/panics", func(c echo.Context) error {
			c.Response().Header().Set("X-Half-Done", "yes")
			panic(thrown)
		})
		a := newVisitor(t, site).get("/panics", "Accept", "text/html")
		if a.StatusCode != http.StatusInternalServerError || !strings.Contains(a.page(t).Find("h1").Text(), "problem with the service") {
			t.Errorf("%s: %d, h1 %q", what, a.StatusCode, a.page(t).Find("h1").Text())
		}
		for _, inside := range []string{"canary", "goroutine", ".go:", "runtime"} {
			if strings.Contains(a.body, inside) {
				t.Errorf("%s: the page shows the inside: %s", what, inside)
			}
		}
		faults := site.log.lines(`"level":"ERROR"`)
		if len(faults) != 1 || !strings.Contains(faults[0], "canary-panic") || !strings.Contains(faults[0], "errors_test.go") ||
			!strings.Contains(faults[0], a.Header.Get("X-Request-Id")) {
			t.Errorf("%s: the log, want one entry with stack and request id: %.300q", what, faults)
		}
		if lines := site.log.lines(`"msg":"request"`); len(lines) != 1 || !strings.Contains(lines[0], `"status":500`) {
			t.Errorf("%s: request lines %q", what, lines)
		}
	}
}

// The server's own way to cut a connection must stay that.
func TestAbortedHandlerCutsTheConnection(t *testing.T) {
	site := startSite(t)
	site.echo.GET("/aborts", func(echo.Context) error { panic(http.ErrAbortHandler) })
	response, err := http.Get(site.url + "/aborts")
	if err == nil {
		response.Body.Close()
		t.Errorf("status %d, want a connection that was cut", response.StatusCode)
	}
}

// An error after the answer has begun cannot become a second answer.
func TestErrorAfterTheAnswerBeganChangesNothing(t *testing.T) {
	site := startSite(t)
	site.echo.GET("/late", func(c echo.Context) error {
		_ = c.String(http.StatusOK, "whole")
		return problem.Internal
	})
	if a := newVisitor(t, site).get("/late"); a.StatusCode != http.StatusOK || a.body != "whole" {
		t.Errorf("%d %q", a.StatusCode, a.body)
	}
}

func TestRetryAfter(t *testing.T) {
	site := buildSite(t, new(output))
	for what, c := range map[string]struct {
		err  error
		want string
	}{
		"named":      {&identity.ServiceError{Reason: identity.Busy, RetryAfter: 30e9}, "30"},
		"rounded up": {&identity.ServiceError{Reason: identity.Busy, RetryAfter: 1}, "1"},
		"not named":  {&identity.ServiceError{Reason: identity.Late}, "5"},
		"negative":   {&identity.ServiceError{Reason: identity.Busy, RetryAfter: -1e9}, "5"},
		"no service": {problem.NotFound, ""},
	} {
		w := httptest.NewRecorder()
		if err := site.renderError(w, httptest.NewRequest(http.MethodPost, "/visit/join", nil), c.err); err != nil {
			t.Error(err)
		}
		if got := w.Header().Get("Retry-After"); got != c.want {
			t.Errorf("%s: %q, want %q", what, got, c.want)
		}
		if strings.Contains(w.Body.String(), "retryAfter") != (c.want != "") || c.want != "" && !strings.Contains(w.Body.String(), `"retryAfter":`+c.want+"}") {
			t.Errorf("%s: the script reads %s", what, w.Body)
		}
	}
}
