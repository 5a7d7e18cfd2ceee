package azuredeploy

import (
	"maps"
	"strings"
	"testing"
)

// deployed runs a deployment that must succeed, and returns the settings of the program.
func deployed(t *testing.T, c *cloud, group string, given map[string]any) map[string]string {
	t.Helper()
	if _, err := c.deploy(readJSON(t, "azuredeploy.json"), group, given); err != nil {
		t.Fatal(err)
	}
	return environmentOf(c.app(t))
}

func TestSecondDeploymentKeepsTheKeys(t *testing.T) {
	c := newCloud()
	first := deployed(t, c, "visits", nil)
	for _, name := range []string{"LINK_KEYS", "SESSION_KEYS"} {
		if len(first[name]) < 64 || strings.Contains(first[name], ",") {
			t.Fatalf("%s of the first deployment is %q", name, first[name])
		}
	}
	if first["LINK_KEYS"] == first["SESSION_KEYS"] {
		t.Error("links and sessions have the same key")
	}
	for name, given := range map[string]map[string]any{
		"the same answers":        nil,
		"another app name":        {"appName": "front-door"},
		"another region":          {"location": "uksouth"},
		"a key that was typed in": {"moreLinkKeys": "b41c77e09d2f4a6e8c53", "newLinkKey": "9f3e7d51c8a04b62b7e1", "newSessionKey": "5a81f0c3d96e4b27a1f4"},
		"an access key":           {"authMode": "accessKey"},
	} {
		again := deployed(t, c, "visits", given)
		for _, key := range []string{"LINK_KEYS", "SESSION_KEYS"} {
			if kept, _, _ := strings.Cut(again[key], ","); kept != first[key] {
				t.Errorf("%s: the first key of %s is no longer the kept one", name, key)
			}
		}
		if again["DEPLOYMENT_ID"] == first["DEPLOYMENT_ID"] {
			t.Errorf("%s: no new revision", name)
		}
	}
}

func TestDeletedGroupKeepsTheKeysWhenRecovered(t *testing.T) {
	c := newCloud()
	template := readJSON(t, "azuredeploy.json")
	first := deployed(t, c, "visits", nil)
	c.deleteGroup("visits")
	if _, err := c.deploy(template, "visits", nil); err == nil || !strings.Contains(err.Error(), "VaultAlreadyExists") {
		t.Errorf("without recovery: %v", err)
	}
	again := deployed(t, c, "visits", map[string]any{"recoverKeyVault": true})
	if first["LINK_KEYS"] != again["LINK_KEYS"] || first["SESSION_KEYS"] != again["SESSION_KEYS"] {
		t.Error("the recovered vault's keys are not used")
	}
	if other := deployed(t, c, "elsewhere", nil); other["LINK_KEYS"] == first["LINK_KEYS"] {
		t.Error("another group has the same keys")
	}
}

// TestRotationInTwoPhases stores the keys in the vault as docs/keys.md describes it.
func TestRotationInTwoPhases(t *testing.T) {
	c := newCloud()
	before := deployed(t, c, "visits", nil)["LINK_KEYS"]
	const added = "e2b8d3c94f6a41b7a0d5"
	for _, list := range []string{before + "," + added, added + "," + before, added} {
		for id := range c.secrets {
			if strings.HasSuffix(id, "/link-keys") {
				c.secrets[id] = list
			}
		}
		if got := deployed(t, c, "visits", nil)["LINK_KEYS"]; got != list {
			t.Errorf("the site has %q, the vault %q", got, list)
		}
	}
}

// TestRedeployingOntoKeptACS deletes the site's group and deploys again onto a resource of another group.
func TestRedeployingOntoKeptACS(t *testing.T) {
	c := newCloud()
	kept := "/subscriptions/" + subscriptionID + "/resourceGroups/shared/providers/Microsoft.Communication/communicationServices/kept"
	c.resources[strings.ToLower(kept)] = map[string]any{"hostName": "kept.communication.azure.com"}
	given := map[string]any{"existingAcsResourceId": kept}
	if env := deployed(t, c, "visits", given); env["ACS_ENDPOINT"] != "https://kept.communication.azure.com" {
		t.Errorf("the site uses %s", env["ACS_ENDPOINT"])
	}
	deployed(t, c, "visits", given)
	c.deleteGroup("visits")
	given["recoverKeyVault"] = true
	deployed(t, c, "visits", given)
	roles := 0
	for id := range maps.Keys(c.resources) {
		if strings.Contains(id, "roleassignments") && strings.HasPrefix(id, strings.ToLower(kept)) {
			roles++
		}
	}
	if roles != 2 { // the deleted identity's assignment stays until somebody removes it
		t.Errorf("%d role assignments on the kept resource", roles)
	}
}
