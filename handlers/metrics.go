package handlers

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/anteroom-visit/anteroom/handlers/budget"
	"github.com/anteroom-visit/anteroom/handlers/identity"
	"github.com/anteroom-visit/anteroom/teams"
)

// Metrics counts what happens on a site, for Prometheus. Its labels hold fixed names only, never text
// that a stranger typed: an address, a method or a code from a page is looked up first.
type Metrics struct {
	requests *prometheus.CounterVec
	joins    *prometheus.CounterVec
	events   *prometheus.CounterVec
	endings  *prometheus.CounterVec
	refusals *prometheus.CounterVec
	breaches *prometheus.CounterVec
	service  *prometheus.HistogramVec
	today    *prometheus.GaugeVec
}

// NewMetrics makes the site's metrics and registers them. It panics if one of their names is registered
// already, which is a mistake in the program.
func NewMetrics(r prometheus.Registerer) *Metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "anteroom", Name: name, Help: help}, labels)
		r.MustRegister(c)
		return c
	}
	m := &Metrics{
		requests: counter("requests_total", "Requests by route and class of status.", "route", "status"),
		joins:    counter("joins_total", "Presses of Join by their result: ok, or the problem that the visitor saw.", "outcome"),
		events:   counter("call_events_total", "Events that pages reported from their calls.", "event"),
		endings:  counter("call_endings_total", "Ends of calls by their name.", "ending"),
		refusals: counter("budget_refusals_total", "Tokens not issued, by the budget that was used up.", "budget"),
		breaches: counter("policy_violations_total", "What a Content-Security-Policy forbade, as browsers reported it, by directive.", "directive"),
		service: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: "anteroom", Name: "identity_request_seconds", Help: "Time that the identity service took, with retries.",
			Buckets: []float64{.05, .1, .2, .5, 1, 2, 5, 10, 15},
		}, []string{"operation", "outcome"}),
	}
	m.today = prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Namespace: "anteroom", Name: "daily_joins", Help: "Identities made in this day of UTC by this process, and the day's limit (0 without one).",
	}, []string{"of"})
	r.MustRegister(m.service, m.today)
	return m
}

// answered counts a request. An unknown address is counted without its text.
func (m *Metrics) answered(route string, status int) {
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(route, strconv.Itoa(status/100)+"xx").Inc()
}

// joined counts a press of Join.
func (m *Metrics) joined(err error) {
	outcome := "ok"
	if err != nil {
		outcome = classify(err).Slug
	}
	m.joins.WithLabelValues(outcome).Inc()
}

// refused counts a token that a budget did not allow.
func (m *Metrics) refused(err error) {
	var exceeded *budget.Exceeded
	if errors.As(err, &exceeded) {
		m.refusals.WithLabelValues(budgetProblems[exceeded.Kind].Slug).Inc()
	}
}

// usedToday records how much of the day's limit is used.
func (m *Metrics) usedToday(used, limit int) {
	m.today.WithLabelValues("used").Set(float64(used))
	m.today.WithLabelValues("limit").Set(float64(limit))
}

// called counts an event of a call; event is one of callEvents.
func (m *Metrics) called(event string, code, subCode int) {
	m.events.WithLabelValues(event).Inc()
	if event == "ended" {
		m.endings.WithLabelValues(teams.EndingOf(code, subCode).Name).Inc()
	}
}

// violated counts a breach of a page's policy; directive is one of policyDirectives or a fixed word.
func (m *Metrics) violated(directive string) { m.breaches.WithLabelValues(directive).Inc() }

// measured is an identity service whose answers are timed.
type measured struct {
	identity.Service
	metrics *Metrics
}

func (m measured) observe(operation string, began time.Time, err error) {
	outcome := "ok"
	var service *identity.ServiceError
	switch {
	case errors.Is(err, identity.ErrForeign):
		outcome = "unknown-identity"
	case errors.As(err, &service):
		outcome = string(service.Reason)
	case err != nil:
		outcome = "error"
	}
	m.metrics.service.WithLabelValues(operation, outcome).Observe(time.Since(began).Seconds())
}

func (m measured) Create(ctx context.Context) (got identity.Credential, err error) {
	defer func(began time.Time) { m.observe("create", began, err) }(time.Now())
	return m.Service.Create(ctx)
}

func (m measured) Renew(ctx context.Context, userID string) (token identity.Token, err error) {
	defer func(began time.Time) { m.observe("renew", began, err) }(time.Now())
	return m.Service.Renew(ctx, userID)
}

func (m measured) Delete(ctx context.Context, userID string) (err error) {
	defer func(began time.Time) { m.observe("delete", began, err) }(time.Now())
	return m.Service.Delete(ctx, userID)
}
