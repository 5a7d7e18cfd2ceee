package rules

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/anteroom-visit/anteroom/azuredeploy/check/arm"
	"github.com/anteroom-visit/anteroom/azuredeploy/check/shape"
)

// deployed is one evaluated set under inspection.
type deployed struct {
	*finder
	set   Set
	d     *arm.Deployment
	all   []arm.Resource
	facts Facts
}

// deploy evaluates the template with the set and inspects what Azure would be sent.
func (c *Checker) deploy(f *finder, template map[string]any, set Set) {
	d, problems := arm.Evaluate(template, set.Given, arm.Place{Subscription: here, ResourceGroup: group}, world())
	f.problems = append(f.problems, problems...)
	i := &deployed{f, set, d, d.All(), c.facts}
	for _, r := range i.all {
		if r.Deployed {
			c.shape(f, r)
		}
		i.version(r)
		i.named(r)
		i.location(r)
		i.waits(r)
	}
	i.whole()
	i.acs()
	i.role()
	i.logs()
	i.app()
	i.secrets(template)
	i.outputs()
	elsewhere, _ := arm.Evaluate(template, set.Given, arm.Place{Subscription: here, ResourceGroup: "another"}, world())
	for n, r := range elsewhere.Resources {
		i.unless(r.Type != acsType || r.Name != d.Resources[n].Name, r.Path+"/name", "is the same in every group, and must be the only one in the world")
	}
}

// named: every name begins with the app's, so that one sees what belongs together.
func (i *deployed) named(r arm.Resource) {
	ok := r.Type == roleType || r.Name == i.given("appName") || strings.HasPrefix(r.Name, i.given("appName")+"-")
	i.unless(ok, r.Path+"/name", "%q does not begin with the app's", r.Name)
}

// shape asks the SDK and the schemas, once for the same body.
func (c *Checker) shape(f *finder, r arm.Resource) {
	body, err := json.Marshal(r.Body)
	f.unless(err == nil, r.Path, "cannot be sent: %v", err)
	key := fmt.Sprint(r.Path, r.ID, r.Scope, r.Type, r.APIVersion, string(body))
	if _, known := c.shapes[key]; !known {
		c.shapes[key] = shape.SDK(context.Background(), r)
		if c.facts.Schemas != nil {
			c.shapes[key] = append(c.shapes[key], c.facts.Schemas.Check(r)...)
		}
	}
	f.problems = append(f.problems, c.shapes[key]...)
}

// one is the deployed resource of a type, of which there must be as many as wanted: one or none.
func (i *deployed) one(kind string, wanted bool) *arm.Resource {
	var found []*arm.Resource
	for n, r := range i.all {
		if r.Type == kind && r.Deployed {
			found = append(found, &i.all[n])
		}
	}
	want := 0
	if wanted {
		want = 1
	}
	i.unless(len(found) == want, kind, "%d of them for %s, want %d", len(found), i.set.Name, want)
	if len(found) == 0 {
		return nil
	}
	return found[0]
}

func (i *deployed) newACS() bool      { return i.given("existingAcsResourceId") == "" }
func (i *deployed) useIdentity() bool { return i.given("authMode") == "managedIdentity" }

// given is a parameter's value as text.
func (i *deployed) given(name string) string {
	if v, ok := i.d.Parameters[name]; ok {
		return fmt.Sprint(v)
	}
	return ""
}

// acsID is the resource that the site is to use.
func (i *deployed) acsID() string {
	if !i.newACS() {
		return i.given("existingAcsResourceId")
	}
	for _, r := range i.all {
		if r.Type == acsType {
			return r.ID
		}
	}
	return ""
}

func (i *deployed) idOf(kind string) string {
	for _, r := range i.all {
		if r.Type == kind {
			return r.ID
		}
	}
	return ""
}

// versionsAsOf is when the versions were last looked at. A version is to be younger than two years
// then, but for those that have no successor.
var versionsAsOf = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

var withoutSuccessor = []string{roleType + "@2022-04-01"}

func (i *deployed) version(r arm.Resource) {
	day, err := time.Parse(time.DateOnly, r.APIVersion)
	i.unless(err == nil, r.Path+"/apiVersion", "%q is no released version", r.APIVersion)
	old := day.Before(versionsAsOf.AddDate(-2, 0, 0)) && !slices.Contains(withoutSuccessor, r.Type+"@"+r.APIVersion)
	i.unless(!old, r.Path+"/apiVersion", "%s is older than two years", r.APIVersion)
}

// location: everything stands where the operator wants it; ACS alone is global.
func (i *deployed) location(r arm.Resource) {
	if !r.Deployed || r.Type == roleType || r.Type == deploymentType {
		return
	}
	want := i.given("location")
	if r.Type == acsType {
		want = "global"
	}
	i.unless(text(r.Body, "location") == want, r.Path+"/location", "is %q, want %q", text(r.Body, "location"), want)
}

// waits: what a resource asks for or names must be there before it, and what it waits for must be in
// the template.
func (i *deployed) waits(r arm.Resource) {
	for _, id := range r.DependsOn {
		i.unless(i.find(id) != nil, r.Path+"/dependsOn", "%s is not in the template", id)
	}
	if !r.Deployed {
		return
	}
	needed := namedIn(r.Body)
	for _, q := range i.d.Asked {
		if q.By == r.ID {
			needed = append(needed, q.ID)
		}
	}
	if r.Nested != nil {
		for _, inner := range r.Nested.All() {
			needed = append(needed, inner.Scope)
		}
	}
	before := i.before(r, nil)
	for _, id := range needed {
		other := i.find(id)
		ok := other == nil || other.ID == r.ID || !other.Deployed || slices.Contains(before, other.ID)
		i.unless(ok, r.Path+"/dependsOn", "does not wait for %s", id)
	}
}

func (i *deployed) find(id string) *arm.Resource {
	for n := range i.d.Resources {
		if strings.EqualFold(i.d.Resources[n].ID, id) {
			return &i.d.Resources[n]
		}
	}
	return nil
}

// before is everything that is there before r. What is not deployed makes nobody wait.
func (i *deployed) before(r arm.Resource, sofar []string) []string {
	for _, id := range r.DependsOn {
		if other := i.find(id); other != nil && other.Deployed && !slices.Contains(sofar, other.ID) {
			sofar = i.before(*other, append(sofar, other.ID))
		}
	}
	return sofar
}

// namedIn are all texts and names in v that look like resource IDs.
func namedIn(v any) []string {
	var ids []string
	switch v := v.(type) {
	case map[string]any:
		for name, member := range v {
			ids = append(append(ids, namedIn(name)...), namedIn(member)...)
		}
	case []any:
		for _, element := range v {
			ids = append(ids, namedIn(element)...)
		}
	case string:
		if strings.HasPrefix(v, "/subscriptions/") {
			ids = append(ids, v)
		}
	}
	return ids
}

// whole: nothing is made beyond what the guide tells, and questions are asked in the version in
// which the resource is made.
func (i *deployed) whole() {
	known := []string{identityType, acsType, deploymentType, roleType, workspaceType, environmentType, appType}
	versions := make(map[string]string)
	for _, r := range i.all {
		i.unless(slices.Contains(known, r.Type), r.Path+"/type", "%s is not told of in the guide", r.Type)
		versions[r.Type] = r.APIVersion
	}
	for _, q := range i.d.Asked {
		i.unless(versions[q.Type] == q.APIVersion, q.Type, "%s asks in version %s", q.What, q.APIVersion)
		asked := i.find(q.ID)
		i.unless(asked != nil && asked.Deployed || strings.EqualFold(q.ID, i.acsID()), q.Type, "%s asks for %s, which is not there for %s", q.What, q.ID, i.set.Name)
		properties, known := world().Properties[q.Type]
		if q.What == "reference" && known {
			i.problems = append(i.problems, shape.Known(q.Type, properties)...)
		}
	}
}

func (i *deployed) acs() {
	r := i.one(acsType, i.newACS())
	if r == nil {
		return
	}
	i.unless(member(r.Body, "properties", "disableLocalAuth") == i.useIdentity(), r.Path, "local keys must be off exactly where the identity is used")
	i.unless(text(r.Body, "properties", "dataLocation") == i.given("dataLocation"), r.Path, "does not keep its data where it was told to")
	i.unless(text(r.Body, "properties", "publicNetworkAccess") == "Enabled", r.Path, "cannot be reached by browsers")
}

// roles are those that may be given, and what they are.
var roles = map[string]string{
	acsOwner:    "Communication and Email Service Owner",
	contributor: "Contributor",
}

// role: the site's identity and nobody else gets one known role on the one ACS resource, assigned in
// the resource's own group: an assignment cannot reach into another one.
func (i *deployed) role() {
	identity := i.one(identityType, true)
	nested, r := i.one(deploymentType, i.useIdentity()), i.one(roleType, i.useIdentity())
	if r == nil || nested == nil || identity == nil {
		return
	}
	i.unless(strings.EqualFold(r.Scope, i.acsID()), r.Path+"/scope", "is %s, want %s", r.Scope, i.acsID())
	inside := "/subscriptions/" + r.At.Subscription + "/resourceGroups/" + r.At.ResourceGroup + "/"
	i.unless(strings.HasPrefix(r.Scope, inside), r.Path+"/scope", "reaches out of the group it is assigned in")
	i.unless(text(r.Body, "properties", "principalId") == principalID, r.Path, "is not for the site's identity")
	i.unless(text(r.Body, "properties", "principalType") == "ServicePrincipal", r.Path, "without principalType the identity may not be found yet")
	guid := i.given("acsRoleDefinitionGuid")
	want := "/subscriptions/" + r.At.Subscription + "/providers/Microsoft.Authorization/roleDefinitions/" + guid
	i.unless(text(r.Body, "properties", "roleDefinitionId") == want, r.Path, "gives %s, want %s", text(r.Body, "properties", "roleDefinitionId"), want)
	i.unless(roles[guid] != "", r.Path, "%s is no role that is known here", guid)
	i.unless(text(nested.Body, "properties", "mode") == "Incremental", nested.Path, "would delete what else is in the group")
	if app := i.one(appType, true); app != nil {
		i.unless(slices.Contains(i.before(*app, nil), nested.ID), app.Path+"/dependsOn", "starts before it has its role")
	}
	name := arm.GUID(r.Scope, identity.ID, guid)
	i.unless(r.Name == name, r.Path+"/name", "is not made of the resource, the identity and the role")
}

func (i *deployed) logs() {
	workspace, environment := i.one(workspaceType, true), i.one(environmentType, true)
	if workspace == nil || environment == nil {
		return
	}
	i.unless(text(workspace.Body, "properties", "sku", "name") == "PerGB2018", workspace.Path, "is not billed by volume")
	i.unless(fmt.Sprint(member(workspace.Body, "properties", "retentionInDays")) == i.given("logRetentionDays"), workspace.Path, "does not keep logs as long as it was told to")
	logs := member(environment.Body, "properties", "appLogsConfiguration")
	i.unless(text(logs, "destination") == "log-analytics", environment.Path, "logs go elsewhere")
	i.unless(text(logs, "logAnalyticsConfiguration", "customerId") == customerID, environment.Path, "logs to another workspace")
	i.unless(text(logs, "logAnalyticsConfiguration", "sharedKey") == logSecret, environment.Path, "logs with another key")
	zones := i.given("infrastructureSubnetId")
	i.unless(text(environment.Body, "properties", "vnetConfiguration", "infrastructureSubnetId") == zones, environment.Path, "is not in the subnet")
	i.unless((member(environment.Body, "properties", "vnetConfiguration") != nil) == (zones != ""), environment.Path, "has a network that nobody asked for")
	i.unless(member(environment.Body, "properties", "zoneRedundant") == (zones != ""), environment.Path, "zones need a subnet, and a subnet is for zones")
	i.unless(text(environment.Body, "properties", "workloadProfiles", 0, "name") == "Consumption", environment.Path, "has no consumption profile")
	i.unless(text(environment.Body, "properties", "workloadProfiles", 0, "workloadProfileType") == "Consumption", environment.Path, "has no consumption profile")
}
