package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/acs"
)

func noEnv(string) string { return "" }

// serve runs the program and returns the connection string it printed.
func serve(t *testing.T, env func(string) string, args ...string) (connectionString string, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	in, out := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, args, env, out)
		_ = out.CloseWithError(io.EOF)
		ended <- err
	}()
	line, err := bufio.NewReader(in).ReadString('\n')
	if err != nil {
		t.Fatalf("no line: %v, %v", err, <-ended)
	}
	value, ok := strings.CutPrefix(strings.TrimSpace(line), "ACS_CONNECTION_STRING=")
	if !ok {
		t.Fatalf("printed %q", line)
	}
	return value, func() error {
		cancel()
		select {
		case err := <-ended:
			return err
		case <-time.After(10 * time.Second):
			t.Fatal("did not stop")
			return nil
		}
	}
}

func TestServe(t *testing.T) {
	const key = "dGhlIGtleQ=="
	cs, stop := serve(t, func(name string) string {
		if name == "ACSTEST_ACCESS_KEY" {
			return key
		}
		return ""
	}, "--listen", "localhost:0")
	if !strings.HasPrefix(cs, "endpoint=http://127.0.0.1:") || !strings.HasSuffix(cs, "/;accesskey="+key) {
		t.Errorf("connection string = %q", cs)
	}
	o := &acs.ClientOptions{}
	o.InsecureAllowCredentialWithHTTP = true
	c, err := acs.NewClientFromConnectionString(cs, o)
	if err != nil {
		t.Fatal(err)
	}
	id, err := c.CreateIdentity(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Get(c.Endpoint() + "/acstest/ledger")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	ledger, err := io.ReadAll(resp.Body)
	if err != nil || !strings.Contains(string(ledger), id.ID) {
		t.Errorf("ledger = %s, %v", ledger, err)
	}
	if err := stop(); err != nil {
		t.Errorf("run: %v", err)
	}
	if _, err := http.Get(c.Endpoint() + "/acstest/ledger"); err == nil {
		t.Error("still serving after the end")
	}
}

func TestRunRefuses(t *testing.T) {
	for name, args := range map[string][]string{
		"a public address": {"--listen", "0.0.0.0:0"},
		"any address":      {"--listen", ":0"},
		"a bad key":        {"--access-key", "!"},
		"an argument":      {"now"},
		"an unknown flag":  {"--fast"},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		if err := run(ctx, args, noEnv, io.Discard); err == nil {
			t.Errorf("%s: no error", name)
		}
		cancel()
	}
}
