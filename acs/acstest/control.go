package acstest

import (
	"encoding/json"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// faultRequest is a [Fault] as JSON.
type faultRequest struct {
	Kind              FaultKind `json:"kind"`
	Operation         Operation `json:"operation"`
	Times             int       `json:"times"`
	DelayMS           int       `json:"delayMs"`
	RetryAfterSeconds int       `json:"retryAfterSeconds"`
	Status            int       `json:"status"`
}

// Control returns a handler with which tests in other languages inspect the server
// and inject faults: GET /acstest/ledger (a [Ledger] as JSON), POST /acstest/faults
// ({"kind","operation","times","delayMs","retryAfterSeconds","status"}, all but the
// kind optional) and DELETE /acstest/faults. It needs no key and therefore rejects
// requests for other host names than loopback ones, and from other sites' pages.
func (s *Server) Control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /acstest/ledger", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		_ = json.NewEncoder(w).Encode(s.Ledger()) // the client may be gone
	})
	mux.HandleFunc("POST /acstest/faults", s.postFault)
	mux.HandleFunc("DELETE /acstest/faults", func(w http.ResponseWriter, _ *http.Request) {
		s.ClearFaults()
		w.WriteHeader(http.StatusNoContent)
	})
	return onlyLoopback(http.NewCrossOriginProtection().Handler(mux))
}

func (s *Server) postFault(w http.ResponseWriter, r *http.Request) {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 4096))
	decoder.DisallowUnknownFields()
	var f faultRequest
	if err := decoder.Decode(&f); err != nil {
		http.Error(w, "fault: "+err.Error(), http.StatusBadRequest)
		return
	}
	err := s.Inject(Fault{
		Kind: f.Kind, Operation: f.Operation, Times: f.Times, Status: f.Status,
		Delay:      time.Duration(f.DelayMS) * time.Millisecond,
		RetryAfter: time.Duration(f.RetryAfterSeconds) * time.Second,
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// onlyLoopback rejects other host names, so that DNS rebinding does not get access.
func onlyLoopback(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		host = strings.Trim(host, "[]")
		if addr, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !addr.IsLoopback()) {
			http.Error(w, "the host name must be a loopback one", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}
