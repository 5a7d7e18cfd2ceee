package main

import (
	"context"
	"io/fs"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/anteroom-visit/anteroom/handlers"
	"github.com/anteroom-visit/anteroom/static"
)

// checks is everything that is looked at, in the order in which it is told. A new check is a function
// and a line here.
func checks() []check {
	own := func(look func(*examination) []handlers.Finding) func(context.Context, *examination) []handlers.Finding {
		return func(_ context.Context, x *examination) []handlers.Finding { return look(x) }
	}
	return []check{
		{"settings", own((*examination).lookAtSettings)},
		{"variables", own((*examination).lookAtVariables)},
		{"service", lookAtService},
		{"clock", lookAtClock},
		{"tokens", own((*examination).lookAtTokens)},
		{"address", own((*examination).lookAtAddress)},
		{"https", own((*examination).lookAtHTTPS)},
		{"framing", own((*examination).lookAtFraming)},
		{"session-keys", own((*examination).lookAtSessionKeys)},
		{"link-keys", own((*examination).lookAtLinkKeys)},
		{"admission", own((*examination).lookAtAdmission)},
		{"budgets", own((*examination).lookAtBudgets)},
		{"proxies", own((*examination).lookAtProxies)},
		{"metrics", own((*examination).lookAtMetrics)},
		{"name", own((*examination).lookAtName)},
		{"phone", own((*examination).lookAtPhone)},
		{"privacy", own((*examination).lookAtPrivacy)},
		{"colour", own((*examination).lookAtColour)},
		{"logo", own((*examination).lookAtLogo)},
		{"survey", own((*examination).lookAtSurvey)},
		{"languages", own((*examination).lookAtLanguages)},
		{"bundle", own((*examination).lookAtBundle)},
		{"teams", own((*examination).lookAtTeams)},
	}
}

// check is one thing to look at. It gives at least one finding, and its findings need not name it.
type check struct {
	name string
	look func(ctx context.Context, x *examination) []handlers.Finding
}

// examination is a site as its settings describe it.
type examination struct {
	settings serveCommand
	environ  environ
	mistakes *mistakes
	service  service
	site     site
	// bundle is the browser half; the program's own.
	bundle fs.FS
	// missing is what each language does not say; nil asks the program's own.
	missing map[string][]string
	// http asks this site's own address and the identity service's clock.
	http *http.Client
	now  func() time.Time
	// public is what the site's own address answers. It is asked once, by the first check that
	// needs it.
	public func() publicAnswer
}

func newExamination(settings serveCommand, env environ) *examination {
	x := &examination{settings: settings, environ: env, bundle: static.Dist(), now: time.Now}
	x.service, x.site, x.mistakes = settings.checked(env)
	x.http = &http.Client{
		Timeout:       askTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true},
	}
	return x
}

// begin is the examination with nothing asked yet.
func (x *examination) begin(ctx context.Context) *examination {
	fresh := *x
	fresh.public = sync.OnceValue(func() publicAnswer { return fresh.askPublic(ctx) })
	return &fresh
}

func (x *examination) named() bool { return x.settings.named() }

// redact masks secrets in a finding, in case that one was written into another setting, which an error
// quotes. Line breaks go as well.
func (x *examination) redact(f handlers.Finding) handlers.Finding {
	clean := func(text string) string {
		return strings.Join(strings.Fields(x.mistakes.secrets.Replace(text)), " ")
	}
	f.Says, f.Fix = clean(f.Says), clean(f.Fix)
	return f
}
