package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// base is a stand-in for an image of a registry: the same name, made of this machine's own
// toolchain, so that the Dockerfile is built unchanged where no registry can be reached.
type base struct {
	arg      string   // the Dockerfile's ARG with the image's name
	programs []string // copied with the libraries that they load
	trees    map[string]string
	env      []string
}

const bundleOfCAs = "/etc/ssl/certs/ca-certificates.crt"

// bases are the stand-ins. What reaches the network gets what this machine says about proxies,
// certificates and mirrors; none of it gets into the image, which begins with nothing.
func bases(ctx context.Context) ([]base, error) {
	root, err := output(ctx, "go", "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	proxy, err := output(ctx, "go", "env", "GOPROXY")
	if err != nil {
		return nil, err
	}
	npm, err := npmFolder()
	if err != nil {
		return nil, err
	}
	network := inherited("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy", "GONOSUMDB", "GOSUMDB", "GOPRIVATE")
	registry, err := output(ctx, "npm", "config", "get", "registry")
	if err != nil {
		return nil, err
	}
	shell := []string{"sh", "cat", "sort", "mkdir", "env"}
	return []base{
		{
			arg:      "NODE_IMAGE",
			programs: append([]string{"node"}, shell...),
			trees:    map[string]string{npm: "/usr/lib/node_modules/npm"},
			env: append([]string{
				"PATH=/usr/local/bin:/usr/bin:/bin", "NODE_EXTRA_CA_CERTS=" + bundleOfCAs, "npm_config_registry=" + registry,
			}, network...),
		},
		{
			arg:      "GO_IMAGE",
			programs: shell,
			trees:    map[string]string{root: "/usr/local/go"},
			env: append([]string{
				"PATH=/usr/local/go/bin:/usr/bin:/bin", "GOPATH=/go", "GOTOOLCHAIN=local", "GOPROXY=file://" + lentModules + "," + proxy,
			}, network...),
		},
	}, nil
}

// output is the one line that a program prints.
func output(ctx context.Context, name string, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, name, args...).Output() //nolint:gosec // the names are in this program
	if err != nil {
		return "", fmt.Errorf("run %s: %w", name, err)
	}
	return strings.TrimSpace(string(out)), nil
}

func inherited(names ...string) []string {
	var found []string
	for _, name := range names {
		if value := os.Getenv(name); value != "" {
			found = append(found, name+"="+value)
		}
	}
	return found
}

// npmFolder is where npm itself lies: npm is a link to its bin/npm-cli.js.
func npmFolder() (string, error) {
	link, err := exec.LookPath("npm")
	if err != nil {
		return "", fmt.Errorf("find npm: %w", err)
	}
	script, err := filepath.EvalSymlinks(link)
	if err != nil {
		return "", fmt.Errorf("find npm: %w", err)
	}
	folder := filepath.Dir(filepath.Dir(script))
	if _, err := os.Stat(filepath.Join(folder, "bin", "npm-cli.js")); err != nil {
		return "", fmt.Errorf("find npm: %w", err)
	}
	return folder, nil
}

// layOut writes the base's files below root.
func (b base) layOut(ctx context.Context, root string) error {
	for _, dir := range []string{"usr/bin", "usr/local/bin", "etc", "root", "tmp", "proc", "sys", "dev"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil { //nolint:gosec // an image's folders are for all
			return fmt.Errorf("lay out %s: %w", b.arg, err)
		}
	}
	for name, target := range map[string]string{"bin": "usr/bin", "usr/bin/npm": "../lib/node_modules/npm/bin/npm-cli.js"} {
		if err := os.Symlink(target, filepath.Join(root, name)); err != nil {
			return fmt.Errorf("lay out %s: %w", b.arg, err)
		}
	}
	files := map[string]string{bundleOfCAs: bundleOfCAs, "/etc/passwd": "/etc/passwd", "/etc/group": "/etc/group"}
	for _, name := range b.programs {
		path, err := exec.LookPath(name)
		if err != nil {
			return fmt.Errorf("lay out %s: %w", b.arg, err)
		}
		files[path] = filepath.Join("/usr/bin", name)
		libraries, err := librariesOf(ctx, path)
		if err != nil {
			return err
		}
		for _, library := range libraries {
			files[library] = library
		}
	}
	for from, to := range files {
		if err := copyFile(from, filepath.Join(root, to)); err != nil {
			return fmt.Errorf("lay out %s: %w", b.arg, err)
		}
	}
	for from, to := range b.trees {
		if err := copyTree(from, filepath.Join(root, to)); err != nil {
			return fmt.Errorf("lay out %s: %w", b.arg, err)
		}
	}
	return nil
}

var libraryLine = regexp.MustCompile(`(?m)(/\S+) \(0x`)

// librariesOf are the shared libraries of a program, with the loader.
func librariesOf(ctx context.Context, path string) ([]string, error) {
	out, err := exec.CommandContext(ctx, "ldd", path).CombinedOutput() //nolint:gosec // the programs are named above
	if err != nil {
		if strings.Contains(string(out), "not a dynamic executable") {
			return nil, nil
		}
		return nil, fmt.Errorf("list libraries of %s: %w", path, err)
	}
	var found []string
	for _, m := range libraryLine.FindAllStringSubmatch(string(out), -1) {
		found = append(found, m[1])
	}
	if len(found) == 0 {
		return nil, errors.New("list libraries of " + path + ": none found")
	}
	return found, nil
}

// notNeeded are folders of a Go tree that no build reads.
var notNeeded = []string{"api", "doc", "misc", "test"}

func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, name)
		switch {
		case entry.IsDir() && slices.Contains(notNeeded, name):
			return filepath.SkipDir
		case entry.IsDir():
			return os.MkdirAll(target, 0o755) //nolint:gosec // an image's folders are for all
		case entry.Type() == fs.ModeSymlink:
			link, err := os.Readlink(path)
			if err != nil {
				return err
			}
			return os.Symlink(link, target) //nolint:gosec // the machine's own toolchain, into a folder of ours
		}
		return copyFile(path, target)
	})
}

func copyFile(from, to string) error {
	contents, err := os.ReadFile(from) //nolint:gosec // the machine's own toolchain
	if err != nil {
		return err
	}
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil { //nolint:gosec // an image's folders are for all
		return err
	}
	return os.WriteFile(to, contents, info.Mode().Perm()) //nolint:gosec // into a folder of ours
}
