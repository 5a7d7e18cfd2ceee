package main

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/anteroom-visit/anteroom/doctor"
	"github.com/anteroom-visit/anteroom/entra/entratest"
)

// newStaffedSite returns a site without problems whose staff sign in at the stand-in for Entra.
func newStaffedSite(t *testing.T, o entratest.Options) *examinedSite {
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
	p := newExaminedSite(t, unchanged, unchanged)
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
	withCertificate := func(pem string) map[string]string {
		return map[string]string{"ENTRA_CLIENT_SECRET": "", "ENTRA_CLIENT_CERTIFICATE": pem}
	}
	for _, c := range []struct {
		name         string
		options      entratest.Options
		plant        map[string]string
		state        doctor.State
		message, fix string
	}{
		{"secret", entratest.Options{}, nil, doctor.OK, "accepts the application with ENTRA_CLIENT_SECRET", ""},
		{"expired secret", entratest.Options{IsSecretExpired: true}, nil, doctor.Problem, "expired (AADSTS7000222)", "make a new one"},
		{"another secret", entratest.Options{}, map[string]string{"ENTRA_CLIENT_SECRET": "canary-other"}, doctor.Problem, "(AADSTS7000215)", "not its ID"},
		{"unknown application", entratest.Options{}, map[string]string{"ENTRA_CLIENT_ID": uuid.NewString()}, doctor.Problem, "(AADSTS700016)", "ENTRA_CLIENT_ID"},
		{"unknown tenant", entratest.Options{}, map[string]string{"ENTRA_TENANT": uuid.NewString()}, doctor.Problem, "(AADSTS90002)", "ENTRA_TENANT"},
		{"no answer", entratest.Options{}, map[string]string{"ENTRA_AUTHORITY": "http://127.0.0.1:1"}, doctor.Problem, "no usable answer", "443"},
		{"certificate", registered, withCertificate(year), doctor.OK, "expires on " + yearParsed.NotAfter.UTC().Format(time.DateOnly), ""},
		{"certificate that expires soon", registered, withCertificate(soon), doctor.Warning, "expires on " + soonParsed.NotAfter.UTC().Format(time.DateOnly), "upload"},
		{"expired certificate", registered, withCertificate(old), doctor.Problem, "expired on " + oldParsed.NotAfter.UTC().Format(time.DateOnly), "upload"},
		{"unknown certificate", entratest.Options{Certificates: []*x509.Certificate{soonParsed}}, withCertificate(year), doctor.Problem, "(AADSTS700027)", "upload"},
		{"mistake in a setting", entratest.Options{}, map[string]string{"ENTRA_TENANT": "common"}, doctor.Problem, "not tried", "see settings"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := newStaffedSite(t, c.options)
			for name, value := range c.plant {
				p.env[name] = value
			}
			wantFinding(t, p, c.state, c.message, c.fix)
		})
	}
}

// wantFinding checks the doctor's finding for staff sign-in. With doctor.OK, no other finding may be bad.
func wantFinding(t *testing.T, p *examinedSite, state doctor.State, message, fix string) {
	t.Helper()
	got, _ := p.diagnose()
	found := false
	for _, f := range got.Findings {
		if f.Check != "staff" {
			continue
		}
		found = found || f.State == state && strings.Contains(f.Message, message) && strings.Contains(f.Fix, fix)
		if bad := f.State == doctor.Problem || f.State == doctor.Warning; bad && state == doctor.OK {
			t.Errorf("unexpected finding: %+v", f)
		}
	}
	if !found {
		t.Errorf("findings = %+v, want %s with the message %q and the fix %q", got.Findings, state, message, fix)
	}
}

// TestDoctorAsksEntraWithTheManagedIdentity imitates the endpoint of managed identities in App Service and Container Apps.
func TestDoctorAsksEntraWithTheManagedIdentity(t *testing.T) {
	trusted := func(token string) error {
		if token != "canary-assertion" {
			return errors.New("not trusted")
		}
		return nil
	}
	for _, c := range []struct {
		name         string
		trust        func(string) error
		status       int
		state        doctor.State
		message, fix string
	}{
		{"trusted", trusted, http.StatusOK, doctor.OK, "accepts the application with ENTRA_FEDERATED", ""},
		{"no federated credential", nil, http.StatusOK, doctor.Problem, "the registration does not know it (AADSTS", "a federated credential for it"},
		{"no managed identity", trusted, http.StatusBadRequest, doctor.Problem, "this machine has no managed identity, or not that of AZURE_CLIENT_ID", "give this machine its managed identity"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			identities := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("X-IDENTITY-HEADER") != "canary-header" || r.URL.Query().Get("resource") != "api://AzureADTokenExchange" {
					t.Errorf("request for a managed identity: %s, want the resource api://AzureADTokenExchange and the header", r.URL.RawQuery)
				}
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(c.status)
				_, _ = fmt.Fprintf(w, `{"access_token":"canary-assertion","expires_on":"%d","resource":"api://AzureADTokenExchange","token_type":"Bearer"}`, time.Now().Add(time.Hour).Unix())
			}))
			t.Cleanup(identities.Close)
			p := newStaffedSite(t, entratest.Options{Federated: c.trust})
			p.env["IDENTITY_ENDPOINT"], p.env["IDENTITY_HEADER"] = identities.URL, "canary-header"
			p.env["ENTRA_CLIENT_SECRET"], p.env["ENTRA_FEDERATED"] = "", "managed-identity"
			wantFinding(t, p, c.state, c.message, c.fix)
		})
	}
}

// TestDoctorNamesTheConsentsInUse checks that the doctor names only the consents for rights that are in use.
func TestDoctorNamesTheConsentsInUse(t *testing.T) {
	all := []string{"OnlineMeetings.ReadWrite", "Teams.ManageCalls", "anteroom token teams"}
	for rights, named := range map[string][]string{"none": nil, "meetings": all[:1], "calls": all[1:], "meetings,calls": all} {
		p := newStaffedSite(t, entratest.Options{})
		p.env["ENTRA_RIGHTS"] = rights
		out, status := p.runDoctor()
		if status != 0 || !strings.Contains(out, "offline_access") || !strings.Contains(out, "the role Desk") {
			t.Errorf("%s: status %d, want 0, offline_access and the role Desk:\n%s", rights, status, out)
		}
		for _, one := range all {
			if strings.Contains(out, one) != slices.Contains(named, one) {
				t.Errorf("%s: output names %s: %t, want %t", rights, one, strings.Contains(out, one), slices.Contains(named, one))
			}
		}
	}
}

// TestDoctorListsChecksThatNeedAnAccount checks that the doctor lists them with the commands for them.
func TestDoctorListsChecksThatNeedAnAccount(t *testing.T) {
	p := newStaffedSite(t, entratest.Options{})
	out, status := p.runDoctor()
	for _, want := range []string{
		"for the platform Web: " + p.env["BASE_URL"] + "/desk/sign-in/callback",
		"offline_access", "OnlineMeetings.ReadWrite", "Teams.ManageCalls", "to see it: anteroom token teams", "az ad app credential list --id " + p.env["ENTRA_CLIENT_ID"],
	} {
		if status != 0 || !strings.Contains(out, want) {
			t.Errorf("status %d, want 0 and %q in\n%s", status, want, out)
		}
	}
}
