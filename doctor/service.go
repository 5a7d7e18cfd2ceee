package doctor

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
)

const (
	// askTime bounds a request; createTime and deleteTime together fit into MaxTime.
	askTime    = 6 * time.Second
	createTime = 8 * time.Second
	deleteTime = 4 * time.Second
)

// checkService creates an identity with a token and deletes it, as each visit does.
func checkService(ctx context.Context, d *Doctor) []Finding {
	resource := d.site.Resource
	switch {
	case !resource.Named:
		return problem("set ACS_ENDPOINT (with a managed identity) or ACS_CONNECTION_STRING", "no ACS resource is set: the site rehearses, and visitors reach no meeting").alone()
	case resource.Client == nil:
		return problem("see settings", "not tried: the setting of the ACS resource has a mistake").alone()
	case len(resource.Request.Scopes) == 0:
		return problem("see settings", "not tried: TOKEN_SCOPES has a mistake").alone()
	}
	create, cancel := context.WithTimeout(ctx, createTime)
	defer cancel()
	began := time.Now()
	identity, _, err := resource.Client.CreateIdentityWithToken(create, resource.Request)
	if err != nil {
		return d.serviceProblem(err).alone()
	}
	took := time.Since(began).Milliseconds()
	remove, cancel := context.WithTimeout(context.WithoutCancel(ctx), deleteTime)
	defer cancel()
	if err := resource.Client.DeleteIdentity(remove, identity.ID); err != nil {
		return warning("run doctor again; identities cost nothing, but visits should not leave any behind", "created a test identity in %d ms, but could not delete it: %v", took, err).alone()
	}
	return okay("created a test identity with its token in %d ms, and deleted it", took).alone()
}

// setupTime is how long a new role may take to reach the resource (docs/deploy.md).
const setupTime = time.Hour

// refusedProblem distinguishes a new site, whose role has not reached the resource, from a site without the role.
func (d *Doctor) refusedProblem(err error) Finding {
	const fix = `give the site's identity the role "Communication and Email Service Owner" on the ACS resource (docs/deploy.md); check clock too`
	var since time.Time
	if d.site.Resource.RefusedSince != nil {
		since = d.site.Resource.RefusedSince()
	}
	refused := d.now().Sub(since).Round(time.Minute)
	switch at := since.UTC().Format("15:04"); {
	case since.IsZero():
		return problem(fix+"; a new role takes minutes to work", "could not create an identity: %v", err)
	case refused < setupTime:
		return warning("wait: a new role takes minutes, at most an hour, and the site retries by itself",
			"the site is being set up: the ACS resource has refused it since %s UTC (%d minutes): %v", at, int(refused.Minutes()), err)
	default:
		return problem(fix, "not permitted: the ACS resource has refused this site since %s UTC (%d minutes), and never accepted it: %v", at, int(refused.Minutes()), err)
	}
}

// serviceProblem explains why no identity could be created.
func (d *Doctor) serviceProblem(err error) Finding {
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	fix := "run doctor again in a minute; if it fails again, check the resource in the Azure portal, and status.azure.com"
	switch {
	case errors.Is(err, acs.ErrDenied) && d.site.Resource.ByEndpoint:
		return d.refusedProblem(err)
	case errors.Is(err, acs.ErrDenied):
		fix = "copy the connection string again from the resource's Keys page; if local authentication is disabled there, use ACS_ENDPOINT with a managed identity; check clock too"
	case errors.Is(err, acs.ErrCredential):
		fix = "attach the managed identity to this app and set AZURE_CLIENT_ID to its client ID; on your own machine run `az login`"
	case errors.Is(err, acs.ErrThrottled):
		fix = "wait, and if it happens again ask Azure support for a higher limit"
	case errors.Is(err, acs.ErrInvalidAnswer):
		fix = "something else answers at that address: correct the endpoint, or the proxy on the way there"
	case errors.As(err, &dns):
		fix = "correct the resource's name in ACS_ENDPOINT or ACS_CONNECTION_STRING, or this machine's DNS"
	case errors.As(err, &certificate):
		fix = "let *.communication.azure.com pass without TLS inspection, or give this machine the CA certificates that it needs"
	case errors.Is(err, acs.ErrTimeout):
		fix = "let this machine reach *.communication.azure.com on TCP port 443"
	}
	return problem(fix, "could not create an identity: %v", err)
}

const (
	skewWarning = 2 * time.Minute
	skewProblem = 5 * time.Minute
)

// checkClock compares this machine's clock with the identity service's, to the second.
func checkClock(ctx context.Context, d *Doctor) []Finding {
	if d.site.Resource.Client == nil {
		return notChecked("not compared: there is no ACS resource to ask").alone()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodHead, d.site.Resource.Client.Endpoint()+"/", nil)
	if err != nil {
		return problem("see settings", "not compared: the endpoint is not an address").alone()
	}
	before := d.now()
	response, err := d.http.Do(request)
	if err != nil {
		return notChecked("not compared: the ACS resource does not answer (%s)", reason(err)).alone()
	}
	_ = response.Body.Close() // it is empty
	theirs, err := http.ParseTime(response.Header.Get("Date"))
	if err != nil {
		return notChecked("not compared: the ACS resource's answer has no date").alone()
	}
	ours := before.Add(d.now().Sub(before) / 2)
	const fix = "synchronise this machine's clock (`timedatectl set-ntp true`; a container uses its machine's clock)"
	skew := ours.Sub(theirs).Round(time.Second)
	way := "ahead of"
	if skew < 0 {
		way = "behind"
	}
	message := "this clock is " + skew.Abs().String() + " " + way + " the ACS resource's"
	switch {
	case skew.Abs() > skewProblem:
		return problem(fix, "%s: signatures are rejected, and the expiry of tokens is misjudged", message).alone()
	case skew.Abs() > skewWarning:
		return warning(fix, "%s", message).alone()
	}
	return okay("%s", message).alone()
}

// checkTokens examines what tokens permit, for how long, and in which cloud.
func (d *Doctor) checkTokens() []Finding {
	var found []Finding
	resource := d.site.Resource
	has := func(prefix string) bool {
		return slices.ContainsFunc(resource.Request.Scopes, func(s acs.Scope) bool { return strings.HasPrefix(string(s), prefix) })
	}
	hasScopes := len(resource.Request.Scopes) > 0
	if hasScopes && !has("voip") {
		found = append(found, problem("add voip to TOKEN_SCOPES", "tokens permit no call"))
	}
	switch {
	case resource.Chat == "auto" && hasScopes && !has("chat"):
		found = append(found, warning("add chat to TOKEN_SCOPES, or set CHAT=off", "CHAT is auto, but tokens permit no chat: visitors have none"))
	case resource.Chat == "off" && has("chat"):
		found = append(found, warning("set TOKEN_SCOPES=voip", "CHAT is off, but tokens permit it"))
	}
	if lifetime := resource.Request.Lifetime; lifetime > 4*time.Hour && lifetime <= acs.MaxLifetime {
		found = append(found, warning("set TOKEN_MINUTES=60: the call renews its token", "a stolen token works for %d minutes", int(lifetime.Minutes())))
	}
	if resource.Client != nil && resource.Government && strings.HasSuffix(resource.Client.Endpoint(), ".communication.azure.com") {
		found = append(found, problem("set GOVERNMENT_CLOUD=off, or use a resource in Azure Government", "GOVERNMENT_CLOUD is on, but the ACS resource is in the public cloud: meetings of the government cloud reject its visitors"))
	}
	return okUnless(found, "tokens permit %s for %s minutes", resource.TokenScopes, resource.TokenMinutes)
}
