package acs

import (
	"net/http"
	"testing"
	"time"
)

func TestRetryAfter(t *testing.T) {
	const day = 24 * time.Hour
	for name, c := range map[string]struct {
		header, value string
		want          time.Duration
	}{
		"none":            {"X-None", "1", 0},
		"seconds":         {"Retry-After", "7", 7 * time.Second},
		"milliseconds":    {"retry-after-ms", "1500", 1500 * time.Millisecond},
		"ms, x-ms":        {"x-ms-retry-after-ms", "20", 20 * time.Millisecond},
		"zero":            {"Retry-After", "0", 0},
		"negative":        {"Retry-After", "-7", 0},
		"words":           {"Retry-After", "later", 0},
		"fraction":        {"Retry-After", "1.5", 0},
		"two days":        {"Retry-After", "172800", day},
		"would overflow":  {"Retry-After", "9999999999999", day},
		"most of uint64":  {"Retry-After", "18446744073709551615", day},
		"no uint64":       {"Retry-After", "99999999999999999999999", 0},
		"a date far away": {"Retry-After", "Fri, 31 Dec 2199 23:59:59 GMT", day},
		"a date gone":     {"Retry-After", "Fri, 31 Dec 1999 23:59:59 GMT", 0},
	} {
		resp := &http.Response{StatusCode: http.StatusTooManyRequests, Header: http.Header{}}
		resp.Header.Set(c.header, c.value)
		if got := retryAfter(resp); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		resp.StatusCode = http.StatusOK
		if got := retryAfter(resp); got != 0 {
			t.Errorf("%s on success: %s", name, got)
		}
	}
}
