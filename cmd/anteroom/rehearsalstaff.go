package main

import (
	"crypto/rand"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	"github.com/anteroom-visit/anteroom/entra"
	"github.com/anteroom-visit/anteroom/entra/entratest"
	"github.com/anteroom-visit/anteroom/graph/graphtest"
	"github.com/anteroom-visit/anteroom/handlers/staff"
	"github.com/anteroom-visit/anteroom/secret"
)

// openEntra starts the stand-in for Entra, with the accounts that a rehearsal signs in with.
func (r *rehearsalStack) openEntra() (err error) {
	r.entra, err = entratest.New(entratest.Options{
		Secret: rand.Text(), RedirectURIs: []string{"http://localhost" + staff.CallbackPath},
		Accounts: []entratest.Account{
			{Name: "Dr Asha Rao", Username: "asha.rao@clinic.example", Roles: []string{entra.DefaultRole}, IsLicensed: true},
			{Name: "Robin Clerk", Username: "robin@clinic.example", Roles: []string{entra.DefaultRole}},
			{Name: "Noor Norole", Username: "noor@clinic.example"},
			{Name: "Gabi Guest", Username: "gabi@partner.example", Roles: []string{entra.DefaultRole}, IsGuest: true},
			{Name: "Dana Disabled", Username: "dana@clinic.example", Roles: []string{entra.DefaultRole}, IsDisabled: true},
		},
	})
	if err != nil {
		return err
	}
	if _, err = r.entra.Start(""); err != nil {
		return err
	}
	r.graph = httptest.NewServer(graphtest.New(graphtest.Options{
		Tenant: r.entra.Tenant(), HasDialIn: true, HasShortLinks: true, HasSubjectFaults: true, Caller: r.graphCaller,
	}))
	return nil
}

// graphCaller is Graph's check of an access token.
func (r *rehearsalStack) graphCaller(token string) (graphtest.Caller, bool) {
	issued, ok := r.entra.Check(token)
	caller := graphtest.Caller{ObjectID: issued.AccountID, HasScope: permits(issued, entra.Meetings())}
	for _, a := range r.entra.Accounts() {
		caller.IsLicensed = caller.IsLicensed || a.ID == issued.AccountID && a.IsLicensed
	}
	return caller, ok
}

// permits reports whether a token is for a resource and has its first permission.
func permits(issued entratest.AccessToken, resource entra.Resource) bool {
	scope, found := strings.CutPrefix(resource.Scopes[0], issued.Resource)
	return found && slices.Contains(issued.Scopes, scope)
}

// entraClient signs in against the stand-in.
func (r *rehearsalStack) entraClient() (*entra.Client, error) {
	return entra.NewClient(entra.Options{
		Authority: r.entra.Authority(), Tenant: r.entra.Tenant(), ClientID: r.entra.ClientID(),
		Credential: entra.ClientSecret{Text: secret.New(r.entra.Secret())},
	})
}

// teamsToken checks a Teams user's Entra token for the identity service.
func (r *rehearsalStack) teamsToken(token, appID, userID string) (time.Time, bool) {
	issued, ok := r.entra.Check(token)
	valid := ok && appID == r.entra.ClientID() && userID == issued.AccountID && permits(issued, entra.TeamsCalls())
	return issued.ExpiresOn, valid
}

// accountName returns the display name of a Teams user, as Teams reads it from the directory.
func (r *rehearsalStack) accountName(id string) string {
	for _, a := range r.entra.Accounts() {
		if "8:orgid:"+a.ID == id {
			return a.Name
		}
	}
	return ""
}
