package entra

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/uuid"

	"github.com/anteroom-visit/anteroom/secret"
)

// Credential proves to Entra's token endpoint that this server is the application. Its three kinds are
// [ClientSecret], [Certificate] and [Federated].
type Credential interface {
	// authenticate adds the proof to a token request that goes to tokenURL for clientID.
	authenticate(ctx context.Context, form url.Values, clientID, tokenURL string, now time.Time) error
	// check returns an error for a credential that cannot work.
	check() error
}

func checkCredential(c Credential) error {
	if c == nil {
		return errors.New("a client secret, a certificate or a federated identity is needed")
	}
	return c.check()
}

// ClientSecret is a secret of the application's registration.
type ClientSecret struct{ secret.Text }

func (s ClientSecret) authenticate(_ context.Context, form url.Values, _, _ string, _ time.Time) error {
	form.Set("client_secret", s.Reveal())
	return nil
}

func (s ClientSecret) check() error {
	if s.Reveal() == "" {
		return errors.New("the client secret must not be empty")
	}
	return nil
}

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// Certificate is a certificate of the application's registration with its private key.
type Certificate struct {
	leaf *x509.Certificate
	key  crypto.Signer
}

// ParseCertificate reads a certificate and its RSA key, both in PEM, in either order.
func ParseCertificate(pem []byte) (Certificate, error) {
	pair, err := tls.X509KeyPair(pem, pem)
	if err != nil {
		return Certificate{}, errors.New("parse certificate: it must be a certificate and its private key, both in PEM")
	}
	leaf, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		return Certificate{}, errors.New("parse certificate: the certificate cannot be read")
	}
	switch key := pair.PrivateKey.(type) {
	case *rsa.PrivateKey:
		return Certificate{leaf, key}, nil
	case *ecdsa.PrivateKey:
		return Certificate{}, errors.New("parse certificate: Entra accepts RSA keys only")
	}
	return Certificate{}, errors.New("parse certificate: the key must be an RSA key")
}

// Expires returns when the certificate expires.
func (c Certificate) Expires() time.Time { return c.leaf.NotAfter }

// String returns "***", so that no format prints the key.
func (c Certificate) String() string { return "***" }

// GoString returns "***".
func (c Certificate) GoString() string { return "***" }

// authenticate signs a client assertion that lives for 10 minutes ("Microsoft identity platform
// application authentication certificate credentials": PS256 with x5t#S256).
func (c Certificate) authenticate(_ context.Context, form url.Values, clientID, tokenURL string, now time.Time) error {
	thumbprint := sha256.Sum256(c.leaf.Raw)
	options := new(jose.SignerOptions).WithType("JWT").WithHeader("x5t#S256", base64.RawURLEncoding.EncodeToString(thumbprint[:]))
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.PS256, Key: c.key}, options)
	if err != nil {
		return fmt.Errorf("sign client assertion: %w", err)
	}
	assertion, err := jwt.Signed(signer).Claims(jwt.Claims{
		Issuer: clientID, Subject: clientID, Audience: jwt.Audience{tokenURL}, ID: uuid.NewString(),
		IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(10 * time.Minute)),
	}).Serialize()
	if err != nil {
		return fmt.Errorf("sign client assertion: %w", err)
	}
	form.Set("client_assertion_type", assertionType)
	form.Set("client_assertion", assertion)
	return nil
}

func (c Certificate) check() error {
	if c.key == nil {
		return errors.New("the certificate must not be empty")
	}
	return nil
}

// Federated returns the managed identity's token for "api://AzureADTokenExchange", which Entra accepts
// as a client assertion when the registration has a federated credential for that identity.
type Federated func(ctx context.Context) (secret.Text, error)

func (f Federated) authenticate(ctx context.Context, form url.Values, _, _ string, _ time.Time) error {
	token, err := f(ctx)
	if err != nil {
		return &Error{Op: "get the managed identity's token", Reason: CredentialInvalid}
	}
	form.Set("client_assertion_type", assertionType)
	form.Set("client_assertion", token.Reveal())
	return nil
}

func (f Federated) check() error { return nil }
