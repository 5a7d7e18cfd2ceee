package acs_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/anteroom-visit/anteroom/acs"
	"github.com/anteroom-visit/anteroom/acs/acstest"
)

// inProcess sends requests to a handler without a network, so that tests of
// deadlines can run in a synctest bubble.
type inProcess struct {
	handler http.Handler
	dates   *[]string
}

func (p inProcess) Do(r *http.Request) (resp *http.Response, err error) {
	*p.dates = append(*p.dates, r.Header.Get("x-ms-date"))
	defer func() {
		if recover() != nil {
			resp, err = nil, errors.Join(r.Context().Err(), io.ErrUnexpectedEOF)
		}
	}()
	in := r.Clone(r.Context())
	in.RequestURI = r.URL.RequestURI()
	if in.Body == nil {
		in.Body = http.NoBody
	}
	recorder := httptest.NewRecorder()
	p.handler.ServeHTTP(recorder, in)
	resp = recorder.Result()
	resp.Request = r
	return resp, nil
}

// inBubble runs test in a synctest bubble, with a client that has the default deadlines.
func inBubble(t *testing.T, o acs.ClientOptions, test func(t *testing.T, server *acstest.Server, c *acs.Client, dates *[]string)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		server, err := acstest.New(acstest.Options{Key: "AAAA"})
		if err != nil {
			t.Fatal(err)
		}
		dates := new([]string)
		o.Transport = inProcess{server, dates}
		test(t, server, newClient(t, "endpoint=https://contoso.communication.azure.com/;accesskey=AAAA", &o), dates)
	})
}

func inject(t *testing.T, server *acstest.Server, f acstest.Fault) {
	t.Helper()
	if err := server.Inject(f); err != nil {
		t.Fatal(err)
	}
}

func TestRetryAfterIsHonoured(t *testing.T) {
	inBubble(t, acs.ClientOptions{}, func(t *testing.T, server *acstest.Server, c *acs.Client, dates *[]string) {
		inject(t, server, acstest.Fault{Kind: acstest.FaultThrottled, Times: 2, RetryAfter: 2 * time.Second})
		began := time.Now()
		if _, err := c.CreateIdentity(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took != 4*time.Second {
			t.Errorf("took %s, want 4s", took)
		}
		if len(slices.Compact(slices.Clone(*dates))) != 3 {
			t.Errorf("the tries were signed with the dates %q", *dates)
		}
	})
}

func TestRetryAfterBeyondThePatience(t *testing.T) {
	for name, c := range map[string]struct {
		o          acs.ClientOptions
		kind       acstest.FaultKind
		retryAfter time.Duration
		took       time.Duration
		tries      int
		want       error
	}{
		"above the longest pause":     {acs.ClientOptions{}, acstest.FaultThrottled, 7 * time.Second, 0, 1, acs.ErrThrottled},
		"an hour":                     {acs.ClientOptions{}, acstest.FaultThrottled, time.Hour, 0, 1, acs.ErrThrottled},
		"three centuries":             {acs.ClientOptions{}, acstest.FaultThrottled, 290 * 365 * 24 * time.Hour, 0, 1, acs.ErrThrottled},
		"above what is left":          {acs.ClientOptions{Timeout: 6 * time.Second}, acstest.FaultThrottled, 4 * time.Second, 4 * time.Second, 2, acs.ErrThrottled},
		"503 above what is left":      {acs.ClientOptions{Timeout: 3 * time.Second}, acstest.FaultUnavailable, 4 * time.Second, 0, 1, acs.ErrUnavailable},
		"as long as there is, thrice": {acs.ClientOptions{}, acstest.FaultThrottled, 4 * time.Second, 8 * time.Second, 3, acs.ErrThrottled},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, c.o, func(t *testing.T, server *acstest.Server, client *acs.Client, dates *[]string) {
				inject(t, server, acstest.Fault{Kind: c.kind, Times: 9, RetryAfter: c.retryAfter})
				began := time.Now()
				_, err := client.CreateIdentity(t.Context())
				var e *acs.Error
				if !errors.Is(err, c.want) || !errors.As(err, &e) || e.RetryAfter != min(c.retryAfter, 24*time.Hour) {
					t.Errorf("error = %v", err)
				}
				if took := time.Since(began); took != c.took || len(*dates) != c.tries {
					t.Errorf("took %s and %d tries, want %s and %d", took, len(*dates), c.took, c.tries)
				}
			})
		})
	}
}

func TestRetryAfterWithEntra(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, err := acstest.New(acstest.Options{Bearer: func(string) error { return nil }})
		if err != nil {
			t.Fatal(err)
		}
		o := acs.ClientOptions{}
		o.Transport = inProcess{server, new([]string)}
		// The first Entra token of a process can take longer than one attempt may.
		c, err := acs.NewClient("https://contoso.communication.azure.com", entra(func(context.Context, []string) (string, error) {
			time.Sleep(5 * time.Second)
			return "token", nil
		}), &o)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.CreateIdentity(t.Context()); err != nil {
			t.Fatal(err)
		}
		inject(t, server, acstest.Fault{Kind: acstest.FaultThrottled, RetryAfter: time.Minute})
		var e *acs.Error
		if _, err := c.CreateIdentity(t.Context()); !errors.Is(err, acs.ErrThrottled) || !errors.As(err, &e) || e.RetryAfter != time.Minute {
			t.Errorf("error = %v", err)
		}
	})
}

func TestThrottledWithoutRetryAfter(t *testing.T) {
	inBubble(t, acs.ClientOptions{}, func(t *testing.T, server *acstest.Server, c *acs.Client, dates *[]string) {
		inject(t, server, acstest.Fault{Kind: acstest.FaultThrottled, Times: 9})
		began := time.Now()
		_, err := c.CreateIdentity(t.Context())
		var e *acs.Error
		if !errors.Is(err, acs.ErrThrottled) || !errors.As(err, &e) || e.RetryAfter != 0 {
			t.Errorf("error = %v", err)
		}
		if took := time.Since(began); len(*dates) != 3 || took < 2*time.Second || took > 5*time.Second {
			t.Errorf("%d tries in %s", len(*dates), took)
		}
	})
}

func TestSlowService(t *testing.T) {
	inBubble(t, acs.ClientOptions{}, func(t *testing.T, server *acstest.Server, c *acs.Client, _ *[]string) {
		inject(t, server, acstest.Fault{Kind: acstest.FaultSlow, Delay: time.Minute, Times: 9})
		began := time.Now()
		if _, err := c.CreateIdentity(t.Context()); !errors.Is(err, acs.ErrTimeout) {
			t.Errorf("error = %v", err)
		}
		if took := time.Since(began); took > 10*time.Second || took < 9*time.Second {
			t.Errorf("took %s", took)
		}
		if n := len(server.Ledger().Identities); n != 0 {
			t.Errorf("%d identities", n)
		}
	})
}

func TestSlowOnce(t *testing.T) {
	inBubble(t, acs.ClientOptions{}, func(t *testing.T, server *acstest.Server, c *acs.Client, dates *[]string) {
		inject(t, server, acstest.Fault{Kind: acstest.FaultSlow, Delay: time.Minute})
		began := time.Now()
		if _, err := c.CreateIdentity(t.Context()); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); len(*dates) != 2 || took < 3*time.Second || took > 5*time.Second {
			t.Errorf("%d tries in %s", len(*dates), took)
		}
	})
}

func TestCallerEndsTheCall(t *testing.T) {
	inBubble(t, acs.ClientOptions{}, func(t *testing.T, server *acstest.Server, c *acs.Client, _ *[]string) {
		inject(t, server, acstest.Fault{Kind: acstest.FaultSlow, Delay: time.Minute, Times: 9})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		began := time.Now()
		if _, err := c.CreateIdentity(ctx); !errors.Is(err, context.Canceled) || errors.Is(err, acs.ErrTimeout) || time.Since(began) != time.Second {
			t.Errorf("cancelled after %s: %v", time.Since(began), err)
		}
		soon, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		began = time.Now()
		if _, err := c.CreateIdentity(soon); !errors.Is(err, acs.ErrTimeout) || time.Since(began) != 2*time.Second {
			t.Errorf("deadline after %s: %v", time.Since(began), err)
		}
	})
}
