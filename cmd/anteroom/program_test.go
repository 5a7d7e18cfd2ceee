package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/anteroom-visit/anteroom/acs/acstest"
)

const (
	classicLink = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_MjdhNjM4YzUtYzExZi00OTFkLTkzZTAtNTVlNmZmMDhkNGU2%40thread.v2/0?context=%7b%22Tid%22%3a%22aaaabbbb-0000-cccc-1111-dddd2222eeee%22%2c%22Oid%22%3a%2200aa00aa-bb11-cc22-dd33-44ee44ee44ee%22%7d"
	shortLink   = "https://teams.microsoft.com/meet/2735012345678?p=AbCdEfGhIj"
)

// output is a writer that a test reads while the program writes.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// program is the whole program while it serves.
type program struct {
	url  string
	log  *output
	out  *output
	stop func() error
	// end cancels the program's context with this cause; stop does so without one.
	end context.CancelCauseFunc
}

var listenLine = regexp.MustCompile(`"msg":"listening","scheme":"(\w+)","address":"[^"]*:(\d+)"`)

// withRequiredSettings adds the settings that a site needs to start, and leaves out settings without a value.
func withRequiredSettings(env []string) []string {
	given := environ(env).values()
	added := "BASE_URL=http://visit.example"
	if given["ACS_CONNECTION_STRING"] == "" {
		added = "REHEARSE=on"
	}
	all := []string{added}
	for name, value := range given {
		if value != "" {
			all = append(all, name+"="+value)
		}
	}
	return all
}

// startProgram runs serve with these environment variables until the test ends.
func startProgram(t *testing.T, env ...string) *program {
	t.Helper()
	ctx, end := context.WithCancelCause(t.Context())
	out, log := new(output), new(output)
	done := make(chan error, 1)
	env = append(withRequiredSettings(append([]string{"ADMISSION=open"}, env...)), "LISTEN=127.0.0.1:0") // a later setting wins
	go func() { done <- run(ctx, nil, env, console{strings.NewReader(""), out, log, time.Now}) }()
	stop := sync.OnceValue(func() error { end(nil); return <-done })
	t.Cleanup(func() { _ = stop() })
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if found := listenLine.FindStringSubmatch(log.String()); found != nil && strings.HasSuffix(out.String(), "\n\n") {
			return &program{url: found[1] + "://127.0.0.1:" + found[2], log: log, out: out, stop: stop, end: end}
		}
		select {
		case err := <-done:
			done <- err // for stop, which also reads it
			t.Fatalf("serve ended: %v", err)
		default:
		}
	}
	t.Fatal("serve was not ready within 20 seconds")
	return nil
}

// startACS starts an identity service on loopback, which runs until the test ends.
func startACS(t *testing.T) *acstest.Server {
	t.Helper()
	service, err := acstest.New(acstest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := service.Start("", nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = service.Close() })
	return service
}

// visitor is a browser without scripts. It keeps cookies and does not follow redirects.
type visitor struct {
	t    *testing.T
	site string
	http *http.Client
}

func newVisitor(t *testing.T, p *program) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &visitor{t, p.url, &http.Client{Jar: jar, CheckRedirect: stay, Timeout: 30 * time.Second}}
}

type answer struct {
	*http.Response
	body string
}

func (v *visitor) do(method, path, contentType, body string) answer {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.site+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	response, err := v.http.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer{response, string(read)}
}

func (v *visitor) get(path string) answer { v.t.Helper(); return v.do(http.MethodGet, path, "", "") }

func (v *visitor) post(path, body string) answer {
	v.t.Helper()
	return v.do(http.MethodPost, path, "application/json", body)
}

// submitDoor submits the door's form.
func (v *visitor) submitDoor(meeting, passcode string) answer {
	v.t.Helper()
	form := url.Values{"meeting": {meeting}, "passcode": {passcode}}
	return v.do(http.MethodPost, "/", "application/x-www-form-urlencoded", form.Encode())
}

// join presses Join and reads the ticket.
func (v *visitor) join(name string) map[string]any {
	v.t.Helper()
	body, err := json.Marshal(map[string]any{"name": name, "camera": true, "microphone": true})
	if err != nil {
		v.t.Fatal(err)
	}
	a := v.post("/visit/join", string(body))
	if a.StatusCode != http.StatusOK {
		v.t.Fatalf("join: status %d, want 200: %s", a.StatusCode, a.body)
	}
	return a.json(v.t)
}

func (a answer) json(t *testing.T) map[string]any {
	t.Helper()
	var object map[string]any
	if err := json.Unmarshal([]byte(a.body), &object); err != nil {
		t.Fatalf("answer is not JSON: %v: %s", err, a.body)
	}
	return object
}

func (a answer) page(t *testing.T) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}
