package acs_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/anteroom-visit/anteroom/acs"
)

// TestNotHTTP answers with text that net/http quotes in its error.
func TestNotHTTP(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			// Read the whole request first. Closing the connection with unread data
			// would reset it, and the client would not receive the answer.
			_, _ = http.ReadRequest(bufio.NewReader(conn))
			_, _ = io.WriteString(conn, "HTTP/1.1 secret-banner\r\n\r\n")
			_ = conn.Close()
		}
	}()
	_, err = newClient(t, "endpoint=http://"+listener.Addr().String()+";accesskey=AAAA", options()).CreateIdentity(t.Context())
	if !errors.Is(err, acs.ErrUnavailable) {
		t.Fatalf("error = %v", err)
	}
	for _, text := range printed(err) {
		if strings.Contains(text, "secret-banner") || strings.Contains(text, "/identities") {
			t.Errorf("the error quotes the answer or the URL: %s", text)
		}
	}
}

// TestLies answers with success and an impossible body.
func TestLies(t *testing.T) {
	const id, until = `"identity":{"id":"8:acs:a_b"}`, `"expiresOn":"2100-01-01T00:00:00.1234567+00:00"`
	long := strings.Repeat("x", 20<<10)
	for answer, truth := range map[string]bool{
		`{` + id + `,"accessToken":{"token":"secret-text",` + until + `},"news":1}`: true,
		`{` + id + `}`:                                                                          false,
		`{` + id + `,"accessToken":null}`:                                                       false,
		`{` + id + `,"accessToken":{` + until + `}}`:                                            false,
		`{` + id + `,"accessToken":{"token":"secret-text"}}`:                                    false,
		`{` + id + `,"accessToken":{"token":"secret-text","expiresOn":"tomorrow"}}`:             false,
		`{` + id + `,"accessToken":{"token":"secret-text","expiresOn":"2001-01-01T00:00:00Z"}}`: false,
		`{` + id + `,"accessToken":{"token":"secret text",` + until + `}}`:                      false,
		`{` + id + `,"accessToken":{"token":"` + long + `",` + until + `}}`:                     false,
		`{"identity":{"id":"secret-text"},"accessToken":{"token":"t",` + until + `}}`:           false,
		`{"identity":{"id":"8:acs:a_b/../c"},"accessToken":{"token":"t",` + until + `}}`:        false,
		`{"identity":{"id":""},"accessToken":{"token":"t",` + until + `}}`:                      false,
		`{` + id + `,"accessToken":{"token":"secret-text",` + until + `}}{}`:                    false,
		``:     false,
		`null`: false,
	} {
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusCreated)
			_, _ = io.WriteString(w, answer)
		}))
		_, _, err := newClient(t, "endpoint="+web.URL+";accesskey=AAAA", options()).CreateIdentityWithToken(t.Context(), voip)
		web.Close()
		if truth {
			if err != nil {
				t.Errorf("%.80s: %v", answer, err)
			}
			continue
		}
		if !errors.Is(err, acs.ErrInvalidAnswer) {
			t.Errorf("%.80s: error = %v", answer, err)
		}
		for _, text := range printed(err) {
			if strings.Contains(text, "secret") {
				t.Errorf("%.80s: shown by %s", answer, text)
			}
		}
	}
}

// TestHostileErrorBody answers with an error whose body must not reach a log.
func TestHostileErrorBody(t *testing.T) {
	for body, code := range map[string]string{
		`{"error":{"code":"ValidationError","message":"secret-text","target":"ExpiresInMinutes"}}`: "ValidationError",
		`{"error":{"code":"two\nlines secret-text","message":"m"}}`:                                "",
		`{"error":{"code":"` + strings.Repeat("secret-text", 50) + `"}}`:                           "",
		`{"error":{"code":{"a":"secret-text"}}}`:                                                   "",
		`{"error":"secret-text"}`:                                                                  "",
		`["secret-text"]`:                                                                          "",
		`secret-text`:                                                                              "",
		``:                                                                                         "",
	} {
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("MS-CV", "abc\tsecret-text")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, body)
		}))
		_, err := newClient(t, "endpoint="+web.URL+";accesskey=AAAA", options()).CreateIdentity(t.Context())
		web.Close()
		var e *acs.Error
		if !errors.As(err, &e) || e.StatusCode != 400 || e.Code != code {
			t.Errorf("%s: error = %v", body, err)
		}
		for _, text := range printed(err) {
			if strings.Contains(text, "secret-text") {
				t.Errorf("%s: shown by %s", body, text)
			}
		}
	}
}
