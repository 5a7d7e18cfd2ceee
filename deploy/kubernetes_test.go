package deploy

import (
	"maps"
	"slices"
	"strings"
	"testing"

	apps "k8s.io/api/apps/v1"
	autoscaling "k8s.io/api/autoscaling/v2"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// base is what kustomize makes of deploy/kubernetes, decoded strictly.
type base struct {
	account    core.ServiceAccount
	config     core.ConfigMap
	deployment apps.Deployment
	service    core.Service
	ingress    networking.Ingress
	network    networking.NetworkPolicy
	scaler     autoscaling.HorizontalPodAutoscaler
	disruption policy.PodDisruptionBudget
}

func kustomize(t *testing.T) base {
	t.Helper()
	made, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), "kubernetes")
	if err != nil {
		t.Fatal(err)
	}
	var b base
	into := map[string]any{
		"v1 ServiceAccount": &b.account, "v1 ConfigMap": &b.config, "apps/v1 Deployment": &b.deployment, "v1 Service": &b.service,
		"networking.k8s.io/v1 Ingress": &b.ingress, "networking.k8s.io/v1 NetworkPolicy": &b.network,
		"autoscaling/v2 HorizontalPodAutoscaler": &b.scaler, "policy/v1 PodDisruptionBudget": &b.disruption,
	}
	for _, r := range made.Resources() {
		source, err := r.AsYAML()
		if err != nil {
			t.Fatal(err)
		}
		kind := strings.TrimPrefix(r.GetGvk().Group+"/", "/") + r.GetGvk().Version + " " + r.GetKind()
		if into[kind] == nil {
			t.Errorf("the base has a second or an unknown %s", kind)
			continue
		}
		if err := yaml.UnmarshalStrict(source, into[kind]); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		delete(into, kind)
	}
	for kind := range into {
		t.Errorf("the base has no %s", kind)
	}
	return b
}

func TestKubernetesStartsTheProgram(t *testing.T) {
	b := kustomize(t)
	container := b.deployment.Spec.Template.Spec.Containers[0]
	if len(container.EnvFrom) != 1 || container.EnvFrom[0].ConfigMapRef.Name != b.config.Name {
		t.Errorf("the deployment reads %v, the settings are in %s", container.EnvFrom, b.config.Name)
	}
	env := maps.Clone(b.config.Data)
	for _, e := range container.Env {
		if env[e.Name] = e.Value; e.ValueFrom != nil {
			env[e.Name] = "filled in from a secret"
		}
	}
	checkStart(t, fillIn(env))
	if strings.Contains(read(t, "kubernetes/settings.env"), "KEY") {
		t.Error("a secret is among the settings")
	}
}

func TestKubernetesNamesAgree(t *testing.T) {
	b := kustomize(t)
	pod := b.deployment.Spec.Template
	labels := pod.Labels
	ports := make(map[string]int32)
	for _, p := range pod.Spec.Containers[0].Ports {
		ports[p.Name] = p.ContainerPort
	}
	matches := func(what string, selector map[string]string) {
		if len(selector) == 0 {
			t.Errorf("%s selects everything", what)
		}
		for name, value := range selector {
			if labels[name] != value {
				t.Errorf("%s selects %s=%s, which the pods do not have", what, name, value)
			}
		}
	}
	matches("the deployment", b.deployment.Spec.Selector.MatchLabels)
	matches("the service", b.service.Spec.Selector)
	matches("the network policy", b.network.Spec.PodSelector.MatchLabels)
	matches("the disruption budget", b.disruption.Spec.Selector.MatchLabels)
	for _, c := range pod.Spec.TopologySpreadConstraints {
		matches("a spread constraint", c.LabelSelector.MatchLabels)
	}
	var reachable []string
	for _, rule := range b.network.Spec.Ingress {
		for _, p := range rule.Ports {
			reachable = append(reachable, p.Port.StrVal)
		}
	}
	for _, p := range b.service.Spec.Ports {
		if ports[p.TargetPort.StrVal] == 0 || !slices.Contains(reachable, p.TargetPort.StrVal) {
			t.Errorf("the service's port %s leads to %s, which the pods or the network policy do not open", p.Name, p.TargetPort.StrVal)
		}
	}
	for _, probe := range []*core.Probe{pod.Spec.Containers[0].StartupProbe, pod.Spec.Containers[0].LivenessProbe, pod.Spec.Containers[0].ReadinessProbe} {
		if probe == nil || ports[probe.HTTPGet.Port.StrVal] == 0 {
			t.Errorf("a probe asks a port that does not exist: %v", probe)
		}
	}
	backend := b.ingress.Spec.Rules[0].HTTP.Paths[0].Backend.Service
	if backend.Name != b.service.Name || !slices.ContainsFunc(b.service.Spec.Ports, func(p core.ServicePort) bool { return p.Name == backend.Port.Name }) {
		t.Errorf("the ingress leads to %s, port %s", backend.Name, backend.Port.Name)
	}
	if b.ingress.Spec.Rules[0].Host != strings.TrimPrefix(b.config.Data["BASE_URL"], "https://") || b.ingress.Spec.TLS[0].Hosts[0] != b.ingress.Spec.Rules[0].Host {
		t.Errorf("the ingress serves %s, the site's address is %s", b.ingress.Spec.Rules[0].Host, b.config.Data["BASE_URL"])
	}
	if b.scaler.Spec.ScaleTargetRef.Name != b.deployment.Name || *b.scaler.Spec.MinReplicas < 2 || b.deployment.Spec.Replicas != nil {
		t.Errorf("the autoscaler scales %s from %d copies, the deployment sets %v", b.scaler.Spec.ScaleTargetRef.Name, *b.scaler.Spec.MinReplicas, b.deployment.Spec.Replicas)
	}
	if pod.Spec.ServiceAccountName != b.account.Name {
		t.Errorf("the pods run as %s", pod.Spec.ServiceAccountName)
	}
}

func TestKubernetesRunsWithoutPrivileges(t *testing.T) {
	pod := kustomize(t).deployment.Spec.Template.Spec
	c := pod.Containers[0].SecurityContext
	if !*pod.SecurityContext.RunAsNonRoot || !*c.ReadOnlyRootFilesystem || *c.AllowPrivilegeEscalation || c.Capabilities.Drop[0] != "ALL" ||
		pod.SecurityContext.SeccompProfile.Type != core.SeccompProfileTypeRuntimeDefault || *pod.AutomountServiceAccountToken {
		t.Error("the pods have more privileges than they need")
	}
	if *pod.TerminationGracePeriodSeconds < 35 {
		t.Errorf("pods have %d seconds to finish; the program needs up to 30", *pod.TerminationGracePeriodSeconds)
	}
	if image := pod.Containers[0].Image; !strings.Contains(image, ":") {
		t.Errorf("%s names no version", image)
	}
}
