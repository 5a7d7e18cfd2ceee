package handlers

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/acs"
	"github.com/anteroom-visit/anteroom/acs/acstest"
	"github.com/anteroom-visit/anteroom/rehearsal"
)

// identities is the identity service on loopback, over HTTP, as the site asks for it.
type identities struct {
	client  *acs.Client
	service *acstest.Server
}

func startIdentities(t *testing.T) identities {
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

func (i identities) Create(ctx context.Context) (Credential, error) {
	identity, token, err := i.client.CreateIdentityWithToken(ctx, tokenRequest())
	return Credential{identity.ID, Token{token.Token.Reveal(), token.ExpiresOn}}, err
}

func (i identities) Renew(ctx context.Context, userID string) (Token, error) {
	token, err := i.client.IssueToken(ctx, userID, tokenRequest())
	if errors.Is(err, acs.ErrIdentityNotOwned) {
		err = ErrForeignIdentity
	}
	return Token{token.Token.Reveal(), token.ExpiresOn}, err
}

func (i identities) Delete(ctx context.Context, userID string) error {
	return i.client.DeleteIdentity(ctx, userID)
}

func tokenRequest() acs.TokenRequest {
	return acs.TokenRequest{Scopes: []acs.Scope{acs.ScopeVoIP}, Lifetime: time.Hour}
}

// hosted is a meeting without Azure, as the site asks for it.
type hosted struct{ *rehearsal.Server }

func startRehearsal(t *testing.T, i identities) hosted {
	t.Helper()
	server, err := rehearsal.New(rehearsal.Options{Verify: func(token string) (string, error) {
		id, _, _, err := i.service.VerifyToken(token)
		return id, err
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close(context.Background()) })
	return hosted{server}
}

func (hosted) Room(meeting string) string { return rehearsal.RoomOf(meeting) }

func (h hosted) Host(room, name string) HostPass {
	host := h.HostToken(room, name)
	return HostPass{UserID: host.ID, Token: Token{host.Token, host.Expires}, HostKey: h.HostKey(room), Endings: []string{"left"}}
}

func (h hosted) Command(room, key string, _ io.Reader) error {
	if !h.CheckHostKey(room, key) {
		return ErrHostKey
	}
	return ErrNoRoom
}
