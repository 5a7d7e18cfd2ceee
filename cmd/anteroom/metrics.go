package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"runtime"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// newRegistry returns a registry with the metrics of the process. It does not use the library's global
// registry, so that only the metrics named here are published.
func newRegistry() *prometheus.Registry {
	registry := prometheus.NewRegistry()
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "anteroom_build_info", Help: "Always 1; the labels name the version.",
		ConstLabels: prometheus.Labels{"version": versionText(), "go": runtime.Version()},
	})
	build.Set(1)
	registry.MustRegister(build, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return registry
}

// metricsHandler serves a registry at /metrics.
func metricsHandler(registry *prometheus.Registry) http.Handler {
	mux := http.NewServeMux()
	// Only the OpenMetrics format has exemplars.
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, EnableOpenMetrics: true}))
	return mux
}

// serveMetrics listens until stop is called. It has its own address, because metrics are for operators
// and not for visitors.
func (s server) serveMetrics(ctx context.Context) (stop func(), err error) {
	if s.metrics == nil {
		return func() {}, nil
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.metricsListen)
	if err != nil {
		return nil, fmt.Errorf("listen for metrics: %w", err)
	}
	h := newHTTPServer(s.metrics, s.log, defaultTimes())
	go func() { _ = h.Serve(listener) }()
	s.log.Info("metrics", "listen", listener.Addr().String())
	return func() { _ = h.Close() }, nil
}
