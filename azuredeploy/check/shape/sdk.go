// Package shape says whether a resource has the shape that Azure expects: by sending it through
// Microsoft's own management SDK, and by walking it along Microsoft's own schemas. Both are generated
// from one description, so a mistake of Microsoft's goes unseen; what Azure does with a resource of
// the right shape does too.
package shape

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	azarm "github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/appcontainers/armappcontainers/v3"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/authorization/armauthorization/v2"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/communication/armcommunication/v2"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/msi/armmsi"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/operationalinsights/armoperationalinsights/v2"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armdeployments"

	"github.com/anteroom-visit/anteroom/azuredeploy/check/arm"
)

// putter sends a body of one type through the SDK.
type putter func(ctx context.Context, r arm.Resource, body []byte, o *azarm.ClientOptions) error

// kind is what the SDK knows of one type of resource.
type kind struct {
	put  putter
	read func(body []byte) ([]byte, error) // decodes and encodes again, read-only members included
}

// of makes a kind from the SDK's constructor and the method that creates the resource.
func of[C, B any](
	connect func(string, azcore.TokenCredential, *azarm.ClientOptions) (C, error),
	create func(ctx context.Context, c C, r arm.Resource, body B) error,
) kind {
	return kind{
		put: func(ctx context.Context, r arm.Resource, raw []byte, o *azarm.ClientOptions) error {
			client, err := connect(r.At.Subscription, nobody{}, o)
			if err != nil {
				return err
			}
			var body B
			if err := json.Unmarshal(raw, &body); err != nil {
				return err
			}
			return create(ctx, client, r, body)
		},
		read: func(raw []byte) ([]byte, error) {
			var body B
			if err := json.Unmarshal(raw, &body); err != nil {
				return nil, err
			}
			return json.Marshal(body)
		},
	}
}

// kinds are the types that the SDK is asked about.
func kinds() map[string]kind {
	return map[string]kind{
		"Microsoft.ManagedIdentity/userAssignedIdentities": of(armmsi.NewUserAssignedIdentitiesClient,
			func(ctx context.Context, c *armmsi.UserAssignedIdentitiesClient, r arm.Resource, body armmsi.Identity) error {
				_, err := c.CreateOrUpdate(ctx, r.At.ResourceGroup, r.Name, body, nil)
				return err
			}),
		"Microsoft.Communication/communicationServices": of(armcommunication.NewServicesClient,
			func(ctx context.Context, c *armcommunication.ServicesClient, r arm.Resource, body armcommunication.ServiceResource) error {
				_, err := c.BeginCreateOrUpdate(ctx, r.At.ResourceGroup, r.Name, body, nil)
				return err
			}),
		"Microsoft.Resources/deployments": of(armdeployments.NewDeploymentsClient,
			func(ctx context.Context, c *armdeployments.DeploymentsClient, r arm.Resource, body armdeployments.Deployment) error {
				_, err := c.BeginCreateOrUpdate(ctx, r.At.ResourceGroup, r.Name, body, nil)
				return err
			}),
		"Microsoft.Authorization/roleAssignments": of(armauthorization.NewRoleAssignmentsClient,
			func(ctx context.Context, c *armauthorization.RoleAssignmentsClient, r arm.Resource, body armauthorization.RoleAssignmentCreateParameters) error {
				_, err := c.Create(ctx, r.Scope, r.Name, body, nil)
				return err
			}),
		"Microsoft.OperationalInsights/workspaces": of(armoperationalinsights.NewWorkspacesClient,
			func(ctx context.Context, c *armoperationalinsights.WorkspacesClient, r arm.Resource, body armoperationalinsights.Workspace) error {
				_, err := c.BeginCreateOrUpdate(ctx, r.At.ResourceGroup, r.Name, body, nil)
				return err
			}),
		"Microsoft.App/managedEnvironments": of(armappcontainers.NewManagedEnvironmentsClient,
			func(ctx context.Context, c *armappcontainers.ManagedEnvironmentsClient, r arm.Resource, body armappcontainers.ManagedEnvironment) error {
				_, err := c.BeginCreateOrUpdate(ctx, r.At.ResourceGroup, r.Name, body, nil)
				return err
			}),
		"Microsoft.App/containerApps": of(armappcontainers.NewContainerAppsClient,
			func(ctx context.Context, c *armappcontainers.ContainerAppsClient, r arm.Resource, body armappcontainers.ContainerApp) error {
				_, err := c.BeginCreateOrUpdate(ctx, r.At.ResourceGroup, r.Name, body, nil)
				return err
			}),
	}
}

// nobody is a credential that nobody will ever see.
type nobody struct{}

// GetToken gives a token that is none.
func (nobody) GetToken(context.Context, policy.TokenRequestOptions) (azcore.AccessToken, error) {
	return azcore.AccessToken{Token: "none", ExpiresOn: time.Now().Add(time.Hour)}, nil
}

// capture is a network in which a request ends here.
type capture struct {
	url  *url.URL
	body []byte
}

// Do keeps the request, and answers that all is well.
func (c *capture) Do(r *http.Request) (*http.Response, error) {
	c.url = r.URL
	if r.Body != nil {
		var err error
		if c.body, err = io.ReadAll(r.Body); err != nil {
			return nil, fmt.Errorf("read request: %w", err)
		}
	}
	return &http.Response{
		StatusCode: http.StatusOK, Request: r, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(`{}`)),
	}, nil
}

// SDK sends the resource through Microsoft's client and tells what did not arrive: another address,
// another version, a leaf that was lost or changed.
func SDK(ctx context.Context, r arm.Resource) []arm.Problem {
	problem := func(where, format string, args ...any) []arm.Problem {
		return []arm.Problem{{Where: r.Path + where, What: "SDK: " + fmt.Sprintf(format, args...)}}
	}
	known, ok := kinds()[r.Type]
	if !ok {
		return problem("/type", "%s is not asked about", r.Type)
	}
	raw, err := json.Marshal(r.Body)
	if err != nil {
		return problem("", "%v", err)
	}
	var sent capture
	var o azarm.ClientOptions
	o.Transport, o.DisableRPRegistration, o.Retry.MaxRetries = &sent, true, -1
	if err := known.put(ctx, r, raw, &o); err != nil || sent.url == nil {
		return problem("", "%v", err)
	}
	problems := lost(r.Path, r.Body, sent.body)
	if !strings.EqualFold(sent.url.Path, r.ID) {
		problems = append(problems, problem("", "goes to %s and not to %s", sent.url.Path, r.ID)...)
	}
	if spoken := sent.url.Query().Get("api-version"); spoken != r.APIVersion {
		problems = append(problems, problem("/apiVersion", "the SDK speaks %s", spoken)...)
	}
	return problems
}

// Known tells which of these properties the SDK does not know in a resource of the type as Azure
// gives it back, read-only ones included.
func Known(resourceType string, properties map[string]any) []arm.Problem {
	known, ok := kinds()[resourceType]
	if !ok {
		return []arm.Problem{{Where: resourceType, What: "SDK: is not asked about"}}
	}
	body := map[string]any{"properties": properties}
	raw, err := json.Marshal(body)
	if err == nil {
		raw, err = known.read(raw)
	}
	if err != nil {
		return []arm.Problem{{Where: resourceType, What: "SDK: " + err.Error()}}
	}
	return lost(resourceType, body, raw)
}

// lost are the leaves of body that are not in the JSON that became of it.
func lost(where string, body map[string]any, became []byte) []arm.Problem {
	got, err := arm.Decode(bytes.TrimSpace(became))
	if err != nil {
		return []arm.Problem{{Where: where, What: "SDK: " + err.Error()}}
	}
	var problems []arm.Problem
	compare(where, body, got, &problems)
	return problems
}

func compare(where string, want, got any, problems *[]arm.Problem) {
	switch want := want.(type) {
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			*problems = append(*problems, arm.Problem{Where: where, What: "SDK: is lost"})
			return
		}
		for name, member := range want {
			compare(where+"/"+name, member, object[name], problems)
		}
	case []any:
		list, _ := got.([]any)
		if len(list) != len(want) {
			*problems = append(*problems, arm.Problem{Where: where, What: "SDK: is lost"})
			return
		}
		for i := range want {
			compare(fmt.Sprintf("%s/%d", where, i), want[i], list[i], problems)
		}
	default:
		if got != want {
			*problems = append(*problems, arm.Problem{Where: where, What: fmt.Sprintf("SDK: %v arrives as %v", want, got)})
		}
	}
}
