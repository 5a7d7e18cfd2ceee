package rules

import (
	"github.com/anteroom-visit/anteroom/azuredeploy/check/arm"
)

// Set is one way in which somebody fills in the parameters.
type Set struct {
	Name  string
	Given map[string]any
}

const (
	here      = "aaaaaaaa-0000-4000-8000-000000000001"
	elsewhere = "bbbbbbbb-0000-4000-8000-000000000002"
	group     = "visits"
	acsHere   = "/subscriptions/" + here + "/resourceGroups/" + group + "/providers/" + acsType + "/present"
	acsThere  = "/subscriptions/" + elsewhere + "/resourceGroups/shared/providers/" + acsType + "/present"
	subnet    = "/subscriptions/" + here + "/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/net/subnets/apps"
	bound     = "/subscriptions/" + here + "/resourceGroups/" + group + "/providers/Microsoft.App/managedEnvironments/anteroom-environment/managedCertificates/visit"

	contributor = "b24988ac-6180-42a0-ab88-20f7382dd24c"
	acsOwner    = "09976791-48a7-449e-bb21-39d1a415f350"
)

// The types of resource that the template makes.
const (
	identityType    = "Microsoft.ManagedIdentity/userAssignedIdentities"
	acsType         = "Microsoft.Communication/communicationServices"
	deploymentType  = "Microsoft.Resources/deployments"
	roleType        = "Microsoft.Authorization/roleAssignments"
	workspaceType   = "Microsoft.OperationalInsights/workspaces"
	environmentType = "Microsoft.App/managedEnvironments"
	appType         = "Microsoft.App/containerApps"
)

// Values that only Azure can give, each unlike every other so that a mix-up shows.
const (
	principalID = "11111111-2222-4333-8444-555555555555"
	clientID    = "66666666-7777-4888-8999-aaaaaaaaaaaa"
	customerID  = "cccccccc-dddd-4eee-8fff-000000000000"
	hostName    = "present.europe.communication.azure.com"
	domain      = "calmsea-01234567.westeurope.azurecontainerapps.io"
	fqdn        = "anteroom." + domain
	acsSecret   = "endpoint=https://" + hostName + "/;accesskey=canary-access-key"
	logSecret   = "canary-workspace-key"
)

// world is Azure while the template is deployed. Its properties are asked of the SDK, so that none
// is made up.
func world() arm.World {
	return arm.World{
		Properties: map[string]map[string]any{
			identityType:    {"principalId": principalID, "clientId": clientID},
			acsType:         {"hostName": hostName},
			workspaceType:   {"customerId": customerID},
			environmentType: {"defaultDomain": domain},
			appType:         {"configuration": map[string]any{"ingress": map[string]any{"fqdn": fqdn}}},
		},
		Keys: map[string]map[string]any{
			acsType:       {"primaryConnectionString": acsSecret},
			workspaceType: {"primarySharedKey": logSecret},
		},
	}
}

// Sets are the ways in which the template is tried.
func Sets() []Set {
	return []Set{
		{"a new ACS resource, nothing else said", map[string]any{"dataLocation": "Europe"}},
		{"an ACS resource of the same group", map[string]any{"dataLocation": "Europe", "existingAcsResourceId": acsHere}},
		{"an ACS resource of another subscription", map[string]any{"dataLocation": "Europe", "existingAcsResourceId": acsThere, "appName": "door"}},
		{"a new ACS resource by access key", map[string]any{"dataLocation": "UK", "authMode": "accessKey"}},
		{"another subscription's ACS resource by access key", map[string]any{"dataLocation": "UK", "authMode": "accessKey", "existingAcsResourceId": acsThere}},
		{"everything said", everything()},
		{"meetings of certain tenants", map[string]any{"dataLocation": "Switzerland", "admission": "tenants", "tenants": here + "," + elsewhere}},
		{"open to everyone, without chat", map[string]any{"dataLocation": "Germany", "admission": "open", "chat": "off", "dailyJoins": int64(0), "tokenScopes": "voip"}},
		{"a domain of its own", map[string]any{"dataLocation": "France", "customDomain": "visit.example.org", "customDomainCertificateId": bound}},
		{"spread over zones", map[string]any{"dataLocation": "Japan", "infrastructureSubnetId": subnet, "minReplicas": int64(3), "maxReplicas": int64(30)}},
		{"behind a server of its own", map[string]any{"dataLocation": "Canada", "baseUrl": "https://www.example.org", "trustedProxies": "198.51.100.7"}},
		{"keys of its own", map[string]any{"dataLocation": "India", "linkKey": "canary-link-key", "previousSessionKeys": "canary-old-session"}},
		{"keys after a change", map[string]any{"dataLocation": "Korea", "previousLinkKeys": "canary-old-link"}},
		{"Contributor as the role, in Azure Government", map[string]any{ //nolint:gosec // made up
			"dataLocation": "United States", "acsRoleDefinitionGuid": contributor, "governmentCloud": "on", "deskPassphrase": "canary-passphrase",
		}},
	}
}

// everything gives each parameter a value of its own that is not its default.
func everything() map[string]any {
	return map[string]any{
		"appName": "frontdoor", "location": "northeurope", "dataLocation": "Norway",
		"admission": "tenants", "tenants": elsewhere, "deskPassphrase": "canary-desk", "dailyJoins": int64(7),
		"brandName": "Example Clinic", "brandPhone": "01234 567890", "brandPrivacyUrl": "https://example.org/privacy", "brandColour": "#0a5c75",
		"surveyUrl": "https://example.org/survey", "frameAncestors": "https://www.example.org",
		"customDomain": "visit.example.org", "customDomainCertificateId": bound, "baseUrl": "https://front.example.org",
		"trustedProxies": "192.0.2.0/24", "chat": "off", "tokenScopes": "voip.join", "waitMinutes": int64(20), "governmentCloud": "on",
		"minReplicas": int64(4), "maxReplicas": int64(40), "infrastructureSubnetId": subnet, "logRetentionDays": int64(90),
		"image":   "registry.example.org/anteroom:v9.9.9",
		"linkKey": "canary-link-key", "previousLinkKeys": "canary-old-link-1,canary-old-link-2",
		"sessionKey": "canary-session-key", "previousSessionKeys": "canary-old-session",
		"deploymentId": "given-deployment",
	}
}
