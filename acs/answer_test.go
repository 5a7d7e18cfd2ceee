package acs

import (
	"errors"
	"net/http"
	"testing"
	"time"
)

func TestKindOfStatus(t *testing.T) {
	for status, want := range map[int]error{
		http.StatusRequestTimeout: ErrUnavailable, http.StatusInternalServerError: ErrUnavailable, http.StatusGatewayTimeout: ErrUnavailable,
		http.StatusTooManyRequests: ErrThrottled, http.StatusUnauthorized: ErrDenied, http.StatusForbidden: ErrDenied,
		http.StatusBadRequest: nil, http.StatusConflict: nil, http.StatusTemporaryRedirect: ErrInvalidAnswer,
	} {
		if got := kindOf(status, ""); !errors.Is(got, want) || (got == nil) != (want == nil) {
			t.Errorf("%d: %v, want %v", status, got, want)
		}
	}
}

func TestTokenMustExpireAfterNow(t *testing.T) {
	now := time.Date(2026, time.November, 24, 14, 0, 0, 0, time.UTC)
	for left, valid := range map[time.Duration]bool{-time.Second: false, 0: false, time.Nanosecond: true, time.Hour: true} {
		answer := tokenAnswer{Token: "eyJ", ExpiresOn: now.Add(left)}
		if err := answer.check(now); (err == nil) != valid {
			t.Errorf("a token that expires in %s: %v", left, err)
		}
	}
}
