package acs

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/anteroom-visit/anteroom/secret"
)

// The lifetimes the service accepts (ACS identity REST 2023-10-01).
const (
	MinLifetime = 60 * time.Minute
	MaxLifetime = 1440 * time.Minute
)

// Identity is a communication user of the resource. It contains nothing about a
// person; the caller remembers which person uses it.
type Identity struct {
	// ID is the raw id, such as "8:acs:<resource>_<user>".
	ID string
}

// AccessToken lets a browser act as an identity.
type AccessToken struct {
	// Token is the bearer token; it prints as ***.
	Token secret.Text
	// ExpiresOn is the expiry that the service reports. The token's own claims are
	// not part of the service's contract.
	ExpiresOn time.Time
}

// TokenRequest describes what a token permits and for how long.
type TokenRequest struct {
	// Scopes holds at least one known scope and no duplicates.
	Scopes []Scope
	// Lifetime is 60 to 1440 whole minutes, or 0 for the service's default of 24
	// hours.
	Lifetime time.Duration
}

// TeamsUserToken is a Teams user's Entra token with what its exchange needs.
type TeamsUserToken struct {
	// Token is the Entra token for the audience
	// "https://auth.msft.communication.azure.com"; Microsoft advises at least ten
	// minutes of remaining life.
	Token secret.Text
	// AppID is the id of the Entra application the token was issued to, its appid
	// claim.
	AppID string
	// UserID is the Entra object id of the user, the token's oid claim.
	UserID string
}

// CreateIdentity creates an identity without a token. The service cannot recognise
// a repeated request: a retry after a lost answer leaves an unused identity behind.
// Identities cost nothing.
func (c *Client) CreateIdentity(ctx context.Context) (Identity, error) {
	var answer createAnswer
	if err := c.call(ctx, "create identity", http.MethodPost, "/identities", nil, &answer); err != nil {
		return Identity{}, err
	}
	return Identity{ID: answer.Identity.ID}, nil
}

// CreateIdentityWithToken creates an identity and its first token in one request.
// See [Client.CreateIdentity] for what a retry may leave behind.
func (c *Client) CreateIdentityWithToken(ctx context.Context, r TokenRequest) (Identity, AccessToken, error) {
	const op = "create identity with token"
	if err := r.check(); err != nil {
		return Identity{}, AccessToken{}, fmt.Errorf("%s: %w", op, err)
	}
	body := createBody{Scopes: r.Scopes, Minutes: r.minutes()}
	answer := createAnswer{wantToken: true}
	if err := c.call(ctx, op, http.MethodPost, "/identities", body, &answer); err != nil {
		return Identity{}, AccessToken{}, err
	}
	return Identity{ID: answer.Identity.ID}, answer.AccessToken.accessToken(), nil
}

// IssueToken issues a further token for the identity with the given raw id. The
// error is [ErrIdentityNotOwned] when the identity does not belong to the resource
// or was deleted.
func (c *Client) IssueToken(ctx context.Context, id string, r TokenRequest) (AccessToken, error) {
	const op = "issue token"
	if err := errors.Join(checkID(id), r.check()); err != nil {
		return AccessToken{}, fmt.Errorf("%s: %w", op, err)
	}
	var answer tokenAnswer
	body := issueBody{Scopes: r.Scopes, Minutes: r.minutes()}
	if err := c.call(ctx, op, http.MethodPost, identityPath(id)+"/:issueAccessToken", body, &answer); err != nil {
		return AccessToken{}, err
	}
	return answer.accessToken(), nil
}

// RevokeTokens revokes every token of the identity. The service may take up to 15
// minutes to apply that everywhere. The identity stays.
func (c *Client) RevokeTokens(ctx context.Context, id string) error {
	const op = "revoke tokens"
	if err := checkID(id); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	return c.call(ctx, op, http.MethodPost, identityPath(id)+"/:revokeAccessTokens", nil, nil)
}

// DeleteIdentity deletes the identity with its data and revokes its tokens. The
// error is [ErrIdentityNotOwned] when the identity does not exist.
func (c *Client) DeleteIdentity(ctx context.Context, id string) error {
	const op = "delete identity"
	if err := checkID(id); err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	return c.call(ctx, op, http.MethodDelete, identityPath(id), nil, nil)
}

// ExchangeTeamsToken exchanges a Teams user's Entra token for an access token that
// acts as that user and expires with the Entra token. The error is [ErrTeamsToken]
// when the service rejects the Entra token.
func (c *Client) ExchangeTeamsToken(ctx context.Context, t TeamsUserToken) (AccessToken, error) {
	const op = "exchange Teams token"
	if t.Token.Reveal() == "" || t.AppID == "" || t.UserID == "" {
		return AccessToken{}, fmt.Errorf("%s: must have a token, an application id and a user id", op)
	}
	var answer tokenAnswer
	body := exchangeBody{Token: t.Token.Reveal(), AppID: t.AppID, UserID: t.UserID}
	if err := c.call(ctx, op, http.MethodPost, "/teamsUser/:exchangeAccessToken", body, &answer); err != nil {
		return AccessToken{}, err
	}
	return answer.accessToken(), nil
}

func (r TokenRequest) check() error {
	if err := checkScopes(r.Scopes); err != nil {
		return err
	}
	if r.Lifetime == 0 {
		return nil
	}
	if r.Lifetime < MinLifetime || r.Lifetime > MaxLifetime || r.Lifetime%time.Minute != 0 {
		return fmt.Errorf("token lifetime %s must be 60 to 1440 whole minutes", r.Lifetime)
	}
	return nil
}

func (r TokenRequest) minutes() int { return int(r.Lifetime / time.Minute) }

// checkID accepts ids of the public cloud ("8:acs:") and of the government clouds
// ("8:gcch-acs:", "8:dod-acs:"), and nothing that could change a URL's path.
func checkID(id string) error {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:._-"
	kind, rest, _ := strings.Cut(strings.TrimPrefix(id, "8:"), ":")
	known := kind == "acs" || kind == "gcch-acs" || kind == "dod-acs"
	if !strings.HasPrefix(id, "8:") || !known || rest == "" || len(id) > 256 || strings.Trim(id, letters) != "" {
		return errors.New("the id must be that of a communication identity")
	}
	return nil
}

// identityPath encodes an id as Microsoft's own clients do, including the colons.
func identityPath(id string) string {
	return "/identities/" + strings.ReplaceAll(url.PathEscape(id), ":", "%3A")
}
