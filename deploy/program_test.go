package deploy

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// scratch is a folder that is removed after the tests.
var scratch string

func TestMain(m *testing.M) {
	var err error
	if scratch, err = os.MkdirTemp("", "deploy"); err != nil {
		panic(err)
	}
	status := m.Run()
	_ = os.RemoveAll(scratch)
	os.Exit(status)
}

var build = sync.OnceValues(func() (string, error) {
	path := filepath.Join(scratch, "anteroom")
	if out, err := exec.Command("go", "build", "-o", path, "../cmd/anteroom").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

// program returns the path of the program, built once.
func program(t *testing.T) string {
	t.Helper()
	path, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// needs skips a test loudly when a program is not installed.
func needs(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("SKIPPED: %s is not installed; on Debian: apt-get install %s", name, map[string]string{"caddy": "caddy", "prometheus": "prometheus", "systemd-analyze": "systemd"}[name])
	}
}

// settingsIn returns the settings of an environment file as an operator fills it in.
func settingsIn(t *testing.T, path string) map[string]string {
	t.Helper()
	env := make(map[string]string)
	for line := range strings.Lines(read(t, path)) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, _ := strings.Cut(line, "=")
		env[name] = value
	}
	return fillIn(env)
}

// fillIn replaces the placeholders that a guide asks the operator to replace.
func fillIn(env map[string]string) map[string]string {
	for name, value := range env {
		switch {
		case name == "DESK_PASSPHRASE":
			env[name] = "the night porter knows"
		case strings.HasSuffix(name, "_KEYS"):
			env[name] = "51d7a2c09e8b43f6a1d05c7e92b8f463"
		default:
			env[name] = strings.NewReplacer("NAME", "contoso", "accesskey=KEY", "accesskey=Y2FuYXJ5").Replace(value)
		}
	}
	return env
}

// checkStart starts the program with an environment. Its address is wrong on purpose, so that it reports that and never
// listens; any other mistake fails the test.
func checkStart(t *testing.T, env map[string]string) {
	t.Helper()
	command := exec.Command(program(t), "serve", "--listen", "nowhere")
	for _, name := range slices.Sorted(maps.Keys(env)) {
		command.Env = append(command.Env, name+"="+env[name])
	}
	var report strings.Builder
	command.Stderr = &report
	err := command.Run()
	if exit := new(exec.ExitError); !errors.As(err, &exit) || exit.ExitCode() != 78 {
		t.Fatalf("the program ended with %v: %s", err, report.String())
	}
	var line struct {
		Mistakes []struct{ Variable, Text string } `json:"mistakes"`
	}
	if err := json.Unmarshal([]byte(report.String()), &line); err != nil {
		t.Fatalf("%v: %s", err, report.String())
	}
	for _, m := range line.Mistakes {
		if m.Variable != "LISTEN" {
			t.Errorf("%s %s", m.Variable, m.Text)
		}
	}
}
