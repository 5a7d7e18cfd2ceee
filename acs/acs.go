// Package acs speaks to the Azure Communication Services identity service: it
// creates identities for visitors, issues and revokes their access tokens,
// deletes identities, and exchanges a Teams user's Entra token. Microsoft
// publishes no Go client for this service; this one is built on azcore, like
// Microsoft's Go clients for other services (REST api-version 2023-10-01).
//
// It is not a calling or chat client, keeps no identities, and serves no HTTP.
// An operation that does not succeed returns an [*Error]. The text of an error
// never contains an access key, a connection string, a token or a response body.
package acs

import (
	"errors"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
)

// DefaultScope is the Entra scope requested when [ClientOptions] names none. The
// double slash is intended: Microsoft's JavaScript and Python identity clients
// request the same scope (the audience is "https://communication.azure.com/").
const DefaultScope = "https://communication.azure.com//.default"

// DefaultAPIVersion is the api-version sent when [ClientOptions] names none.
const DefaultAPIVersion = "2023-10-01"

const (
	// A visitor is watching a spinner while these run. Ten seconds leave room for
	// two full tries and a pause, not for three full tries.
	defaultTimeout       = 10 * time.Second
	defaultTryTimeout    = 3 * time.Second
	defaultMaxRetries    = 2
	defaultMaxRetryDelay = 5 * time.Second

	moduleName    = "anteroom-acs"
	moduleVersion = "v1.0.0"
)

// ClientOptions are the optional settings of a [Client]. The zero value is right
// for production.
//
// Of the embedded options, a zero Retry.MaxRetries means 2, Retry.TryTimeout 3
// seconds and Retry.MaxRetryDelay 5 seconds, and Logging.IncludeBody is ignored
// because bodies carry tokens. PerRetryPolicies run after the request is signed
// and must not change its method, URL, host or body. A Transport must not follow
// redirects; an *http.Client is copied, and the copy does not follow them.
type ClientOptions struct {
	azcore.ClientOptions

	// Scope is the Entra scope that [NewClient] requests from its credential; empty
	// means [DefaultScope]. Clients made from a connection string do not use it.
	Scope string

	// Timeout bounds a whole call, with its retries, the pauses between them and
	// the wait for an Entra token; zero or less means 10 seconds. A context that
	// ends sooner wins.
	Timeout time.Duration

	// Now returns the time that requests are signed with and that a token's expiry
	// is compared with; nil means [time.Now].
	Now func() time.Time
}

// Client calls the identity service of one ACS resource. It is safe for
// concurrent use.
type Client struct {
	endpoint string
	timeout  time.Duration
	now      func() time.Time
	pipeline runtime.Pipeline
}

// NewClient returns a client for the ACS resource at endpoint, such as
// "https://contoso.communication.azure.com", that authenticates with Entra
// tokens from cred. The endpoint must be https; plain http is accepted only for
// a loopback host and only with InsecureAllowCredentialWithHTTP. A nil opts
// means the defaults. Nothing is sent until the first call.
func NewClient(endpoint string, cred azcore.TokenCredential, opts *ClientOptions) (*Client, error) {
	if cred == nil {
		return nil, errors.New("acs client: no credential")
	}
	o := opts.withDefaults()
	base, err := parseEndpoint(endpoint, o.InsecureAllowCredentialWithHTTP)
	if err != nil {
		return nil, err
	}
	auth := runtime.NewBearerTokenPolicy(credential{cred}, []string{o.Scope}, &policy.BearerTokenOptions{
		InsecureAllowCredentialWithHTTP: o.InsecureAllowCredentialWithHTTP,
	})
	// Once per call, not once per try: the first Entra token of a process can take
	// longer than a try may last. The deadline of the whole call still bounds it.
	return newClient(base, o, runtime.PipelineOptions{PerCall: []policy.Policy{auth}}), nil
}

// NewClientFromConnectionString returns a client that signs its requests with
// the access key of an ACS connection string,
// "endpoint=https://<name>.communication.azure.com/;accesskey=<base64>" (parts in
// any order, names in any case, further parts ignored). The rules for the
// endpoint are those of [NewClient]. No error repeats any part of the string.
func NewClientFromConnectionString(connectionString string, opts *ClientOptions) (*Client, error) {
	o := opts.withDefaults()
	endpoint, key, err := parseConnectionString(connectionString)
	if err != nil {
		return nil, err
	}
	base, err := parseEndpoint(endpoint, o.InsecureAllowCredentialWithHTTP)
	if err != nil {
		return nil, err
	}
	auth := newSignPolicy(key, o.Now)
	return newClient(base, o, runtime.PipelineOptions{PerRetry: []policy.Policy{auth}}), nil
}

// Endpoint returns the resource's endpoint, normalised: scheme and host in lower
// case, no default port, no trailing slash.
func (c *Client) Endpoint() string { return c.endpoint }

func newClient(endpoint string, o ClientOptions, p runtime.PipelineOptions) *Client {
	p.APIVersion = runtime.APIVersionOptions{Name: "api-version", Location: runtime.APIVersionLocationQueryParam}
	p.AllowedHeaders = []string{"MS-CV", "X-Azure-Ref", "X-Processing-Time", "api-supported-versions"}
	p.AllowedQueryParameters = []string{"api-version"}
	p.PerCall = append(p.PerCall, runtime.NewRequestIDPolicy())
	p.PerRetry = append([]policy.Policy{budgetPolicy{}}, p.PerRetry...)
	return &Client{
		endpoint: endpoint,
		timeout:  o.Timeout,
		now:      o.Now,
		pipeline: runtime.NewPipeline(moduleName, moduleVersion, p, &o.ClientOptions),
	}
}

func (o *ClientOptions) withDefaults() ClientOptions {
	var out ClientOptions
	if o != nil {
		out = *o
	}
	if out.Scope == "" {
		out.Scope = DefaultScope
	}
	if out.APIVersion == "" {
		out.APIVersion = DefaultAPIVersion
	}
	if out.Timeout <= 0 {
		out.Timeout = defaultTimeout
	}
	if out.Now == nil {
		out.Now = time.Now
	}
	if out.Retry.MaxRetries == 0 {
		out.Retry.MaxRetries = defaultMaxRetries
	}
	if out.Retry.TryTimeout == 0 {
		out.Retry.TryTimeout = defaultTryTimeout
	}
	if out.Retry.MaxRetryDelay == 0 {
		out.Retry.MaxRetryDelay = defaultMaxRetryDelay
	}
	out.Logging.IncludeBody = false
	out.Transport = newTransport(out.Transport)
	return out
}
