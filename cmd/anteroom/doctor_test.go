package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/acs"
	"github.com/anteroom-visit/anteroom/acs/acstest"
	"github.com/anteroom-visit/anteroom/doctor"
)

// asProgram is a variable that makes the test's binary run as the program: SSL_CERT_FILE needs a new process.
const asProgram = "IS_THE_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// unchanged returns the handler itself: a proxy or service that changes nothing.
func unchanged(next http.Handler) http.Handler { return next }

// examinedSite is a site for the doctor: the identity service, the site behind a proxy with a certificate, and the
// settings of both the site and the doctor.
type examinedSite struct {
	t       *testing.T
	service *acstest.Server
	env     map[string]string
}

// blank is the value in env of a variable that is set but empty.
const blank = "<blank>"

const (
	sessionKey = "51d7a2c09e8b43f6a1d05c7e92b8f463"
	linkKey    = "c6e0917f3a5b42d8b7f10e3d94a6c825"
)

// newExaminedSite returns a site without problems. The parameters can change its service and its proxy.
func newExaminedSite(t *testing.T, service, proxy func(http.Handler) http.Handler) *examinedSite {
	t.Helper()
	identities, err := acstest.New(acstest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := identities.Start("", service(identities)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = identities.Close() })
	p := &examinedSite{t: t, service: identities, env: map[string]string{
		"ACS_CONNECTION_STRING": identities.ConnectionString(),
		"SESSION_KEYS":          sessionKey, "LINK_KEYS": linkKey,
		"BRAND_NAME": "Lamna Clinic", "BRAND_PHONE": "01234 567890", "BRAND_PRIVACY_URL": "https://lamna.example/privacy",
		"BRAND_COLOUR": "#0b5c7a", "TRUSTED_PROXIES": "private", "METRICS_LISTEN": "127.0.0.1:9090",
		asProgram: "1",
	}}
	front := httptest.NewUnstartedServer(nil)
	p.env["BASE_URL"] = "https://" + front.Listener.Addr().String()
	front.Config.Handler = proxy(p.site())
	front.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)
	front.StartTLS()
	t.Cleanup(front.Close)
	p.env["SSL_CERT_FILE"] = filepath.Join(t.TempDir(), "ca.pem")
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: front.Certificate().Raw})
	if err := os.WriteFile(p.env["SSL_CERT_FILE"], ca, 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

// site returns the handler that serve would serve.
func (p *examinedSite) site() http.Handler {
	p.t.Helper()
	client, err := acs.NewClientFromConnectionString(p.service.ConnectionString(), clientOptions())
	if err != nil {
		p.t.Fatal(err)
	}
	base, err := url.Parse(p.env["BASE_URL"])
	if err != nil {
		p.t.Fatal(err)
	}
	built, err := serveCommand{}.build(service{client: client}, site{linkMaker: linkMaker{baseURL: base}}, nil, newRegistry(), slog.New(slog.DiscardHandler))
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(built.Wait)
	return built
}

// runDoctor runs the doctor in a new process. It returns the output and the exit status.
func (p *examinedSite) runDoctor(args ...string) (out string, status int) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 2*time.Minute) // for a busy machine
	defer cancel()
	command := exec.CommandContext(ctx, os.Args[0], append([]string{"doctor"}, args...)...)
	for _, name := range slices.Sorted(maps.Keys(p.env)) {
		switch value := p.env[name]; value {
		case "": // the variable is left out
		case blank:
			command.Env = append(command.Env, name+"=")
		default:
			command.Env = append(command.Env, name+"="+value)
		}
	}
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	if err := command.Run(); err != nil && command.ProcessState.ExitCode() != 1 {
		p.t.Fatalf("doctor: %v\n%s", err, stderr.String())
	}
	if stderr.Len() > 0 {
		p.t.Errorf("standard error = %s, want none", stderr.String())
	}
	_, key, _ := strings.Cut(p.service.ConnectionString(), "accesskey=")
	for _, canary := range []string{sessionKey, linkKey, key, "canary"} {
		if strings.Contains(stdout.String(), canary) {
			p.t.Errorf("output = %s, want no secret %.6s... in it", stdout.String(), canary)
		}
	}
	return stdout.String(), command.ProcessState.ExitCode()
}

// diagnose runs the doctor with JSON output, which must have only the fields of diagnosis.
func (p *examinedSite) diagnose(args ...string) (d diagnosis, status int) {
	p.t.Helper()
	out, status := p.runDoctor(append([]string{"--json"}, args...)...)
	decoder := json.NewDecoder(strings.NewReader(out))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&d); err != nil {
		p.t.Fatalf("%v: %s", err, out)
	}
	return d, status
}

// notOK returns the findings that are not OK, except that for Teams, which the doctor cannot check.
func (d diagnosis) notOK() (found []doctor.Finding) {
	for _, f := range d.Findings {
		if f.State != doctor.OK && f.Check != "teams" {
			found = append(found, f)
		}
	}
	return found
}

func TestDoctorFindsNothingOnAGoodSite(t *testing.T) {
	p := newExaminedSite(t, unchanged, unchanged)
	got, status := p.diagnose("--strict")
	if status != 0 || !got.Sound || got.Problems+got.Warnings != 0 || len(got.notOK()) != 0 {
		t.Errorf("status %d, findings %+v, want 0 and none", status, got.notOK())
	}
	seen := make(map[string]bool)
	for _, f := range got.Findings {
		seen[f.Check] = true
		if f.Message == "" || f.Check == "teams" && !strings.HasPrefix(f.Command, "Get-Cs") {
			t.Errorf("%+v lacks its message or, for Teams, its command", f)
		}
	}
	for _, name := range doctor.Checks() {
		if !seen[name] {
			t.Errorf("%s has no finding", name)
		}
	}
	ledger := p.service.Ledger().Identities
	if len(ledger) != 1 || ledger[0].DeletedAt.IsZero() {
		t.Errorf("identities = %+v, want one, deleted", ledger)
	}
	out, status := p.runDoctor()
	if status != 0 || !strings.HasSuffix(out, "\nproblems: 0, warnings: 0\n") || !strings.Contains(out, "ok       phone ") {
		t.Errorf("as text: status %d, want 0 and no problems:\n%s", status, out)
	}
}

// TestWarningsFailOnlyWithStrict checks the exit status with and without --strict.
func TestWarningsFailOnlyWithStrict(t *testing.T) {
	p := newExaminedSite(t, unchanged, unchanged)
	p.env["BRAND_PHONE"] = ""
	if got, status := p.diagnose(); status != 0 || !got.Sound || got.Warnings != 1 {
		t.Errorf("status %d, findings %+v, want 0 and one warning", status, got.notOK())
	}
	if got, status := p.diagnose("--strict"); status != 1 || got.Sound {
		t.Errorf("strict: status %d, findings %+v, want 1", status, got.notOK())
	}
}
