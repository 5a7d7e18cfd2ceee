package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/anteroom-visit/anteroom/handlers"
	"github.com/anteroom-visit/anteroom/handlers/traffic"
)

const (
	shutdownTime = 25 * time.Second
	maxHeader    = 16 << 10
)

// times are the limits for a client to send and receive, so that no idle client keeps a connection.
type times struct {
	header, read, write, idle time.Duration
}

func defaultTimes() times {
	return times{header: 5 * time.Second, read: 15 * time.Second, write: 45 * time.Second, idle: 2 * time.Minute}
}

// newHTTPServer returns a server that limits every wait. The site's listener limits the number of
// connections. A large answer extends its deadline as long as the client receives it.
func newHTTPServer(handler http.Handler, log *slog.Logger, t times) *http.Server {
	return &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: t.header,
		ReadTimeout:       t.read,
		WriteTimeout:      t.write,
		IdleTimeout:       t.idle,
		MaxHeaderBytes:    maxHeader,
		ConnState:         traffic.ConnState,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// server listens for the site.
type server struct {
	site        *handlers.Site
	stack       *rehearsalStack // nil with an ACS resource
	certificate *tls.Certificate
	log         *slog.Logger
	listen      string
	// metrics are served at metricsListen; nil means none.
	metrics       http.Handler
	metricsListen string
}

// run serves until ctx ends, and after SIGTERM until draining is over. Then it finishes every request in
// flight.
func (s server) run(ctx context.Context, ready func(net.Addr)) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	if s.stack != nil {
		s.stack.listensAt(listener.Addr(), s.certificate)
	}
	listener = s.site.Listener(listener)
	if s.certificate != nil {
		listener = tls.NewListener(listener, &tls.Config{
			Certificates: []tls.Certificate{*s.certificate}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
		})
	}
	stopMetrics, err := s.serveMetrics(ctx)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer stopMetrics() // last, so that metrics show the stop itself
	h := newHTTPServer(s.site, s.log, defaultTimes())
	served := make(chan error, 1)
	go func() { served <- h.Serve(listener) }()
	ready(listener.Addr())
	select {
	case err := <-served:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	s.site.Drain()
	// A rehearsal has no load balancer to drain.
	if why, drains := errors.AsType[draining](context.Cause(ctx)); drains && s.stack == nil {
		s.log.Info("draining: not ready, still serving requests")
		select {
		case err := <-served:
			return fmt.Errorf("serve: %w", err)
		case <-why.over:
		}
	}
	return s.stop(context.WithoutCancel(ctx), h)
}

func (s server) stop(ctx context.Context, h *http.Server) error {
	s.log.Info("stopping: finishing the requests in flight")
	ctx, cancel := context.WithTimeout(ctx, shutdownTime)
	defer cancel()
	err := h.Shutdown(ctx) // does not wait for the rehearsal's sockets
	s.site.Wait()
	if s.stack != nil {
		err = errors.Join(err, s.stack.close(ctx))
	}
	if err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	return nil
}
