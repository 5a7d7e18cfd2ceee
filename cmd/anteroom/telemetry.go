package main

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	prombridge "go.opentelemetry.io/contrib/bridges/prometheus"
	"go.opentelemetry.io/contrib/exporters/autoexport"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/semconv/v1.40.0"
)

// flushTime bounds how long the last traces and metrics may take.
const flushTime = 5 * time.Second

// export sends traces and metrics where OpenTelemetry's own variables name a receiver or an exporter, and
// otherwise nowhere. The metrics are those of /metrics. flush sends the rest.
func export(ctx context.Context, env environ, registry *prometheus.Registry, log *slog.Logger) (flush func(), err error) {
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn("telemetry not exported", "error", err) }))
	about := resource.Default()
	if !slices.ContainsFunc(env, func(v string) bool { return strings.HasPrefix(v, "OTEL_SERVICE_NAME=") }) {
		named := resource.NewSchemaless(semconv.ServiceName("anteroom"), semconv.ServiceVersion(versionText()))
		if about, err = resource.Merge(about, named); err != nil {
			return nil, fmt.Errorf("describe this process: %w", err)
		}
	}
	var closers []func(context.Context) error
	if exports(env, "TRACES") {
		exporter, err := autoexport.NewSpanExporter(ctx)
		if err != nil {
			return nil, fmt.Errorf("export traces: %w", err)
		}
		provider := trace.NewTracerProvider(trace.WithBatcher(exporter), trace.WithResource(about))
		otel.SetTracerProvider(provider)
		closers = append(closers, provider.Shutdown)
	}
	if exports(env, "METRICS") {
		autoexport.WithFallbackMetricProducer(func(context.Context) (metric.Producer, error) {
			return prombridge.NewMetricProducer(prombridge.WithGatherer(registry)), nil
		})
		reader, err := autoexport.NewMetricReader(ctx)
		if err != nil {
			return nil, fmt.Errorf("export metrics: %w", err)
		}
		closers = append(closers, metric.NewMeterProvider(metric.WithReader(reader), metric.WithResource(about)).Shutdown)
	}
	return func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTime)
		defer cancel()
		for _, shut := range closers {
			if err := shut(ctx); err != nil {
				log.Warn("telemetry not exported", "error", err)
			}
		}
	}, nil
}

// exports reports whether the environment names a receiver or an exporter for a signal.
func exports(env environ, signal string) bool {
	return slices.ContainsFunc(env, func(variable string) bool {
		name, value, _ := strings.Cut(variable, "=")
		switch name {
		case "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_" + signal + "_ENDPOINT", "OTEL_" + signal + "_EXPORTER":
			return value != ""
		}
		return false
	})
}
