package acstest

import "time"

const limitWindow = 30 * time.Second

// limiter counts requests by operation in windows of 30 seconds that begin with
// the first request. Throttled requests count too, as Microsoft documents.
type limiter struct {
	limits map[Operation]int
	began  map[Operation]time.Time
	used   map[Operation]int
}

func newLimiter(overrides map[Operation]int) limiter {
	l := limiter{
		// Published per resource and 30 seconds (ACS service limits, identity).
		limits: map[Operation]int{
			OpCreate: 1000, OpCreateWithToken: 1000, OpIssue: 1000,
			OpRevoke: 500, OpDelete: 500, OpExchange: 500,
		},
		began: make(map[Operation]time.Time),
		used:  make(map[Operation]int),
	}
	for op, n := range overrides {
		l.limits[op] = n
	}
	return l
}

// takeLimit counts a request. It returns how long the client should wait when the
// request exceeds the limit, otherwise 0.
func (s *Server) takeLimit(op Operation) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, now := &s.limits, s.clock()
	if now.Sub(l.began[op]) >= limitWindow {
		l.began[op], l.used[op] = now, 0
	}
	l.used[op]++
	if l.used[op] <= l.limits[op] {
		return 0
	}
	return l.began[op].Add(limitWindow).Sub(now)
}
