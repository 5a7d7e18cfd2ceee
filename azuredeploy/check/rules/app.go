package rules

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/anteroom-visit/anteroom/azuredeploy/check/arm"
)

func (i *deployed) app() {
	r := i.one(appType, true)
	if r == nil {
		return
	}
	identity := i.idOf(identityType)
	holders, _ := member(r.Body, "identity", "userAssignedIdentities").(map[string]any)
	_, held := holders[identity]
	i.unless(held && len(holders) == 1 && text(r.Body, "identity", "type") == "UserAssigned", r.Path+"/identity", "is not the site's identity alone")
	p := member(r.Body, "properties")
	i.unless(text(p, "environmentId") == i.idOf(environmentType), r.Path, "is not in the environment")
	i.unless(text(p, "workloadProfileName") == "Consumption", r.Path, "has no profile of its environment")
	configuration := member(p, "configuration")
	setting := member(configuration, "identitySettings", 0)
	i.unless(text(setting, "identity") == identity && text(setting, "lifecycle") == "Main", r.Path, "the container cannot use the identity")
	i.unless(text(configuration, "activeRevisionsMode") == "Single", r.Path, "would run two revisions with different keys")
	revisions, _ := member(configuration, "maxInactiveRevisions").(int64)
	i.unless(revisions >= 1 && revisions <= 100, r.Path, "keeps no revision to go back to, or all of them")
	i.ingress(r.Path, member(configuration, "ingress"))
	i.template(r.Path, member(p, "template"))
	i.environment(*r)
}

func (i *deployed) ingress(where string, ingress any) {
	i.unless(member(ingress, "external") == true, where, "cannot be reached from outside")
	i.unless(member(ingress, "allowInsecure") == false, where, "answers without TLS")
	i.unless(text(ingress, "transport") == "auto", where, "the transport is not auto")
	i.unless(text(ingress, "stickySessions", "affinity") == "none", where, "sticks visitors to a copy, which they do not need")
	traffic := list(ingress, "traffic")
	latest := len(traffic) == 1 && member(traffic, 0, "latestRevision") == true && fmt.Sprint(member(traffic, 0, "weight")) == "100"
	i.unless(latest, where, "not all visitors reach the newest revision")
	domains, want := list(ingress, "customDomains"), 0
	if i.given("customDomain") != "" {
		want = 1
		d := member(domains, 0)
		ok := text(d, "name") == i.given("customDomain") && text(d, "certificateId") == i.given("customDomainCertificateId") && text(d, "bindingType") == "SniEnabled"
		i.unless(ok, where, "loses the custom domain")
	}
	i.unless(len(domains) == want, where, "has %d custom domains", len(domains))
	port, _ := member(ingress, "targetPort").(int64)
	i.unless(port >= 1024 && port <= 65535, where, "%d is no port that the program may open", port)
}

// graceSeconds is more than the program takes to let every begun request finish.
const graceSeconds = 45

func (i *deployed) template(where string, template any) {
	grace, _ := member(template, "terminationGracePeriodSeconds").(int64)
	i.unless(grace >= graceSeconds && grace <= 600, where, "is killed before begun requests are finished")
	containers := list(template, "containers")
	i.unless(len(containers) == 1, where, "%d containers", len(containers))
	container := member(containers, 0)
	i.unless(text(container, "name") != "", where, "the container has no name")
	i.unless(text(container, "image") == i.given("image"), where, "runs another image than it was told to")
	cpu, _ := member(container, "resources", "cpu").(float64)
	memory := text(container, "resources", "memory")
	i.unless(memory == strconv.FormatFloat(cpu*2, 'g', -1, 64)+"Gi" && cpu >= 0.25 && cpu <= 4, where, "%v CPU and %s are no size that Consumption has", cpu, memory)
	i.probes(where, list(container, "probes"), i.port())
	i.scale(where, member(template, "scale"))
}

// port is what the program is told to listen on.
func (i *deployed) port() string {
	for _, r := range i.all {
		if r.Type == appType && r.Deployed {
			target := fmt.Sprint(member(r.Body, "properties", "configuration", "ingress", "targetPort"))
			for _, e := range variables(r) {
				if e.name == "PORT" {
					i.unless(e.value == target, r.Path, "listens on %s, and the ingress asks %s", e.value, target)
				}
			}
			return target
		}
	}
	return ""
}

// probes are answered by the program itself. Whether it is alive must not depend on anybody else; it
// may be unready.
func (i *deployed) probes(where string, probes []any, port string) {
	want := map[string]string{"Startup": "/healthz", "Liveness": "/healthz", "Readiness": "/readyz"}
	for _, probe := range probes {
		kind := text(probe, "type")
		path, known := want[kind]
		delete(want, kind)
		get := member(probe, "httpGet")
		i.unless(known, where+"/probes", "%q is no probe, or there twice", kind)
		i.unless(text(get, "path") == path, where+"/probes", "%s asks %s, want %s", kind, text(get, "path"), path)
		i.unless(fmt.Sprint(member(get, "port")) == port && text(get, "scheme") == "HTTP", where+"/probes", "%s does not ask where the program listens", kind)
		if i.facts.Answers != nil {
			status := i.facts.Answers(text(get, "path"))
			i.unless(status == http.StatusOK, where+"/probes", "the program answers %s with %d", text(get, "path"), status)
		}
		for name, limits := range map[string][2]int64{
			"initialDelaySeconds": {0, 60}, "periodSeconds": {1, 240}, "timeoutSeconds": {1, 240}, "failureThreshold": {1, 10},
		} {
			n, whole := member(probe, name).(int64)
			given := member(probe, name) != nil || name != "initialDelaySeconds"
			i.unless(!given || whole && n >= limits[0] && n <= limits[1], where+"/probes", "%s: %s is outside of %v", kind, name, limits)
		}
	}
	i.unless(len(want) == 0, where+"/probes", "without %v", want)
}

func (i *deployed) scale(where string, scale any) {
	i.unless(fmt.Sprint(member(scale, "minReplicas")) == i.given("minReplicas"), where, "does not keep as many copies as it was told to")
	i.unless(fmt.Sprint(member(scale, "maxReplicas")) == i.given("maxReplicas"), where, "does not make as many copies as it was told to")
	least, _ := member(scale, "minReplicas").(int64)
	most, _ := member(scale, "maxReplicas").(int64)
	i.unless(least >= 2 && most >= least, where, "%d to %d copies cannot be kept open", least, most)
	rules := list(scale, "rules")
	many, err := strconv.Atoi(text(rules, 0, "http", "metadata", "concurrentRequests"))
	i.unless(len(rules) == 1 && err == nil && many >= 10 && many <= 1000, where, "does not scale by requests")
	i.unless(text(rules, 0, "name") != "", where, "the scale rule has no name")
}

// env is one environment variable of the container.
type env struct {
	name, value, secret string
	kind                string // "value" or "secretRef"
}

func variables(app arm.Resource) []env {
	var out []env
	for _, v := range list(app.Body, "properties", "template", "containers", 0, "env") {
		e := env{name: text(v, "name"), value: text(v, "value"), secret: text(v, "secretRef")}
		if e.kind = "value"; e.secret != "" {
			e.kind = "secretRef"
		}
		out = append(out, e)
	}
	return out
}

// environment: each variable once, and each with what its parameter says.
func (i *deployed) environment(app arm.Resource) {
	got := make(map[string]env)
	for _, e := range variables(app) {
		_, twice := got[e.name]
		i.unless(!twice && e.name != "", app.Path+"/env", "%q is there twice, or has no name", e.name)
		got[e.name] = e
	}
	for name := range i.d.Parameters {
		if e, ok := got[variable(name)]; ok && e.kind == "value" && name != "baseUrl" {
			i.unless(e.value == i.given(name), app.Path+"/env", "%s is %q, and %s says %q", e.name, e.value, name, i.given(name))
		}
	}
	want := map[string]string{"BASE_URL": i.baseURL(), "ACS_ENDPOINT": "", "AZURE_CLIENT_ID": "", "ACS_CONNECTION_STRING": "acs-connection-string"}
	if i.useIdentity() {
		want = map[string]string{"BASE_URL": i.baseURL(), "ACS_ENDPOINT": "https://" + hostName, "AZURE_CLIENT_ID": clientID, "ACS_CONNECTION_STRING": ""}
	}
	want["SESSION_KEYS"], want["LINK_KEYS"], want["DESK_PASSPHRASE"] = "session-keys", "link-keys", ""
	if i.given("deskPassphrase") != "" {
		want["DESK_PASSPHRASE"] = "desk-passphrase"
	}
	for name, value := range want {
		i.unless(got[name].value+got[name].secret == value, app.Path+"/env", "%s is %q, want %q for %s", name, got[name].value+got[name].secret, value, i.set.Name)
	}
}

// baseURL is where visitors find the site.
func (i *deployed) baseURL() string {
	switch {
	case i.given("baseUrl") != "":
		return i.given("baseUrl")
	case i.given("customDomain") != "":
		return "https://" + i.given("customDomain")
	}
	return "https://" + i.given("appName") + "." + domain
}

// secrets: each is used, each that is used is there, each is what its parameters say, and none stands
// anywhere else.
func (i *deployed) secrets(template map[string]any) {
	app := i.one(appType, true)
	if app == nil {
		return
	}
	keys := func(first, then string) string { return strings.Trim(first+","+then, ",") }
	link := i.given("linkKey")
	if link == "" {
		link = i.given("generatedLinkKey")
	}
	want := map[string]string{
		"session-keys": keys(i.given("sessionKey"), i.given("previousSessionKeys")),
		"link-keys":    keys(link, i.given("previousLinkKeys")),
	}
	if i.given("deskPassphrase") != "" {
		want["desk-passphrase"] = i.given("deskPassphrase")
	}
	if !i.useIdentity() {
		want["acs-connection-string"] = acsSecret
	}
	var used []string
	for _, e := range variables(*app) {
		if e.kind == "secretRef" {
			used = append(used, e.secret)
		}
	}
	for _, s := range list(app.Body, "properties", "configuration", "secrets") {
		name := text(s, "name")
		i.unless(want[name] != "" && text(s, "value") == want[name], app.Path+"/secrets", "%q does not hold what it should for %s", name, i.set.Name)
		i.unless(slices.Contains(used, name), app.Path+"/secrets", "%q is not used", name)
		delete(want, name)
	}
	i.unless(len(want) == 0, app.Path+"/secrets", "%d are missing for %s", len(want), i.set.Name)
	i.leaks(template)
}

// leaks looks for every secret in every place but the two that are made for one.
func (i *deployed) leaks(template map[string]any) {
	secrets := []string{acsSecret, logSecret}
	for name, declaration := range objects(template["parameters"]) {
		if v := i.given(name); text(declaration, "type") == "securestring" && v != "" {
			secrets = append(secrets, v)
		}
	}
	for _, r := range i.all {
		i.search(secrets, r.Path, r.Body)
	}
	i.search(secrets, "/outputs", i.d.Outputs)
}

func (i *deployed) search(secrets []string, where string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			i.search(secrets, where+"/"+name, inner)
		}
	case []any:
		for n, inner := range v {
			i.search(secrets, fmt.Sprintf("%s/%d", where, n), inner)
		}
	case string:
		meant := strings.Contains(where, "/properties/configuration/secrets/") && strings.HasSuffix(where, "/value") ||
			strings.HasSuffix(where, "/logAnalyticsConfiguration/sharedKey")
		held := slices.ContainsFunc(secrets, func(s string) bool { return strings.Contains(v, s) })
		i.unless(meant || !held, where, "holds a secret")
	}
}

// outputs: the address, and nothing else that could be read in the deployment's history.
func (i *deployed) outputs() {
	i.unless(len(i.d.Outputs) == 1 && i.d.Outputs["address"] == "https://"+fqdn, "/outputs", "are %v, want the address alone", i.d.Outputs)
}
