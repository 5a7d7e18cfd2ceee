package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

func TestSettingsCommandListsEverySetting(t *testing.T) {
	out, err := shell(t, "", []string{"SESSION_KEYS=this-is-never-listed-51d7"}, "settings", "--json")
	if err != nil {
		t.Fatal(err)
	}
	var list []listedSetting
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		t.Fatal(err)
	}
	byName := make(map[string]listedSetting, len(list))
	for _, l := range list {
		if l.Flag == "" || l.Help == "" {
			t.Errorf("%s has no flag or no help", l.Variable)
		}
		if _, twice := byName[l.Variable]; twice {
			t.Errorf("%s is listed twice", l.Variable)
		}
		byName[l.Variable] = l
	}
	for name, want := range map[string]listedSetting{
		"TOKEN_MINUTES":         {Flag: "token-minutes", Default: "60"},
		"SESSION_KEYS":          {Flag: "session-keys", Secret: true},
		"ACS_CONNECTION_STRING": {Flag: "acs-connection-string", Secret: true},
		"ACS_ENDPOINT":          {Flag: "acs-endpoint"},
		"PORT":                  {Flag: "port"},
		"REHEARSAL_HOST":        {Flag: "rehearsal-host", Default: "on"},
	} {
		got := byName[name]
		if got.Flag != want.Flag || got.Default != want.Default || got.Secret != want.Secret {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	if strings.Contains(out, "this-is-never-listed") {
		t.Error("the list contains a setting's value")
	}
	if out, err = shell(t, "", nil, "settings"); err != nil || !strings.Contains(out, "--session-keys") {
		t.Errorf("as text: %v, printed %s, want --session-keys in it", err, out)
	}
	if out, err = shell(t, "", nil, "--help"); err != nil || strings.Contains(out, "settings [flags]") {
		t.Errorf("--help: %v, printed %s, want no settings command in it", err, out)
	}
}

func TestCredentialFollowsTheAzureSettings(t *testing.T) {
	for _, c := range []struct {
		name     string
		settings serviceSettings
		managed  bool
	}{
		{"no setting", serviceSettings{}, false},
		{"a client ID", serviceSettings{AzureClientID: "11111111-2222-3333-4444-555555555555"}, true},
		{"a workload identity", serviceSettings{AzureClientID: "11111111-2222-3333-4444-555555555555", AzureTenantID: "tenant"}, false},
	} {
		credential, err := c.settings.credential()
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if _, managed := credential.(*azidentity.ManagedIdentityCredential); managed != c.managed {
			t.Errorf("%s: credential is a %T, want a managed identity: %t", c.name, credential, c.managed)
		}
	}
}
