package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	"github.com/anteroom-visit/anteroom/acs"
	"github.com/anteroom-visit/anteroom/acs/acstest"
	"github.com/anteroom-visit/anteroom/entra/entratest"
	"github.com/anteroom-visit/anteroom/handlers"
	"github.com/anteroom-visit/anteroom/handlers/address"
	"github.com/anteroom-visit/anteroom/handlers/identity"
	problems "github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/locales"
	"github.com/anteroom-visit/anteroom/rehearsal"
	"github.com/anteroom-visit/anteroom/rehearsal/host"
	masked "github.com/anteroom-visit/anteroom/secret"
	"github.com/anteroom-visit/anteroom/teams"
)

// hostStays is how long the automatic host stays in one meeting at most.
const hostStays = 30 * time.Minute

// rehearsalStack is everything that replaces Azure and Teams in a rehearsal: the identity service, Entra,
// the meeting, and the automatic host.
type rehearsalStack struct {
	service *acstest.Server
	entra   *entratest.Server
	graph   *httptest.Server
	meeting *rehearsal.Server
	host    host.Options
}

// rehearse starts the stand-ins and makes the service use them. As with the real resource, requests to
// the identity service are signed and go over HTTP.
func (s *service) rehearse(h rehearsalHost, proxies address.Proxies, log *slog.Logger) (*rehearsalStack, error) {
	r := new(rehearsalStack)
	if err := r.open(s, h, proxies, log); err != nil {
		return nil, errors.Join(fmt.Errorf("start rehearsal: %w", err), r.close(context.Background()))
	}
	return r, nil
}

func (r *rehearsalStack) open(s *service, h rehearsalHost, proxies address.Proxies, log *slog.Logger) (err error) {
	if err = r.openEntra(); err != nil {
		return err
	}
	if r.service, err = acstest.New(acstest.Options{TeamsToken: r.teamsToken}); err != nil {
		return err
	}
	if _, err = r.service.Start("127.0.0.1:0", r.service); err != nil {
		return err
	}
	if s.client, err = acs.NewClientFromConnectionString(r.service.ConnectionString(), clientOptions()); err != nil {
		return err
	}
	if r.host, err = r.hostOptions(h, log); err != nil {
		return err
	}
	options := rehearsal.Options{
		Verify: func(token string) (string, error) {
			id, _, _, err := r.service.VerifyToken(token)
			return id, err
		},
		TeamsName: r.accountName,
		Endings:   playableEndings(),
		ClientKey: func(req *http.Request) string { return address.Key(proxies.Client(req)) },
		Log:       log,
	}
	if h.on {
		options.Invite = func(ctx context.Context, room string) {
			if err := host.Run(ctx, room, r.host); err != nil && ctx.Err() == nil {
				log.Warn("the rehearsal's host left", "error", err)
			}
		}
	}
	r.meeting, err = rehearsal.New(options)
	return err
}

func (r *rehearsalStack) hostOptions(h rehearsalHost, log *slog.Logger) (host.Options, error) {
	catalogue, err := locales.Load()
	if err != nil {
		return host.Options{}, err
	}
	t := catalogue.Match("")
	name := t.Text("host.name")
	return host.Options{
		Token: func(room string) string {
			token := r.meeting.HostToken(room, name).Token.Reveal()
			return token
		},
		Name:       name,
		AdmitAfter: h.admitAfter,
		StayFor:    hostStays,
		Log:        log,
		Texts: host.Texts{
			Greeting: t.Text("host.greeting"),
			Replies:  []string{t.Text("host.reply1"), t.Text("host.reply2"), t.Text("host.reply3")},
			Goodbye:  t.Text("host.goodbye"),
		},
	}, nil
}

// listensAt sets the address at which the host reaches the meeting. The host trusts the self-signed
// certificate, because both are in this process.
func (r *rehearsalStack) listensAt(at net.Addr, certificate *tls.Certificate) {
	scheme := "ws"
	if certificate != nil {
		scheme = "wss"
		r.host.HTTPClient = &http.Client{Transport: &http.Transport{TLSClientConfig: trusting(certificate)}}
	}
	_, port, _ := net.SplitHostPort(at.String())
	r.host.DialURL = fmt.Sprintf("%s://localhost:%s/rehearsal/socket", scheme, port)
}

// close ends every call and stops the stand-ins.
func (r *rehearsalStack) close(ctx context.Context) error {
	var err error
	if r.meeting != nil {
		err = r.meeting.Close(ctx)
	}
	if r.service != nil {
		err = errors.Join(err, r.service.Close())
	}
	if r.graph != nil {
		r.graph.Close()
	}
	if r.entra != nil {
		err = errors.Join(err, r.entra.Close())
	}
	return err
}

// playableEndings returns the endings that a host can play by name.
func playableEndings() map[string]rehearsal.EndCode {
	playable := make(map[string]rehearsal.EndCode)
	for _, e := range teams.Endings() {
		code, subCode, _ := teams.EndingExample(e.Name)
		playable[e.Name] = rehearsal.EndCode{Code: code, SubCode: subCode}
	}
	return playable
}

// Room returns the code of the room in which a meeting is rehearsed.
func (r *rehearsalStack) Room(meeting string) string { return rehearsal.RoomOf(meeting) }

// Host returns what a person needs to host the room.
func (r *rehearsalStack) Host(room, name string) handlers.HostPass {
	minted := r.meeting.HostToken(room, name)
	pass := handlers.HostPass{
		UserID:  minted.ID,
		Token:   identity.Token{Value: minted.Token, ExpiresOn: minted.Expires},
		HostKey: masked.New(r.meeting.HostKey(room)),
	}
	for _, e := range teams.Endings() {
		pass.Endings = append(pass.Endings, e.Name)
	}
	return pass
}

// Command runs a host's command in the room.
func (r *rehearsalStack) Command(room, key string, command io.Reader) error {
	if !r.meeting.CheckHostKey(room, key) {
		return problems.HostKey
	}
	parsed, err := rehearsal.DecodeCommand(command)
	if err == nil {
		err = r.meeting.Command(room, parsed)
	}
	switch {
	case errors.Is(err, rehearsal.ErrInvalidCommand):
		return errors.Join(problems.BadCommand, err)
	case errors.Is(err, rehearsal.ErrNoRoom):
		return problems.NoRoom
	case errors.Is(err, rehearsal.ErrNobody), errors.Is(err, rehearsal.ErrNoHost):
		return problems.NotNow
	}
	return err
}

// permitsChat reports whether tokens with the requested scopes permit chat.
func (s service) permitsChat() bool {
	return slices.ContainsFunc(s.request.Scopes, func(scope acs.Scope) bool {
		return strings.HasPrefix(string(scope), "chat")
	})
}
