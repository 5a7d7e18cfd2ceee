package entra

import (
	"context"
	"crypto/subtle"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

// clockSkew is how far this machine's clock and Entra's may differ.
const clockSkew = 5 * time.Minute

// Account is a member of staff, as Entra describes it.
type Account struct {
	// ID is the object ID, a GUID that never changes. Audit logs keep it.
	ID string `json:"id"`
	// Name is the display name. Only the person may set it, so it proves nothing.
	Name string `json:"name,omitempty"`
	// Username is usually the e-mail address. It can change and be reused.
	Username string `json:"username,omitempty"`
	// LoginHint is opaque; it preselects the account at the next sign-in and sign-out.
	LoginHint string `json:"hint,omitempty"`
}

// claims are the claims read from an ID token ("ID token claims reference", version 2.0).
type claims struct {
	Version   string   `json:"ver"`
	Tenant    string   `json:"tid"`
	ID        string   `json:"oid"`
	Name      string   `json:"name"`
	Username  string   `json:"preferred_username"`
	LoginHint string   `json:"login_hint"`
	Roles     []string `json:"roles"`
	// IdentityProvider is present when the account is not of the tenant that issued the token.
	IdentityProvider string `json:"idp"`
	// AccountType is 1 for a guest; an optional claim.
	AccountType *int  `json:"acct"`
	NotBefore   int64 `json:"nbf"`
	IssuedAt    int64 `json:"iat"`
}

// verify checks an ID token and whether its account may use the desk. An empty nonce is not compared:
// Entra puts none into the ID token of a refresh.
func (c *Client) verify(ctx context.Context, op, raw, nonce string) (Account, error) {
	if raw == "" {
		return Account{}, rejected(op, "no ID token")
	}
	provider, _, err := c.discover(ctx)
	if err != nil {
		return Account{}, err
	}
	verifier := provider.Verifier(&oidc.Config{
		ClientID: c.options.ClientID, SupportedSigningAlgs: []string{oidc.RS256},
		SkipExpiryCheck: true, // checked below, with the clocks' skew
	})
	token, err := verifier.Verify(oidc.ClientContext(ctx, c.http), raw)
	if err != nil {
		return Account{}, rejected(op, "ID token: signature, issuer or audience")
	}
	var found claims
	if token.Claims(&found) != nil {
		return Account{}, rejected(op, "ID token: claims")
	}
	now := c.options.Clock()
	switch {
	case now.After(token.Expiry.Add(clockSkew)):
		return Account{}, rejected(op, "ID token: expired")
	case now.Add(clockSkew).Before(time.Unix(max(found.NotBefore, found.IssuedAt), 0)):
		return Account{}, rejected(op, "ID token: not valid yet")
	case len(token.Audience) != 1:
		return Account{}, rejected(op, "ID token: more than one audience")
	case found.Version != "2.0":
		return Account{}, rejected(op, "ID token: version")
	case nonce != "" && subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(nonce)) != 1:
		return Account{}, rejected(op, "ID token: nonce")
	case !strings.EqualFold(found.Tenant, c.options.Tenant):
		return Account{}, &Error{Op: op, Reason: WrongTenant}
	case checkGUID("", strings.ToLower(found.ID)) != nil:
		return Account{}, rejected(op, "ID token: object ID")
	case found.isGuest() && !c.options.AcceptsGuests:
		return Account{}, &Error{Op: op, Reason: Guest}
	case !slices.Contains(found.Roles, c.options.Role):
		return Account{}, &Error{Op: op, Reason: NotAssigned, detail: "no role " + c.options.Role}
	}
	return Account{ID: strings.ToLower(found.ID), Name: found.Name, Username: found.Username, LoginHint: found.LoginHint}, nil
}

func (c claims) isGuest() bool {
	return c.IdentityProvider != "" || c.AccountType != nil && *c.AccountType == 1
}
