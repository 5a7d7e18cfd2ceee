package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// tokenCommand creates, revokes and deletes identities and tokens.
type tokenCommand struct {
	Issue  issueCommand      `cmd:"" help:"Print an identity and a token for it."`
	Revoke revokeCommand     `cmd:"" help:"Revoke all tokens of an identity."`
	Teams  teamsTokenCommand `cmd:"" help:"Sign in with Microsoft and print a token that joins calls as a Teams user."`
	Delete deleteCommand     `cmd:"" help:"Delete an identity and all its tokens."`
}

type issueCommand struct {
	serviceSettings
	ID   string `help:"Identity to issue the token for; without it, a new one." placeholder:"ID"`
	JSON bool   `name:"json" help:"Answer as JSON."`
}

// issued is the output. It contains the token on purpose.
type issued struct {
	UserID    string    `json:"userId"`
	Token     string    `json:"token"`
	ExpiresOn time.Time `json:"expiresOn"`
}

// Run prints id, token and expiry.
func (i issueCommand) Run(ctx context.Context, c console, env environ) error {
	service, err := i.mustConnect(newMistakes(&i, env))
	if err != nil {
		return err
	}
	out := issued{UserID: i.ID}
	if i.ID == "" {
		identity, token, err := service.client.CreateIdentityWithToken(ctx, service.request)
		if err != nil {
			return err
		}
		out = issued{identity.ID, token.Token.Reveal(), token.ExpiresOn.UTC()}
	} else {
		token, err := service.client.IssueToken(ctx, i.ID, service.request)
		if err != nil {
			return err
		}
		out.Token, out.ExpiresOn = token.Token.Reveal(), token.ExpiresOn.UTC()
	}
	return printIssued(c, i.JSON, out)
}

func printIssued(c console, asJSON bool, out issued) error {
	if asJSON {
		return writeJSON(c.out, out)
	}
	_, err := fmt.Fprintf(c.out, "id      %s\ntoken   %s\nexpires %s\n", out.UserID, out.Token, out.ExpiresOn.Format(time.RFC3339))
	return err
}

type revokeCommand struct {
	serviceSettings
	ID string `arg:"" help:"Identity, such as 8:acs:..."`
}

// Run revokes.
func (r revokeCommand) Run(ctx context.Context, c console, env environ) error {
	service, err := r.mustConnect(newMistakes(&r, env))
	if err != nil {
		return err
	}
	if err := service.client.RevokeTokens(ctx, r.ID); err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.out, "revoked; it can take up to 15 minutes to take effect everywhere")
	return err
}

type deleteCommand struct {
	serviceSettings
	ID string `arg:"" help:"Identity, such as 8:acs:..."`
}

// Run deletes.
func (d deleteCommand) Run(ctx context.Context, c console, env environ) error {
	service, err := d.mustConnect(newMistakes(&d, env))
	if err != nil {
		return err
	}
	if err := service.client.DeleteIdentity(ctx, d.ID); err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.out, "deleted")
	return err
}

// mustConnect returns the settings for a command that needs a resource.
func (s serviceSettings) mustConnect(m *mistakes) (service, error) {
	out := s.checked(m)
	if err := m.err(); err != nil {
		return service{}, err
	}
	if out.client == nil {
		return service{}, errors.New("no ACS resource: set --acs-endpoint (ACS_ENDPOINT) or --acs-connection-string (ACS_CONNECTION_STRING)")
	}
	return out, nil
}
