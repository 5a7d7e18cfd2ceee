package azuredeploy

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// cloud models what Microsoft documents of the resources that the template uses, and no more: which exist, which a
// deleted group leaves behind, and what each reports. Quotas, regions, permissions and time are not modelled.
type cloud struct {
	world
	secrets map[string]string            // values, by the secret's ID
	deleted map[string]map[string]string // soft-deleted vaults: their secrets, by the vault's ID
	sent    []resource                   // of the last deployment, in order

	late string // the resource that a deployment creates as late as it may
}

// resource is what a provider was sent.
type resource struct {
	id, kind string
	body     map[string]any
}

func newCloud() *cloud {
	return &cloud{
		world:   world{resources: make(map[string]map[string]any), keys: make(map[string]map[string]any), cloud: "AzureCloud"},
		secrets: make(map[string]string), deleted: make(map[string]map[string]string),
	}
}

const (
	vaultType  = "Microsoft.KeyVault/vaults"
	secretType = "Microsoft.KeyVault/vaults/secrets"
	roleType   = "Microsoft.Authorization/roleAssignments"
	nestedType = "Microsoft.Resources/deployments"
	appType    = "Microsoft.App/containerApps"
)

// deploy evaluates a template with parameters and applies it. It returns the outputs.
func (c *cloud) deploy(template map[string]any, group string, given map[string]any) (map[string]any, error) {
	c.sent = nil
	return c.run(template, group, given)
}

func (c *cloud) run(template map[string]any, group string, given map[string]any) (map[string]any, error) {
	s := &scope{template: template, world: &c.world, name: group, parameters: make(map[string]any), variables: make(map[string]any)}
	if err := s.setParameters(given); err != nil {
		return nil, err
	}
	todo, err := s.declared()
	if err != nil {
		return nil, err
	}
	for len(todo) > 0 {
		d, err := c.nextOf(todo)
		if err != nil {
			return nil, err
		}
		todo = slices.DeleteFunc(todo, func(o declaration) bool { return o.name == d.name })
		if err := c.apply(s, d); err != nil {
			return nil, fmt.Errorf("%s: %w", d.name, err)
		}
	}
	outputs := make(map[string]any)
	for name, o := range object(template, "outputs") {
		if outputs[name], err = s.value(member(o, "value")); err != nil {
			return nil, fmt.Errorf("output %s: %w", name, err)
		}
	}
	return outputs, nil
}

// nextOf returns a resource that waits for no other. It keeps the late one for the end, so that a forgotten dependency shows.
func (c *cloud) nextOf(todo []declaration) (declaration, error) {
	var found declaration
	for _, d := range todo {
		if !slices.ContainsFunc(todo, func(o declaration) bool { return slices.Contains(d.after, o.name) }) {
			if found = d; d.name != c.late {
				return d, nil
			}
		}
	}
	if found.name == "" {
		return found, errors.New("resources wait for each other")
	}
	return found, nil
}

// declaration is a resource in a template, with the names of those that it waits for.
type declaration struct {
	name  string
	body  map[string]any
	after []string
}

// declared returns the resources whose condition holds. In a template of language version 2.0 they have symbolic names.
func (s *scope) declared() ([]declaration, error) {
	all := make(map[string]any)
	for i, r := range array(s.template, "resources") {
		all[fmt.Sprintf("resource %d", i)] = r
	}
	maps.Copy(all, object(s.template, "resources"))
	var list []declaration
	for _, name := range slices.Sorted(maps.Keys(all)) {
		d := declaration{name: name, body: object(all, name)}
		if condition, ok := d.body["condition"]; ok {
			holds, err := s.value(condition)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			if holds != true {
				continue
			}
		}
		for _, other := range array(d.body, "dependsOn") {
			if _, ok := all[fmt.Sprint(other)]; !ok {
				return nil, fmt.Errorf("%s waits for %v, which is not in the template", name, other)
			}
			d.after = append(d.after, fmt.Sprint(other))
		}
		// Names are evaluated before anything is deployed: a rejected parameter creates nothing.
		if _, err := s.idOf(d.body); err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, nil
}

// idOf returns the ID of a declared resource.
func (s *scope) idOf(declared map[string]any) (string, error) {
	name, err := s.value(declared["name"])
	if err != nil {
		return "", err
	}
	args := []any{text(declared, "type")}
	for part := range strings.SplitSeq(fmt.Sprint(name), "/") {
		args = append(args, part)
	}
	if declared["scope"] == nil {
		return s.resourceID("resourceId", args)
	}
	scope, err := s.value(declared["scope"])
	return fmt.Sprint(scope) + "/providers/" + text(declared, "type") + "/" + fmt.Sprint(name), err
}

func (c *cloud) apply(s *scope, d declaration) error {
	id, err := s.idOf(d.body)
	if err != nil {
		return err
	}
	key := strings.ToLower(id)
	if _, once := object(d.body, "@options")["onlyIfNotExists"]; once && c.resources[key] != nil {
		return nil
	}
	if text(d.body, "type") == nestedType {
		return c.nested(s, d.body, key)
	}
	sent := make(map[string]any)
	for name, v := range d.body {
		if !slices.Contains([]string{"@options", "type", "apiVersion", "name", "condition", "scope", "dependsOn"}, name) {
			if sent[name], err = s.value(v); err != nil {
				return err
			}
		}
	}
	c.sent = append(c.sent, resource{id, text(d.body, "type"), sent})
	return c.put(key, text(d.body, "type"), sent)
}

// put creates or updates a resource, and decides what reference will report of it.
func (c *cloud) put(key, kind string, sent map[string]any) error {
	before := c.resources[key]
	properties := object(sent, "properties")
	reported := maps.Clone(properties)
	name := key[strings.LastIndex(key, "/")+1:]
	switch kind {
	case "Microsoft.ManagedIdentity/userAssignedIdentities":
		if reported = before; before == nil {
			c.random++
			reported = map[string]any{"principalId": guid("principal", fmt.Sprint(c.random)), "clientId": guid("client", fmt.Sprint(c.random))}
		}
	case "Microsoft.Communication/communicationServices":
		reported["hostName"] = name + ".europe.communication.azure.com"
		c.keys[key] = map[string]any{"primaryConnectionString": "endpoint=https://" + name + "/;accesskey=Y2FuYXJ5"}
	case "Microsoft.App/managedEnvironments":
		reported["defaultDomain"] = "calmsea.westeurope.azurecontainerapps.io"
	case appType:
		reported["configuration"] = map[string]any{"ingress": map[string]any{"fqdn": name + ".calmsea.westeurope.azurecontainerapps.io"}}
	case roleType:
		if before != nil && before["principalId"] != properties["principalId"] {
			return errors.New("RoleAssignmentUpdateNotPermitted")
		}
	case vaultType:
		return c.putVault(key, reported)
	case secretType:
		if c.resources[key[:strings.Index(key, "/secrets/")]] == nil {
			return errors.New("the vault does not exist")
		}
		c.secrets[key] = text(properties, "value")
	}
	c.resources[key] = reported
	return nil
}

// putVault keeps a vault's name taken while a deleted vault of that name can be recovered.
func (c *cloud) putVault(key string, properties map[string]any) error {
	left, isDeleted := c.deleted[key]
	switch {
	case isDeleted && properties["createMode"] != "recover":
		return errors.New("VaultAlreadyExists: a deleted vault has this name")
	case !isDeleted && properties["createMode"] == "recover" && c.resources[key] == nil:
		return errors.New("there is no deleted vault to recover")
	}
	for id, value := range left {
		c.secrets[id], c.resources[id] = value, map[string]any{}
	}
	delete(c.deleted, key)
	c.resources[key] = properties
	return nil
}

// nested runs a deployment inside another one. Its parameters are evaluated outside.
func (c *cloud) nested(s *scope, body map[string]any, key string) error {
	group := s.name
	if text(body, "resourceGroup") != "" {
		v, err := s.value(body["resourceGroup"])
		if err != nil {
			return err
		}
		group = fmt.Sprint(v)
	}
	given := make(map[string]any)
	for name, p := range object(body, "properties", "parameters") {
		var err error
		if member(p, "reference") != nil {
			given[name], err = c.secret(s, object(p, "reference"))
		} else {
			given[name], err = s.value(member(p, "value"))
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	out, err := c.run(object(body, "properties", "template"), group, given)
	if err != nil {
		return err
	}
	values := make(map[string]any)
	for name, v := range out {
		values[name] = map[string]any{"value": v}
	}
	c.resources[key] = map[string]any{"outputs": values}
	return nil
}

// secret reads a secret for a deployment, as its deployer and not as the site.
func (c *cloud) secret(s *scope, ref map[string]any) (string, error) {
	id, err := s.value(member(ref, "keyVault", "id"))
	if err != nil {
		return "", err
	}
	vault := strings.ToLower(fmt.Sprint(id))
	if c.resources[vault]["enabledForTemplateDeployment"] != true {
		return "", errors.New("KeyVaultParameterReferenceNotFound: no vault that deployments may read")
	}
	value, ok := c.secrets[vault+"/secrets/"+text(ref, "secretName")]
	if !ok {
		return "", errors.New("KeyVaultParameterReferenceSecretRetrieveFailed")
	}
	return value, nil
}

// deleteGroup removes a resource group. Its vaults can be recovered.
func (c *cloud) deleteGroup(group string) {
	inside := func(id string) bool { return strings.Contains(id, "/resourcegroups/"+strings.ToLower(group)+"/") }
	for id := range c.resources {
		if inside(id) && strings.Contains(id, "/vaults/") && !strings.Contains(id, "/secrets/") {
			c.deleted[id] = make(map[string]string)
			for secret, value := range c.secrets {
				if strings.HasPrefix(secret, id+"/") {
					c.deleted[id][secret] = value
				}
			}
		}
	}
	maps.DeleteFunc(c.resources, func(id string, _ map[string]any) bool { return inside(id) })
	maps.DeleteFunc(c.secrets, func(id, _ string) bool { return inside(id) })
}

// setParameters checks what was given as Azure does, and evaluates the defaults of the rest.
func (s *scope) setParameters(given map[string]any) error {
	declared := object(s.template, "parameters")
	for name := range given {
		if declared[name] == nil {
			return fmt.Errorf("%s is not a parameter", name)
		}
	}
	s.inDefault = true
	for name, p := range declared {
		v, ok := given[name]
		if !ok {
			if v, ok = object(p)["defaultValue"]; !ok {
				return fmt.Errorf("parameter %s has no value", name)
			}
			var err error
			if v, err = s.value(v); err != nil {
				return fmt.Errorf("parameter %s: %w", name, err)
			}
		}
		if err := fits(object(p), v); err != nil {
			return rejection(fmt.Sprintf("parameter %s %v", name, err))
		}
		s.parameters[name] = v
	}
	s.inDefault = false
	return nil
}

// fits checks a value against the declaration of its parameter.
func fits(p map[string]any, v any) error {
	length := int64(-1)
	var ok bool
	switch kind := text(p, "type"); kind {
	case "string", "securestring":
		var given string
		given, ok = v.(string)
		length = int64(len([]rune(given)))
	case "int":
		_, ok = v.(int64)
	case "bool":
		_, ok = v.(bool)
	case "array":
		_, ok = v.([]any)
	case "object", "secureObject":
		_, ok = v.(map[string]any)
	}
	if !ok {
		return fmt.Errorf("must be a %s, not a %T", text(p, "type"), v)
	}
	if allowed := array(p, "allowedValues"); allowed != nil && !includes(allowed, v) {
		return errors.New("is not an allowed value")
	}
	for limit, n := range p {
		bound, isNumber := n.(int64)
		number, _ := v.(int64)
		if isNumber && (limit == "minLength" && length < bound || limit == "maxLength" && length > bound ||
			limit == "minValue" && number < bound || limit == "maxValue" && number > bound) {
			return fmt.Errorf("breaks %s %d", limit, bound)
		}
	}
	return nil
}

// app returns the container app that the last deployment sent.
func (c *cloud) app(t *testing.T) map[string]any {
	t.Helper()
	for _, r := range c.sent {
		if r.kind == appType {
			return r.body
		}
	}
	t.Fatal("no container app was deployed")
	return nil
}

// environment returns the settings of the program in a container app, secrets resolved.
func environmentOf(app map[string]any) map[string]string {
	secrets, env := make(map[string]string), make(map[string]string)
	for _, s := range array(app, "properties", "configuration", "secrets") {
		secrets[text(s, "name")] = text(s, "value")
	}
	for _, e := range array(app, "properties", "template", "containers", 0, "env") {
		env[text(e, "name")] = text(e, "value")
		if ref := text(e, "secretRef"); ref != "" {
			env[text(e, "name")] = secrets[ref]
		}
	}
	return env
}
