package handlers

import (
	"context"
	"sync"
	"time"
)

// dailyWarnings are the percentages of the day's limit at which the site logs a warning.
var dailyWarnings = []int{50, 80, 95}

// dailyWatch remembers the last warning of a day.
type dailyWatch struct {
	mu     sync.Mutex
	day    time.Time
	warned int // percent
}

// watchDay logs each warning once a day, when that part of the day's limit is used up.
func (s *Site) watchDay(ctx context.Context) {
	used, limit := s.budgets.Today()
	if limit == 0 {
		return
	}
	if percent := s.daily.passed(s.now(), used*100/limit); percent > 0 {
		s.log.WarnContext(ctx, "daily limit: most joins of today are used", "percent", percent, "used", used, "limit", limit)
	}
}

// passed returns the highest part that is used up and not yet warned of today (UTC), or 0.
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

// JoinsToday returns how many identities this process made since midnight UTC, and the day's limit or 0.
func (s *Site) JoinsToday() (used, limit int) { return s.budgets.Today() }
