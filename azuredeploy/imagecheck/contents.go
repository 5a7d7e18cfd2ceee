package main

import (
	"crypto/x509"
	"debug/buildinfo"
	"debug/elf"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// contents are exactly the files of the image.
var contents = []string{"anteroom", "etc/ssl/certs/ca-certificates.crt", "licences.txt"}

// maxBytes is 25 MB for the program and 5 MB for the browser half that is in it.
const maxBytes = 30_000_000

// file is a file of the image.
type file struct {
	path  string
	bytes int64
	mode  fs.FileMode
}

// list reads what lies below root, and wants everything to be root's and writable by nobody else.
func list(root string) ([]file, error) {
	var files []file
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if owner, ok := info.Sys().(*syscall.Stat_t); !ok || owner.Uid != 0 || owner.Gid != 0 {
			return fmt.Errorf("/%s is not root's", name)
		}
		if info.Mode()&(fs.ModeSetuid|fs.ModeSetgid|0o022) != 0 {
			return fmt.Errorf("/%s has the mode %s", name, info.Mode())
		}
		if !entry.IsDir() {
			files = append(files, file{name, info.Size(), info.Mode()})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the image's files: %w", err)
	}
	return files, nil
}

// checkContents wants the files to be those that we know, and small.
func checkContents(files []file) error {
	var names []string
	var total int64
	for _, f := range files {
		names = append(names, f.path)
		total += f.bytes
	}
	slices.Sort(names)
	if !slices.Equal(names, contents) {
		return fmt.Errorf("the image holds %q, want %q", names, contents)
	}
	if total > maxBytes {
		return fmt.Errorf("the image has %d bytes, more than %d", total, maxBytes)
	}
	return nil
}

// checkProgram wants a static program for this processor, built the way the rules say.
func checkProgram(path string, machine elf.Machine) error {
	program, err := elf.Open(path)
	if err != nil {
		return fmt.Errorf("read the program: %w", err)
	}
	defer program.Close()
	if program.Machine != machine {
		return fmt.Errorf("the program is for %s, want %s", program.Machine, machine)
	}
	for _, segment := range program.Progs {
		if segment.Type == elf.PT_INTERP {
			return errors.New("the program is not static")
		}
	}
	info, err := buildinfo.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the program: %w", err)
	}
	built := map[string]string{}
	for _, setting := range info.Settings {
		built[setting.Key] = setting.Value
	}
	for key, want := range map[string]string{"CGO_ENABLED": "0", "-trimpath": "true", "-tags": "timetzdata"} {
		if built[key] != want {
			return fmt.Errorf("the program was built with %s=%q, want %q", key, built[key], want)
		}
	}
	return nil
}

// checkTexts wants the certificates to be many and readable, and the licences to be there.
func checkTexts(root string) error {
	bundle, err := os.ReadFile(filepath.Join(root, "etc/ssl/certs/ca-certificates.crt")) //nolint:gosec // a file that we have listed
	if err != nil {
		return fmt.Errorf("read certificates: %w", err)
	}
	count := 0
	for block, rest := pem.Decode(bundle); block != nil; block, rest = pem.Decode(rest) {
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			return fmt.Errorf("read certificate %d: %w", count+1, err)
		}
		count++
	}
	if count < 50 {
		return fmt.Errorf("the image trusts %d authorities, which is not what browsers trust", count)
	}
	licences, err := os.ReadFile(filepath.Join(root, "licences.txt")) //nolint:gosec // a file that we have listed
	if err != nil {
		return fmt.Errorf("read licences: %w", err)
	}
	for _, want := range []string{"MIT License", "Calling SDK", "Go: LICENSE", "labstack/echo", "a-h/templ"} {
		if !strings.Contains(string(licences), want) {
			return fmt.Errorf("licences.txt does not mention %s", want)
		}
	}
	return nil
}

// checkConfig wants the image's configuration to be what the Dockerfile says. The healthcheck is not
// in it: OCI images have none, and the rules look at the Dockerfile's.
func checkConfig(i image, version, revision string) error {
	labels := i.Config.Labels
	for what, pair := range map[string][2]string{
		"user":        {i.Config.User, "65532:65532"},
		"entrypoint":  {strings.Join(i.Config.Entrypoint, " "), "/anteroom"},
		"command":     {strings.Join(i.Config.Cmd, " "), ""},
		"stop signal": {i.Config.StopSignal, "SIGTERM"},
		"version":     {labels["org.opencontainers.image.version"], version},
		"revision":    {labels["org.opencontainers.image.revision"], revision},
	} {
		if pair[0] != pair[1] {
			return fmt.Errorf("the image's %s is %q, want %q", what, pair[0], pair[1])
		}
	}
	if _, exposed := i.Config.ExposedPorts["8080/tcp"]; !exposed {
		return errors.New("the image does not say that it listens on 8080")
	}
	for _, line := range i.Config.Env {
		if name, _, _ := strings.Cut(line, "="); name != "PATH" {
			return fmt.Errorf("the image sets %s", name)
		}
	}
	return nil
}
