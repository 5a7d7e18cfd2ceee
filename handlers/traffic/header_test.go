package traffic

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// newCountingServer serves over a Listener, as the program does.
func newCountingServer(t *testing.T) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = fmt.Fprint(w, len(body))
	}))
	server.Listener = NewListener(server.Listener, 100, 100, noProxies)
	server.Config.ConnState = ConnState
	server.Start()
	t.Cleanup(server.Close)
	return server
}

// headerOf returns a request's header of so many lines, without the empty line at its end.
func headerOf(lines, body int, ending string) string {
	text := fmt.Sprintf("POST / HTTP/1.1%sHost: a%sContent-Length: %d%s", ending, ending, body, ending)
	for i := range lines - 3 {
		text += fmt.Sprintf("x%d:%s", i, ending)
	}
	return text
}

func TestHeaderWithManyLinesIsRejected(t *testing.T) {
	server := newCountingServer(t)
	for _, c := range []struct {
		name   string
		text   string
		status []int
	}{
		{"most lines", headerOf(maxLines, 0, "\r\n") + "\r\n", []int{200}},
		{"one more", headerOf(maxLines+1, 0, "\r\n") + "\r\n", []int{400}},
		{"one more, without carriage returns", headerOf(maxLines+1, 0, "\n") + "\n", []int{400}},
		{"one more, unfinished", headerOf(maxLines+1, 0, "\r\n"), []int{400}},
		{"lines of a body", headerOf(20, 3000, "\r\n") + "\r\n" + strings.Repeat("\n", 3000), []int{200}},
		{"two requests", headerOf(maxLines, 2, "\r\n") + "\r\n\n\n" + headerOf(maxLines, 0, "\r\n") + "\r\n", []int{200, 200}},
		{"the second has too many", headerOf(20, 0, "\r\n") + "\r\n" + headerOf(maxLines+700, 0, "\r\n") + "\r\n", []int{200, 400}},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			_ = client.SetDeadline(time.Now().Add(5 * time.Second))
			if _, err := io.WriteString(client, c.text); err != nil {
				t.Fatal(err)
			}
			responses := bufio.NewReader(client)
			for i, want := range c.status {
				response, err := http.ReadResponse(responses, nil)
				if err != nil {
					t.Fatalf("response %d: %v, want status %d", i, err, want)
				}
				_, _ = io.Copy(io.Discard, response.Body)
				if response.StatusCode != want {
					t.Errorf("response %d: status %d, want %d", i, response.StatusCode, want)
				}
			}
		})
	}
}
