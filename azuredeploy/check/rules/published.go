package rules

import (
	"bytes"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

var (
	imageForm   = regexp.MustCompile(`^ghcr\.io/([A-Za-z0-9-]+)/([A-Za-z0-9._-]+):[0-9]+\.[0-9]+\.[0-9]+(@sha256:[0-9a-f]{64})?$`)
	registry    = regexp.MustCompile(`ghcr\.io/([A-Za-z0-9-]+)/([A-Za-z0-9._-]+)`)
	portalLink  = regexp.MustCompile(`https://portal\.azure\.com/#create/Microsoft\.Template/[^\s)"]+`)
	rawAddress  = regexp.MustCompile(`^https://raw\.githubusercontent\.com/([^/]+)/([^/]+)/([^/]+)/([^/]+)$`)
	formAddress = "/createUIDefinitionUri/"
)

// releaseBranch is where the release puts the template that names its image by digest. The portal
// reads it there: downloads attached to a release lack the header that lets a web page read them.
const releaseBranch = "released"

// published: the owner stands in the module's path, and everybody else agrees with it.
func (f *finder) published(files Files, template map[string]any) {
	owner, err := ownerOf(files.Module)
	if err != nil {
		f.unless(false, "go.mod", "%v", err)
		return
	}
	image := text(template, "parameters", "image", "defaultValue")
	named := imageForm.FindStringSubmatch(image)
	ok := named != nil && named[1] == owner.name && named[2] == owner.repository
	f.unless(ok, "/parameters/image", "%q is no released image of %s/%s", image, owner.name, owner.repository)
	f.button("README.md", files.Readme, owner)
	f.button("docs/deploy.md", files.Guide, owner)
	for where, file := range map[string][]byte{
		"README.md": files.Readme, "docs/deploy.md": files.Guide, ".github/workflows/release.yml": files.Release,
		"createUiDefinition.json": files.Form, "docs/kubernetes.yaml": files.Manifest,
	} {
		for _, found := range registry.FindAllStringSubmatch(string(file), -1) {
			f.unless(found[1] == owner.name && found[2] == owner.repository, where, "names the image %s", found[0])
		}
	}
	f.unless(bytes.Contains(files.Release, []byte("azuredeploy.json")), ".github/workflows/release.yml", "does not release the template")
	f.unless(bytes.Contains(files.Release, []byte("azuredeploy/publish-template")), ".github/workflows/release.yml", "does not publish the template")
	f.unless(bytes.Contains(files.Publish, []byte("refs/heads/"+releaseBranch)), "azuredeploy/publish-template", "does not put the template onto the branch %s, where the button reads it", releaseBranch)
}

// button: it leads to the portal with this repository's template and form.
func (f *finder) button(where string, file []byte, owner owner) {
	links := portalLink.FindAllString(string(file), -1)
	f.unless(len(links) == 1, where, "has %d Deploy to Azure buttons, want one", len(links))
	for _, link := range links {
		_, addresses, found := strings.Cut(link, "/uri/")
		template, form, both := strings.Cut(addresses, formAddress)
		f.unless(found && both, where, "the button leads to no template and form: %s", link)
		for escaped, name := range map[string]string{template: "azuredeploy.json", form: "createUiDefinition.json"} {
			address, err := url.PathUnescape(escaped)
			parts := rawAddress.FindStringSubmatch(address)
			ok := err == nil && parts != nil && parts[1] == owner.name && parts[2] == owner.repository && parts[3] == releaseBranch && parts[4] == name
			f.unless(ok && !strings.ContainsAny(escaped, ":/"), where, "the button leads to %s", address)
		}
	}
}

// Pinned says whether the template names its image by digest. It does once it is released.
func Pinned(template map[string]any) bool {
	return strings.Contains(text(template, "parameters", "image", "defaultValue"), "@sha256:")
}

// manifest: the Kubernetes objects parse, set only variables that the program reads, and run it as
// the template does.
func (f *finder) manifest(file []byte, facts Facts) {
	const where = "docs/kubernetes.yaml"
	d := yaml.NewDecoder(bytes.NewReader(file))
	kinds := make(map[string]bool)
	for {
		var object map[string]any
		if err := d.Decode(&object); err != nil {
			f.unless(err.Error() == "EOF", where, "%v", err)
			break
		}
		kind, _ := object["kind"].(string)
		kinds[kind] = true
		f.unless(kind != "" && object["apiVersion"] != nil && text(object, "metadata", "name") != "", where, "an object without kind, version or name")
		if kind == "Deployment" {
			f.workload(where, object, facts)
		}
	}
	for _, kind := range []string{"Deployment", "Service", "Ingress", "PodDisruptionBudget"} {
		f.unless(kinds[kind], where, "has no %s", kind)
	}
}

func (f *finder) workload(where string, object map[string]any, facts Facts) {
	pod := member(object, "spec", "template", "spec")
	container := member(pod, "containers", 0)
	var names []string
	for _, e := range list(container, "env") {
		names = append(names, text(e, "name"))
		secret := member(e, "valueFrom", "secretKeyRef") != nil
		for _, s := range facts.Settings {
			f.unless(s.Variable != text(e, "name") || s.Secret == secret, where, "%s is a secret, or is none", s.Variable)
		}
	}
	if facts.Settings != nil {
		for _, name := range missing(facts.Settings, names) {
			f.unless(false, where, "sets %s, which the program does not read", name)
		}
	}
	f.unless(len(names) > 0, where, "sets nothing")
	for probe, path := range map[string]string{"startupProbe": "/healthz", "livenessProbe": "/healthz", "readinessProbe": "/readyz"} {
		f.unless(text(container, probe, "httpGet", "path") == path, where, "%s does not ask %s", probe, path)
	}
	security := member(container, "securityContext")
	ok := member(security, "readOnlyRootFilesystem") == true && member(security, "allowPrivilegeEscalation") == false && member(pod, "securityContext", "runAsNonRoot") == true
	f.unless(ok, where, "may write, or rise, or be root")
	replicas, _ := member(object, "spec", "replicas").(int)
	grace, _ := member(pod, "terminationGracePeriodSeconds").(int)
	f.unless(replicas >= 2 && grace >= graceSeconds, where, "runs %s copies, and gives them %s seconds to finish", fmt.Sprint(replicas), fmt.Sprint(grace))
}
