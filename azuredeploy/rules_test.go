package azuredeploy

import (
	"encoding/json"
	"errors"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// notParameters are settings that the template leaves alone.
var notParameters = []string{"LISTEN", "PORT", "TLS_SELF_SIGNED"}

func isParameter(variable string) bool {
	return !slices.Contains(notParameters, variable) && !slices.ContainsFunc([]string{"REHEARS", "AZURE_", "ACS_"}, func(p string) bool { return strings.HasPrefix(variable, p) })
}

// parameterOf returns the parameter for a setting's variable: dailyJoins for DAILY_JOINS.
func parameterOf(variable string) string {
	switch variable {
	case "LINK_KEYS", "SESSION_KEYS": // the first key is the kept one
		return "more" + strings.Title(camel(variable)) //nolint:staticcheck // ASCII
	}
	return camel(variable)
}

func camel(variable string) string {
	words := strings.Split(strings.ToLower(variable), "_")
	for i := range words[1:] {
		words[i+1] = strings.ToUpper(words[i+1][:1]) + words[i+1][1:]
	}
	return strings.Join(words, "")
}

func TestEverySettingIsAParameter(t *testing.T) {
	parameters := object(readJSON(t, "azuredeploy.json"), "parameters")
	for variable, s := range settings(t) {
		p := object(parameters, parameterOf(variable))
		if (p != nil) != isParameter(variable) {
			t.Errorf("%s: the template has a parameter %s: %t", variable, parameterOf(variable), p != nil)
		}
		if p == nil {
			continue
		}
		if secure := text(p, "type") == "securestring"; secure != s.Secret {
			t.Errorf("%s is a secret in the program (%t) or in the template (%t), and not in both", variable, s.Secret, secure)
		}
		if s.Min != nil && (member(p, "minValue") != *s.Min || member(p, "maxValue") != *s.Max) {
			t.Errorf("%s has other limits than the program's %d to %d", parameterOf(variable), *s.Min, *s.Max)
		}
	}
}

// startMistakes starts the program with an environment and returns the settings that it rejects. The address is wrong on
// purpose, so that it never listens.
func startMistakes(t *testing.T, env map[string]string) []string {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(path, "serve")
	command.Env = []string{"LISTEN=nowhere"}
	for name, value := range env {
		command.Env = append(command.Env, name+"="+value)
	}
	var report strings.Builder
	command.Stderr = &report
	err = command.Run()
	if exit := new(exec.ExitError); !errors.As(err, &exit) || exit.ExitCode() != 78 {
		t.Fatalf("the program ended with %v: %s", err, report.String())
	}
	var line struct {
		Mistakes []struct{ Variable, Text string } `json:"mistakes"`
	}
	if err := json.Unmarshal([]byte(report.String()), &line); err != nil {
		t.Fatalf("%v: %s", err, report.String())
	}
	var found []string
	for _, m := range line.Mistakes {
		if m.Variable != "LISTEN" {
			found = append(found, m.Variable+" "+m.Text)
		}
	}
	return found
}

// examples are values beyond those of the program.
type examples struct{ good, bad []string }

func more() map[string]examples {
	const key = "51d7a2c09e8b43f6a1d05c7e92b8f463"
	return map[string]examples{
		"DAILY_JOINS": {
			good: []string{"0", "1000000"},
			bad:  []string{"1000001", "-1"},
		},
		"TOKEN_MINUTES": {
			good: []string{"61"},
			bad:  []string{"59", "1441"},
		},
		"WAIT_MINUTES": {
			good: []string{"5", "240"},
			bad:  []string{"4", "241"},
		},
		"FRAME_ANCESTORS": {
			good: []string{"https://portal.example.org", "https://a.example.org,https://b.example.org", "https://a.example.org, https://b.example.org:8443"},
			bad:  []string{"https://Portal.Example.org", "https://portal.example.org:443", "https://portal.example.org:0", "https://portal.example.org:70000", "https://portal..example.org", "https://-portal.example.org", "https://portal.example.org?", "https://user@portal.example.org", ", ,"},
		},
		"TOKEN_SCOPES": {
			good: []string{"voip", "voip.join,chat.join.limited"},
			bad:  []string{"calling", "voip,voip", "voip,,chat", "chat,", "Voip"},
		},
		"TRUSTED_PROXIES": {
			good: []string{"private", "192.0.2.1", "loopback,10.0.0.0/8"},
			bad:  []string{"none", "10.0.0.0/0", "10.0.0.256", "010.0.0.1", "10.0.0.0/08", "10.0.0.0/8/8", "10.0.0.1-10.0.0.9", "example.org", "1:2", "2001:db8::/129", ","},
		},
		"LINK_KEYS": {
			good: []string{key, key + "," + strings.ToUpper(key[4:]) + key[:4]},
			bad:  []string{"fifteen-charact", key + ",", key + ",,", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "1234567890123456789012345678", "abcdefghijklmnopqrstuvwxyz", key[:12] + key[:12]},
		},
		"SESSION_KEYS": {
			bad: []string{key[:16] + ",short"},
		},
		"BRAND_PHONE": {
			good: []string{"01234 567890", "(555) 123-4567"},
			bad:  []string{"---", "+", "++44 1234", "1-2", "01234\t567890", "call 01234 567890"},
		},
		"BRAND_NAME": {
			good: []string{"Lamna Clinic", "Ärztehaus am Wall", "مركز", "1. FC"},
			bad:  []string{"!!!", "a\u200bb", "line\nbreak", "bell\a", "\u202eevil", "nb\u00a0sp"},
		},
		"BRAND_PRIVACY_URL": {
			good: []string{"https://example.org/privacy?lang=en#top", "https://example.org/a%20b"},
			bad:  []string{"https://example.org/%zz", "https://exa mple.org", "https://example.org:0x50/", "https://", "https://.example.org", "//example.org", "https://example.org/a\"b", "https://example.org/#a#b"},
		},
		"SURVEY_URL": {
			good: []string{"https://forms.example.org/r/1"},
			bad:  []string{"http://forms.example.org/r/1", "https://forms.example.org:99999"},
		},
		"BRAND_COLOUR": {
			good: []string{"#0A5C75"},
			bad:  []string{"#0a5c7", "0a5c75", "#0a5c75ff", "teal"},
		},
		"BRAND_LOGO": {
			bad: []string{"logo.svg", "data:image/png;base64,aGVsbG8=", "data:image/svg+xml;base64,aGVsbG8=", "data:text/html;base64,PHN2Zz4="},
		},
		"TENANTS": {
			good: []string{"aaaabbbb-0000-cccc-1111-dddd2222eeee"},
			bad:  []string{"aaaabbbb0000cccc1111dddd2222eeee", "aaaabbbb-0000-cccc-1111-dddd2222eeeez", "aaaabbbb-0000-cccc-11111-ddd2222eeee"},
		},
		"DESK_PASSPHRASE": {
			good: []string{"the night porter knows", "Vier grüne Lampen 7"},
			bad:  []string{"short", "aaaaaaaaaaaaaaa", "abcabcabcabcabc", "123456789012345", "Passphrase12", "😀😀😀😀😀😀", "eleven char"},
		},
		"ZONE": {
			good: []string{"Europe/Zurich"},
			bad:  []string{"Mars/Olympus", "Europe/zurich"},
		},
		"METRICS_LISTEN": {
			good: []string{":9090"},
			bad:  []string{"9090", ":0", ":8080", ":99999", "localhost"},
		},
		"BASE_URL": {
			good: []string{"https://visit.example.org", "https://visit.example.org:8443"},
			bad:  []string{"https://visit.example.org/path", "https://visit.example.org:0", "https://visit.example.org:", "https://visit_example.org", "https://a@visit.example.org"},
		},
		"ADMISSION": {
			good: []string{"open"},
			bad:  []string{"Links", "everyone"},
		},
		"CHAT": {
			good: []string{"off"},
			bad:  []string{"on", "Auto"},
		},
		"GRACE_MINUTES": {
			good: []string{"0"},
			bad:  []string{"1441"},
		},
	}
}

// isNarrower reports whether the template rejects a value that the program accepts.
func isNarrower(variable, value string) bool {
	switch variable {
	case "BASE_URL", "BRAND_PRIVACY_URL", "ENTRA_AUTHORITY":
		return strings.HasPrefix(value, "http:") // a site on Azure has a certificate
	case "METRICS_LISTEN":
		return !strings.HasPrefix(value, ":") || value == ":8080" // the site itself is there
	case "ENTRA_RIGHTS":
		return strings.Contains(value, " ") // the template has one order
	case "ZONE":
		return true // the template lists one name for each zone
	}
	return false
}

// isNarrowerInForm reports whether the form rejects a value that the template accepts.
func isNarrowerInForm(variable, value string) bool {
	switch variable {
	case "LINK_KEYS":
		return len(value) < 24 || strings.ContainsAny(value, " !") // keys made by a machine, and no others
	case "TRUSTED_PROXIES":
		return strings.Contains(value, ":")
	case "FRAME_ANCESTORS":
		return value == "none"
	}
	return isNarrower(variable, value)
}

const aGUID = "aaaabbbb-0000-cccc-1111-dddd2222eeee"

// companions are what a value needs beside it.
func companions(variable, value string) map[string]any {
	switch {
	case variable == "TENANTS":
		return map[string]any{"admission": "tenants"}
	case strings.HasPrefix(variable, "ENTRA_"):
		given := map[string]any{"entraTenant": aGUID, "entraClientId": aGUID, "entraFederated": "managed-identity"}
		if variable == "ENTRA_CLIENT_SECRET" || variable == "ENTRA_CLIENT_CERTIFICATE" {
			given["entraFederated"] = ""
		}
		if variable == "ENTRA_AUTHORITY" {
			given["entraRights"] = "none"
		}
		return given
	case value == "tenants":
		return map[string]any{"tenants": aGUID}
	}
	return map[string]any{}
}

type trial struct {
	variable, value string
	valid           bool // the program accepts it, so template and form should
}

func trials(t *testing.T) []trial {
	var list []trial
	extra := 0
	for variable, s := range settings(t) {
		if !isParameter(variable) || s.Kind == "" {
			continue
		}
		valid := s.Valid
		if s.Choices != nil {
			valid = s.Choices
		}
		for _, v := range valid {
			list = append(list, trial{variable, v, true})
		}
		for _, v := range s.Invalid {
			list = append(list, trial{variable, v, false})
		}
		for _, v := range more()[variable].good {
			list = append(list, trial{variable, v, true})
		}
		for _, v := range more()[variable].bad {
			list = append(list, trial{variable, v, false})
		}
		extra += len(more()[variable].good) + len(more()[variable].bad)
	}
	if extra < 60 {
		t.Errorf("only %d values beyond the program's own", extra)
	}
	return list
}

// TestTemplateAcceptsWhatTheProgramAccepts tries every value in the template, and what it accepts in the program.
func TestTemplateAcceptsWhatTheProgramAccepts(t *testing.T) {
	template := readJSON(t, "azuredeploy.json")
	for _, trial := range trials(t) {
		given := companions(trial.variable, trial.value)
		name := parameterOf(trial.variable)
		given[name] = trial.value
		if text(template, "parameters", name, "type") == "int" {
			n, err := strconv.ParseInt(trial.value, 10, 64)
			if strconv.FormatInt(n, 10) != trial.value || err != nil {
				continue // the parameter is a number and not its text
			}
			given[name] = n
		}
		c := newCloud()
		_, err := c.deploy(template, "visits", given)
		switch {
		case err != nil && trial.valid && !isNarrower(trial.variable, trial.value):
			t.Errorf("%s: the program accepts %.80q, the template does not: %v", trial.variable, trial.value, err)
		case err == nil && !trial.valid:
			t.Errorf("%s: the template accepts %.80q", trial.variable, trial.value)
		case err == nil:
			if mistakes := startMistakes(t, environmentOf(c.app(t))); len(mistakes) > 0 {
				t.Errorf("%s: the template accepts %.80q, and the program does not start: %v", trial.variable, trial.value, mistakes)
			}
		}
	}
}

// TestFormAcceptsWhatTheTemplateAccepts tries every value in the form, and what it accepts in the template.
func TestFormAcceptsWhatTheTemplateAccepts(t *testing.T) {
	template := readJSON(t, "azuredeploy.json")
	elements := make(map[string]string)
	for path := range formElements(t) {
		elements[path[strings.LastIndex(path, ".")+1:]] = path
	}
	for _, trial := range trials(t) {
		path := elements[parameterOf(trial.variable)]
		if path == "" {
			continue
		}
		f := filledForm(t, "westeurope")
		if trial.variable == "TENANTS" {
			f.answer("expert.visitors.admission", "tenants")
		}
		if strings.HasPrefix(trial.variable, "ENTRA_") {
			f.answer("expert.staff.entraTenant", aGUID)
			f.answer("expert.staff.entraClientId", aGUID)
			if trial.variable == "ENTRA_CLIENT_SECRET" {
				f.answer("expert.staff.entraFederated", "")
			}
		}
		if trial.variable == "ADMISSION" {
			f.answer("expert.visitors.tenants", "aaaabbbb-0000-cccc-1111-dddd2222eeee")
		}
		if kind(f.elements[path]) == "Slider" {
			continue // it cannot be moved beyond its ends
		}
		f.answer(path, trial.value)
		given, err := f.submit()
		if err != nil {
			if trial.valid && !isNarrowerInForm(trial.variable, trial.value) {
				t.Errorf("%s: the form rejects %.80q: %v", path, trial.value, err)
			}
			continue
		}
		if _, err := newCloud().deploy(template, "visits", given); err != nil {
			t.Errorf("%s: the form accepts %.80q, and the template does not: %v", path, trial.value, err)
		}
	}
}

// TestSlidersStayWithinTheParameters compares the ends of the form's sliders with the limits of their parameters.
func TestSlidersStayWithinTheParameters(t *testing.T) {
	parameters := object(readJSON(t, "azuredeploy.json"), "parameters")
	for path, e := range formElements(t) {
		if kind(e) != "Slider" {
			continue
		}
		p := object(parameters, text(e, "name"))
		least, _ := member(e, "min").(int64)
		most, _ := member(e, "max").(int64)
		if fits(p, least) != nil || fits(p, most) != nil || member(e, "defaultValue") != member(p, "defaultValue") {
			t.Errorf("%s goes from %d to %d, its parameter is %v", path, least, most, p)
		}
	}
}

// TestTemplateRejectsWrongCombinations tries answers that are wrong only together.
func TestTemplateRejectsWrongCombinations(t *testing.T) {
	template := readJSON(t, "azuredeploy.json")
	certificate := "/subscriptions/" + subscriptionID + "/resourceGroups/visits/providers/Microsoft.App/managedEnvironments/anteroom-environment/managedCertificates/visit"
	for want, list := range map[string][]map[string]any{
		"minReplicas must not":    {{"minReplicas": int64(5), "maxReplicas": int64(2)}},
		"must be set together":    {{"customDomain": "visit.example.org"}, {"customDomainCertificateId": certificate}},
		"appName must be":         {{"appName": "a--b"}, {"appName": "Anteroom"}, {"appName": "9lives"}, {"appName": "a.b"}, {"appName": "a-"}, {"appName": "-a"}},
		"tenants must be set":     {{"admission": "tenants"}, {"tenants": "aaaabbbb-0000-cccc-1111-dddd2222eeee"}},
		"One of entraFederated":   {{"entraFederated": "managed-identity"}, {"entraTenant": aGUID, "entraClientId": aGUID}, {"entraTenant": aGUID, "entraClientId": aGUID, "entraFederated": "managed-identity", "entraClientSecret": "Zx8~Q1w2e3r4"}},
		"entraRights must be":     {{"entraTenant": aGUID, "entraClientId": aGUID, "entraFederated": "managed-identity", "entraAuthority": "https://login.microsoftonline.us", "entraRights": "calls"}},
		"entraTenant and entra":   {{"entraTenant": aGUID, "entraFederated": "managed-identity"}},
		"zoneRedundant needs":     {{"zoneRedundant": true}},
		"existingAcsResourceId m": {{"existingAcsResourceId": "anteroom"}, {"existingAcsResourceId": "/subscriptions/x/resourceGroups/y/providers/Microsoft.Web/sites/z"}},
		"infrastructureSubnetId":  {{"infrastructureSubnetId": "default"}},
		"acsRoleDefinitionGuid m": {{"acsRoleDefinitionGuid": "Communication and Email Service Owner"}},
		"is not an allowed value": {{"authMode": "key"}, {"dataLocation": "Mars"}},
	} {
		for _, given := range list {
			c := newCloud()
			_, err := c.deploy(template, "visits", given)
			if err == nil || !strings.Contains(err.Error(), want) && !strings.Contains(err.Error(), "breaks") {
				t.Errorf("%v: %v, want %q", given, err, want)
			}
			if len(c.sent) > 0 {
				t.Errorf("%v: %d resources were created first", given, len(c.sent))
			}
		}
	}
	for _, given := range []map[string]any{
		{"customDomain": "visit.example.org", "customDomainCertificateId": certificate},
		{"minReplicas": int64(1), "maxReplicas": int64(1)},
		{"entraTenant": aGUID, "entraClientId": aGUID, "entraFederated": "managed-identity"},
		{"zoneRedundant": true, "infrastructureSubnetId": "/subscriptions/x/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/net/subnets/apps"},
		{"tags": map[string]any{"owner": "desk"}, "authMode": "accessKey"},
	} {
		c := newCloud()
		if _, err := c.deploy(template, "visits", given); err != nil {
			t.Errorf("%v: %v", given, err)
		} else if mistakes := startMistakes(t, environmentOf(c.app(t))); len(mistakes) > 0 {
			t.Errorf("%v: %v", given, mistakes)
		}
	}
}

func TestTemplateRejectsOtherClouds(t *testing.T) {
	c := newCloud()
	c.cloud = "AzureUSGovernment"
	if _, err := c.deploy(readJSON(t, "azuredeploy.json"), "visits", nil); err == nil || !strings.Contains(err.Error(), "public Azure cloud only") {
		t.Errorf("Azure Government: %v", err)
	}
}
