package handlers

import (
	"context"
	"net/http"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// startSpan begins a part of a trace. Without an exporter it costs nothing and is dropped.
func startSpan(ctx context.Context, name string, options ...trace.SpanStartOption) (context.Context, trace.Span) {
	return otel.Tracer("github.com/anteroom-visit/anteroom").Start(ctx, name, options...)
}

// traceRequest begins the trace of a request. It is named by the route's pattern, and holds no address.
// Traces that a stranger's request names are not continued.
func traceRequest(r *http.Request, route string) (*http.Request, func(status int)) {
	method := knownMethod(r.Method)
	ctx, span := startSpan(r.Context(), method+" "+route, trace.WithSpanKind(trace.SpanKindServer), trace.WithNewRoot(),
		trace.WithAttributes(attribute.String("http.request.method", method), attribute.String("http.route", route), attribute.String("anteroom.request_id", stateOf(r).id)))
	return r.WithContext(ctx), func(status int) {
		span.SetAttributes(attribute.Int("http.response.status_code", status))
		if status >= http.StatusInternalServerError {
			span.SetStatus(codes.Error, http.StatusText(status))
		}
		if reference := stateOf(r).reference(); reference != "" {
			span.SetAttributes(attribute.String("anteroom.reference", reference))
		}
		span.End()
	}
}
