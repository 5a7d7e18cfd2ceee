package main

import (
	"debug/elf"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestContents(t *testing.T) {
	good := []file{{"licences.txt", 1, 0o644}, {"anteroom", 24_000_000, 0o755}, {"etc/ssl/certs/ca-certificates.crt", 200_000, 0o644}}
	if err := checkContents(good); err != nil {
		t.Error(err)
	}
	for name, files := range map[string][]file{
		"nothing":    nil,
		"one less":   good[1:],
		"one more":   append([]file{{"bin/sh", 1, 0o755}}, good...),
		"another":    append([]file{{"LICENCES.txt", 1, 0o644}}, good[1:]...),
		"very large": append([]file{{"licences.txt", 10_000_000, 0o644}}, good[1:]...),
	} {
		if checkContents(files) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestList(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("makes files of other users, which only root can")
	}
	for name, spoil := range map[string]func(path string) error{
		"":                func(string) error { return nil },
		"of another user": func(path string) error { return os.Chown(path, 65532, 65532) },
		"writable":        func(path string) error { return os.Chmod(path, 0o666) },               //nolint:gosec // the mistake
		"setuid":          func(path string) error { return os.Chmod(path, 0o755|os.ModeSetuid) }, //nolint:gosec // the mistake
	} {
		root := t.TempDir()
		path := filepath.Join(root, "file")
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(root, 0o755); err != nil { //nolint:gosec // as in an image
			t.Fatal(err)
		}
		if err := spoil(path); err != nil {
			t.Fatal(err)
		}
		files, err := list(root)
		if (err == nil) != (name == "") {
			t.Errorf("a file that is %q: %v", name, err)
		}
		if err == nil && (len(files) != 1 || files[0].path != "file" || files[0].bytes != 1) {
			t.Errorf("listed %v", files)
		}
	}
}

func TestProgram(t *testing.T) {
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, machine := range []elf.Machine{elf.EM_RISCV, machines()["amd64"], machines()["arm64"]} {
		if checkProgram(own, machine) == nil {
			t.Errorf("a test's program for %s was accepted", machine)
		}
	}
	if checkProgram("contents_test.go", elf.EM_X86_64) == nil {
		t.Error("a text was accepted")
	}
}

func TestConfig(t *testing.T) {
	sound := func() image {
		var i image
		c := &i.Config
		c.User, c.Entrypoint, c.StopSignal = "65532:65532", []string{"/anteroom"}, "SIGTERM"
		c.ExposedPorts = map[string]struct{}{"8080/tcp": {}}
		c.Labels = map[string]string{"org.opencontainers.image.version": "1", "org.opencontainers.image.revision": "r"}
		c.Env = []string{"PATH=/bin"}
		return i
	}
	if err := checkConfig(sound(), "1", "r"); err != nil {
		t.Error(err)
	}
	for name, spoil := range map[string]func(*image){
		"root":         func(i *image) { i.Config.User = "" },
		"another user": func(i *image) { i.Config.User = "0:0" },
		"a shell":      func(i *image) { i.Config.Entrypoint = []string{"/bin/sh", "-c", "/anteroom"} },
		"a command":    func(i *image) { i.Config.Cmd = []string{"serve"} },
		"SIGKILL":      func(i *image) { i.Config.StopSignal = "SIGKILL" },
		"no port":      func(i *image) { i.Config.ExposedPorts = nil },
		"no version":   func(i *image) { delete(i.Config.Labels, "org.opencontainers.image.version") },
		"no revision":  func(i *image) { i.Config.Labels["org.opencontainers.image.revision"] = "" },
		"a setting":    func(i *image) { i.Config.Env = append(i.Config.Env, "SESSION_KEYS=x") },
	} {
		i := sound()
		spoil(&i)
		if checkConfig(i, "1", "r") == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestTexts(t *testing.T) {
	root := t.TempDir()
	bundle := filepath.Join(root, "etc/ssl/certs/ca-certificates.crt")
	if err := os.MkdirAll(filepath.Dir(bundle), 0o700); err != nil {
		t.Fatal(err)
	}
	own, err := os.ReadFile(bundleOfCAs)
	if err != nil {
		t.Skip("this machine has no bundle of certificates at " + bundleOfCAs)
	}
	const licences = "MIT License\nCalling SDK\nGo: LICENSE\nlabstack/echo\na-h/templ\n"
	one, _, _ := strings.Cut(string(own), "-----END CERTIFICATE-----")
	for name, c := range map[string]struct{ bundle, licences string }{
		"":                  {string(own), licences},
		"no certificates":   {"", licences},
		"one certificate":   {one + "-----END CERTIFICATE-----\n", licences},
		"no licence of Go":  {string(own), strings.Replace(licences, "Go: ", "", 1)},
		"no licences":       {string(own), ""},
		"a bad certificate": {"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" + string(own), licences},
	} {
		for path, text := range map[string]string{bundle: c.bundle, filepath.Join(root, "licences.txt"): c.licences} {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := checkTexts(root); (err == nil) != (name == "") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
