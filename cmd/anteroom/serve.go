package main

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/KimMachineGun/automemlimit/memlimit"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/anteroom-visit/anteroom/doctor"
	"github.com/anteroom-visit/anteroom/handlers"
	"github.com/anteroom-visit/anteroom/handlers/assets"
	"github.com/anteroom-visit/anteroom/handlers/identity"
	"github.com/anteroom-visit/anteroom/locales"
	"github.com/anteroom-visit/anteroom/static"
	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/views"
)

type serveCommand struct {
	serviceSettings
	siteSettings
	rehearsalSettings

	environ environ // for the doctor
}

// Run serves the site until ctx ends.
func (s serveCommand) Run(ctx context.Context, c console, env environ) error {
	service, checked, m := s.checked(env)
	s.environ = env
	if err := m.refusal(); err != nil {
		return err
	}
	log := newLog(c.err)
	limitMemory(memlimit.FromCgroup, log)
	var stack *rehearsalStack
	if service.client == nil {
		var err error
		if stack, err = service.rehearse(checked.host, checked.proxies, log); err != nil {
			return err
		}
	}
	if s.ACSEndpoint != "" { // a role, unlike a key, can take minutes to reach the resource
		service.permission = identity.NewPermission(identities{service}, time.Now, log)
		acquiring, stop := context.WithCancel(ctx)
		var done sync.WaitGroup
		done.Go(func() { service.permission.Acquire(acquiring) })
		defer done.Wait()
		defer stop()
	}
	registry := newRegistry()
	flush, err := export(ctx, env, registry, log)
	if err != nil {
		return err
	}
	defer flush()
	site, err := s.build(service, checked, stack, registry, log)
	if err != nil {
		return err
	}
	if stack == nil {
		logging, stop := context.WithCancel(ctx)
		defer stop()
		go site.LogFigures(logging)
	}
	server := server{site: site, stack: stack, log: log, listen: checked.listen}
	if s.MetricsListen != "" {
		server.metrics, server.metricsListen = metricsHandler(registry), s.MetricsListen
	}
	if s.TLSSelfSigned.on() {
		if server.certificate, err = selfSigned(time.Now()); err != nil {
			return err
		}
	}
	return server.run(ctx, func(at net.Addr) {
		log.Info("listening", "scheme", scheme(server.certificate != nil), "address", at.String())
		s.advise(log, checked, stack != nil)
		announcement{checked.baseURL, at, server.certificate != nil, stack != nil, site.HasDesk()}.print(c.out)
	})
}

// build builds the site from its checked settings.
func (s serveCommand) build(service service, checked site, stack *rehearsalStack, registry prometheus.Registerer, log *slog.Logger) (*handlers.Site, error) {
	catalogue, err := locales.Load()
	if err != nil {
		return nil, err
	}
	bundle, err := assets.NewBundle(static.Dist())
	if err != nil {
		return nil, err
	}
	seals, err := checked.seals(stack != nil)
	if err != nil {
		return nil, err
	}
	var running *handlers.Site
	described := s.describedRunning(service)
	described.Joins.Today = func() (used, limit int) { return running.JoinsToday() }
	options := handlers.Options{
		Origin: handlers.Origin{
			BaseURL: checked.baseURL, OwnTLS: s.TLSSelfSigned.on(), FrameAncestors: checked.framers, Proxies: checked.proxies,
		},
		Call: handlers.Call{
			Chat:        checked.chat && service.permitsChat(),
			WaitMinutes: checked.waitMinutes,
			Endpoint:    service.client.Endpoint(),
			Links:       teams.Rules{GovernmentCloud: checked.government},
			Try:         isOn(s.Try) || s.Try == "" && stack != nil,
		},
		Joins:  handlers.Joins{Admission: checked.admitsBy(stack != nil), Tenants: checked.tenants, Budgets: checked.budgets},
		Visits: handlers.Visits{Seals: seals, Limits: checked.limits, KeyMarks: marks(s.LinkKeys)},
		Desk:   handlers.Desk{Passphrase: s.DeskPassphrase.Reveal(), Zone: s.Zone, Doctor: deskDoctor{doctor.New(described)}},
		Organisation: handlers.Organisation{
			Brand:        views.Brand{Name: s.BrandName, Phone: s.BrandPhone, PrivacyURL: s.BrandPrivacyURL, Palette: checked.palette},
			Logo:         checked.logo,
			SurveyURL:    s.SurveyURL,
			WaitingTexts: map[string]string{"": s.WaitingText, "ar": s.WaitingTextAR},
		},
		SessionKeys: checked.sessionKeys, SessionKeyMarks: marks(s.SessionKeys),
		Identities: service.identities(),
		Permission: service.permission,
		Assets:     bundle,
		Catalogue:  catalogue,
		Log:        log,
		Metrics:    handlers.NewMetrics(registry),
	}
	if len(options.SessionKeys) == 0 {
		options.SessionKeys = []string{rand.Text() + rand.Text()}
	}
	options.Desk.StaffRights = s.rights()
	if options.Desk.Staff, err = s.staffDirectory(service, stack); err != nil {
		return nil, err
	}
	if stack != nil {
		options.Call.Rehearsal, options.Call.RehearsalSocket = stack, stack.meeting.Socket()
		options.Call.Example = exampleMeeting
		// Only with temporary keys, because anyone could make links.
		options.Desk.Open = options.Desk.Passphrase == "" && checked.linkKeys == nil
	}
	running, err = handlers.New(options)
	return running, err
}

// marks returns a short text for each key, by which the doctor distinguishes them.
func marks(setting secretSetting) []string {
	var found []string
	for _, key := range secrets(setting) {
		found = append(found, doctor.Mark(key))
	}
	return found
}

// advise logs what an operator should change.
func (s serveCommand) advise(log *slog.Logger, checked site, rehearsal bool) {
	if rehearsal {
		log.Warn("this is a rehearsal without Azure: no ACS_ENDPOINT and no ACS_CONNECTION_STRING is set, identities, tokens and meetings are made up on this machine")
		return
	}
	if len(checked.sessionKeys) == 0 {
		log.Warn("SESSION_KEYS is not set: sessions end with this process, and no second replica can read them")
	}
	if isOn(s.Rehearse) {
		log.Warn("REHEARSE is on and has no effect: an ACS resource is set")
	}
	if s.BrandPhone == "" || s.BrandPrivacyURL == "" {
		log.Warn("BRAND_PHONE and BRAND_PRIVACY_URL should both be set: a visitor who cannot join needs a number, and every visitor the privacy notice")
	}
	checked.adviseAdmission(log)
}

func scheme(tls bool) string {
	if tls {
		return "https"
	}
	return "http"
}

// newLog writes JSON for machines and text where a person is watching.
func newLog(w io.Writer) *slog.Logger {
	if isTerminal(w) {
		return slog.New(slog.NewTextHandler(w, nil))
	}
	return slog.New(slog.NewJSONHandler(w, nil))
}
