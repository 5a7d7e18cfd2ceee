package deploy

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

type service struct {
	Image       string            `json:"image"`
	EnvFile     string            `json:"env_file"`
	Environment map[string]string `json:"environment"`
	ReadOnly    bool              `json:"read_only"`
	CapDrop     []string          `json:"cap_drop"`
	Profiles    []string          `json:"profiles"`
	Ports       []string          `json:"ports"`
	Volumes     []string          `json:"volumes"`
	StopGrace   string            `json:"stop_grace_period"`
	Healthcheck struct {
		Test []string `json:"test"`
	} `json:"healthcheck"`
}

type composition struct {
	Services map[string]service `json:"services"`
	Volumes  map[string]any     `json:"volumes"`
}

func compose(t *testing.T) composition {
	t.Helper()
	var c composition
	if err := yaml.Unmarshal([]byte(read(t, "compose.yaml")), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestComposeStartsTheProgram(t *testing.T) {
	c := compose(t)
	for _, name := range []string{"anteroom-a", "anteroom-b"} {
		s := c.Services[name]
		env := settingsIn(t, s.EnvFile+".example")
		maps.Copy(env, s.Environment)
		checkStart(t, env)
		if env["TRUSTED_PROXIES"] == "" {
			t.Errorf("%s counts all visitors as one", name)
		}
		if !s.ReadOnly || len(s.CapDrop) != 1 || s.CapDrop[0] != "ALL" || s.StopGrace != "35s" || len(s.Healthcheck.Test) != 3 || len(s.Ports) > 0 {
			t.Errorf("%s does not run as docs/docker.md describes: %+v", name, s)
		}
		if !strings.Contains(read(t, "Caddyfile"), name+":"+env["PORT"]) {
			t.Errorf("Caddy does not know %s:%s", name, env["PORT"])
		}
		if !strings.Contains(read(t, "prometheus/prometheus.yml"), name+env["METRICS_LISTEN"]) {
			t.Errorf("Prometheus does not know %s%s", name, env["METRICS_LISTEN"])
		}
	}
}

func TestComposeNamesVersionsAndFilesThatExist(t *testing.T) {
	c := compose(t)
	for name, s := range c.Services {
		if !regexp.MustCompile(`^[a-z.]+/[a-z/-]+:v?\d+\.\d+\.\d+`).MatchString(s.Image) {
			t.Errorf("%s runs %s, which names no version", name, s.Image)
		}
		for _, v := range s.Volumes {
			from, _, _ := strings.Cut(v, ":")
			if _, named := c.Volumes[from]; named {
				continue
			}
			if info, err := os.Stat(from); err != nil || info.IsDir() {
				t.Errorf("%s mounts %s, which is not a file here", name, from)
			}
		}
	}
}

func TestCaddyAcceptsItsConfiguration(t *testing.T) {
	needs(t, "caddy")
	command := exec.Command("caddy", "validate", "--adapter", "caddyfile", "--config", "Caddyfile")
	command.Env = append(os.Environ(), "SITE_ADDRESS=visit.example.org", "XDG_DATA_HOME="+t.TempDir(), "XDG_CONFIG_HOME="+t.TempDir())
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestSystemdUnit(t *testing.T) {
	source := read(t, "anteroom.service")
	env := settingsIn(t, "anteroom.env.example")
	for _, m := range regexp.MustCompile(`(?m)^Environment=(.*)$`).FindAllStringSubmatch(source, -1) {
		for pair := range strings.FieldsSeq(m[1]) {
			name, value, _ := strings.Cut(pair, "=")
			env[name] = value
		}
	}
	checkStart(t, env)
	needs(t, "systemd-analyze")
	unit := filepath.Join(t.TempDir(), "anteroom.service")
	if err := os.WriteFile(unit, []byte(strings.Replace(source, "ExecStart=/usr/local/bin/anteroom", "ExecStart="+program(t), 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("systemd-analyze", "verify", "--man=no", unit).CombinedOutput(); err != nil || strings.Contains(string(out), "anteroom.service:") {
		t.Errorf("systemd rejects the unit: %v\n%s", err, out)
	}
	// 20 of 100: systemd calls up to that "OK".
	if out, err := exec.Command("systemd-analyze", "security", "--offline=true", "--threshold=20", unit).CombinedOutput(); err != nil {
		t.Errorf("the unit is not locked down: %v\n%s", err, out)
	}
}
