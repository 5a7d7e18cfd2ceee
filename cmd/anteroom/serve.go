package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/anteroom-visit/anteroom/handlers"
	"github.com/anteroom-visit/anteroom/locales"
	"github.com/anteroom-visit/anteroom/static"
	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/views"
)

type serveCommand struct {
	serviceSettings
	siteSettings
}

// Run serves the site until ctx ends.
func (s serveCommand) Run(ctx context.Context, c console) error {
	var m mistakes
	service, checked := s.serviceSettings.check(&m), s.siteSettings.check(&m)
	if err := m.err(); err != nil {
		return err
	}
	log := newLog(c.err)
	rehearsal := service.client == nil
	if rehearsal {
		stop, err := service.rehearse()
		if err != nil {
			return err
		}
		defer stop()
	}
	site, err := s.build(service, checked, rehearsal, log)
	if err != nil {
		return err
	}
	return serveUntilDone(ctx, checked.listen, site, log, func(at net.Addr) {
		s.announce(c.out, log, checked, at, rehearsal)
	})
}

// build wires the site together.
func (s serveCommand) build(service service, checked site, rehearsal bool, log *slog.Logger) (*handlers.Site, error) {
	catalogue, err := locales.Load()
	if err != nil {
		return nil, err
	}
	assets, err := handlers.NewAssets(static.Dist())
	if err != nil {
		return nil, err
	}
	keys := checked.sessionKeys
	if len(keys) == 0 {
		keys = []string{rand.Text() + rand.Text()}
	}
	return handlers.New(handlers.Options{
		BaseURL:     checked.baseURL,
		Rehearsal:   rehearsal,
		Chat:        checked.chat && service.permitsChat(),
		Endpoint:    service.client.Endpoint(),
		Links:       teams.Rules{GovernmentCloud: checked.government},
		Brand:       views.Brand{Name: s.BrandName, Phone: s.BrandPhone, PrivacyURL: s.BrandPrivacyURL},
		SessionKeys: keys,
		Identities:  identities{service},
		Assets:      assets,
		Catalogue:   catalogue,
		Log:         log,
	})
}

// announce says where the site is, and what an operator should know about it.
func (s serveCommand) announce(out io.Writer, log *slog.Logger, checked site, at net.Addr, rehearsal bool) {
	if rehearsal {
		log.Warn("this is a rehearsal without Azure: no ACS_ENDPOINT and no ACS_CONNECTION_STRING is set, identities and tokens are made up on this machine")
	} else {
		if len(checked.sessionKeys) == 0 {
			log.Warn("SESSION_KEYS is not set: sessions end with this process, and no second replica can read them")
		}
		if checked.baseURL == nil {
			log.Warn("BASE_URL is not set: cookies are not marked Secure")
		}
		if s.BrandPhone == "" || s.BrandPrivacyURL == "" {
			log.Warn("BRAND_PHONE and BRAND_PRIVACY_URL should both be set: a visitor who cannot join needs a number, and a right to know")
		}
		log.Warn("anyone who has a meeting link can join through this site, and the minutes are billed to its ACS resource")
	}
	address := "http://localhost"
	if tcp, ok := at.(*net.TCPAddr); ok {
		address = fmt.Sprintf("http://localhost:%d", tcp.Port)
	}
	if checked.baseURL != nil {
		address = checked.baseURL.String()
	}
	_, _ = fmt.Fprintf(out, "\n  Anteroom is ready: open %s\n\n", address)
}

// Times within which a client has to speak, so that nobody can hold a connection for nothing.
const (
	headerTime   = 5 * time.Second
	readTime     = 15 * time.Second
	writeTime    = 45 * time.Second
	idleTime     = 2 * time.Minute
	shutdownTime = 25 * time.Second
	maxHeader    = 16 << 10
)

// serveUntilDone listens, and when ctx ends lets every request that has begun finish.
func serveUntilDone(ctx context.Context, listen string, site *handlers.Site, log *slog.Logger, ready func(net.Addr)) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	server := &http.Server{
		Handler:           site,
		ReadHeaderTimeout: headerTime,
		ReadTimeout:       readTime,
		WriteTimeout:      writeTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    maxHeader,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	ready(listener.Addr())
	select {
	case err := <-served:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	site.Drain()
	log.Info("stopping: requests that have begun are finished first")
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	if err := server.Shutdown(ending); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("stop: %w", err)
	}
	site.Wait()
	return nil
}

// newLog writes JSON for machines and text where a person is watching.
func newLog(w io.Writer) *slog.Logger {
	if f, ok := w.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			return slog.New(slog.NewTextHandler(w, nil))
		}
	}
	return slog.New(slog.NewJSONHandler(w, nil))
}
