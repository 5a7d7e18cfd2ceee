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
)

// Times within which a client has to speak, so that nobody can hold a connection for nothing.
const (
	headerTime   = 5 * time.Second
	readTime     = 15 * time.Second
	writeTime    = 45 * time.Second
	idleTime     = 2 * time.Minute
	shutdownTime = 25 * time.Second
	maxHeader    = 16 << 10
)

// server listens for the site.
type server struct {
	site        *handlers.Site
	rehearsing  *rehearsing // nil with an ACS resource
	certificate *tls.Certificate
	log         *slog.Logger
	listen      string
}

// run serves until ctx ends, and then lets every request that has begun finish.
func (s server) run(ctx context.Context, ready func(net.Addr)) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	if s.rehearsing != nil {
		s.rehearsing.listensAt(listener.Addr(), s.certificate)
	}
	if s.certificate != nil {
		listener = tls.NewListener(listener, &tls.Config{
			Certificates: []tls.Certificate{*s.certificate}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
		})
	}
	h := &http.Server{
		Handler:           s.site,
		ReadHeaderTimeout: headerTime,
		ReadTimeout:       readTime,
		WriteTimeout:      writeTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	served := make(chan error, 1)
	go func() { served <- h.Serve(listener) }()
	ready(listener.Addr())
	select {
	case err := <-served:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	return s.stop(context.WithoutCancel(ctx), h)
}

func (s server) stop(ctx context.Context, h *http.Server) error {
	s.site.Drain()
	s.log.Info("stopping: requests that have begun are finished first")
	ctx, cancel := context.WithTimeout(ctx, shutdownTime)
	defer cancel()
	err := h.Shutdown(ctx) // does not wait for the rehearsal's sockets
	s.site.Wait()
	if s.rehearsing != nil {
		err = errors.Join(err, s.rehearsing.close(ctx))
	}
	if err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	return nil
}
