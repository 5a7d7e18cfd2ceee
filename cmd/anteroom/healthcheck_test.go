package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestHealthcheckFollowsTheSite(t *testing.T) {
	for name, env := range map[string][]string{"http": nil, "https": {"TLS_SELF_SIGNED=true"}} {
		p := startProgram(t, env...)
		_, address, _ := strings.Cut(p.url, "://")
		settings := append(env, "LISTEN="+address)
		if out, err := shell(t, "", settings, "healthcheck"); err != nil || out != "" {
			t.Errorf("%s: %v, printed %q, want no error and no output", name, err, out)
		}
		_, port, _ := strings.Cut(address, ":")
		if _, err := shell(t, "", append(env, "PORT="+port), "healthcheck"); err != nil {
			t.Errorf("%s by PORT: %v, want no error", name, err)
		}
		if err := p.stop(); err != nil {
			t.Fatal(err)
		}
		if _, err := shell(t, "", settings, "healthcheck"); err == nil {
			t.Errorf("%s: no error after the site has stopped", name)
		}
	}
}

func TestHealthcheckFailsForOtherAnswers(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"status 503": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusServiceUnavailable) },
		"redirect":   func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusSeeOther) },
	} {
		site := httptest.NewServer(answer)
		defer site.Close()
		if _, err := shell(t, "", nil, "healthcheck", "--listen", strings.TrimPrefix(site.URL, "http://")); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := shell(t, "", []string{"PORT=eighty"}, "healthcheck"); err == nil || !strings.Contains(err.Error(), "PORT") {
		t.Errorf("PORT=eighty: %v, want a mistake in PORT", err)
	}
}

// TestHealthcheckTimesOut checks a site that accepts connections and never answers.
func TestHealthcheckTimesOut(t *testing.T) {
	silent, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	address := url.URL{Scheme: "http", Host: silent.Addr().String()}
	if err := (healthcheckCommand{}).ask(t.Context(), address, &http.Transport{}, 20*time.Millisecond); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("healthcheck: %v, want %v", err, context.DeadlineExceeded)
	}
}

func TestReachableReplacesUnspecifiedAddresses(t *testing.T) {
	for listen, want := range map[string]string{
		":8080": "127.0.0.1:8080", "0.0.0.0:80": "127.0.0.1:80", "[::]:80": "[::1]:80",
		"10.0.0.5:8080": "10.0.0.5:8080", "localhost:1": "localhost:1", "[::1]:80": "[::1]:80",
	} {
		if got := reachable(listen); got != want {
			t.Errorf("reachable(%q) = %s, want %s", listen, got, want)
		}
	}
}
