package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/anteroom-visit/anteroom/doctor"
	"github.com/anteroom-visit/anteroom/entra"
	"github.com/anteroom-visit/anteroom/handlers"
	"github.com/anteroom-visit/anteroom/handlers/assets"
	"github.com/anteroom-visit/anteroom/handlers/staff"
	"github.com/anteroom-visit/anteroom/secret"
	"github.com/anteroom-visit/anteroom/static"
)

// doctorCommand examines a site by the settings that serve would read.
type doctorCommand struct {
	serveCommand
	JSON   bool `name:"json" help:"Print JSON."`
	Strict bool `help:"Exit with status 1 for warnings as well."`
}

// diagnosis is the output as JSON.
type diagnosis struct {
	Version  string           `json:"version"`
	Sound    bool             `json:"sound"` // whether the exit status is 0
	Problems int              `json:"problems"`
	Warnings int              `json:"warnings"`
	Findings []doctor.Finding `json:"findings"`
}

// Run prints a line for each finding. The exit status is 0 for a site without problems, with --strict
// for one without warnings too.
func (d doctorCommand) Run(ctx context.Context, c console, env environ) error {
	out := diagnosis{Version: versionText(), Findings: doctor.New(d.described(env)).Examine(ctx)}
	for _, f := range out.Findings {
		switch f.State {
		case doctor.Problem:
			out.Problems++
		case doctor.Warning:
			out.Warnings++
		case doctor.OK, doctor.Information: // not counted
		}
	}
	out.Sound = out.Problems == 0 && (!d.Strict || out.Warnings == 0)
	if err := out.print(c.out, d.JSON); err != nil {
		return err
	}
	if !out.Sound {
		return errQuiet
	}
	return nil
}

func (d diagnosis) print(w io.Writer, asJSON bool) error {
	if asJSON {
		return writeJSON(w, d)
	}
	var b strings.Builder
	for _, f := range d.Findings {
		state := string(f.State)
		if f.State == doctor.Information {
			state = "info"
		}
		fmt.Fprintf(&b, "%-8s %-13s %s", state, f.Check, f.Message)
		if f.Fix != "" {
			fmt.Fprintf(&b, ". Fix: %s", f.Fix)
		}
		if f.Command != "" {
			fmt.Fprintf(&b, ". Cannot be checked from here; to see it: %s", f.Command)
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "problems: %d, warnings: %d\n", d.Problems, d.Warnings)
	_, err := io.WriteString(w, b.String())
	return err
}

// described returns the site as the doctor examines it.
func (s serveCommand) described(env environ) doctor.Site {
	service, checked, m := s.checked(env)
	site := doctor.Site{
		Environment: env, Mask: m.secrets.Replace,
		Resource: doctor.Resource{
			Named: s.named(), ByEndpoint: s.ACSEndpoint != "", Client: service.client, Request: service.request,
			TokenScopes: s.TokenScopes, TokenMinutes: s.TokenMinutes, Chat: s.Chat, Government: checked.government,
		},
		Address: doctor.Address{
			Public: checked.baseURL, Given: s.BaseURL != "", SelfSigned: s.TLSSelfSigned.on(),
			Listen: checked.listen, Metrics: s.MetricsListen, Proxies: checked.proxies,
		},
		Keys: doctor.Keys{Session: secrets(s.SessionKeys), Link: secrets(s.LinkKeys), Weak: keyStrength().check},
		Joins: doctor.Joins{
			Admission: string(checked.admitsBy(!s.named())), Tenants: len(checked.tenants),
			PerAddress: checked.budgets.PerAddress, PerVisit: checked.budgets.PerVisit, PerSession: checked.budgets.PerSession, PerDay: checked.budgets.PerDay,
		},
		Organisation: doctor.Organisation{
			Name: s.BrandName, Phone: s.BrandPhone, PrivacyURL: s.BrandPrivacyURL, SurveyURL: s.SurveyURL,
			Colour: s.BrandColour, Logo: s.BrandLogo, HasLogo: checked.logo != nil,
		},
		Staff:  s.describedStaff(),
		Bundle: describedBundle(),
	}
	for _, one := range m.list {
		site.Mistakes = append(site.Mistakes, one.Error())
	}
	for _, l := range listSettings() {
		site.Settings = append(site.Settings, l.Variable)
	}
	if checked.palette != nil {
		site.Organisation.Light, site.Organisation.Dark = checked.palette.Light.Brand, checked.palette.Dark.Brand
	}
	return site
}

// describedRunning returns the site as the doctor of a running site examines it.
func (s serveCommand) describedRunning(running service) doctor.Site {
	site := s.described(s.environ)
	site.Resource.RefusedSince = func() time.Time { _, since := running.permission.State(); return since }
	return site
}

// describedStaff leaves the client out where its settings have a mistake.
func (s serveCommand) describedStaff() doctor.Staff {
	staffed := doctor.Staff{Given: s.signsStaffIn(), Callback: staff.CallbackPath, Role: s.EntraRole}
	staffed.CreatesMeetings = slices.Contains(s.rights(), staff.RightMeetings)
	staffed.JoinsCalls = slices.Contains(s.rights(), staff.RightCalls)
	set := s.credentials()
	if len(set) != 1 {
		return staffed
	}
	staffed.Credential = set[0]
	staffed.Client, _ = s.entraSettings.connect(s.serviceSettings)
	if certificate, err := entra.ParseCertificate([]byte(s.EntraClientCertificate.Reveal())); err == nil {
		staffed.Expires = certificate.Expires()
	}
	return staffed
}

func describedBundle() doctor.Bundle {
	bundle, err := assets.NewBundle(static.Dist())
	if err != nil {
		return doctor.Bundle{Err: err, Missing: errors.Is(err, assets.ErrNoBundle)}
	}
	return doctor.Bundle{HasCall: bundle.HoldsCall()}
}

// secrets returns the keys of a setting, whether they are good enough or not.
func secrets(setting secretSetting) []secret.Text {
	var keys []secret.Text
	for _, key := range splitKeys(setting.Reveal()) {
		keys = append(keys, secret.New(key))
	}
	return keys
}

// deskDoctor examines the site for its desk.
type deskDoctor struct{ *doctor.Doctor }

// Examine returns the findings as the site shows them.
func (d deskDoctor) Examine(ctx context.Context) []handlers.Finding {
	var shown []handlers.Finding
	for _, f := range d.Doctor.Examine(ctx) {
		shown = append(shown, handlers.Finding{Check: f.Check, State: handlers.FindingState(f.State), Message: f.Message, Fix: f.Fix, Command: f.Command})
	}
	return shown
}
