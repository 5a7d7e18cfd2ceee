package deploy

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/acs/acstest"
)

const (
	oldKey = "51d7a2c09e8b43f6a1d05c7e92b8f463"
	newKey = "c6e0917f3a5b42d8b7f10e3d94a6c825"
	rate   = 15 // joins a second
)

// TestTwoCopiesBehindCaddy runs two copies of the program behind Caddy with the Caddyfile of this folder, over TLS. While 15
// visitors a second open a link and join, both copies restart one after the other, and the keys are rotated in two phases.
// No visitor may fail. `make check` runs it; it takes about a minute.
func TestTwoCopiesBehindCaddy(t *testing.T) {
	if os.Getenv("DEPLOY_TRIAL") == "" {
		t.Skip("SKIPPED: it takes a minute; set DEPLOY_TRIAL=1, as make check does")
	}
	needs(t, "caddy")
	s := newSite(t)
	stop := s.visitors()
	s.restart(oldKey) // an upgrade: the same keys
	restarted := s.joined.Load()
	s.restart(oldKey + "," + newKey) // phase 1: every copy learns the new key
	s.link.Store(s.makeLink(newKey))
	s.restart(newKey + "," + oldKey) // phase 2: every copy seals with it
	stop()
	t.Logf("%d joins at %d a second, %d of them during the first rolling restart; %d failed", s.joined.Load(), rate, restarted, s.failed.Load())
	if restarted < 100 || s.joined.Load() < 200 {
		t.Errorf("only %d joins, %d during the first restart: the machine is too slow for this trial", s.joined.Load(), restarted)
	}
}

// site is two copies of the program behind Caddy, and the identity service's stand-in.
type site struct {
	t      *testing.T
	url    string
	env    []string
	ports  [2]string
	copies [2]*exec.Cmd
	link   atomic.Value // the address that the next visitors open
	old    string       // a link that the first key sealed

	joined, failed atomic.Int64
}

// startService starts the stand-in for the identity service until the test ends.
func startService(t *testing.T) *acstest.Server {
	t.Helper()
	service, err := acstest.New(acstest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := service.Start("127.0.0.1:0", nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = service.Close() })
	return service
}

func newSite(t *testing.T) *site {
	service := startService(t)
	port := freePort(t)
	s := &site{t: t, url: "https://localhost:" + port, ports: [2]string{freePort(t), freePort(t)}}
	s.env = []string{
		"ACS_CONNECTION_STRING=" + service.ConnectionString(), "BASE_URL=" + s.url, "TRUSTED_PROXIES=loopback",
		"JOINS_PER_ADDRESS=0", "JOINS_PER_VISIT=0", "DAILY_JOINS=0",
	}
	for i := range s.copies {
		s.start(i, oldKey)
	}
	caddy := exec.Command("caddy", "run", "--adapter", "caddyfile", "--config", "Caddyfile")
	home := t.TempDir()
	caddy.Env = append(os.Environ(), "XDG_DATA_HOME="+home, "XDG_CONFIG_HOME="+home, "HTTP_PORT="+freePort(t), "HTTPS_PORT="+port,
		"SITE_ADDRESS="+s.url, fmt.Sprintf("SITE_COPIES=127.0.0.1:%s 127.0.0.1:%s", s.ports[0], s.ports[1]))
	log, err := os.Create(filepath.Join(home, "log"))
	if err != nil {
		t.Fatal(err)
	}
	caddy.Stderr = log
	if err := caddy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = caddy.Process.Kill(); _ = caddy.Wait(); _ = log.Close() })
	s.until(s.url+"/readyz", http.StatusOK)
	s.old = s.makeLink(oldKey)
	s.link.Store(s.old)
	return s
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

func (s *site) start(i int, keys string) {
	s.t.Helper()
	c := exec.Command(program(s.t), "serve")
	c.Env = append(s.env, "LISTEN=127.0.0.1:"+s.ports[i], "LINK_KEYS="+keys, "SESSION_KEYS="+keys)
	if err := c.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.copies[i] = c
	s.t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	s.until("http://127.0.0.1:"+s.ports[i]+"/readyz", http.StatusOK)
}

// restart replaces the copies one after the other with copies that have these keys.
func (s *site) restart(keys string) {
	s.t.Helper()
	for i, c := range s.copies {
		if err := c.Process.Signal(syscall.SIGTERM); err != nil {
			s.t.Fatal(err)
		}
		if err := c.Wait(); err != nil {
			s.t.Errorf("a copy ended with %v after SIGTERM", err)
		}
		s.start(i, keys)
		time.Sleep(3 * time.Second) // Caddy asks every second whether it is ready again
	}
}

// client returns a browser without a script. The certificate is Caddy's own for localhost.
func client() *http.Client {
	jar, _ := cookiejar.New(nil)
	return &http.Client{
		Jar: jar, Timeout: 40 * time.Second,
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func (s *site) until(url string, status int) {
	s.t.Helper()
	c := client()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if response, err := c.Get(url); err == nil {
			_ = response.Body.Close()
			if response.StatusCode == status {
				return
			}
		}
	}
	s.t.Fatalf("%s does not answer %d", url, status)
}

// makeLink seals a link to a visit with a key, as the desk does.
func (s *site) makeLink(key string) string {
	s.t.Helper()
	c := exec.Command(program(s.t), "link", "make", "--start", "now", "--minutes", "60", "--meeting", "https://teams.microsoft.com/meet/2735012345678?p=AbCdEfGhIj")
	c.Env = []string{"LINK_KEYS=" + key, "BASE_URL=" + s.url}
	out, err := c.Output()
	if err != nil {
		s.t.Fatal(err)
	}
	for word := range strings.FieldsSeq(string(out)) {
		if strings.HasPrefix(word, s.url+"/v/") {
			return word
		}
	}
	s.t.Fatalf("no link in %q", out)
	return ""
}

// visitors lets visitors arrive until stop is called, which waits for the last. Half of them open a link that the first
// key sealed, half the newest.
func (s *site) visitors() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	all.Go(func() {
		arrivals := time.NewTicker(time.Second / rate)
		defer arrivals.Stop()
		for n := 0; ; n++ {
			select {
			case <-ctx.Done():
				return
			case <-arrivals.C:
			}
			link := s.old
			if n%2 == 0 {
				link = s.link.Load().(string)
			}
			all.Go(func() {
				if err := s.visit(link); err != nil {
					s.failed.Add(1)
					s.t.Errorf("a visit was lost: %v", err)
				} else {
					s.joined.Add(1)
				}
			})
		}
	})
	return func() { cancel(); all.Wait() }
}

// visit opens a link, waits as a person does, presses Join and checks the ticket.
func (s *site) visit(link string) error {
	c := client()
	for link != "" {
		response, err := c.Get(link)
		if err != nil {
			return err
		}
		_, _ = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
		if response.StatusCode >= http.StatusBadRequest {
			return fmt.Errorf("open: status %d", response.StatusCode)
		}
		if link = response.Header.Get("Location"); strings.HasPrefix(link, "/") {
			link = s.url + link
		}
	}
	time.Sleep(time.Second)
	response, err := c.Post(s.url+"/visit/join", "application/json", strings.NewReader(`{"name":"Sam Patel","camera":true,"microphone":true}`))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	var ticket struct {
		UserID, Token, Type string
	}
	if err := json.NewDecoder(response.Body).Decode(&ticket); err != nil {
		return fmt.Errorf("join: status %d: %w", response.StatusCode, err)
	}
	if response.StatusCode != http.StatusOK || ticket.UserID == "" || ticket.Token == "" {
		return fmt.Errorf("join: status %d %s", response.StatusCode, ticket.Type)
	}
	return nil
}
