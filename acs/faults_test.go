package acs_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	azlog "github.com/Azure/azure-sdk-for-go/sdk/azcore/log"

	"github.com/anteroom-visit/anteroom/acs"
	"github.com/anteroom-visit/anteroom/acs/acstest"
)

// TestFaults makes the service fail in each of its ways, over real HTTP. It checks the
// kind of error, the status, the number of attempts, and how many identities were
// created without the caller's knowledge.
func TestFaults(t *testing.T) {
	for name, c := range map[string]struct {
		fault   acstest.Fault
		kind    error
		status  int
		tries   int
		orphans int
	}{
		"throttled":       {acstest.Fault{Kind: acstest.FaultThrottled}, acs.ErrThrottled, 429, 3, 0},
		"500":             {acstest.Fault{Kind: acstest.FaultServerError}, acs.ErrUnavailable, 500, 3, 0},
		"503":             {acstest.Fault{Kind: acstest.FaultUnavailable}, acs.ErrUnavailable, 503, 3, 0},
		"gateway's page":  {acstest.Fault{Kind: acstest.FaultHTML}, acs.ErrUnavailable, 502, 3, 0},
		"login page":      {acstest.Fault{Kind: acstest.FaultHTML, Status: 200}, acs.ErrInvalidAnswer, 200, 1, 0},
		"forbidding page": {acstest.Fault{Kind: acstest.FaultHTML, Status: 403}, acs.ErrDenied, 403, 1, 0},
		"redirect":        {acstest.Fault{Kind: acstest.FaultRedirect}, acs.ErrInvalidAnswer, 307, 1, 0},
		"denied":          {acstest.Fault{Kind: acstest.FaultDenied}, acs.ErrDenied, 403, 1, 0},
		"not owned":       {acstest.Fault{Kind: acstest.FaultNotOwned}, acs.ErrIdentityNotOwned, 401, 1, 0},
		"dropped":         {acstest.Fault{Kind: acstest.FaultDrop}, acs.ErrUnavailable, 0, 3, 0},
		"answer dropped":  {acstest.Fault{Kind: acstest.FaultDropAnswer}, acs.ErrUnavailable, 0, 3, 3},
		"truncated":       {acstest.Fault{Kind: acstest.FaultTruncated}, acs.ErrUnavailable, 0, 1, 1},
		"malformed":       {acstest.Fault{Kind: acstest.FaultMalformed}, acs.ErrInvalidAnswer, 201, 1, 1},
		"wrong types":     {acstest.Fault{Kind: acstest.FaultWrongTypes}, acs.ErrInvalidAnswer, 201, 1, 1},
		"missing fields":  {acstest.Fault{Kind: acstest.FaultMissing}, acs.ErrInvalidAnswer, 201, 1, 1},
		"expired":         {acstest.Fault{Kind: acstest.FaultExpired}, acs.ErrInvalidAnswer, 201, 1, 1},
		"10 MB":           {acstest.Fault{Kind: acstest.FaultHuge}, acs.ErrInvalidAnswer, 0, 1, 1},
		"slow":            {acstest.Fault{Kind: acstest.FaultSlow, Delay: time.Minute}, acs.ErrTimeout, 0, 3, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := startService(t, acstest.Options{})
			c.fault.Times = 10
			if err := server.Inject(c.fault); err != nil {
				t.Fatal(err)
			}
			o := options()
			if c.fault.Kind == acstest.FaultSlow {
				o.Retry.TryTimeout = 30 * time.Millisecond
			}
			client := newClient(t, server.ConnectionString(), o)
			id, token, err := client.CreateIdentityWithToken(t.Context(), voip)
			if id.ID != "" || token.Token.Reveal() != "" {
				t.Errorf("got %v and a token beside the error", id)
			}
			wantError(t, err, c.kind, c.status)
			wantClean(t, err, server)
			ledger := server.Ledger()
			if got := ledger.Requests[acstest.OpCreateWithToken]; got != c.tries {
				t.Errorf("%d tries, want %d", got, c.tries)
			}
			if len(ledger.Identities) != c.orphans {
				t.Errorf("%d identities, want %d", len(ledger.Identities), c.orphans)
			}

			server.ClearFaults()
			if _, err := client.CreateIdentity(t.Context()); err != nil {
				t.Errorf("after the fault: %v", err)
			}
		})
	}
}

// TestFaultsWithoutContent does the same for an operation whose answer is empty,
// where a wrong answer is easily missed.
func TestFaultsWithoutContent(t *testing.T) {
	for name, c := range map[string]struct {
		fault acstest.Fault
		kind  error
	}{
		"login page": {acstest.Fault{Kind: acstest.FaultHTML, Status: 200}, acs.ErrInvalidAnswer},
		"10 MB":      {acstest.Fault{Kind: acstest.FaultHuge}, acs.ErrInvalidAnswer},
		"dropped":    {acstest.Fault{Kind: acstest.FaultDrop, Times: 3}, acs.ErrUnavailable},
		"throttled":  {acstest.Fault{Kind: acstest.FaultThrottled, Times: 3}, acs.ErrThrottled},
		"truncated":  {acstest.Fault{Kind: acstest.FaultTruncated, Times: 3}, acs.ErrUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			server := startService(t, acstest.Options{})
			client := newClient(t, server.ConnectionString(), options())
			id, err := client.CreateIdentity(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := server.Inject(c.fault); err != nil {
				t.Fatal(err)
			}
			if err := client.RevokeTokens(t.Context(), id.ID); !errors.Is(err, c.kind) {
				t.Errorf("error = %v, want %v", err, c.kind)
			}
		})
	}
}

func TestOneFaultIsSurvived(t *testing.T) {
	for _, kind := range []acstest.FaultKind{
		acstest.FaultThrottled, acstest.FaultServerError, acstest.FaultUnavailable, acstest.FaultHTML, acstest.FaultDrop,
	} {
		server := startService(t, acstest.Options{})
		if err := server.Inject(acstest.Fault{Kind: kind, Times: 2}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := newClient(t, server.ConnectionString(), options()).CreateIdentityWithToken(t.Context(), voip); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		if n := len(server.Ledger().Identities); n != 1 {
			t.Errorf("%s: %d identities", kind, n)
		}
	}
}

func wantError(t *testing.T, err, kind error, status int) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Fatalf("error = %v, want %v", err, kind)
	}
	for _, other := range []error{
		acs.ErrIdentityNotOwned, acs.ErrDenied, acs.ErrTeamsToken, acs.ErrThrottled, acs.ErrTimeout,
		acs.ErrUnavailable, acs.ErrInvalidAnswer, acs.ErrCredential, context.Canceled,
	} {
		if !errors.Is(kind, other) && errors.Is(err, other) {
			t.Errorf("error %v is also %v", err, other)
		}
	}
	var e *acs.Error
	if !errors.As(err, &e) {
		t.Fatalf("error %T is no *acs.Error", err)
	}
	if e.Op != "create identity with token" || e.StatusCode != status || e.RequestID == "" || (status != 0) != (e.CorrelationVector != "") {
		t.Errorf("error = %#v", e)
	}
}

// wantClean checks that no way of printing an error or its causes shows a secret.
func wantClean(t *testing.T, err error, server *acstest.Server) {
	t.Helper()
	_, key, _ := strings.Cut(server.ConnectionString(), "accesskey=")
	forbidden := []string{key, "accesskey", "Denied by the resource", "doesn't belong", "available right now", "internal error occurred", "DOCTYPE", "eyJ", "8:acs:"}
	for _, text := range printed(err) {
		for _, f := range forbidden {
			if strings.Contains(text, f) {
				t.Errorf("the error shows %q: %s", f, text)
			}
		}
	}
}

func printed(err error) []string {
	if err == nil {
		return nil
	}
	var logs strings.Builder
	slog.New(slog.NewJSONHandler(&logs, nil)).Error("m", "err", err)
	slog.New(slog.NewTextHandler(&logs, nil)).Error("m", "err", err)
	asJSON, _ := json.Marshal(err)
	out := []string{err.Error(), fmt.Sprintf("%+v %#v %q %d", err, err, err, err), logs.String(), string(asJSON)}
	switch u := any(err).(type) {
	case interface{ Unwrap() error }:
		out = append(out, printed(u.Unwrap())...)
	case interface{ Unwrap() []error }:
		for _, inner := range u.Unwrap() {
			out = append(out, printed(inner)...)
		}
	}
	return out
}

func TestNobodyListens(t *testing.T) {
	server := startService(t, acstest.Options{})
	client := newClient(t, server.ConnectionString(), options())
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := client.CreateIdentity(t.Context())
	if !errors.Is(err, acs.ErrUnavailable) || !strings.Contains(err.Error(), "refused") {
		t.Errorf("error = %v", err)
	}
}

// TestLogOfAzcore checks everything that azcore logs, with bodies enabled.
func TestLogOfAzcore(t *testing.T) {
	server := startService(t, acstest.Options{})
	var said strings.Builder
	azlog.SetListener(func(_ azlog.Event, text string) { said.WriteString(text) })
	defer azlog.SetListener(nil)
	o := options()
	o.Logging.IncludeBody = true
	client := newClient(t, server.ConnectionString(), o)
	_, token, err := client.CreateIdentityWithToken(t.Context(), voip)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.IssueToken(t.Context(), "8:acs:not_ours", voip); err == nil {
		t.Fatal("no error")
	}
	log := said.String()
	for _, secret := range []string{token.Token.Reveal(), "Signature=", "doesn't belong"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log shows %q", secret)
		}
	}
	for _, wanted := range []string{"Ms-Cv", "api-version=2023-10-01"} {
		if !strings.Contains(log, wanted) {
			t.Errorf("the log lacks %q:\n%s", wanted, log)
		}
	}
}
