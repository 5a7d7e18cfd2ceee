package main

import (
	"net/url"
	"strings"
	"testing"

	"github.com/anteroom-visit/anteroom/entra"
	"github.com/anteroom-visit/anteroom/entra/entratest"
)

// TestRightsCanBeLeftOut checks that the site neither offers nor requests a right that is not in the settings. An old form
// or link that needs it leads to a page that explains the refusal.
func TestRightsCanBeLeftOut(t *testing.T) {
	for _, c := range []struct {
		rights          string
		creates, joins  bool
		invitesHost     bool
		scopes, missing []string
	}{
		{"none", false, false, false, nil, append(entra.Meetings().Scopes, entra.TeamsCalls().Scopes...)},
		{"meetings", true, false, true, entra.Meetings().Scopes, entra.TeamsCalls().Scopes},
		{"calls", false, true, true, entra.TeamsCalls().Scopes, entra.Meetings().Scopes},
		{"meetings,calls", true, true, true, append(entra.Meetings().Scopes, entra.TeamsCalls().Scopes...), nil},
	} {
		t.Run(c.rights, func(t *testing.T) {
			t.Parallel()
			withAll := newStaffBrowser(t, startProgram(t, "LINK_KEYS=a-link-key-for-the-tests", "DESK_PASSPHRASE=canary quiet river 7"))
			withAll.signIn("/desk/sign-in/microsoft", "Dr Asha Rao", nil)
			oldLink := withAll.hostLink()
			p := startProgram(t, "LINK_KEYS=a-link-key-for-the-tests", "DESK_PASSPHRASE=canary quiet river 7", "ENTRA_RIGHTS="+c.rights)
			b := newStaffBrowser(t, p)
			requested := ""
			for _, resource := range []string{"", "?for=meetings", "?for=calls"} {
				address, err := url.Parse(b.leadsTo("/desk/sign-in/microsoft" + resource))
				if err != nil || address.Query().Get("scope") == "" {
					t.Fatalf("%v: %s", err, address)
				}
				requested += " " + address.Query().Get("scope")
			}
			for _, scope := range c.scopes {
				if !strings.Contains(requested, scope) {
					t.Errorf("the sign-ins request %s, want %s in it", requested, scope)
				}
			}
			for _, scope := range c.missing {
				if strings.Contains(requested, scope) {
					t.Errorf("the sign-ins request %s, want no %s in it", requested, scope)
				}
			}
			if at := b.signIn("/desk/sign-in/microsoft", "Dr Asha Rao", nil); at.status != 200 || at.path != "/desk" || (at.find(t, `input[name="way"]`).Length() > 0) != c.creates {
				t.Errorf("form: status %d at %s, want 200 at /desk and an offer to create meetings: %t", at.status, at.path, c.creates)
			}
			at := b.post("/desk", newMeetingForm("way", "", "meeting", shortLink))
			if at.status != 200 || (at.find(t, `a[href*="/host/"]`).Length() > 0) != c.joins || strings.Contains(at.find(t, "#host").Text(), "/host/") != c.joins {
				t.Errorf("sheet: status %d, want 200 and an offer to join: %t", at.status, c.joins)
			}
			if got := at.find(t, "#host, a[download='host.ics']").Length(); (got > 0) != c.invitesHost {
				t.Errorf("the sheet has %d parts for the host, want any: %t", got, c.invitesHost)
			}
			// A form that was opened before the setting changed.
			at = b.post("/desk", newMeetingForm())
			switch {
			case c.creates && at.find(t, `main .btn[href*="for=meetings"]`).Length() != 1:
				t.Errorf("create: status %d, want a request for consent: %s", at.status, at.find(t, "main").Text())
			case !c.creates && (at.status != 403 || !strings.Contains(at.text, "This site does not create meetings") || at.fields(t).Get("name") != "Canary Patel"):
				t.Errorf("create without the right: status %d, want 403 with the form: %s", at.status, at.find(t, "#failure").Text())
			}
			at = b.get(oldLink)
			if c.joins {
				if at.status != 200 || at.find(t, "#staff-join").Length() != 1 {
					t.Errorf("host's page: status %d, want 200 and the button to join: %s", at.status, at.find(t, "main").Text())
				}
				return
			}
			if at.status != 403 || !strings.Contains(at.text, "You join this visit in Teams") || at.find(t, `main a[href^="/desk/sign-in/microsoft"]`).Length() > 0 {
				t.Errorf("host's page without the right: status %d, want 403 and no sign-in: %s", at.status, at.find(t, "main").Text())
			}
			for _, path := range []string{"/host/join", "/host/token"} {
				if at := b.sendJSON(path, oldLink); at.status != 403 || !strings.Contains(at.text, `"calls-off"`) || strings.Contains(at.text, "signIn") {
					t.Errorf("%s without the right: status %d, %s, want 403 and calls-off", path, at.status, at.text)
				}
			}
		})
	}
}

// TestOtherCloudsSupportOnlyTheSignIn checks that settings for meetings and calls are mistakes in other clouds.
func TestOtherCloudsSupportOnlyTheSignIn(t *testing.T) {
	certificate := certificatePEM(t)
	for name, c := range map[string]struct {
		env  map[string]string
		want string // the setting with a mistake, or ""
	}{
		"public cloud":                       {nil, ""},
		"public cloud, with a slash":         {map[string]string{"ENTRA_AUTHORITY": "https://login.microsoftonline.com/"}, ""},
		"US government":                      {map[string]string{"ENTRA_AUTHORITY": "https://login.microsoftonline.us"}, "ENTRA_RIGHTS"},
		"US government, calls":               {map[string]string{"ENTRA_AUTHORITY": "https://login.microsoftonline.us", "ENTRA_RIGHTS": "calls"}, "ENTRA_RIGHTS"},
		"US government, sign-in only":        {map[string]string{"ENTRA_AUTHORITY": "https://login.microsoftonline.us", "ENTRA_RIGHTS": "none"}, ""},
		"China":                              {map[string]string{"ENTRA_AUTHORITY": "https://login.partner.microsoftonline.cn", "ENTRA_RIGHTS": "meetings"}, "ENTRA_RIGHTS"},
		"China, sign-in only":                {map[string]string{"ENTRA_AUTHORITY": "https://login.partner.microsoftonline.cn", "ENTRA_RIGHTS": "none"}, ""},
		"lookalike":                          {map[string]string{"ENTRA_AUTHORITY": "https://login.microsoftonline.com.example"}, "ENTRA_RIGHTS"},
		"government meetings":                {map[string]string{"GOVERNMENT_CLOUD": "on"}, "ENTRA_RIGHTS"},
		"government meetings, sign-in only":  {map[string]string{"GOVERNMENT_CLOUD": "on", "ENTRA_RIGHTS": "none"}, ""},
		"government meetings, without staff": {map[string]string{"GOVERNMENT_CLOUD": "on", "ENTRA_TENANT": "", "ENTRA_CLIENT_ID": "", "ENTRA_CLIENT_CERTIFICATE": ""}, ""},
	} {
		env := map[string]string{
			"ACS_CONNECTION_STRING": "endpoint=https://anteroom.communication.azure.com/;accesskey=c2VjcmV0", "BASE_URL": "https://visit.example.org",
			"LINK_KEYS": "a-link-key-for-the-tests", "ENTRA_TENANT": "aaaabbbb-0000-cccc-1111-dddd2222eeee", "ENTRA_CLIENT_ID": "aaaabbbb-0000-cccc-1111-dddd2222eeee",
			"ENTRA_CLIENT_CERTIFICATE": certificate,
		}
		for variable, value := range c.env {
			env[variable] = value
		}
		found := mistakesIn(t, env)
		if c.want == "" && found != "" || c.want != "" && (strings.Count(found, "\n") > 1 || !strings.Contains(found, "ENTRA_RIGHTS")) {
			t.Errorf("%s: mistakes %q, want %q", name, found, c.want)
		}
	}
}

// TestFederatedAudienceFollowsTheCloud checks the audience of a managed identity's token in each cloud.
func TestFederatedAudienceFollowsTheCloud(t *testing.T) {
	for authority, want := range map[string]string{
		entra.PublicAuthority:                      "api://AzureADTokenExchange",
		"https://login.microsoftonline.us":         "api://AzureADTokenExchangeUSGov",
		"https://login.partner.microsoftonline.cn": "api://AzureADTokenExchangeChina",
	} {
		if got := (entraSettings{EntraAuthority: authority}).federatedAudience(); got != want {
			t.Errorf("audience for %s = %s, want %s", authority, got, want)
		}
	}
}

// TestTeamsTokenNeedsTheRight checks that the shell issues no token for a right that is not in the settings.
func TestTeamsTokenNeedsTheRight(t *testing.T) {
	p := newStaffedSite(t, entratest.Options{})
	for rights, want := range map[string]string{"none": "add calls to ENTRA_RIGHTS", "meetings": "add calls to ENTRA_RIGHTS"} {
		env := []string{"ENTRA_RIGHTS=" + rights}
		for _, name := range []string{"ACS_CONNECTION_STRING", "ENTRA_AUTHORITY", "ENTRA_TENANT", "ENTRA_CLIENT_ID", "ENTRA_CLIENT_SECRET"} {
			env = append(env, name+"="+p.env[name])
		}
		if _, err := shell(t, "", env, "token", "teams"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ENTRA_RIGHTS=%s: %v, want %q", rights, err, want)
		}
	}
}

// mistakesIn returns the mistakes in these settings.
func mistakesIn(t *testing.T, settings map[string]string) string {
	t.Helper()
	env := []string{"LISTEN=nowhere"}
	for name, value := range settings {
		if value != "" {
			env = append(env, name+"="+value)
		}
	}
	_, err := shell(t, "", env, "serve")
	var found []string
	for line := range strings.Lines(err.Error()) {
		if strings.Contains(line, "_") && !strings.Contains(line, "LISTEN") {
			found = append(found, line)
		}
	}
	return strings.Join(found, "")
}
