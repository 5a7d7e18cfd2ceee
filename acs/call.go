package acs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"

	"github.com/anteroom-visit/anteroom/secret"
)

type createBody struct {
	Scopes  []Scope `json:"createTokenWithScopes"`
	Minutes int     `json:"expiresInMinutes,omitempty"`
}

type issueBody struct {
	Scopes  []Scope `json:"scopes"`
	Minutes int     `json:"expiresInMinutes,omitempty"`
}

type exchangeBody struct {
	Token  string `json:"token"`
	AppID  string `json:"appId"`
	UserID string `json:"userId"`
}

// answer is an expected response body. check returns an error when a value is
// missing or invalid; the error does not repeat any value.
type answer interface {
	check(now time.Time) error
}

type tokenAnswer struct {
	Token     string    `json:"token"`
	ExpiresOn time.Time `json:"expiresOn"`
}

type createAnswer struct {
	Identity struct {
		ID string `json:"id"`
	} `json:"identity"`
	AccessToken *tokenAnswer `json:"accessToken"`
	wantToken   bool
}

func (a *tokenAnswer) check(now time.Time) error {
	const maxToken = 16 << 10
	switch {
	case a.Token == "":
		return errors.New("it has no token")
	case visible(a.Token, maxToken) == "":
		return errors.New("its token is malformed")
	case a.ExpiresOn.IsZero():
		return errors.New("its token has no expiry")
	case !a.ExpiresOn.After(now):
		return errors.New("its token has already expired")
	}
	return nil
}

func (a *tokenAnswer) accessToken() AccessToken {
	return AccessToken{Token: secret.New(a.Token), ExpiresOn: a.ExpiresOn.UTC()}
}

func (a *createAnswer) check(now time.Time) error {
	if checkID(a.Identity.ID) != nil {
		return errors.New("it has no valid identity")
	}
	if !a.wantToken {
		return nil
	}
	if a.AccessToken == nil {
		return errors.New("it has no token")
	}
	return a.AccessToken.check(now)
}

// call runs one operation. body is nil for an empty request; want is nil when the
// answer has no content.
func (c *Client) call(ctx context.Context, op, method, path string, body any, want answer) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	req, err := newRequest(ctx, method, c.endpoint+path, body)
	if err != nil {
		return fmt.Errorf("%s: %w", op, err)
	}
	if failed := c.send(req, want); failed != nil {
		failed.Op, failed.RequestID = op, req.Raw().Header.Get("x-ms-client-request-id")
		return failed
	}
	return nil
}

func (c *Client) send(req *policy.Request, want answer) *Error {
	resp, err := c.pipeline.Do(req)
	var over overBudgetError
	if errors.As(err, &over) {
		return answerError(over.resp)
	}
	if err != nil {
		return noAnswer(err)
	}
	defer resp.Body.Close()
	return c.read(resp, want)
}

func newRequest(ctx context.Context, method, url string, body any) (*policy.Request, error) {
	req, err := runtime.NewRequest(ctx, method, url)
	if err != nil {
		return nil, err
	}
	if deadline, ok := ctx.Deadline(); ok {
		req.SetOperationValue(callDeadline{deadline})
	}
	req.Raw().Header.Set("Accept", "application/json")
	if body != nil {
		if err := runtime.MarshalAsJSON(req, body); err != nil {
			return nil, err
		}
	}
	return req, nil
}

func (c *Client) read(resp *http.Response, want answer) *Error {
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return answerError(resp)
	}
	if want == nil {
		// Only the status shows success here, and a proxy's login page answers 200
		// to everything.
		if resp.StatusCode != http.StatusNoContent {
			return invalidAnswer(resp, errors.New("it must be empty, with status 204"))
		}
		return nil
	}
	payload, err := runtime.Payload(resp)
	if err != nil {
		return noAnswer(err)
	}
	if json.Unmarshal(payload, want) != nil {
		return invalidAnswer(resp, errors.New("it is not the expected JSON"))
	}
	if err := want.check(c.now()); err != nil {
		return invalidAnswer(resp, err)
	}
	return nil
}
