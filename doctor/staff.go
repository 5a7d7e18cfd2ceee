package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/anteroom-visit/anteroom/entra"
)

// expiresSoon is how long before its end a certificate is a warning.
const expiresSoon = 30 * 24 * time.Hour

// checkStaff examines the sign-in with Microsoft Entra as far as that is possible without an account.
func checkStaff(ctx context.Context, d *Doctor) []Finding {
	staff := d.site.Staff
	switch {
	case !staff.Given:
		return okay("staff do not sign in with Microsoft Entra: no ENTRA_ setting asks for it").alone()
	case staff.Client == nil:
		return problem("see settings", "not tried: the ENTRA_ settings have a mistake").alone()
	}
	found := d.askEntra(ctx)
	if !staff.Expires.IsZero() {
		found = append(found, d.certificateAge())
	} else if staff.Credential == "ENTRA_CLIENT_SECRET" {
		found = append(found, shownBy(`az ad app credential list --id `+staff.Client.ClientID()+` --query "[].endDateTime"`, "only the registration knows when the client secret expires"))
	}
	if public := d.site.Address.Public; public != nil {
		found = append(found, shownBy("az ad app show --id "+staff.Client.ClientID()+" --query web.redirectUris",
			"the registration must have this redirect URI for the platform Web: %s", strings.TrimSuffix(public.String(), "/")+staff.Callback))
	}
	return append(found, staff.consents()...)
}

// consents explains what staff are asked for, by the rights that the site uses, and where a missing consent shows.
func (s Staff) consents() []Finding {
	asked := "staff are asked for " + strings.Join(entra.SignInScopes(), " ")
	var shown []Finding
	if s.CreatesMeetings {
		asked += ", who creates a meeting also for " + strings.Join(entra.Meetings().Scopes, " ")
		shown = append(shown, notChecked("consent to OnlineMeetings.ReadWrite shows only when somebody at the desk creates a meeting"))
	}
	if s.JoinsCalls {
		asked += ", who joins a call also for " + strings.Join(entra.TeamsCalls().Scopes, " ")
		shown = append(shown, shownBy("anteroom token teams", "the role %s, consent to Teams.ManageCalls and Teams.ManageChats and the exchange for a Teams user's token need an account that signs in (docs/staff.md: A token from a shell)", s.Role))
	} else {
		shown = append(shown, notChecked("whether somebody has the role %s shows only when they sign in at the desk", s.Role))
	}
	return append([]Finding{okay("%s", asked)}, shown...)
}

// askEntra reads the tenant's sign-in configuration and, if there is one, tries the credential.
func (d *Doctor) askEntra(ctx context.Context) []Finding {
	staff := d.site.Staff
	ctx, cancel := context.WithTimeout(ctx, createTime)
	defer cancel()
	if err := staff.Client.CheckConfiguration(ctx); err != nil {
		return d.entraProblem("could not read Entra's sign-in configuration of the tenant", err).alone()
	}
	found := okay("Entra has a sign-in configuration for the tenant in ENTRA_TENANT").alone()
	if err := staff.Client.CheckCredential(ctx); err != nil {
		return append(found, d.entraProblem("Entra does not accept the application with "+staff.Credential, err))
	}
	return append(found, okay("Entra accepts the application with %s", staff.Credential))
}

// entraProblem explains Entra's error.
func (d *Doctor) entraProblem(what string, err error) Finding {
	var failed *entra.Error
	if !errors.As(err, &failed) {
		return problem("run doctor again", "%s: %v", what, err)
	}
	told, ok := map[entra.Reason][2]string{
		entra.CredentialExpired: {"it has expired", "make a new one in the registration and change " + d.site.Staff.Credential},
		entra.CredentialInvalid: {"the registration does not know it", map[string]string{
			"ENTRA_CLIENT_SECRET":      "copy the secret's value, not its ID, from the registration",
			"ENTRA_CLIENT_CERTIFICATE": "upload the certificate to the registration; check clock too",
			"ENTRA_FEDERATED":          "give this machine its managed identity, and the registration a federated credential for it (docs/staff.md)",
		}[d.site.Staff.Credential]},
		entra.Registration: {"the tenant or the application is not known", "correct ENTRA_TENANT and ENTRA_CLIENT_ID, or register the application (docs/staff.md)"},
		entra.Policy:       {"conditional access blocks it", "exempt this application's service principal or this machine's network from the policy"},
		entra.Unavailable:  {"no usable answer", "let this machine reach ENTRA_AUTHORITY on TCP port 443, and run doctor again in a minute"},
		entra.Throttled:    {"Entra asks for a pause", "run doctor again in a minute"},
	}[failed.Reason]
	if !ok {
		told = [2]string{string(failed.Reason), "look the number up at https://login.microsoftonline.com/error"}
	}
	why, fix := told[0], told[1]
	switch {
	case failed.Reason == entra.CredentialInvalid && failed.Code == 0: // not an answer of Entra
		why = "this machine has no managed identity, or not that of AZURE_CLIENT_ID"
	case failed.Code != 0:
		why += fmt.Sprintf(" (AADSTS%d)", failed.Code)
	}
	return problem(fix, "%s: %s", what, why)
}

// certificateAge reports when the certificate expires.
func (d *Doctor) certificateAge() Finding {
	const fix = "upload a new certificate to the registration, then change ENTRA_CLIENT_CERTIFICATE"
	expires := d.site.Staff.Expires
	date := expires.UTC().Format(time.DateOnly)
	switch left := expires.Sub(d.now()); {
	case left <= 0:
		return problem(fix, "the certificate in ENTRA_CLIENT_CERTIFICATE expired on %s", date)
	case left < expiresSoon:
		return warning(fix, "the certificate in ENTRA_CLIENT_CERTIFICATE expires on %s", date)
	}
	return okay("the certificate in ENTRA_CLIENT_CERTIFICATE expires on %s", date)
}

// shownBy is what the doctor cannot check, with the line that shows it.
func shownBy(command, format string, args ...any) Finding {
	f := notChecked(format, args...)
	f.Command = command
	return f
}
