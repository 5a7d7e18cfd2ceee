package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/anteroom-visit/anteroom/acs"
	"github.com/anteroom-visit/anteroom/entra"
	"github.com/anteroom-visit/anteroom/handlers/staff"
)

// teamsTokenCommand signs a person in and prints what they join calls with as a Teams user.
type teamsTokenCommand struct {
	serviceSettings
	entraSettings
	JSON bool `name:"json" help:"Answer as JSON."`
}

// Run prints the address to sign in at, waits for the sign-in, and prints id, token and expiry.
func (i teamsTokenCommand) Run(ctx context.Context, c console, env environ) error {
	service, err := i.mustConnect(newMistakes(&i, env))
	if err != nil {
		return err
	}
	if i.EntraTenant == "" || i.EntraClientID == "" || len(i.credentials()) != 1 {
		return errors.New("no app registration: set ENTRA_TENANT, ENTRA_CLIENT_ID and one of ENTRA_FEDERATED, ENTRA_CLIENT_CERTIFICATE and ENTRA_CLIENT_SECRET")
	}
	if !slices.Contains(i.rights(), staff.RightCalls) {
		return errors.New("joining calls as a Teams user is left out: add calls to ENTRA_RIGHTS")
	}
	if mistake := i.checkRights(); mistake != "" {
		return errors.New("ENTRA_RIGHTS " + mistake)
	}
	client, err := i.entraSettings.connect(i.serviceSettings)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, entra.TransactionLifetime)
	defer cancel()
	session, err := signInFromShell(ctx, c, client)
	if err != nil {
		return err
	}
	token, _, err := client.Token(ctx, session, entra.TeamsCalls())
	if err != nil {
		return err
	}
	exchanged, err := service.client.ExchangeTeamsToken(ctx, acs.TeamsUserToken{Token: token.Token, AppID: client.ClientID(), UserID: session.Account.ID})
	if err != nil {
		return err
	}
	return printIssued(c, i.JSON, issued{UserID: "8:orgid:" + session.Account.ID, Token: exchanged.Token.Reveal(), ExpiresOn: exchanged.ExpiresOn.UTC()})
}

// signInFromShell signs a person in with a browser on this machine, which Entra sends back to a port of
// its own: the registration needs the redirect address http://localhost/desk/sign-in/callback.
func signInFromShell(ctx context.Context, c console, client *entra.Client) (entra.Session, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return entra.Session{}, fmt.Errorf("wait for sign-in: %w", err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	calls := entra.TeamsCalls()
	transaction, address, err := client.Begin(ctx, entra.Request{RedirectURL: "http://localhost:" + port + staff.CallbackPath, Resource: &calls})
	if err != nil {
		return entra.Session{}, errors.Join(err, listener.Close())
	}
	answers := make(chan url.Values, 1)
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+staff.CallbackPath, func(w http.ResponseWriter, r *http.Request) {
		select {
		case answers <- r.URL.Query():
		default: // a code is good for one use
		}
		_, _ = fmt.Fprintln(w, "You can close this page and return to the terminal.")
	})
	server := newHTTPServer(mux, newLog(c.err), defaultTimes())
	go func() { _ = server.Serve(listener) }()
	defer func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = server.Shutdown(ending) // the page has been sent
	}()
	if _, err := fmt.Fprintf(c.err, "Open this address in a browser on this machine, and sign in:\n\n    %s\n\n", address); err != nil {
		return entra.Session{}, err
	}
	select {
	case answer := <-answers:
		return client.Complete(ctx, transaction, answer)
	case <-ctx.Done():
		return entra.Session{}, fmt.Errorf("wait for sign-in: %w", ctx.Err())
	}
}
