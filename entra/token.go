package entra

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/anteroom-visit/anteroom/secret"
)

// Resource is an API that staff use through this application, with the delegated permissions for it.
// Entra issues an access token for one resource at a time.
type Resource struct {
	// Name identifies the resource in a [Transaction] and in logs.
	Name string
	// Scopes are the permissions, each with the resource's address.
	Scopes []string
}

// TeamsCalls is the permission to exchange an Entra token for an ACS token that acts as a Teams user
// (service principal 1fd5118e-2576-4263-8130-9503064c837a).
func TeamsCalls() Resource {
	const audience = "https://auth.msft.communication.azure.com/"
	return Resource{Name: "calls", Scopes: []string{audience + "Teams.ManageCalls", audience + "Teams.ManageChats"}}
}

// Meetings is the permission to create Teams meetings as the signed-in user.
func Meetings() Resource {
	return Resource{Name: "meetings", Scopes: []string{"https://graph.microsoft.com/OnlineMeetings.ReadWrite"}}
}

// AccessToken lets this server act as the account at one resource.
type AccessToken struct {
	Token     secret.Text
	ExpiresOn time.Time
}

// Token returns an access token for a resource, and the session as it must be kept from now on: Entra
// may have replaced the refresh token. [ConsentRequired], or an [Error] with Claims, means that the
// person has to sign in again by [Client.Begin] with this resource.
func (c *Client) Token(ctx context.Context, s Session, r Resource) (AccessToken, Session, error) {
	op := "get token for " + r.Name
	answer, err := c.refresh(ctx, op, s, r.Scopes)
	if err != nil {
		return AccessToken{}, s, err
	}
	if answer.AccessToken == "" || answer.ExpiresIn <= 0 {
		return AccessToken{}, s, rejected(op, "no access token")
	}
	s.keep(answer)
	expires := c.options.Clock().Add(time.Duration(answer.ExpiresIn) * time.Second).UTC()
	return AccessToken{Token: secret.New(answer.AccessToken), ExpiresOn: expires}, s, nil
}

// CheckCredential proves to Entra that this server is the application, for a token that it drops: the
// application has no permissions of its own. Every failure is an [*Error].
func (c *Client) CheckCredential(ctx context.Context) error {
	const graph = "00000003-0000-0000-c000-000000000000" // the application ID of Microsoft Graph in every cloud
	_, err := c.redeem(ctx, "check credential", url.Values{"grant_type": {"client_credentials"}, "scope": {graph + "/.default"}})
	return err
}

// SignInScopes returns what every sign-in asks for.
func SignInScopes() []string { return slices.Clone(signInScopes) }

// ClientID returns the application ID: the token exchange of ACS asks for it.
func (c *Client) ClientID() string { return c.options.ClientID }

// answer is what the token endpoint returns.
type answer struct {
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token"`
	IDToken      string `json:"id_token"`
	ExpiresIn    int64  `json:"expires_in"`
}

// keep stores the refresh token of an answer, if it has a new one.
func (s *Session) keep(a answer) {
	if a.RefreshToken != "" {
		s.Refresh = secret.New(a.RefreshToken)
	}
}

func (c *Client) refresh(ctx context.Context, op string, s Session, scopes []string) (answer, error) {
	if s.Refresh.Reveal() == "" {
		return answer{}, &Error{Op: op, Reason: SignInAgain, detail: "no refresh token"}
	}
	return c.redeem(ctx, op, url.Values{
		"grant_type": {"refresh_token"}, "refresh_token": {s.Refresh.Reveal()}, "scope": {join(scopes)},
	})
}

// redeem sends a request to the token endpoint, for both grants. It does not use x/oauth2, because a
// refresh for another resource names its scopes, and because Entra's errors contain more than OAuth's.
func (c *Client) redeem(ctx context.Context, op string, form url.Values) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	provider, _, err := c.discover(ctx)
	if err != nil {
		return answer{}, err
	}
	tokenURL := provider.Endpoint().TokenURL
	form.Set("client_id", c.options.ClientID)
	form.Set("claims", withCapability(""))
	if err := c.options.Credential.authenticate(ctx, form, c.options.ClientID, tokenURL, c.options.Clock()); err != nil {
		var failed *Error
		if errors.As(err, &failed) {
			return answer{}, failed
		}
		return answer{}, &Error{Op: op, Reason: CredentialInvalid}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, tokenURL, strings.NewReader(form.Encode()))
	if err != nil {
		return answer{}, &Error{Op: op, Reason: Unavailable}
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return answer{}, noAnswer(op, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return answer{}, noAnswer(op, err)
	}
	if resp.StatusCode != http.StatusOK {
		return answer{}, answerError(op, resp.StatusCode, body)
	}
	var a answer
	if json.Unmarshal(body, &a) != nil {
		return answer{}, &Error{Op: op, Reason: Unavailable, detail: "not JSON"}
	}
	return a, nil
}

func join(scopes []string) string { return strings.Join(scopes, " ") }
