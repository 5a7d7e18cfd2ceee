package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/anteroom-visit/anteroom/handlers"
)

// publicAnswer is what the site's public address answers, asked from here.
type publicAnswer struct {
	alive bool        // /healthz is ours
	says  string      // what it says instead
	page  http.Header // of the door
	until time.Time   // the end of the certificate; zero without one
	err   error       // why there is no answer
}

// reached says whether whatever is behind the address answered as this program does.
func (p publicAnswer) reached() bool { return p.err == nil && p.alive }

func (x *examination) askPublic(ctx context.Context) (out publicAnswer) {
	if x.site.baseURL == nil {
		return publicAnswer{err: errors.New("no address")}
	}
	health, err := x.get(ctx, "/healthz")
	if err != nil {
		return publicAnswer{err: err}
	}
	// The word alone could be anybody's; the number of the request is this program's.
	out.alive = health.status == http.StatusOK && health.body == "ok\n" && health.header.Get("X-Request-Id") != ""
	out.until, out.says = health.until, fmt.Sprintf("status %d", health.status)
	if health.status >= 300 && health.status < 400 {
		out.says += ", which leads somewhere else"
	}
	if !out.alive {
		return out
	}
	door, err := x.get(ctx, "/")
	if err != nil {
		return publicAnswer{err: err}
	}
	out.page = door.header
	return out
}

// got is an answer that was read.
type got struct {
	status int
	header http.Header
	body   string
	until  time.Time // the end of the certificate
}

func (x *examination) get(ctx context.Context, path string) (got, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, x.site.baseURL.JoinPath(path).String(), nil)
	if err != nil {
		return got{}, err
	}
	response, err := x.http.Do(request)
	if err != nil {
		return got{}, err
	}
	defer func() { _ = response.Body.Close() }() // it was only read
	body, err := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	out := got{status: response.StatusCode, header: response.Header, body: string(body)}
	if response.TLS != nil && len(response.TLS.PeerCertificates) > 0 {
		out.until = response.TLS.PeerCertificates[0].NotAfter
	}
	return out, err
}

// reason is why nothing answered, without the address that was asked and without what came back.
func reason(err error) string {
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var op *net.OpError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return "no such name"
	case errors.As(err, &dns):
		return "the name could not be looked up"
	case errors.As(err, &certificate):
		return "its certificate is not valid: " + untrusted(certificate.Err)
	case errors.As(err, &record):
		return "it does not speak TLS"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time"
	case errors.As(err, &op):
		return op.Err.Error()
	}
	return "it closed the connection"
}

func untrusted(err error) string {
	var name x509.HostnameError
	var authority x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &name):
		return "it is for another name"
	case errors.As(err, &authority):
		return "its issuer is not known"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "it has expired or is not valid yet"
	}
	return "it cannot be verified"
}

func (x *examination) lookAtAddress() []handlers.Finding {
	if x.site.baseURL == nil {
		if x.settings.BaseURL != "" {
			return []handlers.Finding{problem("see settings", "BASE_URL is wrong")}
		}
		return []handlers.Finding{problem("set BASE_URL to the address that visitors type, such as https://video.example.org", "BASE_URL is not set: no link to a visit can be made, and cookies are not marked Secure")}
	}
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	switch p := x.public(); {
	case p.err == nil && p.alive:
		return []handlers.Finding{fine("%s answers, and it is this program", x.site.baseURL)}
	case p.err == nil:
		return []handlers.Finding{problem("let BASE_URL be where this program is reached, and let the proxy pass every path on, /healthz too", "%s answers, and not as this program does: %s", x.site.baseURL, p.says)}
	case errors.As(p.err, &dns) && dns.IsNotFound:
		return []handlers.Finding{problem("correct BASE_URL, or make the DNS record", "%s: no such name", x.site.baseURL)}
	case errors.As(p.err, &certificate), errors.As(p.err, &record):
		return []handlers.Finding{problem("give the proxy in front of this program a certificate for that name, from an authority that browsers know", "%s cannot be trusted: %s", x.site.baseURL, reason(p.err))}
	default:
		return []handlers.Finding{warning("start the site, then open this address on a phone outside of your network; some networks do not let a machine reach its own public address", "%s was not reached from here: %s", x.site.baseURL, reason(p.err))}
	}
}

// certificateLeft is when a certificate should have been renewed by itself.
const certificateLeft = 14 * 24 * time.Hour

func (x *examination) lookAtHTTPS() []handlers.Finding {
	switch {
	case x.site.baseURL == nil:
		return []handlers.Finding{unseen("not seen: there is no public address")}
	case x.site.baseURL.Scheme != "https":
		return []handlers.Finding{problem("put a proxy with a certificate in front, and set BASE_URL to the https address", "BASE_URL is not https: browsers give no camera and no microphone to such a page")}
	case !x.public().reached():
		return []handlers.Finding{unseen("BASE_URL is https; whether browsers are told to insist on it was not seen")}
	}
	var found []handlers.Finding
	p := x.public()
	if p.page.Get("Strict-Transport-Security") == "" {
		found = append(found, warning("let the proxy pass Strict-Transport-Security on, and start the site with this BASE_URL", "browsers are not told to insist on https (HSTS)"))
	}
	if left := p.until.Sub(x.now()); !p.until.IsZero() && left < certificateLeft {
		found = append(found, warning("renew it, and look at why it was not renewed by itself", "the certificate ends in %d days", int(left.Hours()/24)))
	}
	if x.settings.TLSSelfSigned.on() && x.named() {
		found = append(found, problem("unset TLS_SELF_SIGNED, and put a proxy with a real certificate in front", "TLS_SELF_SIGNED is for rehearsals: every visitor would be warned of the certificate"))
	}
	return orFine(found, "the address is https, and browsers are told to insist on it")
}

// lookAtFraming reads the policy as it arrives at a browser, so that it sees what a proxy did to it.
func (x *examination) lookAtFraming() []handlers.Finding {
	if !x.public().reached() {
		return []handlers.Finding{unseen("not seen: the door was not reached from here")}
	}
	policies := x.public().page.Values("Content-Security-Policy")
	if len(policies) != 1 {
		return []handlers.Finding{problem("let the proxy pass Content-Security-Policy on as it is", "the door arrives with %d Content-Security-Policies, and leaves with one", len(policies))}
	}
	directives := make(map[string][]string)
	for directive := range strings.SplitSeq(policies[0], ";") {
		if words := strings.Fields(directive); len(words) > 0 {
			directives[strings.ToLower(words[0])] = words[1:]
		}
	}
	if strings.Join(directives["default-src"], " ") != "'none'" || len(directives["frame-ancestors"]) == 0 {
		return []handlers.Finding{problem("let the proxy pass Content-Security-Policy on as it is", "the door's Content-Security-Policy is not this program's")}
	}
	var found []handlers.Finding
	for _, ancestor := range directives["frame-ancestors"] {
		u, err := url.Parse(ancestor)
		switch {
		case ancestor == "'none'" || ancestor == "'self'":
		case err != nil || u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "":
			found = append(found, problem("name exact https addresses, such as https://www.example.org", "%s may put this site into its pages", ancestor))
		case strings.Contains(u.Host, "*"):
			found = append(found, warning("name each address exactly", "every site that %s stands for may put this one into its pages", ancestor))
		}
	}
	return orFine(found, "pages may be put into a frame by %s", strings.Join(directives["frame-ancestors"], " "))
}
