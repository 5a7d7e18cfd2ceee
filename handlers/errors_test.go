package handlers

import (
	"context"
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

// problemLiteral matches a row of the table of problems in its source.
var problemLiteral = regexp.MustCompile(`Problem\{"([a-z-]+)", http\.Status`)

// allProblems returns the slugs of all problems that the site can show.
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
		t.Fatalf("found only %v, want at least 10: problemLiteral no longer matches the table", slugs)
	}
	return slugs
}

func TestEveryProblemHasTexts(t *testing.T) {
	catalogue, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	texts, ids := catalogue.Match(""), catalogue.IDs()
	slugs := allProblems(t)
	for i, slug := range slugs {
		if slices.Contains(slugs[:i], slug) {
			t.Errorf("two problems have the slug %s, want it unique", slug)
		}
		for _, id := range []string{"problem." + slug + ".title", "problem." + slug + ".text"} {
			if !slices.Contains(ids, id) || len(texts.Text(id)) < 8 {
				t.Errorf("text %s: %q, want at least 8 bytes in the catalogue", id, texts.Text(id))
			}
		}
	}
}

// classify must find an error however often it was wrapped. An unknown error must be internal.
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
		{context.Canceled, "request-timeout", 408},
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
				t.Errorf("%v: %+v, want %s with status %d", c.err, got, c.slug, c.status)
			}
			c.err = fmt.Errorf("do something: %w", c.err)
		}
	}
}

// A failed request is answered with a page or with problem+json. Both have the same texts and the
// request's ID.
func TestProblemsAsPageAndJSON(t *testing.T) {
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
		{"POST", "/visit/join", jsonType, "{", "bad-request", 400},
		{"POST", "/visit/join", "text/plain", "{}", "not-json", 415},
		{"POST", "/visit/join", jsonType, `{"name":"Sam"}`, "no-visit", 409},
		{"POST", "/visit/token", jsonType, "{}", "no-identity", 409},
		{"POST", "/visit/events", jsonType, `{"event":"ended"}`, "no-visit", 409},
		{"POST", "/visit/events", jsonType, strings.Repeat(" ", maxBody+1), "too-large", 413},
		{"POST", "/", formType, strings.Repeat("a", maxDoorBody+1), "too-large", 413},
		{"POST", "/", formType, "meeting=%zz", "bad-request", 400},
	} {
		v := newVisitor(t, site)
		page := v.do(c.method, c.path, c.body, "Content-Type", c.contentType, "Accept", "text/html")
		doc := page.page(t)
		if page.StatusCode != c.status || doc.Find("h1").Length() != 1 || !strings.Contains(doc.Find("main").Text(), page.Header.Get("X-Request-Id")) {
			t.Errorf("%s %s as page: status %d, h1 %q, want %d, one h1 and the request's ID", c.method, c.path, page.StatusCode, doc.Find("h1").Text(), c.status)
		}
		script := v.do(c.method, c.path, c.body, "Content-Type", c.contentType, "Accept", "application/problem+json, application/json")
		object := script.json(t)
		if script.StatusCode != c.status || script.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s as JSON: status %d of type %s, want %d of application/problem+json", c.method, c.path, script.StatusCode, script.Header.Get("Content-Type"), c.status)
		}
		delete(object, "retryAfter")
		want := map[string]any{
			"type": "urn:anteroom:problem:" + c.slug, "title": doc.Find("h1").Text(), "status": float64(c.status),
			"detail": doc.Find("main .lead").Text(), "instance": "urn:anteroom:request:" + script.Header.Get("X-Request-Id"),
		}
		if diff := cmp.Diff(want, object); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", c.method, c.path, diff)
		}
	}
}

func TestMethodNotAllowedListsAllowedMethods(t *testing.T) {
	a := newVisitor(t, startSite(t)).do(http.MethodDelete, "/visit/join", "")
	if a.StatusCode != http.StatusMethodNotAllowed || !strings.Contains(a.Header.Get("Allow"), "POST") {
		t.Errorf("status %d, Allow %q, want 405 and POST", a.StatusCode, a.Header.Get("Allow"))
	}
}

// A panic is logged once with its stack. The visitor sees none of its details.
func TestPanicShowsTheErrorPage(t *testing.T) {
	for what, value := range map[string]any{
		"string": "canary-panic", "error": errors.New("canary-panic"), "problem": fmt.Errorf("canary-panic: %w", problem.NotFound),
	} {
		site := startSite(t)
		site.echo.GET("/panics", func(c echo.Context) error {
			c.Response().Header().Set("X-Half-Done", "yes")
			panic(value)
		})
		a := newVisitor(t, site).get("/panics", "Accept", "text/html")
		if h1 := a.page(t).Find("h1").Text(); a.StatusCode != http.StatusInternalServerError || !strings.Contains(h1, "problem with the service") {
			t.Errorf("%s: status %d, h1 %q, want 500 and %q", what, a.StatusCode, h1, "problem with the service")
		}
		for _, detail := range []string{"canary", "goroutine", ".go:", "runtime"} {
			if strings.Contains(a.body, detail) {
				t.Errorf("%s: the page contains %q", what, detail)
			}
		}
		lines := site.log.lines(`"level":"ERROR"`)
		if len(lines) != 1 || !strings.Contains(lines[0], "canary-panic") || !strings.Contains(lines[0], "errors_test.go") ||
			!strings.Contains(lines[0], a.Header.Get("X-Request-Id")) {
			t.Errorf("%s: error lines %.300q, want one with the stack and the request's ID", what, lines)
		}
		if lines := site.log.lines(`"msg":"request"`); len(lines) != 1 || !strings.Contains(lines[0], `"status":500`) {
			t.Errorf("%s: request lines %q, want one with status 500", what, lines)
		}
	}
}

// http.ErrAbortHandler must reach net/http, which then closes the connection.
func TestAbortHandlerClosesConnection(t *testing.T) {
	site := startSite(t)
	site.echo.GET("/aborts", func(echo.Context) error { panic(http.ErrAbortHandler) })
	response, err := http.Get(site.url + "/aborts")
	if err == nil {
		response.Body.Close()
		t.Errorf("status %d, want a closed connection", response.StatusCode)
	}
}

func TestErrorAfterResponseIsNotRendered(t *testing.T) {
	site := startSite(t)
	site.echo.GET("/late", func(c echo.Context) error {
		_ = c.String(http.StatusOK, "whole")
		return problem.Internal
	})
	if a := newVisitor(t, site).get("/late"); a.StatusCode != http.StatusOK || a.body != "whole" {
		t.Errorf("status %d, body %q, want 200 and %q", a.StatusCode, a.body, "whole")
	}
}

func TestErrorSetsRetryAfter(t *testing.T) {
	site := buildSite(t, new(logBuffer))
	for what, c := range map[string]struct {
		err  error
		want string
	}{
		"set":                 {&identity.ServiceError{Reason: identity.Busy, RetryAfter: 30e9}, "30"},
		"rounded up":          {&identity.ServiceError{Reason: identity.Busy, RetryAfter: 1}, "1"},
		"not set":             {&identity.ServiceError{Reason: identity.Late}, "5"},
		"negative":            {&identity.ServiceError{Reason: identity.Busy, RetryAfter: -1e9}, "5"},
		"not a service error": {problem.NotFound, ""},
	} {
		w := httptest.NewRecorder()
		if err := site.renderError(w, httptest.NewRequest(http.MethodPost, "/visit/join", nil), c.err); err != nil {
			t.Error(err)
		}
		if got := w.Header().Get("Retry-After"); got != c.want {
			t.Errorf("%s: Retry-After %q, want %q", what, got, c.want)
		}
		if strings.Contains(w.Body.String(), "retryAfter") != (c.want != "") || c.want != "" && !strings.Contains(w.Body.String(), `"retryAfter":`+c.want+"}") {
			t.Errorf("%s: body %s, want retryAfter %s", what, w.Body, c.want)
		}
	}
}
