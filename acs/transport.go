package acs

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// maxAnswer is far above the few kilobytes of a real answer, and far below what
// could harm the process.
const maxAnswer = 1 << 20

// newTransport limits how much of an answer is read and follows no redirects: a
// redirect would send the signature to another host.
func newTransport(inner policy.Transporter) policy.Transporter {
	switch t := inner.(type) {
	case nil:
		inner = &http.Client{Transport: newRoundTripper(), CheckRedirect: noRedirect}
	case *http.Client:
		c := *t
		c.CheckRedirect = noRedirect
		inner = &c
	}
	return limitTransport{inner}
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func newRoundTripper() *http.Transport {
	dialer := &net.Dialer{Timeout: defaultTryTimeout, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		MaxIdleConns:           64,
		MaxIdleConnsPerHost:    64,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    defaultTryTimeout,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		MaxResponseHeaderBytes: 64 << 10,
	}
}

type limitTransport struct{ inner policy.Transporter }

// Do implements [policy.Transporter].
func (t limitTransport) Do(req *http.Request) (*http.Response, error) {
	resp, err := t.inner.Do(req)
	if err != nil {
		return nil, err
	}
	if resp == nil {
		return nil, errors.New("the transport returned neither an answer nor an error")
	}
	if resp.Body == nil {
		resp.Body = http.NoBody
	}
	resp.Body = &limitBody{ReadCloser: resp.Body, left: maxAnswer}
	return resp, nil
}

type limitBody struct {
	io.ReadCloser
	left int
}

// Read implements [io.Reader].
func (b *limitBody) Read(p []byte) (int, error) {
	if len(p) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	if n > b.left {
		return b.left, tooLargeError{}
	}
	b.left -= n
	return n, err
}

// tooLargeError is not retried by azcore: the next answer would not be smaller.
type tooLargeError struct{}

func (tooLargeError) Error() string { return "the answer is larger than 1 MiB" }

// NonRetriable marks the error for azcore.
func (tooLargeError) NonRetriable() {}

// budgetPolicy ends a call at once when the service asks for a pause beyond the
// call's deadline: the caller gets the pause now instead of a timeout later. It
// runs inside the retry policy.
type budgetPolicy struct{}

// callDeadline is the whole call's deadline; a try's context has an earlier one.
type callDeadline struct{ time.Time }

// overBudgetError carries the answer, because the policies on the way back drop an
// answer that comes with an error.
type overBudgetError struct{ resp *http.Response }

func (overBudgetError) Error() string { return "the service asks for a pause beyond the deadline" }

// NonRetriable marks the error for azcore.
func (overBudgetError) NonRetriable() {}

// Do implements [policy.Policy].
func (budgetPolicy) Do(req *policy.Request) (*http.Response, error) {
	resp, err := req.Next()
	if err != nil {
		return resp, err
	}
	var deadline callDeadline
	if wait := retryAfter(resp); wait > 0 && req.OperationValue(&deadline) && wait >= time.Until(deadline.Time) {
		return nil, overBudgetError{resp}
	}
	return resp, nil
}

// retryAfter reads the headers that azcore's retry policy obeys, in its order. It
// returns 0 when none is valid, and at most a day.
func retryAfter(resp *http.Response) time.Duration {
	if resp.StatusCode < http.StatusBadRequest {
		return 0
	}
	for _, h := range []struct {
		name string
		unit time.Duration
	}{{"retry-after-ms", time.Millisecond}, {"x-ms-retry-after-ms", time.Millisecond}, {"Retry-After", time.Second}} {
		value := resp.Header.Get(h.name)
		if n, err := strconv.ParseUint(value, 10, 64); err == nil && n > 0 {
			return min(time.Duration(min(n, math.MaxInt32))*h.unit, 24*time.Hour)
		}
		if at, err := http.ParseTime(value); err == nil && h.unit == time.Second {
			return min(max(0, time.Until(at)), 24*time.Hour)
		}
	}
	return 0
}

// credential wraps a token credential's errors, so that a failure of Entra can be
// distinguished from one of the identity service.
type credential struct{ azcore.TokenCredential }

// GetToken implements [azcore.TokenCredential].
func (c credential) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	t, err := c.TokenCredential.GetToken(ctx, o)
	if err != nil {
		return azcore.AccessToken{}, &credentialError{err}
	}
	return t, nil
}

type credentialError struct{ err error }

func (e *credentialError) Error() string { return e.err.Error() }

func (e *credentialError) Unwrap() error { return e.err }
