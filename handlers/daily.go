package handlers

import (
	"context"
	"sync"
	"time"
)

// dailyWarnings are the parts of the day's limit at which the log warns, in percent.
var dailyWarnings = []int{50, 80, 95}

// dailyWatch remembers the last warning of a day.
type dailyWatch struct {
	mu     sync.Mutex
	day    time.Time
	warned int // percent
}

// watchDay warns once a day for each part of the day's limit that is used up.
func (s *Site) watchDay(ctx context.Context) {
	used, limit := s.budgets.Today()
	s.metrics.usedToday(used, limit)
	if limit == 0 {
		return
	}
	if percent := s.daily.passed(s.now(), used*100/limit); percent > 0 {
		s.log.WarnContext(ctx, "daily limit: most joins of today are used", "percent", percent, "used", used, "limit", limit)
	}
}

// passed returns the highest part that is used up and was not warned of in this day of UTC, 0 for none.
func (d *dailyWatch) passed(now time.Time, used int) (percent int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if day := now.UTC().Truncate(24 * time.Hour); !day.Equal(d.day) {
		d.day, d.warned = day, 0
	}
	for _, part := range dailyWarnings {
		if used >= part && part > d.warned {
			percent = part
		}
	}
	d.warned = max(d.warned, percent)
	return percent
}

// JoinsToday returns how many identities this process made in this day of UTC, and the day's limit, 0
// without one.
func (s *Site) JoinsToday() (used, limit int) { return s.budgets.Today() }
