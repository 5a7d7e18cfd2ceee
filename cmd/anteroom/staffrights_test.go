package main

import (
	"net/url"
	"strings"
	"testing"

	"github.com/anteroom-visit/anteroom/entra"
	"github.com/anteroom-visit/anteroom/entra/entratest"
)

// A right that is not in the settings is not offered and not requested at sign-in. An old form or link
// that needs it leads to a page that explains the refusal.
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
			whole := newStaffBrowser(t, startProgram(t, "LINK_KEYS=a-link-key-for-the-tests", "DESK_PASSPHRASE=canary quiet river 7"))
			whole.signIn("/desk/sign-in/microsoft", "Dr Asha Rao", nil)
			oldLink := whole.hostLink()
			p := startProgram(t, "LINK_KEYS=a-link-key-for-the-tests", "DESK_PASSPHRASE=canary quiet river 7", "ENTRA_RIGHTS="+c.rights)
			b := newStaffBrowser(t, p)
			asked := ""
			for _, resource := range []string{"", "?for=meetings", "?for=calls"} {
				address, err := url.Parse(b.leadsTo("/desk/sign-in/microsoft" + resource))
				if err != nil || address.Query().Get("scope") == "" {
					t.Fatalf("%v: %s", err, address)
				}
				asked += " " + address.Query().Get("scope")
			}
			for _, scope := range c.scopes {
				if !strings.Contains(asked, scope) {
					t.Errorf("no sign-in asks for %s", scope)
				}
			}
			for _, scope := range c.missing {
				if strings.Contains(asked, scope) {
					t.Errorf("a sign-in asks for %s: %s", scope, asked)
				}
			}
			if at := b.signIn("/desk/sign-in/microsoft", "Dr Asha Rao", nil); at.status != 200 || at.path != "/desk" || (at.find(t, `input[name="way"]`).Length() > 0) != c.creates {
				t.Errorf("the form, status %d at %s, offers to create meetings: %t", at.status, at.path, !c.creates)
			}
			at := b.post("/desk", newMeetingForm("way", "", "meeting", shortLink))
			if at.status != 200 || (at.find(t, `a[href*="/host/"]`).Length() > 0) != c.joins || strings.Contains(at.find(t, "#host").Text(), "/host/") != c.joins {
				t.Errorf("status %d, the sheet offers to join: %t", at.status, !c.joins)
			}
			if got := at.find(t, "#host, a[download='host.ics']").Length(); (got > 0) != c.invitesHost {
				t.Errorf("the sheet has %d parts for the host", got)
			}
			// A form that was opened before the setting changed.
			at = b.post("/desk", newMeetingForm())
			switch {
			case c.creates && at.find(t, `main .btn[href*="for=meetings"]`).Length() != 1:
				t.Errorf("creating does not ask for consent: %d %s", at.status, at.find(t, "main").Text())
			case !c.creates && (at.status != 403 || !strings.Contains(at.text, "This site does not create meetings") || at.typed(t).Get("name") != "Canary Patel"):
				t.Errorf("creating is refused with %d %s", at.status, at.find(t, "#failure").Text())
			}
			at = b.get(oldLink)
			if c.joins {
				if at.status != 200 || at.find(t, "#staff-join").Length() != 1 {
					t.Errorf("the host's page: %d %s", at.status, at.find(t, "main").Text())
				}
				return
			}
			if at.status != 403 || !strings.Contains(at.text, "You join this visit in Teams") || at.find(t, `main a[href^="/desk/sign-in/microsoft"]`).Length() > 0 {
				t.Errorf("the host's page is refused with %d %s", at.status, at.find(t, "main").Text())
			}
			for _, path := range []string{"/host/join", "/host/token"} {
				if at := b.sendJSON(path, oldLink); at.status != 403 || !strings.Contains(at.text, `"calls-off"`) || strings.Contains(at.text, "signIn") {
					t.Errorf("%s is refused with %d %s", path, at.status, at.text)
				}
			}
		})
	}
}

// Staff can sign in in other clouds. Settings that are not supported there are mistakes.
func TestOtherCloudsOfferTheSignInOnly(t *testing.T) {
	certificate := certificatePEM(t)
	for name, c := range map[string]struct {
		env   map[string]string
		wants string
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
		if c.wants == "" && found != "" || c.wants != "" && (strings.Count(found, "\n") > 1 || !strings.Contains(found, "ENTRA_RIGHTS")) {
			t.Errorf("%s: mistakes %q, want %q", name, found, c.wants)
		}
	}
}

// Each cloud has its own audience for a managed identity's token.
func TestFederatedAudienceFollowsTheCloud(t *testing.T) {
	for authority, want := range map[string]string{
		entra.PublicAuthority:                      "api://AzureADTokenExchange",
		"https://login.microsoftonline.us":         "api://AzureADTokenExchangeUSGov",
		"https://login.partner.microsoftonline.cn": "api://AzureADTokenExchangeChina",
	} {
		if got := (entraSettings{EntraAuthority: authority}).federatedAudience(); got != want {
			t.Errorf("%s: %s, want %s", authority, got, want)
		}
	}
}

// The shell commands do not issue a token for a right that is not in the settings.
func TestTeamsTokenNeedsTheRight(t *testing.T) {
	p := staffed(t, entratest.Options{})
	for rights, want := range map[string]string{"none": "add calls to ENTRA_RIGHTS", "meetings": "add calls to ENTRA_RIGHTS"} {
		env := []string{"ENTRA_RIGHTS=" + rights}
		for _, name := range []string{"ACS_CONNECTION_STRING", "ENTRA_AUTHORITY", "ENTRA_TENANT", "ENTRA_CLIENT_ID", "ENTRA_CLIENT_SECRET"} {
			env = append(env, name+"="+p.env[name])
		}
		if _, err := shell(t, "", env, "token", "teams"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", rights, err)
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
