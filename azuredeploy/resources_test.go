package azuredeploy

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	acsType         = "Microsoft.Communication/communicationServices"
	identityType    = "Microsoft.ManagedIdentity/userAssignedIdentities"
	diagnosticsType = "Microsoft.Insights/diagnosticSettings"
)

// resources deploys and returns what was sent, by type.
func (c *cloud) resourcesOf(t *testing.T, given map[string]any) map[string][]resource {
	t.Helper()
	if _, err := c.deploy(readJSON(t, "azuredeploy.json"), "visits", given); err != nil {
		t.Fatal(err)
	}
	byType := make(map[string][]resource)
	for _, r := range c.sent {
		byType[r.kind] = append(byType[r.kind], r)
	}
	return byType
}

func TestResourcesHaveNamesLocationsAndTags(t *testing.T) {
	tags := map[string]any{"owner": "front desk"}
	sent := newCloud().resourcesOf(t, map[string]any{"appName": "frontdoor", "location": "northeurope", "tags": tags})
	for kind, list := range sent {
		if slices.Contains([]string{roleType, diagnosticsType}, kind) {
			continue // they extend another resource
		}
		for _, r := range list {
			if got := object(r.body, "tags"); got["owner"] != "front desk" {
				t.Errorf("%s has the tags %v", r.id, got)
			}
			want := map[string]string{acsType: "global", secretType: ""}
			location, special := want[kind]
			if !special {
				location = "northeurope"
			}
			if text(r.body, "location") != location {
				t.Errorf("%s is in %q, want %q", r.id, text(r.body, "location"), location)
			}
			name := r.id[strings.LastIndex(r.id, "/")+1:]
			if kind != vaultType && kind != secretType && !strings.HasPrefix(name, "frontdoor") {
				t.Errorf("%s does not begin with the app's name", r.id)
			}
			if kind == vaultType && !regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$`).MatchString(name) {
				t.Errorf("%s is not a vault's name", name)
			}
		}
	}
	if len(sent) != 9 {
		t.Errorf("%d types of resources were deployed; docs/deploy.md describes 9", len(sent))
	}
}

func TestIdentityGetsOneRoleOnTheACSResource(t *testing.T) {
	c := newCloud()
	sent := c.resourcesOf(t, nil)
	roles := sent[roleType]
	if len(roles) != 1 {
		t.Fatalf("%d roles are assigned", len(roles))
	}
	acs, principal := sent[acsType][0], c.resources[strings.ToLower(sent[identityType][0].id)]["principalId"]
	role := object(roles[0].body, "properties")
	if !strings.HasPrefix(roles[0].id, acs.id+"/providers/") || role["principalId"] != principal || role["principalType"] != "ServicePrincipal" ||
		role["roleDefinitionId"] != "/subscriptions/"+subscriptionID+"/providers/Microsoft.Authorization/roleDefinitions/09976791-48a7-449e-bb21-39d1a415f350" {
		t.Errorf("the role is %v on %s", role, roles[0].id)
	}
	if member(acs.body, "properties", "disableLocalAuth") != true {
		t.Error("local keys stay on beside an identity")
	}
	sent = newCloud().resourcesOf(t, map[string]any{"authMode": "accessKey"})
	if len(sent[roleType]) != 0 || member(sent[acsType][0].body, "properties", "disableLocalAuth") != false {
		t.Error("an access key needs no role, and local keys on")
	}
}

func TestLogsAndDiagnosticsReachTheWorkspace(t *testing.T) {
	c := newCloud()
	sent := c.resourcesOf(t, nil)
	workspace := sent["Microsoft.OperationalInsights/workspaces"][0].id
	if len(sent[diagnosticsType]) != 2 {
		t.Errorf("%d diagnostic settings", len(sent[diagnosticsType]))
	}
	for _, d := range sent[diagnosticsType] {
		if member(d.body, "properties", "workspaceId") != workspace {
			t.Errorf("%s sends its logs to %v", d.id, member(d.body, "properties", "workspaceId"))
		}
	}
	if sent := newCloud().resourcesOf(t, map[string]any{"acsDiagnostics": false}); len(sent[diagnosticsType]) != 1 {
		t.Error("acsDiagnostics=false still keeps the logs")
	}
	if strings.Contains(readFile(t, "azuredeploy.json"), "sharedKey") {
		t.Error("the workspace's key is used")
	}
}

func TestAppRunsAsTheProgramExpects(t *testing.T) {
	c := newCloud()
	c.resourcesOf(t, map[string]any{"deskPassphrase": "the night porter knows", "brandLogo": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg=="})
	app := c.app(t)
	container := object(app, "properties", "template", "containers", 0)
	port := member(app, "properties", "configuration", "ingress", "targetPort")
	for i, want := range [][2]string{{"Startup", "/healthz"}, {"Liveness", "/healthz"}, {"Readiness", "/readyz"}} {
		probe := object(container, "probes", i)
		if text(probe, "type") != want[0] || text(probe, "httpGet", "path") != want[1] || member(probe, "httpGet", "port") != port {
			t.Errorf("probe %d is %v", i, probe)
		}
	}
	if grace, _ := member(app, "properties", "template", "terminationGracePeriodSeconds").(int64); grace < 35 {
		t.Errorf("copies have %d seconds to finish; the program needs up to 30", grace)
	}
	read := settings(t)
	for _, e := range array(container, "env") {
		name := text(e, "name")
		if hidden := text(e, "secretRef") != ""; hidden != read[name].Secret && name != "BRAND_LOGO" { // too long for a variable's text in the portal
			t.Errorf("%s is a secret of the app: %t, of the program: %t", name, hidden, read[name].Secret)
		}
	}
	for name, value := range map[string]string{"PORT": "8080", "BASE_URL": "https://anteroom.calmsea.westeurope.azurecontainerapps.io"} {
		if got := environmentOf(app)[name]; got != value {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
	if member(app, "properties", "configuration", "ingress", "allowInsecure") != false {
		t.Error("the ingress accepts plain http")
	}
}

// TestAPIVersionsAreRecent rejects versions that were older than two years on the day of the last review.
func TestAPIVersionsAreRecent(t *testing.T) {
	reviewed := time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)
	withoutSuccessor := []string{"2022-04-01", "2021-05-01-preview"} // role assignments, diagnostic settings
	found := regexp.MustCompile(`"apiVersion": "([^"]+)"|, '(20\d\d-\d\d-\d\d[a-z-]*)'\)`).FindAllStringSubmatch(readFile(t, "azuredeploy.json"), -1)
	if len(found) < 12 {
		t.Fatalf("found %d versions", len(found))
	}
	for _, m := range found {
		version := m[1] + m[2]
		day, err := time.Parse(time.DateOnly, version)
		if (err != nil || day.Before(reviewed.AddDate(-2, 0, -7))) && !slices.Contains(withoutSuccessor, version) {
			t.Errorf("%s is old or a preview: %v", version, err)
		}
	}
}

// TestMistakesInTheTemplateAreNoticed plants mistakes that an editor could make.
func TestMistakesInTheTemplateAreNoticed(t *testing.T) {
	source := readFile(t, "azuredeploy.json")
	original := readJSON(t, "azuredeploy.json")
	defer func() { decoded["azuredeploy.json"] = original }()
	for _, c := range [][2]string{
		{`"onlyIfNotExists": []`, `"onlyIfNotExist": []`},
		{`"enabledForTemplateDeployment": true`, `"enabledForTemplateDeployment": false`},
		{`parameters('newLinkKey')`, `parameters('newLinkKeys')`},
		{`"linkKeys", "sessionKeys"`, `"sessionKeys"`},
		{`"linkKeys", "sessionKeys"`, `"linkKeys"`},
		{`"secretName": "link-keys"`, `"secretName": "link-key"`},
		{`guid(variables('acsId'), parameters('principalId')`, `guid(variables('acsId'), 'site'`},
		{`reference('environment').defaultDomain`, `reference('environment').defaultDomian`},
		{`is.guid(`, `is.giud(`},
		{`concat(variables('vaultName'), '/link-keys')`, `concat(variables('vaultName'), '-link-keys')`},
	} {
		bad := strings.ReplaceAll(source, c[0], c[1])
		if bad == source {
			t.Errorf("the template no longer contains %s", c[0])
			continue
		}
		decoded["azuredeploy.json"] = decodeJSON(t, bad)
		if breaks(t) == nil {
			t.Errorf("%s instead of %s goes unnoticed", c[1], c[0])
		}
	}
}

func TestResourcesWaitForWhatTheyRead(t *testing.T) {
	if err := breaks(t); err != nil {
		t.Error(err)
	}
}

// breaks deploys twice, deletes the group and deploys again, with every resource in turn as late as possible. It returns an
// error if a deployment fails or changes the keys.
func breaks(t *testing.T) error {
	for late := range object(readJSON(t, "azuredeploy.json"), "resources") {
		for _, existing := range []bool{true, false} {
			if err := breaksWith(t, late, existing); err != nil {
				return fmt.Errorf("with %s as late as possible: %w", late, err)
			}
		}
	}
	return nil
}

func breaksWith(t *testing.T, late string, existing bool) error {
	c := newCloud()
	c.late = late
	given := make(map[string]any)
	if existing {
		kept := "/subscriptions/" + subscriptionID + "/resourceGroups/shared/providers/" + acsType + "/kept"
		c.resources[strings.ToLower(kept)] = map[string]any{"hostName": "kept.communication.azure.com"}
		given["existingAcsResourceId"] = kept
	}
	var keys []string
	for range 3 {
		if _, err := c.deploy(readJSON(t, "azuredeploy.json"), "visits", given); err != nil {
			return err
		}
		if keys = append(keys, environmentOf(c.app(t))["LINK_KEYS"]); len(keys) == 2 {
			c.deleteGroup("visits")
			given["recoverKeyVault"] = true
		}
	}
	if keys[0] != keys[1] || keys[1] != keys[2] {
		return errors.New("the keys changed")
	}
	return nil
}
