package handlers

import (
	"context"
	"errors"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"

	"github.com/anteroom-visit/anteroom/browser"
	"github.com/anteroom-visit/anteroom/handlers/budget"
	"github.com/anteroom-visit/anteroom/handlers/identity"
	"github.com/anteroom-visit/anteroom/teams"
)

// Metrics counts what happens on a site, for Prometheus. Its labels hold fixed names only, never text
// that a stranger typed: an address, a method or a code from a page is looked up first.
type Metrics struct {
	requests  *prometheus.CounterVec
	durations *prometheus.HistogramVec
	joins     *prometheus.CounterVec
	staff     *prometheus.CounterVec
	made      *prometheus.CounterVec
	browsers  *prometheus.CounterVec
	events    *prometheus.CounterVec
	endings   *prometheus.CounterVec
	admission prometheus.Histogram
	links     *prometheus.CounterVec
	unopened  *prometheus.CounterVec
	refusals  *prometheus.CounterVec
	breaches  *prometheus.CounterVec
	service   *prometheus.HistogramVec
	now       gauges

	mu    sync.Mutex
	known map[[2]string]bool // families and versions that have a label
}

// NewMetrics makes the site's metrics and registers them. It panics if one of their names is registered
// already, which is a mistake in the program.
func NewMetrics(r prometheus.Registerer) *Metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "anteroom", Name: name, Help: help}, labels)
		r.MustRegister(c)
		return c
	}
	histogram := func(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
		h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "anteroom", Name: name, Help: help, Buckets: buckets}, labels)
		r.MustRegister(h)
		return h
	}
	m := &Metrics{
		requests: counter("requests_total", "Requests by route and class of status.", "route", "status"),
		durations: histogram("request_seconds", "Duration of requests by route. The exemplars are request IDs.",
			[]float64{.005, .02, .05, .1, .25, .5, 1, 2.5, 5, 12}, "route"),
		joins:    counter("joins_total", "Presses of Join by their result: ok, or the problem that the visitor saw. The exemplars are the references on visitors' pages.", "outcome"),
		staff:    counter("staff_joins_total", "Joins of signed-in staff by their result: ok, or the reason that they saw.", "outcome"),
		made:     counter("desk_visits_total", "Visits made at the desk by how their maker signed in: staff (with an account), passphrase, or nobody at an open desk.", "maker"),
		browsers: counter("join_browsers_total", "Presses of Join by browser family, major version and result (ok, failed).", "family", "version", "result"),
		events:   counter("call_events_total", "Events that pages reported from their calls.", "event"),
		endings:  counter("call_endings_total", "Ends of calls by their name and class (ordinary, trouble). The exemplars are the references on visitors' pages.", "ending", "class"),
		admission: histogram("admission_seconds", "How long admitted visitors had waited, as their pages report it.",
			[]float64{5, 15, 30, 60, 120, 300, 600, 1200, 2700, 7200}).WithLabelValues().(prometheus.Histogram),
		links:    counter("links_opened_total", "Sealed links that opened, by the place of their key in LINK_KEYS, from 1.", "key"),
		unopened: counter("link_failures_total", "Sealed links that did not open a visit that can be joined, by reason.", "reason"),
		refusals: counter("budget_refusals_total", "Tokens not issued, by the budget that was used up.", "budget"),
		breaches: counter("policy_violations_total", "What a Content-Security-Policy forbade, as browsers reported it, by directive.", "directive"),
		service: histogram("identity_request_seconds", "Time that the identity service took, with retries.",
			[]float64{.05, .1, .2, .5, 1, 2, 5, 10, 15}, "operation", "outcome"),
		known: make(map[[2]string]bool),
	}
	r.MustRegister(&m.now)
	// Alerts count these from the first one on: Prometheus sees no increase in a series that begins with 1.
	for _, operation := range []string{"create", "renew"} {
		m.service.WithLabelValues(operation, string(identity.Busy))
		m.service.WithLabelValues(operation, string(identity.Refused))
	}
	m.unopened.WithLabelValues("unknown-key")
	m.staff.WithLabelValues("ok")
	for _, maker := range []string{"staff", "passphrase"} {
		m.made.WithLabelValues(maker)
	}
	return m
}

// count adds one to a counter, with the reference of a visitor as its exemplar.
func count(c prometheus.Counter, reference string) {
	if adder, ok := c.(prometheus.ExemplarAdder); ok && reference != "" {
		adder.AddWithExemplar(1, prometheus.Labels{"reference": reference})
		return
	}
	c.Inc()
}

// answered counts a request. An unknown address is counted without its text.
func (m *Metrics) answered(route string, status int, took time.Duration, requestID string) {
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(route, strconv.Itoa(status/100)+"xx").Inc()
	observer := m.durations.WithLabelValues(route)
	if exemplar, ok := observer.(prometheus.ExemplarObserver); ok {
		exemplar.ObserveWithExemplar(took.Seconds(), prometheus.Labels{"request_id": requestID})
	}
}

// outcomeOf returns how a request ended: ok, or the name of the problem.
func outcomeOf(err error) string {
	if err == nil {
		return "ok"
	}
	return classify(err).Slug
}

// joined counts a press of Join with a browser of this kind.
func (m *Metrics) joined(err error, b browser.Browser, reference string) {
	count(m.joins.WithLabelValues(outcomeOf(err)), reference)
	result := "ok"
	if err != nil {
		result = "failed"
	}
	family, version := m.labels(b)
	m.browsers.WithLabelValues(family, version, result).Inc()
}

// maxBrowsers bounds the browsers that have labels of their own: a User-Agent can claim any version.
const maxBrowsers = 200

func (m *Metrics) labels(b browser.Browser) (family, version string) {
	key := [2]string{b.Family, strconv.Itoa(b.Major())}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.known[key] && len(m.known) >= maxBrowsers {
		return "other", "0"
	}
	m.known[key] = true
	return key[0], key[1]
}

// joinedAsStaff counts a join of signed-in staff; outcome is ok or a fixed reason.
func (m *Metrics) joinedAsStaff(outcome string) { m.staff.WithLabelValues(outcome).Inc() }

// madeVisits counts visits that the desk made; maker is a fixed word.
func (m *Metrics) madeVisits(maker string, visits int) {
	m.made.WithLabelValues(maker).Add(float64(visits))
}

// opened counts a sealed link that opened; key is the place of its key in the list, from 1.
func (m *Metrics) opened(key int) { m.links.WithLabelValues(strconv.Itoa(key)).Inc() }

// notOpened counts a sealed link that did not; reason is a fixed word.
func (m *Metrics) notOpened(reason string) { m.unopened.WithLabelValues(reason).Inc() }

// refused counts a token that a budget did not allow.
func (m *Metrics) refused(err error) {
	var exceeded *budget.Exceeded
	if errors.As(err, &exceeded) {
		m.refusals.WithLabelValues(budgetProblems[exceeded.Kind].Slug).Inc()
	}
}

// called counts an event of a call; event is one of callEvents.
func (m *Metrics) called(e callEvent, reference string) {
	m.events.WithLabelValues(e.Event).Inc()
	switch e.Event {
	case "admitted":
		if e.Waited > 0 {
			m.admission.Observe(float64(e.Waited))
		}
	case "ended":
		ending := teams.EndingOf(e.Code, e.SubCode)
		count(m.endings.WithLabelValues(ending.Name, classOf(ending)), reference)
	}
}

// classOf distinguishes ordinary ends of calls from those that an operator should look at.
func classOf(e teams.Ending) string {
	if e.Ordinary {
		return "ordinary"
	}
	return "trouble"
}

// violated counts a breach of a page's policy; directive is one of policyDirectives or a fixed word.
func (m *Metrics) violated(directive string) { m.breaches.WithLabelValues(directive).Inc() }

// measured is an identity service whose answers are timed, logged and traced.
type measured struct {
	identity.Service
	metrics *Metrics
	log     *slog.Logger
}

// observe begins a request of the service; the function that it returns ends it.
func (m measured) observe(ctx context.Context, operation string) (context.Context, func(error)) {
	began := time.Now()
	ctx, span := startSpan(ctx, "identity "+operation)
	return ctx, func(err error) {
		outcome, support := "ok", ""
		var service *identity.ServiceError
		switch {
		case errors.Is(err, identity.ErrForeign):
			outcome = "unknown-identity"
		case errors.As(err, &service):
			outcome, support = string(service.Reason), service.Support
		case err != nil:
			outcome = "error"
		}
		took := time.Since(began)
		m.metrics.service.WithLabelValues(operation, outcome).Observe(took.Seconds())
		m.log.InfoContext(ctx, "identity request", "operation", operation, "outcome", outcome, "ms", took.Milliseconds(), "ms_cv", support)
		span.SetAttributes(attribute.String("anteroom.outcome", outcome), attribute.String("anteroom.ms_cv", support))
		if err != nil {
			span.SetStatus(codes.Error, outcome)
		}
		span.End()
	}
}

func (m measured) Create(ctx context.Context) (got identity.Credential, err error) {
	ctx, done := m.observe(ctx, "create")
	defer func() { done(err) }()
	return m.Service.Create(ctx)
}

func (m measured) Renew(ctx context.Context, userID string) (token identity.Token, err error) {
	ctx, done := m.observe(ctx, "renew")
	defer func() { done(err) }()
	return m.Service.Renew(ctx, userID)
}

func (m measured) Delete(ctx context.Context, userID string) (err error) {
	ctx, done := m.observe(ctx, "delete")
	defer func() { done(err) }()
	return m.Service.Delete(ctx, userID)
}
