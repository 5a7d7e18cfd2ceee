package handlers

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/handlers/desk"
	"github.com/anteroom-visit/anteroom/handlers/problem"
)

// loud returns the log's lines that ask an operator to look.
func (o *logBuffer) loud() []string {
	return append(o.lines(`"level":"ERROR"`), o.lines(`"level":"WARN"`)...)
}

// A body that stalls is its sender's fault: the answer is 408, and nobody is alarmed.
func TestStalledBodiesAreAnswered408(t *testing.T) {
	log := new(logBuffer)
	s := buildSite(t, log, withDesk(t))
	server := httptest.NewUnstartedServer(s)
	server.Config.ReadTimeout = 50 * time.Millisecond
	server.Start()
	t.Cleanup(server.Close)
	for path, contentType := range map[string]string{
		"/visit/join": "application/json", "/visit/token": "application/json", "/visit/events": "application/json", "/": formType, surveyPath: formType,
		desk.SignInPath: formType, violationsPath: oneReport,
	} {
		for _, accept := range []string{"text/html", "application/json"} {
			connection, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			_, _ = fmt.Fprintf(connection, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nAccept: %s\r\nContent-Length: 100\r\n\r\n{", path, contentType, accept)
			response, err := http.ReadResponse(bufio.NewReader(connection), nil)
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			if response.StatusCode != http.StatusRequestTimeout {
				t.Errorf("%s for %s: %d, want 408", path, accept, response.StatusCode)
			}
			_ = response.Body.Close()
			_ = connection.Close()
		}
	}
	if lines := log.loud(); len(lines) != 0 {
		t.Errorf("logged %q", lines)
	}
}

// A client that has gone is nobody's fault.
func TestGoneClientsAreNotErrors(t *testing.T) {
	log := new(logBuffer)
	s := buildSite(t, log, withDesk(t))
	ctx, gone := context.WithCancel(t.Context())
	gone()
	for _, path := range []string{"/", "/check", "/visit/ended?code=0", "/nowhere", desk.SignInPath} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil).WithContext(ctx))
		if w.Code >= http.StatusInternalServerError {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	for range 3 { // the later ones wait, and end with their client
		r := httptest.NewRequest(http.MethodPost, desk.SignInPath, strings.NewReader(url.Values{"passphrase": {"guess"}}.Encode()))
		r.Header.Set("Content-Type", formType)
		s.ServeHTTP(httptest.NewRecorder(), r.WithContext(ctx))
	}
	s.ServeHTTP(closedWriter{httptest.NewRecorder()}, httptest.NewRequest(http.MethodGet, "/nowhere", nil))
	for _, line := range log.loud() {
		if !strings.Contains(line, "wrong desk passphrase") {
			t.Errorf("logged %s", line)
		}
	}
}

// closedWriter is an answer whose connection is closed.
type closedWriter struct{ *httptest.ResponseRecorder }

func (closedWriter) Write([]byte) (int, error) { return 0, net.ErrClosed }

func TestFromBodyNamesTheFault(t *testing.T) {
	for err, want := range map[error]problem.Problem{
		os.ErrDeadlineExceeded: problem.TooSlow, &http.MaxBytesError{Limit: 1}: problem.TooLarge, net.ErrClosed: problem.BadRequest,
	} {
		if got := problem.FromBody(fmt.Errorf("read: %w", err)); !errors.Is(got, want) {
			t.Errorf("%v: %v, want %v", err, got, want)
		}
	}
}
