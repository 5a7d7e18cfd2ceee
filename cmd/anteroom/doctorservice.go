package main

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/anteroom-visit/anteroom/acs"
	"github.com/anteroom-visit/anteroom/handlers"
)

const (
	// askTime bounds a question over the network; mintTime and unmintTime together fit into
	// examinationTime.
	askTime    = 6 * time.Second
	mintTime   = 8 * time.Second
	unmintTime = 4 * time.Second
)

// lookAtService makes an identity with a token and deletes it, as each visit does.
func lookAtService(ctx context.Context, x *examination) []handlers.Finding {
	switch {
	case x.service.client == nil && x.named():
		return []handlers.Finding{problem("see settings", "not asked: the setting that names the ACS resource is wrong")}
	case !x.named():
		return []handlers.Finding{problem("set ACS_ENDPOINT (with a managed identity) or ACS_CONNECTION_STRING", "no ACS resource is set: the site only rehearses, and nobody reaches a meeting")}
	case len(x.service.request.Scopes) == 0:
		return []handlers.Finding{problem("see settings", "not asked: TOKEN_SCOPES is wrong")}
	}
	mint, cancel := context.WithTimeout(ctx, mintTime)
	defer cancel()
	began := time.Now()
	identity, _, err := x.service.client.CreateIdentityWithToken(mint, x.service.request)
	if err != nil {
		return []handlers.Finding{x.refused(err)}
	}
	minted := time.Since(began)
	unmint, cancel := context.WithTimeout(context.WithoutCancel(ctx), unmintTime)
	defer cancel()
	if err := x.service.client.DeleteIdentity(unmint, identity.ID); err != nil {
		return []handlers.Finding{warning("run doctor again; identities cost nothing, but what visits leave behind should be deleted", "a test identity was made in %d ms, and could not be deleted: %v", minted.Milliseconds(), err)}
	}
	return []handlers.Finding{fine("a test identity with its token was made in %d ms, and deleted", minted.Milliseconds())}
}

// refused says why no identity could be made, and what helps.
func (x *examination) refused(err error) handlers.Finding {
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	fix := "run doctor again in a minute; if it stays, look at the resource in the Azure portal and at status.azure.com"
	switch {
	case errors.Is(err, acs.ErrDenied) && x.settings.ACSEndpoint != "":
		fix = `give the site's identity the role "Communication and Email Service Owner" on the ACS resource (docs/deploy.md); a new role takes minutes; look at clock too`
	case errors.Is(err, acs.ErrDenied):
		fix = "copy the connection string anew from the resource's Keys page; if keys are switched off there (local authentication), use ACS_ENDPOINT with a managed identity; look at clock too"
	case errors.Is(err, acs.ErrCredential):
		fix = "attach the managed identity to this app and set AZURE_CLIENT_ID to its client ID; on your own machine run `az login`"
	case errors.Is(err, acs.ErrThrottled):
		fix = "wait, and if it comes back ask Azure support for a higher limit"
	case errors.Is(err, acs.ErrInvalidAnswer):
		fix = "something else answers at that address: correct the endpoint, or the proxy in between"
	case errors.As(err, &dns):
		fix = "correct the resource's name in ACS_ENDPOINT or ACS_CONNECTION_STRING, or this machine's DNS"
	case errors.As(err, &certificate):
		fix = "let *.communication.azure.com through without breaking TLS open, or give this machine the CA certificates it needs"
	case errors.Is(err, acs.ErrTimeout):
		fix = "let this machine reach *.communication.azure.com on TCP 443"
	}
	return problem(fix, "no identity could be made: %v", err)
}

const (
	skewWarning = 2 * time.Minute
	skewProblem = 5 * time.Minute
)

// lookAtClock compares this machine's clock with the identity service's, to the second.
func lookAtClock(ctx context.Context, x *examination) []handlers.Finding {
	if x.service.client == nil {
		return []handlers.Finding{unseen("not compared: no ACS resource to ask for the time")}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, x.service.client.Endpoint()+"/", nil)
	if err != nil {
		return []handlers.Finding{problem("see settings", "not compared: the endpoint is no address")}
	}
	before := x.now()
	response, err := x.http.Do(request)
	if err != nil {
		return []handlers.Finding{unseen("not compared: the ACS resource does not answer (%s)", reason(err))}
	}
	_ = response.Body.Close() // it has none
	theirs, err := http.ParseTime(response.Header.Get("Date"))
	if err != nil {
		return []handlers.Finding{unseen("not compared: the ACS resource's answer has no date")}
	}
	ours := before.Add(x.now().Sub(before) / 2)
	const fix = "let this machine keep time by NTP (`timedatectl set-ntp true`; a container has its machine's clock)"
	skew := ours.Sub(theirs).Round(time.Second)
	way := "ahead of"
	if skew < 0 {
		way = "behind"
	}
	says := "this clock is " + skew.Abs().String() + " " + way + " the ACS resource's"
	switch {
	case skew.Abs() > skewProblem:
		return []handlers.Finding{problem(fix, "%s: signatures are refused, and tokens seem expired or eternal", says)}
	case skew.Abs() > skewWarning:
		return []handlers.Finding{warning(fix, "%s", says)}
	}
	return []handlers.Finding{fine("%s", says)}
}

// lookAtTokens is what tokens permit, for how long, and in which cloud.
func (x *examination) lookAtTokens() []handlers.Finding {
	var found []handlers.Finding
	request := x.service.request
	calls := slices.ContainsFunc(request.Scopes, func(s acs.Scope) bool { return strings.HasPrefix(string(s), "voip") })
	if len(request.Scopes) > 0 && !calls {
		found = append(found, problem("add voip to TOKEN_SCOPES", "tokens permit no call"))
	}
	switch chat := x.service.permitsChat(); {
	case x.settings.Chat == "auto" && len(request.Scopes) > 0 && !chat:
		found = append(found, warning("add chat to TOKEN_SCOPES, or set CHAT=off", "CHAT is auto, and tokens permit no chat: visitors have none"))
	case x.settings.Chat == "off" && chat:
		found = append(found, warning("set TOKEN_SCOPES=voip", "CHAT is off, and tokens permit it all the same"))
	}
	if request.Lifetime > 4*time.Hour && request.Lifetime <= acs.MaxLifetime {
		found = append(found, warning("set TOKEN_MINUTES=60: the call fetches fresh tokens by itself", "a token that is stolen can be used for %d minutes", int(request.Lifetime.Minutes())))
	}
	if client := x.service.client; client != nil && x.site.government && strings.HasSuffix(client.Endpoint(), ".communication.azure.com") {
		found = append(found, problem("set GOVERNMENT_CLOUD=off, or use a resource in Azure Government", "GOVERNMENT_CLOUD is on, and the ACS resource is in the public cloud: such meetings do not take its visitors"))
	}
	return orFine(found, "tokens permit %s for %s minutes", x.settings.TokenScopes, x.settings.TokenMinutes)
}
