package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// service is the identity service on loopback, the project's own cmd/acstest.
type service struct {
	connection string
	url        *url.URL
	stop       func() error
}

var endpointPart = regexp.MustCompile(`endpoint=(http://[^;]+);`)

// startService builds cmd/acstest into dir and runs it until stop is called.
func startService(ctx context.Context, repo, dir string) (*service, error) {
	program := filepath.Join(dir, "acstest")
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-o", program, "./cmd/acstest") //nolint:gosec // the project's own
	build.Dir = repo
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build cmd/acstest: %w\n%s", err, out)
	}
	command := exec.CommandContext(ctx, program, "--listen", "127.0.0.1:0") //nolint:gosec // built above
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start cmd/acstest: %w", err)
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start cmd/acstest: %w", err)
	}
	stop := func() error { return errors.Join(command.Process.Signal(os.Interrupt), command.Wait()) }
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start cmd/acstest: %w", err), stop())
	}
	_, connection, _ := strings.Cut(strings.TrimSpace(line), "=")
	found := endpointPart.FindStringSubmatch(connection)
	if found == nil {
		return nil, errors.Join(errors.New("start cmd/acstest: it printed no endpoint"), stop())
	}
	at, err := url.Parse(found[1])
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start cmd/acstest: %w", err), stop())
	}
	return &service{connection: connection, url: at, stop: stop}, nil
}

// identities are the ids of all that the service has made.
func (s *service) identities(ctx context.Context) (map[string]bool, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url.JoinPath("acstest", "ledger").String(), nil)
	if err != nil {
		return nil, fmt.Errorf("read ledger: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("read ledger: %w", err)
	}
	defer response.Body.Close()
	var ledger struct{ Identities []struct{ ID string } }
	if err := json.NewDecoder(response.Body).Decode(&ledger); err != nil {
		return nil, fmt.Errorf("read ledger: %w", err)
	}
	ids := map[string]bool{}
	for _, identity := range ledger.Identities {
		ids[identity.ID] = true
	}
	return ids, nil
}

// slow makes the next requests wait.
func (s *service) slow(ctx context.Context, delay time.Duration, times int) error {
	body, err := json.Marshal(map[string]any{"kind": "slow", "delayMs": delay.Milliseconds(), "times": times})
	if err != nil {
		return fmt.Errorf("slow the service down: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url.JoinPath("acstest", "faults").String(), bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("slow the service down: %w", err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("slow the service down: %w", err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusNoContent {
		return fmt.Errorf("slow the service down: %s", response.Status)
	}
	return nil
}

// private is the same service over TLS, with a certificate that only those trust who are told to.
type private struct {
	connection  string
	certificate []byte // PEM, of the authority
	close       func()
}

func (s *service) private(now time.Time) (*private, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make authority: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "an authority that nobody knows"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("make authority: %w", err)
	}
	front := httptest.NewUnstartedServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(s.url)
		r.Out.Host = r.In.Host // it is part of what was signed
	}})
	front.Config.ErrorLog = quiet() // it would tell of every handshake that is refused
	front.TLS = &tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12,
	}
	front.StartTLS()
	return &private{
		connection:  strings.Replace(s.connection, strings.TrimSuffix(s.url.String(), "/"), front.URL, 1),
		certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		close:       front.Close,
	}, nil
}
