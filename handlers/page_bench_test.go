package handlers

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
)

// BenchmarkPages measures the pages that every visitor loads, without a network.
func BenchmarkPages(b *testing.B) {
	for _, path := range []string{"/", "/visit", "/check"} {
		b.Run(path, func(b *testing.B) {
			s := buildSite(b, io.Discard)
			cookie := ""
			if path == "/visit" {
				w := httptest.NewRecorder()
				s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/?meetingURL="+url.QueryEscape(shortLink), nil))
				cookie = w.Result().Cookies()[0].String()
			}
			b.ReportAllocs()
			for b.Loop() {
				r := httptest.NewRequest(http.MethodGet, path, nil)
				r.Header.Set("Accept-Encoding", "br")
				if cookie != "" {
					r.Header.Set("Cookie", cookie)
				}
				w := httptest.NewRecorder()
				s.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatalf("status %d, want 200", w.Code)
				}
				_, _ = io.Copy(io.Discard, w.Body)
			}
		})
	}
}
