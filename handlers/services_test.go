package handlers

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/acs"
	"github.com/anteroom-visit/anteroom/acs/acstest"
	"github.com/anteroom-visit/anteroom/handlers/identity"
	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/rehearsal"
	"github.com/anteroom-visit/anteroom/secret"
)

// identities is an identity.Service whose requests go to a stand-in for ACS on loopback.
type identities struct {
	client  *acs.Client
	service *acstest.Server
}

func startIdentities(t testing.TB) identities {
	t.Helper()
	service, err := acstest.New(acstest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := service.Start("127.0.0.1:0", nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = service.Close() })
	options := new(acs.ClientOptions)
	options.InsecureAllowCredentialWithHTTP = true
	client, err := acs.NewClientFromConnectionString(service.ConnectionString(), options)
	if err != nil {
		t.Fatal(err)
	}
	return identities{client, service}
}

func (i identities) Create(ctx context.Context) (identity.Credential, error) {
	created, token, err := i.client.CreateIdentityWithToken(ctx, tokenRequest())
	return identity.Credential{UserID: created.ID, Token: identityToken(token)}, err
}

func (i identities) Renew(ctx context.Context, userID string) (identity.Token, error) {
	token, err := i.client.IssueToken(ctx, userID, tokenRequest())
	if errors.Is(err, acs.ErrIdentityNotOwned) {
		err = identity.ErrForeign
	}
	return identityToken(token), err
}

func (i identities) Delete(ctx context.Context, userID string) error {
	return i.client.DeleteIdentity(ctx, userID)
}

func identityToken(t acs.AccessToken) identity.Token {
	return identity.Token{Value: t.Token, ExpiresOn: t.ExpiresOn}
}

func tokenRequest() acs.TokenRequest {
	return acs.TokenRequest{Scopes: []acs.Scope{acs.ScopeVoIP}, Lifetime: time.Hour}
}

// testRehearsal is a rehearsal server with the interface that the site needs.
type testRehearsal struct{ *rehearsal.Server }

func startRehearsal(t *testing.T, i identities) testRehearsal {
	t.Helper()
	server, err := rehearsal.New(rehearsal.Options{Verify: func(token string) (string, error) {
		id, _, _, err := i.service.VerifyToken(token)
		return id, err
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close(context.Background()) })
	return testRehearsal{server}
}

func (testRehearsal) Room(meeting string) string { return rehearsal.RoomOf(meeting) }

func (h testRehearsal) Host(room, name string) HostPass {
	host := h.HostToken(room, name)
	return HostPass{UserID: host.ID, Token: identity.Token{Value: host.Token, ExpiresOn: host.Expires}, HostKey: secret.New(h.HostKey(room)), Endings: []string{"left"}}
}

func (h testRehearsal) Command(room, key string, _ io.Reader) error {
	if !h.CheckHostKey(room, key) {
		return problem.HostKey
	}
	return problem.NoRoom
}

func (s testSite) service() *acstest.Server {
	return s.identities.Service.(measured).Service.(identities).service
}

// liveIdentities returns how many identities the service has that are not deleted.
func (s testSite) liveIdentities() (n int) {
	for _, i := range s.service().Ledger().Identities {
		if i.DeletedAt.IsZero() {
			n++
		}
	}
	return n
}
