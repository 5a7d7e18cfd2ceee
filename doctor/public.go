package doctor

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
)

// publicAnswer is what the site's public address answers when this machine asks.
type publicAnswer struct {
	alive  bool        // whether /healthz is answered as this program answers it
	answer string      // the answer to /healthz, if it is not the expected one
	page   http.Header // the header of the door
	until  time.Time   // the end of the certificate; zero without one
	err    error       // the error, if there was no answer
}

// reached reports whether the address answered as this program does.
func (p publicAnswer) reached() bool { return p.err == nil && p.alive }

// startAsking asks the site's own address, for all checks that need the answer.
func (d *Doctor) startAsking(ctx context.Context) (answer func() publicAnswer) {
	var out publicAnswer
	done := make(chan struct{})
	go func() {
		defer close(done)
		out = d.askPublic(ctx)
	}()
	return func() publicAnswer {
		<-done
		return out
	}
}

func (d *Doctor) askPublic(ctx context.Context) (out publicAnswer) {
	if d.site.Address.Public == nil {
		return publicAnswer{err: errors.New("no address")}
	}
	health, err := d.get(ctx, "/healthz")
	if err != nil {
		return publicAnswer{err: err}
	}
	// Any server may answer "ok"; the request ID is this program's.
	out.alive = health.status == http.StatusOK && health.body == "ok\n" && health.header.Get("X-Request-Id") != ""
	out.until, out.answer = health.until, fmt.Sprintf("status %d", health.status)
	if health.status >= 300 && health.status < 400 {
		out.answer += ", a redirect"
	}
	if !out.alive {
		return out
	}
	door, err := d.get(ctx, "/")
	if err != nil {
		return publicAnswer{err: err}
	}
	out.page = door.header
	return out
}

// response is an answer that was read to its end.
type response struct {
	status int
	header http.Header
	body   string
	until  time.Time // the end of the certificate
}

func (d *Doctor) get(ctx context.Context, path string) (response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, d.site.Address.Public.JoinPath(path).String(), nil)
	if err != nil {
		return response{}, err
	}
	answer, err := d.http.Do(request)
	if err != nil {
		return response{}, err
	}
	defer func() { _ = answer.Body.Close() }() // it was only read
	body, err := io.ReadAll(io.LimitReader(answer.Body, 64<<10))
	out := response{status: answer.StatusCode, header: answer.Header, body: string(body)}
	if answer.TLS != nil && len(answer.TLS.PeerCertificates) > 0 {
		out.until = answer.TLS.PeerCertificates[0].NotAfter
	}
	return out, err
}

// reason returns why nothing answered, without the address and without the answer.
func reason(err error) string {
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var op *net.OpError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return "the name does not exist"
	case errors.As(err, &dns):
		return "the name could not be looked up"
	case errors.As(err, &certificate):
		return "its certificate is not valid: " + certificateReason(certificate.Err)
	case errors.As(err, &record):
		return "it does not speak TLS"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time"
	case errors.As(err, &op):
		return op.Err.Error()
	}
	return "it closed the connection"
}

func certificateReason(err error) string {
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

func (d *Doctor) checkAddress() []Finding {
	address := d.site.Address
	if address.Public == nil {
		if address.Given {
			return problem("see settings", "BASE_URL has a mistake").alone()
		}
		return problem("set BASE_URL to the address that visitors use, such as https://video.example.org", "BASE_URL is not set: the site cannot make links to visits, and does not mark cookies as Secure").alone()
	}
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	switch p := d.public(); {
	case p.reached():
		return okay("%s reaches this program", address.Public).alone()
	case p.err == nil:
		return problem("set BASE_URL to where this program is reached, and let the proxy forward every path, /healthz too", "%s answers, but not as this program does: %s", address.Public, p.answer).alone()
	case errors.As(p.err, &dns) && dns.IsNotFound:
		return problem("correct BASE_URL, or add the DNS record", "%s: the name does not exist", address.Public).alone()
	case errors.As(p.err, &certificate), errors.As(p.err, &record):
		return problem("give the proxy in front of this program a certificate for that name, from an authority that browsers trust", "%s cannot be trusted: %s", address.Public, reason(p.err)).alone()
	default:
		return warning("start the site, then open this address on a phone outside your network; some networks do not let a machine reach its own public address", "%s was not reached from here: %s", address.Public, reason(p.err)).alone()
	}
}

// certificateLeft is when a certificate should have been renewed.
const certificateLeft = 14 * 24 * time.Hour

func (d *Doctor) checkHTTPS() []Finding {
	address := d.site.Address
	switch {
	case address.Public == nil:
		return notChecked("not checked: there is no public address").alone()
	case address.Public.Scheme != "https":
		return problem("put a proxy with a certificate in front, and set BASE_URL to the https address", "BASE_URL is not https: browsers refuse camera and microphone to such a page").alone()
	case !d.public().reached():
		return notChecked("BASE_URL is https; its headers were not checked, because it was not reached from here").alone()
	}
	var found []Finding
	p := d.public()
	if p.page.Get("Strict-Transport-Security") == "" {
		found = append(found, warning("let the proxy forward Strict-Transport-Security, and start the site with this BASE_URL", "the door arrives without Strict-Transport-Security (HSTS)"))
	}
	if left := p.until.Sub(d.now()); !p.until.IsZero() && left < certificateLeft {
		found = append(found, warning("renew it, and find out why it was not renewed", "the certificate ends in %d days", int(left.Hours()/24)))
	}
	if address.SelfSigned && d.site.Resource.Named {
		found = append(found, problem("unset TLS_SELF_SIGNED, and put a proxy with a real certificate in front", "TLS_SELF_SIGNED is for rehearsals: browsers warn every visitor of the certificate"))
	}
	return okUnless(found, "the address is https, and browsers insist on it")
}

// checkFraming reads the policy as a browser gets it, so that it notices what a proxy changes.
func (d *Doctor) checkFraming() []Finding {
	if !d.public().reached() {
		return notChecked("not checked: the door was not reached from here").alone()
	}
	policies := d.public().page.Values("Content-Security-Policy")
	const fix = "let the proxy forward Content-Security-Policy unchanged"
	if len(policies) != 1 {
		return problem(fix, "the door arrives with %d Content-Security-Policy headers; this program sends one", len(policies)).alone()
	}
	directives := make(map[string][]string)
	for directive := range strings.SplitSeq(policies[0], ";") {
		if words := strings.Fields(directive); len(words) > 0 {
			directives[strings.ToLower(words[0])] = words[1:]
		}
	}
	if strings.Join(directives["default-src"], " ") != "'none'" || len(directives["frame-ancestors"]) == 0 {
		return problem(fix, "the door's Content-Security-Policy is not this program's").alone()
	}
	var found []Finding
	for _, ancestor := range directives["frame-ancestors"] {
		u, err := url.Parse(ancestor)
		switch {
		case ancestor == "'none'" || ancestor == "'self'":
		case err != nil || u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "":
			found = append(found, problem("use exact https addresses, such as https://www.example.org", "%s may show this site in a frame", ancestor))
		case strings.Contains(u.Host, "*"):
			found = append(found, warning("use exact addresses", "every site that matches %s may show this one in a frame", ancestor))
		}
	}
	return okUnless(found, "frames may be shown by %s", strings.Join(directives["frame-ancestors"], " "))
}
