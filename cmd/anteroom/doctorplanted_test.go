package main

import (
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/acs/acstest"
	"github.com/anteroom-visit/anteroom/doctor"
)

// TestDoctorFindsPlantedMistakes plants one mistake into a good site. The doctor must find it and its consequences, and
// nothing else.
func TestDoctorFindsPlantedMistakes(t *testing.T) {
	const problem, warning = doctor.Problem, doctor.Warning
	for _, c := range []struct {
		name         string
		plant        map[string]string
		check        string
		state        doctor.State
		message, fix string
		also         string // the other checks that find it
	}{
		{"unreadable number", map[string]string{"TOKEN_MINUTES": "ten"}, "settings", problem, "TOKEN_MINUTES", "serve --help", ""},
		{"two mistakes at once", map[string]string{"CHAT": "maybe", "LISTEN": "here"}, "settings", problem, "CHAT", "serve --help", "settings"},
		{"all the world as proxy", map[string]string{"TRUSTED_PROXIES": "0.0.0.0/0"}, "settings", problem, "0.0.0.0/0", "change it", "proxies"},
		{"half the world as proxy", map[string]string{"TRUSTED_PROXIES": "128.0.0.0/1"}, "proxies", problem, "128.0.0.0/1", "private", ""},
		{"a key where a proxy belongs", map[string]string{"TRUSTED_PROXIES": sessionKey}, "settings", problem, "***", "change it", "proxies"},
		{"survey without https", map[string]string{"SURVEY_URL": "http://forms.example/canary"}, "settings", problem, "SURVEY_URL", "change it", ""},
		{"no such logo", map[string]string{"BRAND_LOGO": "/no/such/logo.svg"}, "settings", problem, "BRAND_LOGO", "change it", "logo"},
		{"tenants without a tenant", map[string]string{"ADMISSION": "tenants"}, "settings", problem, "TENANTS", "change it", "admission"},
		{"short link key", map[string]string{"LINK_KEYS": "canary"}, "settings", problem, "at least 16 characters", "change it", "link-keys"},
		{"misspelt variable", map[string]string{"BRAND_PHON": "canary"}, "variables", warning, "BRAND_PHON ", "BRAND_PHONE", ""},
		{"variable in lower case", map[string]string{"trusted_proxies": "canary"}, "variables", warning, "trusted_proxies", "TRUSTED_PROXIES", ""},
		{"variable without its plural", map[string]string{"SESSION_KEY": "canary"}, "variables", warning, "SESSION_KEY ", "SESSION_KEYS", ""},
		{"no resource", map[string]string{"ACS_CONNECTION_STRING": ""}, "service", problem, "rehearses", "ACS_ENDPOINT", "settings clock"},
		{"a connection string without its key", map[string]string{"ACS_CONNECTION_STRING": "endpoint=https://x.communication.azure.com/"}, "settings", problem, "ACS_CONNECTION_STRING", "change it", "service clock"},
		{"no public address", map[string]string{"BASE_URL": ""}, "address", problem, "BASE_URL", "https://", "settings https framing"},
		{"no such name", map[string]string{"BASE_URL": "https://" + nowhere}, "address", problem, "does not exist", "DNS", "https framing"},
		{"certificate of an unknown issuer", map[string]string{"SSL_CERT_FILE": "/dev/null"}, "address", problem, "issuer is not known", "certificate", "https framing"},
		{"no session keys", map[string]string{"SESSION_KEYS": ""}, "session-keys", problem, "another copy", "openssl rand", ""},
		{"session key of repeated letters", map[string]string{"SESSION_KEYS": "aaaabbbbccccddddeeee"}, "settings", problem, "different characters", "change it", "session-keys"},
		{"weak passphrase", map[string]string{"DESK_PASSPHRASE": "canarycanary"}, "settings", problem, "DESK_PASSPHRASE", "change it", ""},
		{"session key that is easy to guess", map[string]string{"SESSION_KEYS": "visit-this-link-1"}, "session-keys", warning, "key 1", "openssl rand", ""},
		{"set but empty", map[string]string{"SURVEY_URL": blank}, "settings", problem, "SURVEY_URL", "change it", ""},
		{"link key twice", map[string]string{"LINK_KEYS": linkKey + "," + linkKey}, "link-keys", warning, "twice", "remove", ""},
		{"one key for both", map[string]string{"LINK_KEYS": sessionKey}, "link-keys", warning, "SESSION_KEYS", "its own", ""},
		{"links without a key", map[string]string{"LINK_KEYS": ""}, "settings", problem, "LINK_KEYS", "does not start", "link-keys"},
		{"open to everybody", map[string]string{"ADMISSION": "open"}, "admission", warning, "OPEN", "ADMISSION=links", ""},
		{"no limit for a day", map[string]string{"DAILY_JOINS": "0"}, "budgets", warning, "DAILY_JOINS", "set a number", ""},
		{"no trusted proxy", map[string]string{"TRUSTED_PROXIES": ""}, "proxies", warning, "TRUSTED_PROXIES", "private", ""},
		{"metrics for everybody", map[string]string{"METRICS_LISTEN": ":9090"}, "metrics", warning, "every address", "127.0.0.1", ""},
		{"metrics on a public address", map[string]string{"METRICS_LISTEN": "203.0.113.7:9090"}, "metrics", problem, "public", "127.0.0.1", ""},
		{"metrics on the site's port", map[string]string{"METRICS_LISTEN": "127.0.0.1:8080"}, "metrics", problem, "same port", "METRICS_LISTEN", ""},
		{"no name", map[string]string{"BRAND_NAME": ""}, "name", warning, "do not name", "BRAND_NAME", ""},
		{"no number to call", map[string]string{"BRAND_PHONE": ""}, "phone", warning, "no number", "BRAND_PHONE", ""},
		{"no privacy notice", map[string]string{"BRAND_PRIVACY_URL": ""}, "privacy", warning, "privacy notice", "BRAND_PRIVACY_URL", ""},
		{"privacy notice without https", map[string]string{"BRAND_PRIVACY_URL": "http://lamna.example"}, "privacy", warning, "https", "BRAND_PRIVACY_URL", ""},
		{"colour that cannot be read", map[string]string{"BRAND_COLOUR": "#FC0"}, "colour", warning, "#ffcc00", "#8b6e00", ""},
		{"chat without its scope", map[string]string{"TOKEN_SCOPES": "voip"}, "tokens", warning, "no chat", "CHAT=off", ""},
		{"scope without a chat", map[string]string{"CHAT": "off"}, "tokens", warning, "permit it", "TOKEN_SCOPES=voip", ""},
		{"tokens without calls", map[string]string{"TOKEN_SCOPES": "chat"}, "tokens", problem, "no call", "voip", ""},
		{"tokens for a day", map[string]string{"TOKEN_MINUTES": "1440"}, "tokens", warning, "1440 minutes", "TOKEN_MINUTES=60", ""},
		{"own certificate", map[string]string{"TLS_SELF_SIGNED": "1"}, "https", problem, "rehearsals", "TLS_SELF_SIGNED", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := newExaminedSite(t, unchanged, unchanged)
			for name, value := range c.plant {
				p.env[name] = value
				if strings.HasSuffix(value, nowhere) {
					needsResolver(t)
				}
			}
			p.mustFind(c.check, c.state, c.message, c.fix, c.also)
		})
	}
}

// nowhere is a host name that never exists (RFC 6761).
const nowhere = "visit.invalid"

// needsResolver skips the test on a machine whose DNS resolver does not report missing names.
func needsResolver(t *testing.T) {
	t.Helper()
	var dns *net.DNSError
	if _, err := net.DefaultResolver.LookupHost(t.Context(), nowhere); !errors.As(err, &dns) || !dns.IsNotFound {
		t.Skipf("this machine's DNS resolver does not report that %s does not exist: %v; run the test on one that does", nowhere, err)
	}
}

// mustFind checks that the doctor finds this, and otherwise only findings of the checks in also.
func (p *examinedSite) mustFind(check string, state doctor.State, message, fix, also string) {
	p.t.Helper()
	got, status := p.diagnose()
	if want := state == doctor.Problem; (status == 1) != want {
		p.t.Errorf("status %d, want 1: %t", status, want)
	}
	found := false
	for _, f := range got.notOK() {
		if !found && f.Check == check && f.State == state && strings.Contains(f.Message, message) && strings.Contains(f.Fix, fix) {
			found = true
		} else if !strings.Contains(" "+also+" ", " "+f.Check+" ") {
			p.t.Errorf("unexpected finding: %+v", f)
		}
	}
	if !found {
		p.t.Errorf("findings = %+v, want %s %s with the message %q and the fix %q", got.notOK(), state, check, message, fix)
	}
}

// withWrongDate returns a service whose Date header is off by this much.
func withWrongDate(by time.Duration) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Date", time.Now().Add(by).UTC().Format(http.TimeFormat))
			next.ServeHTTP(w, r)
		})
	}
}

func TestDoctorComparesClocks(t *testing.T) {
	for _, c := range []struct {
		by      time.Duration
		state   doctor.State
		message string
	}{
		{3 * time.Minute, doctor.Warning, "behind"},
		{-3 * time.Minute, doctor.Warning, "ahead of"},
		{time.Hour, doctor.Problem, "behind"},
	} {
		t.Run(c.by.String(), func(t *testing.T) {
			t.Parallel()
			newExaminedSite(t, withWrongDate(c.by), unchanged).mustFind("clock", c.state, c.message, "set-ntp", "")
		})
	}
}

func TestDoctorReportsFaultsOfTheService(t *testing.T) {
	for _, c := range []struct {
		fault acstest.Fault
		state doctor.State
		fix   string
	}{
		{acstest.Fault{Kind: acstest.FaultDenied, Operation: acstest.OpCreateWithToken}, doctor.Problem, "local authentication"},
		{acstest.Fault{Kind: acstest.FaultThrottled, Operation: acstest.OpCreateWithToken, RetryAfter: time.Hour}, doctor.Problem, "higher limit"},
		{acstest.Fault{Kind: acstest.FaultRedirect, Operation: acstest.OpCreateWithToken}, doctor.Problem, "something else answers"},
		{acstest.Fault{Kind: acstest.FaultServerError, Operation: acstest.OpCreateWithToken, Times: 9}, doctor.Problem, "status.azure.com"},
		{acstest.Fault{Kind: acstest.FaultDenied, Operation: acstest.OpDelete}, doctor.Warning, "run doctor again"},
	} {
		t.Run(string(c.fault.Kind)+" "+string(c.fault.Operation), func(t *testing.T) {
			t.Parallel()
			p := newExaminedSite(t, unchanged, unchanged)
			if err := p.service.Inject(c.fault); err != nil {
				t.Fatal(err)
			}
			p.mustFind("service", c.state, "identity", c.fix, "")
		})
	}
	t.Run("another key", func(t *testing.T) {
		t.Parallel()
		p := newExaminedSite(t, unchanged, unchanged)
		p.env["ACS_CONNECTION_STRING"] = "endpoint=" + p.service.Endpoint() + ";accesskey=Y2FuYXJ5"
		p.mustFind("service", doctor.Problem, "denied", "Keys page", "")
	})
	t.Run("no identity here", func(t *testing.T) {
		t.Parallel()
		p := newExaminedSite(t, unchanged, unchanged)
		p.env["ACS_CONNECTION_STRING"], p.env["ACS_ENDPOINT"] = "", "https://"+nowhere
		p.mustFind("service", doctor.Problem, "Entra", "AZURE_CLIENT_ID", "clock")
	})
	t.Run("no such resource", func(t *testing.T) {
		t.Parallel()
		needsResolver(t)
		p := newExaminedSite(t, unchanged, unchanged)
		p.env["ACS_CONNECTION_STRING"] = "endpoint=https://" + nowhere + ";accesskey=Y2FuYXJ5"
		p.mustFind("service", doctor.Problem, nowhere, "resource's name", "clock")
	})
}

// changingHeader returns a proxy that changes one header of the answers; "" removes it.
func changingHeader(name, value string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(headerChanger{w, name, value}, r)
		})
	}
}

type headerChanger struct {
	http.ResponseWriter
	name, value string
}

func (r headerChanger) WriteHeader(status int) {
	if r.Header().Del(r.name); r.value != "" {
		r.Header().Set(r.name, r.value)
	}
	r.ResponseWriter.WriteHeader(status)
}

func TestDoctorReportsWhatAProxyChanges(t *testing.T) {
	policy := func(ancestors string) func(http.Handler) http.Handler {
		return changingHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors "+ancestors)
	}
	elsewhere := func(http.Handler) http.Handler { return http.RedirectHandler("/canary", http.StatusFound) }
	otherProgram := func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	}
	for _, c := range []struct {
		name, check        string
		proxy              func(http.Handler) http.Handler
		state              doctor.State
		message, fix, also string
	}{
		{"no HSTS", "https", changingHeader("Strict-Transport-Security", ""), doctor.Warning, "HSTS", "Strict-Transport-Security", ""},
		{"no policy", "framing", changingHeader("Content-Security-Policy", ""), doctor.Problem, "0 Content-Security-Policy", "unchanged", ""},
		{"another policy", "framing", changingHeader("Content-Security-Policy", "default-src *"), doctor.Problem, "not this program's", "unchanged", ""},
		{"frames of everybody", "framing", policy("https:"), doctor.Problem, "https:", "exact", ""},
		{"frames without https", "framing", policy("http://portal.example"), doctor.Problem, "http://portal.example", "https", ""},
		{"frames of all hosts of a name", "framing", policy("https://*.portal.example"), doctor.Warning, "*.portal.example", "exact", ""},
		{"redirect", "address", elsewhere, doctor.Problem, "302", "BASE_URL", "https framing"},
		{"another program", "address", otherProgram, doctor.Problem, "200", "BASE_URL", "https framing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			newExaminedSite(t, unchanged, c.proxy).mustFind(c.check, c.state, c.message, c.fix, c.also)
		})
	}
	t.Run("exact frames", func(t *testing.T) {
		t.Parallel()
		if got, status := newExaminedSite(t, unchanged, policy("'self' https://portal.example")).diagnose("--strict"); status != 0 {
			t.Errorf("status %d, findings %+v, want 0 and none", status, got.notOK())
		}
	})
}
