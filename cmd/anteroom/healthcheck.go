package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"
)

// healthTime is how long the site may take to answer.
const healthTime = 3 * time.Second

// healthcheckCommand checks that the site on this machine is alive. An image without a shell has no other
// program for that.
type healthcheckCommand struct {
	Listen        string `setting:"" placeholder:"ADDRESS" help:"Address that serve listens on."`
	Port          string `setting:"" placeholder:"N" hidden:"" help:"Port that serve listens on where no address is given."`
	TLSSelfSigned toggle `name:"tls-self-signed" setting:"" help:"Set this if serve has it."`
}

// Run prints nothing. It returns an error if the site is not alive.
func (h healthcheckCommand) Run(ctx context.Context, env environ) error {
	if err := newMistakes(&h, env).err(); err != nil {
		return err
	}
	listen := siteSettings{Listen: h.Listen, Port: h.Port}.listenAddress()
	address := url.URL{Scheme: "http", Host: reachable(listen), Path: "/healthz"}
	transport := &http.Transport{} // without a proxy
	if h.TLSSelfSigned.on() {
		address.Scheme = "https"
		// The same machine made the certificate, and nothing secret is sent.
		transport.TLSClientConfig = &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12} //nolint:gosec // see above
	}
	return h.ask(ctx, address, transport, healthTime)
}

// ask returns an error if the site does not answer 200 in time.
func (h healthcheckCommand) ask(ctx context.Context, address url.URL, transport *http.Transport, within time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return fmt.Errorf("check health: %w", err)
	}
	response, err := transport.RoundTrip(request) // follows no redirect
	if err != nil {
		return fmt.Errorf("check health: %w", err)
	}
	defer transport.CloseIdleConnections()
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("check health: %s answered %s", &address, response.Status)
	}
	return nil
}

// reachable returns an address at which this machine reaches a listener on the given address.
func reachable(listen string) string {
	host, port, _ := net.SplitHostPort(listen) // its rule has accepted it
	switch ip := net.ParseIP(host); {
	case host == "", ip.Equal(net.IPv4zero):
		host = "127.0.0.1"
	case ip.Equal(net.IPv6unspecified):
		host = "::1"
	}
	return net.JoinHostPort(host, port)
}
