package main

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/alecthomas/kong"

	"github.com/anteroom-visit/anteroom/acs"
	"github.com/anteroom-visit/anteroom/handlers/identity"
	"github.com/anteroom-visit/anteroom/handlers/policy"
	"github.com/anteroom-visit/anteroom/visit"
)

// Settings are text, even numbers, so that all mistakes can be reported together. The variable of a flag
// with the tag setting has the flag's name: TOKEN_MINUTES for --token-minutes. Its rule is a row of the
// table in rules.go.

// serviceSettings configure the identity service and its tokens.
type serviceSettings struct {
	ACSEndpoint         string        `name:"acs-endpoint" setting:"" placeholder:"URL" help:"ACS resource to use with this machine's Entra identity."`
	ACSConnectionString secretSetting `name:"acs-connection-string" setting:"" placeholder:"TEXT" help:"ACS resource and its access key."`
	AzureClientID       string        `name:"azure-client-id" setting:"" placeholder:"ID" help:"Client ID of the managed identity to use; empty uses what is signed in on this machine."`
	AzureTenantID       string        `name:"azure-tenant-id" setting:"" placeholder:"ID" hidden:"" help:"Tenant of a workload identity or service principal."`
	TokenScopes         string        `name:"token-scopes" setting:"" default:"voip,chat" placeholder:"LIST" help:"What a token permits."`
	TokenMinutes        string        `name:"token-minutes" setting:"" default:"60" placeholder:"N" help:"Lifetime of a token in minutes, 60 to 1440."`
}

// linkSettings configure the links to visits.
type linkSettings struct {
	BaseURL  string        `name:"base-url" setting:"" placeholder:"URL" help:"Public address of the site."`
	LinkKeys secretSetting `name:"link-keys" setting:"" placeholder:"LIST" help:"Keys that seal links to visits, newest first, each at least 16 characters."`
}

// timeSettings are when a visit can be joined.
type timeSettings struct {
	OpenBefore string `name:"open-before-minutes" setting:"" default:"15" placeholder:"N" help:"How many minutes before its start a visit by link can be joined, 0 to 1440."`
	Grace      string `name:"grace-minutes" setting:"" default:"60" placeholder:"N" help:"How many minutes after its planned end it can still be joined, 0 to 1440."`
}

// checked returns the settings in the form in which they are used.
func (s timeSettings) checked() visit.Limits {
	return visit.Limits{OpenBefore: minutes(s.OpenBefore), Grace: minutes(s.Grace)}
}

// brandSettings describe the organisation to visitors.
type brandSettings struct {
	BrandName       string `name:"brand-name" setting:"" placeholder:"TEXT" help:"Organisation, as visitors read it."`
	BrandPhone      string `name:"brand-phone" setting:"" placeholder:"NUMBER" help:"Number to call when joining fails."`
	BrandPrivacyURL string `name:"brand-privacy-url" setting:"" placeholder:"URL" help:"The organisation's privacy notice."`
	BrandColour     string `name:"brand-colour" setting:"" placeholder:"#RRGGBB" help:"The organisation's colour; the site derives readable shades from it."`
	BrandLogo       string `name:"brand-logo" setting:"" placeholder:"FILE" help:"Its logo, an SVG or PNG file of at most 64 KiB, or such a file as data:image/png;base64,..."`
	WaitingText     string `name:"waiting-text" setting:"" placeholder:"TEXT" help:"Your own plain text for visitors who wait, at most 500 characters."`
	WaitingTextAR   string `name:"waiting-text-ar" setting:"" placeholder:"TEXT" help:"The same in Arabic."`
	SurveyURL       string `name:"survey-url" setting:"" placeholder:"URL" help:"Your own form about the visit, https; without it the site asks one question and logs the answer."`
}

// siteSettings are the other settings of serve.
type siteSettings struct {
	linkSettings
	brandSettings
	admissionSettings
	deskSettings
	entraSettings
	Listen         string `setting:"" placeholder:"ADDRESS" help:"Address to listen on, such as :8080."`
	Port           string `setting:"" placeholder:"N" hidden:"" help:"Port to listen on where no address is given."`
	Chat           string `setting:"" default:"auto" placeholder:"auto|off" help:"The meeting's chat."`
	FrameAncestors string `name:"frame-ancestors" setting:"" placeholder:"LIST" help:"Origins such as https://portal.example.org whose pages may show the site in a frame; none when empty. Needs https."`
	Try            string `setting:"" placeholder:"on|off" help:"The page /try, which joins with a pasted identity and token (on in a rehearsal, otherwise off)."`
	WaitMinutes    string `name:"wait-minutes" setting:"" default:"45" placeholder:"N" help:"How long a visitor may wait to be admitted, 5 to 240: waiting is billed."`
	timeSettings
	GovernmentCloud string        `name:"government-cloud" setting:"" default:"off" placeholder:"on|off" help:"Accept GCC High and DoD meetings; only with an ACS resource in Azure Government."`
	SessionKeys     secretSetting `name:"session-keys" setting:"" placeholder:"LIST" help:"Keys that seal the session cookie, newest first, each at least 16 characters."`
}

// rehearsalSettings configure a site without an ACS resource.
type rehearsalSettings struct {
	Rehearse       string `name:"rehearse" setting:"" placeholder:"on|off" help:"Rehearse without an ACS resource although settings of a real site are set."`
	RehearsalHost  string `name:"rehearsal-host" setting:"" default:"on" placeholder:"on|off" help:"The automatic host of a rehearsal."`
	RehearsalAdmit string `name:"rehearsal-admit-seconds" setting:"" default:"3" placeholder:"N" help:"How many seconds that host lets visitors wait."`
	TLSSelfSigned  toggle `name:"tls-self-signed" setting:"" help:"Serve https with a certificate made at the start, for phones on the same network, which allow camera and microphone only on https pages."`
}

// rehearsalHost is the checked form of rehearsalSettings.
type rehearsalHost struct {
	on         bool
	admitAfter time.Duration
}

func (s rehearsalSettings) checked() rehearsalHost {
	seconds, _ := strconv.ParseFloat(s.RehearsalAdmit, 64)
	return rehearsalHost{isOn(s.RehearsalHost), time.Duration(seconds * float64(time.Second))}
}

// service is the checked form of serviceSettings.
type service struct {
	client  *acs.Client // nil without a setting that names a resource
	request acs.TokenRequest
	// permission is whether the resource accepts the site; nil where it needs no role for that.
	permission *identity.Permission
}

// checked returns the settings in the form in which they are used. Each has been checked by its rule;
// one that broke it is left at its zero value.
func (s serviceSettings) checked(m *mistakes) service {
	var out service
	out.request.Scopes, _ = acs.ParseScopes(s.TokenScopes)
	out.request.Lifetime = minutes(s.TokenMinutes)
	out.client = s.connect(m)
	return out
}

// named reports whether the settings name an ACS resource, even a wrong one.
func (s serviceSettings) named() bool {
	return s.ACSEndpoint != "" || s.ACSConnectionString.Reveal() != ""
}

func (s serviceSettings) connect(m *mistakes) *acs.Client {
	connection := s.ACSConnectionString.Reveal()
	switch {
	case s.ACSEndpoint != "" && connection != "":
		m.add("ACS_ENDPOINT", "set either this or --acs-connection-string (ACS_CONNECTION_STRING), not both")
	case connection != "":
		client, _ := acs.NewClientFromConnectionString(connection, clientOptions())
		return client
	case s.ACSEndpoint != "":
		credential, err := s.credential()
		if err != nil {
			m.add("ACS_ENDPOINT", "no Entra identity: %w", err)
			return nil
		}
		client, _ := acs.NewClient(s.ACSEndpoint, credential, clientOptions())
		return client
	}
	return nil
}

// credential returns the credential for the resource. If only AZURE_CLIENT_ID is set, that is the managed
// identity and no other. With AZURE_TENANT_ID too, it is a workload identity or a service principal,
// whose other variables azidentity reads. With neither, it is whatever is signed in on this machine.
func (s serviceSettings) credential() (azcore.TokenCredential, error) {
	if s.AzureClientID == "" || s.AzureTenantID != "" {
		return azidentity.NewDefaultAzureCredential(nil)
	}
	return azidentity.NewManagedIdentityCredential(&azidentity.ManagedIdentityCredentialOptions{ID: azidentity.ClientID(s.AzureClientID)})
}

// clientOptions allow http:// for a loopback host; package acs rejects it for any other host.
func clientOptions() *acs.ClientOptions {
	var o acs.ClientOptions
	o.InsecureAllowCredentialWithHTTP = true
	return &o
}

// site is the checked form of siteSettings.
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

// checked returns the settings in the form in which they are used.
func (s siteSettings) checked() site {
	out := site{
		linkMaker: s.linkSettings.checked(), branding: s.brandSettings.checked(), admission: s.admissionSettings.checked(),
		listen: s.listenAddress(), chat: s.Chat == "auto", government: isOn(s.GovernmentCloud),
		waitMinutes: int(minutes(s.WaitMinutes) / time.Minute),
		limits:      s.timeSettings.checked(),
		sessionKeys: splitKeys(s.SessionKeys.Reveal()),
	}
	out.framers, _ = policy.ParseFrameAncestors(s.FrameAncestors)
	return out
}

func (s linkSettings) checked() linkMaker {
	var out linkMaker
	if rules()["BASE_URL"].check(s.BaseURL) == nil {
		out.baseURL, _ = url.Parse(s.BaseURL)
		out.baseURL.Host = strings.ToLower(out.baseURL.Host)
	}
	if keys := splitKeys(s.LinkKeys.Reveal()); len(keys) > 0 && keyStrength().checkAll(s.LinkKeys.Reveal()) == nil {
		out.linkKeys, _ = visit.NewKeyring(keys)
	}
	return out
}

// minutes reads a number that its rule has accepted.
func minutes(text string) time.Duration {
	n, _ := strconv.Atoi(text)
	return time.Duration(n) * time.Minute
}

// listenAddress returns LISTEN, or every address at PORT.
func (s siteSettings) listenAddress() string {
	return cmp.Or(s.Listen, ":"+cmp.Or(s.Port, "8080"))
}

// toggle is a flag that needs no value: --tls-self-signed is the same as --tls-self-signed=on.
type toggle string

// IsBool lets kong accept the flag without a value.
func (*toggle) IsBool() bool { return true }

// Decode reads the value, if one is given.
func (t *toggle) Decode(c *kong.DecodeContext) error {
	*t = "on"
	if c.Scan.Peek().Type == kong.FlagValueToken {
		*t = toggle(c.Scan.Pop().String())
	}
	return nil
}

func (t toggle) on() bool { return isOn(string(t)) }
