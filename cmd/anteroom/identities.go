package main

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/anteroom-visit/anteroom/acs"
	"github.com/anteroom-visit/anteroom/handlers/identity"
)

// identities adapts the ACS client to [identity.Service].
type identities struct{ service }

// identities returns the identity service as the site asks for it.
func (s service) identities() identity.Service {
	if s.permission != nil {
		return s.permission
	}
	return identities{s}
}

// Create makes an identity and its token in one request.
func (i identities) Create(ctx context.Context) (identity.Credential, error) {
	created, token, err := i.client.CreateIdentityWithToken(ctx, i.request)
	if err != nil {
		return identity.Credential{}, forSite(err)
	}
	return identity.Credential{UserID: created.ID, Token: siteToken(token)}, nil
}

// Renew issues another token for an identity.
func (i identities) Renew(ctx context.Context, userID string) (identity.Token, error) {
	token, err := i.client.IssueToken(ctx, userID, i.request)
	if err != nil {
		return identity.Token{}, forSite(err)
	}
	return siteToken(token), nil
}

// Delete removes an identity. It returns nil if the identity is already deleted. Nobody waits for the result,
// so a throttled request is not repeated: repetitions count against the same quota.
func (i identities) Delete(ctx context.Context, userID string) error {
	ctx = policy.WithRetryOptions(ctx, policy.RetryOptions{
		MaxRetries: 1, TryTimeout: 3 * time.Second, MaxRetryDelay: 5 * time.Second,
		StatusCodes: []int{http.StatusRequestTimeout, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout},
	})
	err := i.client.DeleteIdentity(ctx, userID)
	if err == nil || errors.Is(err, acs.ErrIdentityNotOwned) {
		return nil
	}
	return forSite(err)
}

func siteToken(t acs.AccessToken) identity.Token {
	return identity.Token{Value: t.Token, ExpiresOn: t.ExpiresOn}
}

// forSite converts an error of the service to one that the site has texts for.
func forSite(err error) error {
	if errors.Is(err, acs.ErrIdentityNotOwned) {
		return errors.Join(identity.ErrForeign, err)
	}
	failed := &identity.ServiceError{Reason: identity.Unavailable, Err: err}
	switch {
	case errors.Is(err, acs.ErrThrottled):
		failed.Reason = identity.Busy
	case errors.Is(err, acs.ErrTimeout), errors.Is(err, acs.ErrCredential) && errors.Is(err, context.DeadlineExceeded):
		failed.Reason = identity.Late
	case errors.Is(err, acs.ErrDenied), errors.Is(err, acs.ErrCredential):
		failed.Reason = identity.Refused
	}
	var answer *acs.Error
	if errors.As(err, &answer) {
		failed.RetryAfter, failed.Support = answer.RetryAfter, answer.CorrelationVector
	}
	return failed
}
