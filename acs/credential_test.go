package acs_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"

	"github.com/anteroom-visit/anteroom/acs"
	"github.com/anteroom-visit/anteroom/acs/acstest"
)

// entra is a credential whose answers a test sets.
type entra func(ctx context.Context, scopes []string) (string, error)

func (e entra) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	token, err := e(ctx, o.Scopes)
	return azcore.AccessToken{Token: token, ExpiresOn: time.Now().Add(time.Hour)}, err
}

func TestEntraCredential(t *testing.T) {
	server := startService(t, acstest.Options{Bearer: func(token string) error {
		if token != "entra-token" {
			return errors.New("not this one")
		}
		return nil
	}})
	for scope, want := range map[string]string{
		"": "https://communication.azure.com//.default",
		"https://communication.azure.com/.default": "https://communication.azure.com/.default",
	} {
		var asked []string
		o := options()
		o.Scope = scope
		c, err := acs.NewClient(server.Endpoint(), entra(func(_ context.Context, scopes []string) (string, error) {
			asked = append(asked, scopes...)
			return "entra-token", nil
		}), o)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := c.CreateIdentityWithToken(t.Context(), voip); err != nil {
			t.Error(err)
		}
		if !slices.Equal(asked, []string{want}) {
			t.Errorf("scopes asked for: %q, want %q", asked, want)
		}
	}
	c, err := acs.NewClient(server.Endpoint(), entra(func(context.Context, []string) (string, error) { return "other", nil }), options())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.CreateIdentity(t.Context()); !errors.Is(err, acs.ErrDenied) {
		t.Errorf("with a token that is not accepted: %v", err)
	}
}

type entraError struct{ body string }

func (e *entraError) Error() string { return e.body }

func TestEntraCredentialFails(t *testing.T) {
	server := startService(t, acstest.Options{})
	asked := 0
	c, err := acs.NewClient(server.Endpoint(), entra(func(context.Context, []string) (string, error) {
		asked++
		return "", &entraError{"RESPONSE 401 {secret body}"}
	}), options())
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.CreateIdentity(t.Context())
	var own *entraError
	if !errors.Is(err, acs.ErrCredential) || !errors.As(err, &own) {
		t.Fatalf("error = %v", err)
	}
	if strings.Contains(err.Error(), "secret body") {
		t.Errorf("the text repeats Entra's answer: %v", err)
	}
	if asked != 1 || len(server.Ledger().Requests) != 0 {
		t.Errorf("asked %d times, sent %v", asked, server.Ledger().Requests)
	}

	o := options()
	o.Timeout = 20 * time.Millisecond
	slow, err := acs.NewClient(server.Endpoint(), entra(func(ctx context.Context, _ []string) (string, error) {
		<-ctx.Done()
		return "", ctx.Err()
	}), o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = slow.CreateIdentity(t.Context()); !errors.Is(err, acs.ErrCredential) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("slow credential: %v", err)
	}
}
