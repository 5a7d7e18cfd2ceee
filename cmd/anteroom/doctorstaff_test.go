package main

import (
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/anteroom-visit/anteroom/doctor"
	"github.com/anteroom-visit/anteroom/entra/entratest"
)

// staffed is a sound site whose staff sign in with Entra's stand-in.
func staffed(t *testing.T, o entratest.Options) *patient {
	t.Helper()
	o.Secret = "canary-secret"
	directory, err := entratest.New(o)
	if err != nil {
		t.Fatal(err)
	}
	authority, err := directory.Start("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = directory.Close() })
	p := newPatient(t, passing, passing)
	p.env["ENTRA_AUTHORITY"], p.env["ENTRA_TENANT"], p.env["ENTRA_CLIENT_ID"] = authority, directory.Tenant(), directory.ClientID()
	p.env["ENTRA_CLIENT_SECRET"] = o.Secret
	return p
}

func TestDoctorAsksEntra(t *testing.T) {
	certificate := func(t *testing.T, left time.Duration) (text string, parsed *x509.Certificate) {
		t.Helper()
		text = certificateUntil(t, time.Now().Add(left))
		block, _ := pem.Decode([]byte(text))
		parsed, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		return text, parsed
	}
	year, yearParsed := certificate(t, 365*24*time.Hour)
	soon, soonParsed := certificate(t, 29*24*time.Hour)
	old, oldParsed := certificate(t, -time.Hour)
	registered := entratest.Options{Certificates: []*x509.Certificate{yearParsed, soonParsed, oldParsed}}
	by := func(pem string) map[string]string {
		return map[string]string{"ENTRA_CLIENT_SECRET": "", "ENTRA_CLIENT_CERTIFICATE": pem}
	}
	for _, c := range []struct {
		name      string
		options   entratest.Options
		plant     map[string]string
		state     doctor.State
		says, fix string
	}{
		{"secret", entratest.Options{}, nil, doctor.OK, "accepts the application with ENTRA_CLIENT_SECRET", ""},
		{"expired secret", entratest.Options{IsSecretExpired: true}, nil, doctor.Problem, "expired (AADSTS7000222)", "make a new one"},
		{"another secret", entratest.Options{}, map[string]string{"ENTRA_CLIENT_SECRET": "canary-other"}, doctor.Problem, "(AADSTS7000215)", "not its ID"},
		{"unknown application", entratest.Options{}, map[string]string{"ENTRA_CLIENT_ID": uuid.NewString()}, doctor.Problem, "(AADSTS700016)", "ENTRA_CLIENT_ID"},
		{"unknown tenant", entratest.Options{}, map[string]string{"ENTRA_TENANT": uuid.NewString()}, doctor.Problem, "(AADSTS90002)", "ENTRA_TENANT"},
		{"nobody answers", entratest.Options{}, map[string]string{"ENTRA_AUTHORITY": "http://127.0.0.1:1"}, doctor.Problem, "no usable answer", "443"},
		{"certificate", registered, by(year), doctor.OK, "expires on " + yearParsed.NotAfter.UTC().Format(time.DateOnly), ""},
		{"certificate that expires soon", registered, by(soon), doctor.Warning, "expires on " + soonParsed.NotAfter.UTC().Format(time.DateOnly), "upload"},
		{"expired certificate", registered, by(old), doctor.Problem, "expired on " + oldParsed.NotAfter.UTC().Format(time.DateOnly), "upload"},
		{"unknown certificate", entratest.Options{Certificates: []*x509.Certificate{soonParsed}}, by(year), doctor.Problem, "(AADSTS700027)", "upload"},
		{"mistake", entratest.Options{}, map[string]string{"ENTRA_TENANT": "common"}, doctor.Problem, "not tried", "see settings"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := staffed(t, c.options)
			for name, value := range c.plant {
				p.env[name] = value
			}
			told, _ := p.diagnose()
			found := false
			for _, f := range told.Findings {
				if f.Check != "staff" {
					continue
				}
				found = found || f.State == c.state && strings.Contains(f.Message, c.says) && strings.Contains(f.Fix, c.fix)
				if bad := f.State == doctor.Problem || f.State == doctor.Warning; bad && c.state == doctor.OK {
					t.Errorf("%+v", f)
				}
			}
			if !found {
				t.Errorf("%s %q with the fix %q is not among %+v", c.state, c.says, c.fix, told.Findings)
			}
		})
	}
}

// What the doctor cannot see without an account, it says, with the line that shows it.
func TestDoctorSaysWhatEntraShowsOnlyToAnAccount(t *testing.T) {
	p := staffed(t, entratest.Options{})
	out, status := p.call()
	for _, want := range []string{
		"for the platform Web: " + p.env["BASE_URL"] + "/desk/sign-in/callback",
		"offline_access", "OnlineMeetings.ReadWrite", "Teams.ManageCalls", "to see it: anteroom token teams", "az ad app credential list --id " + p.env["ENTRA_CLIENT_ID"],
	} {
		if status != 0 || !strings.Contains(out, want) {
			t.Errorf("status %d, %q is not in\n%s", status, want, out)
		}
	}
}
