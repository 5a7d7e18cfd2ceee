package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"

	"github.com/anteroom-visit/anteroom/entra"
	"github.com/anteroom-visit/anteroom/handlers/staff"
	"github.com/anteroom-visit/anteroom/secret"
)

// entraSettings let staff sign in with the organisation's own accounts.
type entraSettings struct {
	EntraTenant            string        `name:"entra-tenant" setting:"" placeholder:"ID" help:"Directory ID of the organisation whose staff sign in with Microsoft Entra."`
	EntraClientID          string        `name:"entra-client-id" setting:"" placeholder:"ID" help:"Application ID of the site's registration there."`
	EntraClientSecret      secretSetting `name:"entra-client-secret" setting:"" placeholder:"TEXT" help:"Its client secret; set this, a certificate or a federated identity."`
	EntraClientCertificate secretSetting `name:"entra-client-certificate" setting:"" placeholder:"PEM" help:"Its certificate and RSA key in PEM."`
	EntraFederated         string        `name:"entra-federated" setting:"" placeholder:"managed-identity" help:"managed-identity: this machine's managed identity, which the registration trusts."`
	EntraRole              string        `name:"entra-role" setting:"" default:"Desk" placeholder:"ROLE" help:"App role that opens the desk."`
	EntraGuests            string        `name:"entra-guests" setting:"" default:"off" placeholder:"on|off" help:"Accept accounts that are guests in the directory."`
	EntraRights            string        `name:"entra-rights" setting:"" default:"meetings,calls" placeholder:"LIST" help:"What signed-in staff may do besides using the desk: meetings (create Teams meetings), calls (join as Teams users), or none."`
	EntraAuthority         string        `name:"entra-authority" setting:"" default:"https://login.microsoftonline.com" placeholder:"URL" help:"Address of Entra, for another cloud."`
}

// federatedAudience returns the audience of the managed identity's token, which each cloud names for itself
// ("Configure an app to trust a managed identity").
func (s entraSettings) federatedAudience() string {
	const audience = "api://AzureADTokenExchange"
	switch authority, _ := url.Parse(s.EntraAuthority); {
	case authority == nil:
	case strings.HasSuffix(authority.Hostname(), ".us"):
		return audience + "USGov"
	case strings.HasSuffix(authority.Hostname(), ".cn"):
		return audience + "China"
	}
	return audience
}

// entraRules returns the rules of these settings. The certificate has no valid example, because it would
// be a key in the source; the tests make one.
func entraRules() map[string]rule {
	return map[string]rule{
		"ENTRA_TENANT":    guidRule().production(),
		"ENTRA_CLIENT_ID": guidRule().production(),
		"ENTRA_CLIENT_SECRET": rule{
			Kind: "secret", Must: "a client secret of 8 to 200 characters without spaces", Valid: []string{"Zx8~Q1w2e3r4t5y6u7i8o9p0", "12345678"}, Invalid: []string{"short", "with a space inside", strings.Repeat("x", 201)},
		}.must(func(value string) bool {
			return len(value) >= 8 && len(value) <= 200 && isVisibleASCII(value)
		}).production(),
		"ENTRA_CLIENT_CERTIFICATE": rule{
			Kind: "certificate", Must: "a certificate and its RSA key, both in PEM", Invalid: []string{"certificate.pem", "-----BEGIN CERTIFICATE-----", "https://vault.example.org"},
		}.must(func(value string) bool { _, err := entra.ParseCertificate([]byte(value)); return err == nil }).production(),
		"ENTRA_FEDERATED": rule{
			Kind: "choice", Must: "managed-identity", Choices: []string{"managed-identity"}, Valid: []string{"managed-identity"}, Invalid: []string{"on", "Managed-Identity", "workload"},
		}.must(func(value string) bool { return value == "managed-identity" }).production(),
		"ENTRA_ROLE": rule{
			Kind: "text", Must: "the value of an app role, at most 120 characters without spaces", Valid: []string{"Desk", "Visit.Desk", "Reception"}, Invalid: []string{"two words", strings.Repeat("x", 121)},
		}.must(func(value string) bool {
			return len(value) <= 120 && isVisibleASCII(value)
		}).production(),
		"ENTRA_GUESTS": onOff().production(),
		"ENTRA_RIGHTS": rule{
			Kind: "list", Must: "a list of meetings and calls, or none", Valid: []string{"meetings,calls", "meetings", "calls", "none", "calls, meetings"},
			Invalid: []string{"tokens", "meetings,none", "meetings;calls", "Meetings", "calls,calls", ","},
		}.must(func(value string) bool { _, ok := parseRights(value); return ok }).production(),
		"ENTRA_AUTHORITY": rule{
			Kind: "url", Must: "an address such as https://login.microsoftonline.com, with nothing after the name", Valid: []string{"https://login.microsoftonline.com", "https://login.microsoftonline.us", "http://127.0.0.1:8081"},
			Invalid: []string{"login.microsoftonline.com", "https://login.microsoftonline.com/common", "http://login.microsoftonline.com", "https://me@login.microsoftonline.com"},
		}.must(isAuthority).production(),
	}
}

func isAuthority(value string) bool {
	_, err := entra.NewClient(entra.Options{
		Authority: value, Tenant: "aaaabbbb-0000-cccc-1111-dddd2222eeee", ClientID: "aaaabbbb-0000-cccc-1111-dddd2222eeee",
		Credential: entra.ClientSecret{Text: secret.New("any")},
	})
	return err == nil
}

// parseRights reads a list of rights, each once; the word none is an empty list.
func parseRights(list string) ([]string, bool) {
	if list == "none" {
		return nil, true
	}
	rights := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
	for i, right := range rights {
		if !slices.Contains(staff.Rights(), right) || slices.Contains(rights[:i], right) {
			return nil, false
		}
	}
	return rights, len(rights) > 0
}

// rights returns the rights that the site uses; a list with a mistake has none.
func (s entraSettings) rights() []string {
	rights, _ := parseRights(s.EntraRights)
	return rights
}

// checkRights returns what is wrong with using rights in this cloud, "" if nothing is. Microsoft documents the
// tokens of Teams users for the public cloud only, and Graph has other addresses elsewhere; a stand-in for Entra
// on this machine counts as public.
func (s entraSettings) checkRights() string {
	authority, err := url.Parse(s.EntraAuthority)
	if err != nil || len(s.rights()) == 0 || strings.EqualFold(strings.TrimSuffix(s.EntraAuthority, "/"), entra.PublicAuthority) || authority.Scheme == "http" {
		return ""
	}
	return "must be none with this ENTRA_AUTHORITY: in other clouds than the public one staff can sign in, but not create meetings or join calls"
}

// signsStaffIn reports whether staff can sign in with accounts of their own.
func (s entraSettings) signsStaffIn() bool {
	return s.EntraTenant != "" || s.EntraClientID != "" || len(s.credentials()) > 0
}

// credentials returns which of the variables for the application's credential are set.
func (s entraSettings) credentials() []string {
	var set []string
	for _, one := range []struct{ variable, value string }{
		{"ENTRA_CLIENT_SECRET", s.EntraClientSecret.Reveal()}, {"ENTRA_CLIENT_CERTIFICATE", s.EntraClientCertificate.Reveal()}, {"ENTRA_FEDERATED", s.EntraFederated},
	} {
		if one.value != "" {
			set = append(set, one.variable)
		}
	}
	return set
}

// checkEntra requires the settings that belong together.
func (s serveCommand) checkEntra(m *mistakes) {
	if !s.signsStaffIn() {
		return
	}
	switch set := s.credentials(); {
	case s.EntraTenant == "":
		m.add("ENTRA_TENANT", "must be set for staff sign-in")
	case s.EntraClientID == "":
		m.add("ENTRA_CLIENT_ID", "must be set for staff sign-in")
	case len(set) == 0:
		m.add("ENTRA_CLIENT_ID", "must go with one of ENTRA_FEDERATED, ENTRA_CLIENT_CERTIFICATE and ENTRA_CLIENT_SECRET")
	case len(set) > 1:
		m.add(set[1], "must not be set beside %s: set one of them", set[0])
	}
	if mistake := s.checkRights(); mistake != "" {
		m.add("ENTRA_RIGHTS", "%s", mistake)
	}
	if len(s.rights()) > 0 && isOn(s.GovernmentCloud) {
		m.add("ENTRA_RIGHTS", "must be none with GOVERNMENT_CLOUD=on: staff create meetings and join calls in the public cloud only")
	}
	base, err := url.Parse(s.BaseURL)
	if s.BaseURL == "" || err == nil && base.Scheme != "https" && base.Hostname() != "localhost" {
		m.add("ENTRA_TENANT", "must go with an https address in --base-url (BASE_URL): Entra sends staff back to it")
	}
	if s.LinkKeys.Reveal() == "" && s.named() {
		m.add("ENTRA_TENANT", "must go with --link-keys (LINK_KEYS): the desk seals its links with them")
	}
}

// connect returns a client of Entra, or nil if staff have no accounts.
func (s entraSettings) connect(service serviceSettings) (*entra.Client, error) {
	if !s.signsStaffIn() {
		return nil, nil
	}
	o := entra.Options{Authority: s.EntraAuthority, Tenant: s.EntraTenant, ClientID: s.EntraClientID, Role: s.EntraRole, AcceptsGuests: isOn(s.EntraGuests)}
	switch {
	case s.EntraClientSecret.Reveal() != "":
		o.Credential = entra.ClientSecret{Text: s.EntraClientSecret.Text}
	case s.EntraClientCertificate.Reveal() != "":
		certificate, err := entra.ParseCertificate([]byte(s.EntraClientCertificate.Reveal()))
		if err != nil {
			return nil, err
		}
		o.Credential = certificate
	default:
		identity, err := federatedIdentity(service.AzureClientID, s.federatedAudience())
		if err != nil {
			return nil, err
		}
		o.Credential = identity
	}
	return entra.NewClient(o)
}

// federatedIdentity asks the managed identity for tokens that Entra accepts as the application's own.
func federatedIdentity(clientID, audience string) (entra.Federated, error) {
	var options azidentity.ManagedIdentityCredentialOptions
	if clientID != "" {
		options.ID = azidentity.ClientID(clientID)
	}
	credential, err := azidentity.NewManagedIdentityCredential(&options)
	if err != nil {
		return nil, fmt.Errorf("find managed identity: %w", err)
	}
	return func(ctx context.Context) (secret.Text, error) {
		return assertionOf(ctx, credential, audience)
	}, nil
}

func assertionOf(ctx context.Context, credential azcore.TokenCredential, audience string) (secret.Text, error) {
	token, err := credential.GetToken(ctx, policy.TokenRequestOptions{Scopes: []string{audience + "/.default"}})
	if err != nil {
		return secret.Text{}, errors.New("the managed identity has no token")
	}
	return secret.New(token.Token), nil
}

func isVisibleASCII(value string) bool {
	return strings.IndexFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}
