package main

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/anteroom-visit/anteroom/acs"
	"github.com/anteroom-visit/anteroom/visit"
)

// Numbers and lists are kept as text here and read by the checks below, so that all mistakes of a
// configuration are told at once and not one at each start.

// serviceSettings say which identity service to ask, and for what.
type serviceSettings struct {
	ACSEndpoint         string `name:"acs-endpoint" setting:"ACS_ENDPOINT" placeholder:"URL" help:"ACS resource, asked with this machine's Entra identity."`
	ACSConnectionString secret `name:"acs-connection-string" setting:"ACS_CONNECTION_STRING" placeholder:"TEXT" help:"ACS resource and its access key."`
	AzureClientID       string `name:"azure-client-id" setting:"AZURE_CLIENT_ID" placeholder:"ID" help:"Client ID of the managed identity that asks; empty takes what is signed in here."`
	AzureTenantID       string `name:"azure-tenant-id" setting:"AZURE_TENANT_ID" placeholder:"ID" hidden:"" help:"Tenant of a workload identity or service principal."`
	TokenScopes         string `name:"token-scopes" setting:"TOKEN_SCOPES" default:"voip,chat" placeholder:"LIST" help:"What a token permits."`
	TokenMinutes        string `name:"token-minutes" setting:"TOKEN_MINUTES" default:"60" placeholder:"N" help:"Lifetime of a token in minutes, 60 to 1440."`
}

// linkSettings are what links to visits are made of and opened with.
type linkSettings struct {
	BaseURL  string `name:"base-url" setting:"BASE_URL" placeholder:"URL" help:"Public address of the site."`
	LinkKeys secret `name:"link-keys" setting:"LINK_KEYS" placeholder:"LIST" help:"Keys that seal links to visits, newest first, each at least 16 characters."`
}

// brandSettings are whose site it is.
type brandSettings struct {
	BrandName       string `name:"brand-name" setting:"BRAND_NAME" placeholder:"TEXT" help:"Organisation, as visitors read it."`
	BrandPhone      string `name:"brand-phone" setting:"BRAND_PHONE" placeholder:"NUMBER" help:"Number to call when joining fails."`
	BrandPrivacyURL string `name:"brand-privacy-url" setting:"BRAND_PRIVACY_URL" placeholder:"URL" help:"The organisation's privacy notice."`
	BrandColour     string `name:"brand-colour" setting:"BRAND_COLOUR" placeholder:"#RRGGBB" help:"The organisation's one colour; shades that can be read are made of it."`
	BrandLogo       string `name:"brand-logo" setting:"BRAND_LOGO" placeholder:"FILE" help:"Its logo, an SVG or PNG file of at most 64 KiB."`
	SurveyURL       string `name:"survey-url" setting:"SURVEY_URL" placeholder:"URL" help:"Own form for how a visit was, https; without it the site asks one question and logs the answer."`
}

// siteSettings are what serve needs besides.
type siteSettings struct {
	linkSettings
	brandSettings
	admissionSettings
	deskSettings
	Listen          string `setting:"LISTEN" placeholder:"ADDRESS" help:"Address to listen on, such as :8080."`
	Port            string `setting:"PORT" placeholder:"N" hidden:"" help:"Port to listen on where no address is given."`
	Chat            string `setting:"CHAT" default:"auto" placeholder:"auto|off" help:"The meeting's chat."`
	FrameAncestors  string `name:"frame-ancestors" setting:"FRAME_ANCESTORS" placeholder:"LIST" help:"Origins such as https://portal.example.org whose pages may show the site in a frame; none when empty. Needs https."`
	Try             string `setting:"TRY" placeholder:"on|off" help:"The page /try, which joins with an identity and a token that somebody pastes (on in a rehearsal, otherwise off)."`
	WaitMinutes     string `name:"wait-minutes" setting:"WAIT_MINUTES" default:"45" placeholder:"N" help:"How long a visitor may wait to be let in, 5 to 240: waiting is billed."`
	OpenBefore      string `name:"open-before-minutes" setting:"OPEN_BEFORE_MINUTES" default:"15" placeholder:"N" help:"How long before its start a visit by link can be joined, 0 to 1440."`
	Grace           string `name:"grace-minutes" setting:"GRACE_MINUTES" default:"60" placeholder:"N" help:"How long after its planned end it still can, 0 to 1440."`
	GovernmentCloud string `name:"government-cloud" setting:"GOVERNMENT_CLOUD" default:"off" placeholder:"on|off" help:"Take GCC High and DoD meetings: only where the ACS resource is in Azure Government."`
	SessionKeys     secret `name:"session-keys" setting:"SESSION_KEYS" placeholder:"LIST" help:"Keys that seal the session cookie, newest first, each at least 16 characters."`
}

// rehearsalSettings are for a site without an ACS resource.
type rehearsalSettings struct {
	RehearsalHost  string `name:"rehearsal-host" setting:"REHEARSAL_HOST" default:"on" placeholder:"on|off" help:"The host that is always there, in a rehearsal."`
	RehearsalAdmit string `name:"rehearsal-admit-seconds" setting:"REHEARSAL_ADMIT_SECONDS" default:"3" placeholder:"N" help:"How long that host lets visitors wait."`
	TLSSelfSigned  bool   `name:"tls-self-signed" setting:"TLS_SELF_SIGNED" help:"Serve https with a certificate made at the start, for phones on the same network: they give camera and microphone to https pages only."`
}

// rehearsalHost is the checked form of rehearsalSettings.
type rehearsalHost struct {
	on         bool
	admitAfter time.Duration
}

func (s rehearsalSettings) check(m *mistakes) rehearsalHost {
	if s.RehearsalHost != "on" && s.RehearsalHost != "off" {
		m.add("rehearsal-host", "REHEARSAL_HOST", "must be on or off")
	}
	seconds, err := strconv.ParseFloat(s.RehearsalAdmit, 64)
	if err != nil || seconds <= 0 || seconds > 600 {
		m.add("rehearsal-admit-seconds", "REHEARSAL_ADMIT_SECONDS", "must be a number of seconds up to 600")
	}
	return rehearsalHost{s.RehearsalHost == "on", time.Duration(seconds * float64(time.Second))}
}

// mistakes collects what is wrong with a configuration.
type mistakes []error

func (m *mistakes) add(flag, variable, format string, args ...any) {
	*m = append(*m, fmt.Errorf("--%s (%s): %w", flag, variable, fmt.Errorf(format, args...)))
}

// err is all mistakes, a line each, or nil.
func (m mistakes) err() error {
	if len(m) == 0 {
		return nil
	}
	return fmt.Errorf("%d mistake(s) in the settings:\n%w", len(m), errors.Join(m...))
}

// service is the checked form of serviceSettings.
type service struct {
	client  *acs.Client // nil without a setting that names a resource
	request acs.TokenRequest
}

func (s serviceSettings) check(m *mistakes) service {
	var out service
	var err error
	if out.request.Scopes, err = acs.ParseScopes(s.TokenScopes); err != nil {
		m.add("token-scopes", "TOKEN_SCOPES", "%w", err)
	}
	minutes, err := strconv.Atoi(s.TokenMinutes)
	out.request.Lifetime = time.Duration(minutes) * time.Minute
	if err != nil || out.request.Lifetime < acs.MinLifetime || out.request.Lifetime > acs.MaxLifetime {
		m.add("token-minutes", "TOKEN_MINUTES", "must be a whole number from 60 to 1440")
	}
	out.client = s.connect(m)
	return out
}

func (s serviceSettings) connect(m *mistakes) *acs.Client {
	connection := s.ACSConnectionString.Reveal()
	switch {
	case s.ACSEndpoint != "" && connection != "":
		m.add("acs-endpoint", "ACS_ENDPOINT", "give either this or --acs-connection-string (ACS_CONNECTION_STRING), not both")
		return nil
	case connection != "":
		client, err := acs.NewClientFromConnectionString(connection, clientOptions())
		if err != nil {
			m.add("acs-connection-string", "ACS_CONNECTION_STRING", "%w", err)
		}
		return client
	case s.ACSEndpoint != "":
		credential, err := s.credential()
		if err != nil {
			m.add("acs-endpoint", "ACS_ENDPOINT", "no Entra identity: %w", err)
			return nil
		}
		client, err := acs.NewClient(s.ACSEndpoint, credential, clientOptions())
		if err != nil {
			m.add("acs-endpoint", "ACS_ENDPOINT", "%w", err)
		}
		return client
	}
	return nil
}

// credential is the managed identity that AZURE_CLIENT_ID names, and nothing else: where a deployment
// says who the site is, no other identity that happens to be found may stand in. AZURE_TENANT_ID
// beside it describes a workload identity or a service principal, whose other variables azidentity
// reads by itself; with neither, what a developer is signed in with does.
func (s serviceSettings) credential() (azcore.TokenCredential, error) {
	if s.AzureClientID == "" || s.AzureTenantID != "" {
		return azidentity.NewDefaultAzureCredential(nil)
	}
	return azidentity.NewManagedIdentityCredential(&azidentity.ManagedIdentityCredentialOptions{ID: azidentity.ClientID(s.AzureClientID)})
}

// clientOptions let an operator who wrote http:// do so for this machine itself; package acs
// refuses it for any other host.
func clientOptions() *acs.ClientOptions {
	var o acs.ClientOptions
	o.InsecureAllowCredentialWithHTTP = true
	return &o
}

// site is the checked form of the settings of serve besides.
type site struct {
	linkMaker
	branding
	admission
	listen      string
	chat        bool
	government  bool
	waitMinutes int
	sessionKeys []string
	limits      visit.Limits
	framers     []string
	host        rehearsalHost
}

func (s siteSettings) check(m *mistakes) site {
	out := site{
		linkMaker: s.linkSettings.check(m), branding: s.brandSettings.check(m), admission: s.admissionSettings.check(m),
		listen: s.checkListen(m), chat: s.Chat == "auto", government: s.GovernmentCloud == "on",
	}
	if s.Chat != "auto" && s.Chat != "off" {
		m.add("chat", "CHAT", "must be auto or off")
	}
	if s.GovernmentCloud != "on" && s.GovernmentCloud != "off" {
		m.add("government-cloud", "GOVERNMENT_CLOUD", "must be on or off")
	}
	var err error
	if out.waitMinutes, err = strconv.Atoi(s.WaitMinutes); err != nil || out.waitMinutes < 5 || out.waitMinutes > 240 {
		m.add("wait-minutes", "WAIT_MINUTES", "must be a whole number from 5 to 240")
	}
	out.limits = visit.Limits{
		OpenBefore: checkMinutes(m, s.OpenBefore, "open-before-minutes", "OPEN_BEFORE_MINUTES"),
		Grace:      checkMinutes(m, s.Grace, "grace-minutes", "GRACE_MINUTES"),
	}
	out.sessionKeys = checkKeys(m, s.SessionKeys, "session-keys", "SESSION_KEYS")
	if s.Try != "" && s.Try != "on" && s.Try != "off" {
		m.add("try", "TRY", "must be on or off")
	}
	return out
}

func (s linkSettings) check(m *mistakes) linkMaker {
	var out linkMaker
	if s.BaseURL != "" {
		u, err := url.Parse(s.BaseURL)
		if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
			m.add("base-url", "BASE_URL", "must be an address such as https://visit.example.org, with nothing behind it")
		} else {
			out.baseURL = u
		}
	}
	before := len(*m)
	keys := checkKeys(m, s.LinkKeys, "link-keys", "LINK_KEYS")
	if len(keys) == 0 || len(*m) > before {
		return out
	}
	var err error
	if out.linkKeys, err = visit.NewKeyring(keys); err != nil {
		m.add("link-keys", "LINK_KEYS", "%w", err)
	}
	return out
}

// checkMinutes reads up to a day of minutes.
func checkMinutes(m *mistakes, text, flag, variable string) time.Duration {
	minutes, err := strconv.Atoi(text)
	if err != nil || minutes < 0 || minutes > 24*60 {
		m.add(flag, variable, "must be a whole number from 0 to 1440")
	}
	return time.Duration(minutes) * time.Minute
}

// checkKeys reads a list of keys, newest first.
func checkKeys(m *mistakes, setting secret, flag, variable string) []string {
	list := setting.Reveal()
	if list == "" {
		return nil
	}
	var keys []string
	for key := range strings.SplitSeq(list, ",") {
		key = strings.TrimSpace(key)
		if len(key) < visit.MinKeyLength {
			m.add(flag, variable, "key %d of the list is shorter than %d characters", len(keys)+1, visit.MinKeyLength)
		}
		keys = append(keys, key)
	}
	return keys
}

func (s siteSettings) checkListen(m *mistakes) string {
	if s.Listen == "" {
		port := cmp.Or(s.Port, "8080")
		if !isPort(port) {
			m.add("port", "PORT", "must be a number from 0 to 65535")
		}
		return ":" + port
	}
	if _, port, err := net.SplitHostPort(s.Listen); err != nil || !isPort(port) {
		m.add("listen", "LISTEN", "must be an address such as :8080 or 127.0.0.1:8080")
	}
	return s.Listen
}

func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return err == nil && n <= 65535
}
