package handlers

import (
	"context"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/anteroom-visit/anteroom/handlers/identity"
)

// figures are the state of this copy of the site at one moment.
type figures struct {
	waiting, inCall               int
	minutes                       float64
	tracked                       int
	usedToday, limitToday         int
	draining, permitted           bool
	signIns                       int
	visits, networks, browsers    int
	linkKeyMarks, sessionKeyMarks []string
}

func (s *Site) figures() figures {
	state, _ := s.permission.State()
	f := figures{
		tracked: s.reaper.Len(), draining: s.draining.Load(), permitted: state == identity.Permitted,
		linkKeyMarks: s.visits.KeyMarks, sessionKeyMarks: s.sessionKeyMarks,
	}
	f.waiting, f.inCall, f.minutes = s.present.count()
	f.usedToday, f.limitToday = s.budgets.Today()
	f.visits, f.networks, f.browsers = s.failing.distinct()
	if s.desk != nil {
		f.signIns = s.desk.SignInsWaiting()
	}
	return f
}

// gauges are the figures as Prometheus reads them. Its zero value has none.
type gauges struct {
	read atomic.Pointer[func() figures]
}

func gauge(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("anteroom_"+name, help, labels, nil)
}

// descriptions are the gauges, and counters that are read like gauges.
var (
	visitorsDesc   = gauge("visitors", "Visitors who wait or are in a call, as their pages reported in the last 30 seconds. Add up all copies.", "state")
	minutesDesc    = gauge("visitor_minutes_total", "Minutes of visitors, waiting included, estimated from the reports of their pages.")
	costDesc       = gauge("estimated_cost_dollars_total", "The list price of these minutes, without chat.")
	trackedDesc    = gauge("identities_tracked", "Identities that this process will delete.")
	todayDesc      = gauge("daily_joins", "Identities made in this day of UTC by this process, and the day's limit (0 without one).", "of")
	drainingDesc   = gauge("draining", "1 while this copy is being stopped and accepts no new visitors.")
	permittedDesc  = gauge("permitted", "0 while the identity service refuses a new site, otherwise 1.")
	signInsDesc    = gauge("desk_sign_ins_waiting", "Attempts to sign in to the desk that are being delayed.")
	failingDesc    = gauge("failing_joins_distinct", "Different visits, networks and browsers among the failed joins of the last 15 minutes.", "of")
	keyDesc        = gauge("key_info", "Always 1; the labels are the mark of a key, its use and its place in the list: place 1 seals.", "use", "place", "mark")
	gaugesDescribe = []*prometheus.Desc{visitorsDesc, minutesDesc, costDesc, trackedDesc, todayDesc, drainingDesc, permittedDesc, signInsDesc, failingDesc, keyDesc}
)

// Describe implements prometheus.Collector.
func (g *gauges) Describe(to chan<- *prometheus.Desc) {
	for _, d := range gaugesDescribe {
		to <- d
	}
}

// Collect implements prometheus.Collector.
func (g *gauges) Collect(to chan<- prometheus.Metric) {
	read := g.read.Load()
	if read == nil {
		return
	}
	f := (*read)()
	send := func(kind prometheus.ValueType, d *prometheus.Desc, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, kind, value, labels...)
	}
	now := prometheus.GaugeValue
	send(now, visitorsDesc, float64(f.waiting), "waiting")
	send(now, visitorsDesc, float64(f.inCall), "in-call")
	send(prometheus.CounterValue, minutesDesc, f.minutes)
	send(prometheus.CounterValue, costDesc, f.minutes*dollarsPerMinute)
	send(now, trackedDesc, float64(f.tracked))
	send(now, todayDesc, float64(f.usedToday), "used")
	send(now, todayDesc, float64(f.limitToday), "limit")
	send(now, drainingDesc, oneIf(f.draining))
	send(now, permittedDesc, oneIf(f.permitted))
	send(now, signInsDesc, float64(f.signIns))
	send(now, failingDesc, float64(f.visits), "visits")
	send(now, failingDesc, float64(f.networks), "networks")
	send(now, failingDesc, float64(f.browsers), "browsers")
	for use, marks := range map[string][]string{"link": f.linkKeyMarks, "session": f.sessionKeyMarks} {
		for i, mark := range marks {
			send(now, keyDesc, 1, use, strconv.Itoa(i+1), mark)
		}
	}
}

func oneIf(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// figuresEvery is how often the log has the figures: where only the log is kept, they are the metrics.
const figuresEvery = time.Minute

// LogFigures writes a line with all figures every minute until ctx ends.
func (s *Site) LogFigures(ctx context.Context) {
	ticks := time.NewTicker(figuresEvery)
	defer ticks.Stop()
	before := 0.0
	for {
		before = s.logFigures(ctx, before)
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
	}
}

// logFigures logs the minutes as those since the line before, so that a query can add up lines.
func (s *Site) logFigures(ctx context.Context, before float64) (minutes float64) {
	f := s.figures()
	first := func(marks []string) string {
		if len(marks) == 0 {
			return ""
		}
		return marks[0]
	}
	s.log.InfoContext(ctx, "figures",
		"visitors_waiting", f.waiting, "visitors_in_call", f.inCall,
		"visitor_minutes", f.minutes-before, "estimated_cost_dollars", (f.minutes-before)*dollarsPerMinute,
		"identities_tracked", f.tracked, "day_used", f.usedToday, "day_limit", f.limitToday,
		"draining", f.draining, "permitted", f.permitted, "desk_sign_ins_waiting", f.signIns,
		"failing_visits", f.visits, "failing_networks", f.networks, "failing_browsers", f.browsers,
		"link_key", first(f.linkKeyMarks), "session_key", first(f.sessionKeyMarks), "link_keys", len(f.linkKeyMarks),
	)
	return f.minutes
}
