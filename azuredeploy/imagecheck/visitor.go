package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"
)

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

// meetingLink is of the form that Teams gives out, and of no meeting.
const meetingLink = "https://teams.microsoft.com/meet/2735012345678?p=AbCdEfGhIj"

// visitor is a browser without a script, at an address of its own behind the proxy.
type visitor struct {
	site   *site
	from   string
	client *http.Client
}

func newVisitor(s *site, number int) (*visitor, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, fmt.Errorf("make visitor: %w", err)
	}
	return &visitor{s, fmt.Sprintf("198.18.%d.7", number), &http.Client{
		Jar:           jar,
		Timeout:       45 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		// A request that waits for "100 Continue" is one that the site has begun to read.
		Transport: &http.Transport{ExpectContinueTimeout: 45 * time.Second},
	}}, nil
}

func (v *visitor) do(ctx context.Context, method, path, contentType, body string, header http.Header) (int, string, error) {
	request, err := http.NewRequestWithContext(ctx, method, v.site.url+path, strings.NewReader(body))
	if err != nil {
		return 0, "", fmt.Errorf("%s %s: %w", method, path, err)
	}
	for name := range header {
		request.Header.Set(name, header.Get(name))
	}
	request.Header.Set("X-Forwarded-For", v.from)
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := v.client.Do(request)
	if err != nil {
		return 0, "", fmt.Errorf("%s %s: %w", method, path, err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, "", fmt.Errorf("%s %s: %w", method, path, err)
	}
	return response.StatusCode, string(text), nil
}

// get wants 200 and this text in the answer.
func (v *visitor) get(ctx context.Context, path, want string) (string, error) {
	status, text, err := v.do(ctx, http.MethodGet, path, "", "", nil)
	if err == nil && (status != http.StatusOK || !strings.Contains(text, want)) {
		err = fmt.Errorf("GET %s: status %d, and %q is in the answer: %t", path, status, want, strings.Contains(text, want))
	}
	return text, err
}

// knock brings the meeting to the door.
func (v *visitor) knock(ctx context.Context) error {
	form := url.Values{"meeting": {meetingLink}}
	status, text, err := v.do(ctx, http.MethodPost, "/", "application/x-www-form-urlencoded", form.Encode(), nil)
	if err == nil && status != http.StatusSeeOther {
		err = fmt.Errorf("knock: status %d: %.300s", status, text)
	}
	return err
}

// ticket is what joining gives.
type ticket struct {
	UserID string `json:"userId"`
	Token  string `json:"token"`
}

// refusedJoin is a join that the site answered, but not with a ticket.
type refusedJoin struct {
	Status int
	Type   string `json:"type"`
}

func (r *refusedJoin) Error() string { return fmt.Sprintf("join: status %d, %s", r.Status, r.Type) }

// join presses Join; begun is called once the site has begun to read the request.
func (v *visitor) join(ctx context.Context, begun func()) (ticket, error) {
	header := http.Header{}
	if begun != nil {
		header.Set("Expect", "100-continue")
		ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{Got100Continue: begun})
	}
	const body = `{"name":"Sam Patel","camera":true,"microphone":true}`
	status, text, err := v.do(ctx, http.MethodPost, "/visit/join", "application/json", body, header)
	if err != nil {
		return ticket{}, err
	}
	if status != http.StatusOK {
		refused := &refusedJoin{Status: status}
		_ = json.Unmarshal([]byte(text), refused) // a status says enough where there is no problem document
		return ticket{}, refused
	}
	var got ticket
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		return ticket{}, fmt.Errorf("join: %w", err)
	}
	if got.UserID == "" || got.Token == "" {
		return ticket{}, errors.New("join: the ticket has no identity or no token")
	}
	return got, nil
}
