package main

import (
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// verification builds the image and puts it on trial, and tells out what it found.
type verification struct {
	repo string // the project's root
	dir  string // for everything that is made on the way
	out  io.Writer

	store    *store
	stamp    []string // of the build, so that builds minutes apart say the same
	revision string
	tree     string // the image's files
	image    image
}

const version = "check"

// step is a part of the verification with the name by which it is told.
type step struct {
	name string
	do   func(context.Context) (string, error)
}

// verifyImage runs every step; the first that goes wrong ends it.
func verifyImage(ctx context.Context, repo string, out io.Writer) (err error) {
	if err := needBuildah(ctx, out); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "anteroom-image-")
	if err != nil {
		return fmt.Errorf("verify image: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := os.Chmod(dir, 0o755); err != nil { //nolint:gosec // the image's user has to pass
		return fmt.Errorf("verify image: %w", err)
	}
	v := &verification{repo: repo, dir: dir, out: out}
	if v.store, err = openStore(ctx, dir); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.store.close(ctx)) }()
	for _, s := range []step{
		{"rules", v.rules},
		{"base images of this machine's own tools", v.bases},
		{"the image, built twice", v.twice},
		{"its files", v.files},
		{"on trial", v.trial},
		{"the image for the other processor", v.other},
	} {
		if err := v.step(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// step says what is being done before it is, because some of it takes minutes.
func (v *verification) step(ctx context.Context, s step) error {
	if _, err := fmt.Fprintf(v.out, "%s\n", s.name); err != nil {
		return fmt.Errorf("verify image: %w", err)
	}
	began := time.Now()
	told, err := s.do(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	if _, err := fmt.Fprintf(v.out, "%s  in %.0f s\n", told, time.Since(began).Seconds()); err != nil {
		return fmt.Errorf("verify image: %w", err)
	}
	return nil
}

// needBuildah installs buildah where it may, and says so.
func needBuildah(ctx context.Context, out io.Writer) error {
	if os.Getuid() != 0 {
		return errors.New("verify image: it changes root and user, and so has to run as root")
	}
	if _, err := exec.LookPath("buildah"); err == nil {
		return nil
	}
	apt := []string{"apt-get", "install", "-y", "--no-install-recommends", "buildah"}
	if _, err := exec.LookPath(apt[0]); err != nil {
		return errors.New("verify image: buildah is not installed, and there is no apt-get to install it with")
	}
	if _, err := fmt.Fprintf(out, "buildah is not installed; installing it: %v\n", apt); err != nil {
		return fmt.Errorf("verify image: %w", err)
	}
	command := exec.CommandContext(ctx, apt[0], apt[1:]...) //nolint:gosec // the line above
	command.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	if told, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("install buildah: %w\n%s", err, lastLines(string(told), 10))
	}
	return nil
}

// rules are those that need nothing but the source.
func (v *verification) rules(ctx context.Context) (string, error) {
	if err := rules(ctx, v.repo); err != nil {
		return "", err
	}
	return "  Dockerfile, .dockerignore and workflows: 0 problems\n", nil
}

func (v *verification) bases(ctx context.Context) (string, error) {
	source, err := os.ReadFile(filepath.Join(v.repo, "Dockerfile"))
	if err != nil {
		return "", fmt.Errorf("read Dockerfile: %w", err)
	}
	parsed, err := parseDockerfile(source)
	if err != nil {
		return "", err
	}
	if err := makeBases(ctx, v.store, parsed); err != nil {
		return "", err
	}
	return fmt.Sprintf("  %s\n  %s\n", parsed.defaults["NODE_IMAGE"], parsed.defaults["GO_IMAGE"]), nil
}

func (v *verification) twice(ctx context.Context) (string, error) {
	v.revision = "0000000000000000000000000000000000000000"
	v.stamp = []string{"VERSION=" + version, "REVISION=" + v.revision, "SOURCE_DATE_EPOCH=1700000000"}
	first, err := build(ctx, v.store, v.repo, "localhost/first", v.stamp)
	if err != nil {
		return "", err
	}
	second, err := build(ctx, v.store, v.repo, "localhost/second", v.stamp)
	if err != nil {
		return "", err
	}
	if first.Digest != second.Digest {
		return "", fmt.Errorf("two digests: %s and %s", first.Digest, second.Digest)
	}
	v.image = first
	return "  " + first.Digest + ", both times\n", checkConfig(first, version, v.revision)
}

func (v *verification) files(ctx context.Context) (string, error) {
	var err error
	if v.tree, err = v.store.unpack(ctx, "localhost/first:"+version); err != nil {
		return "", err
	}
	files, err := list(v.tree)
	if err != nil {
		return "", err
	}
	told, total := "", int64(0)
	for _, f := range files {
		told += fmt.Sprintf("  %s %11d  /%s\n", f.mode, f.bytes, f.path)
		total += f.bytes
	}
	told += fmt.Sprintf("  %.1f MB in %d files\n", float64(total)/1e6, len(files))
	return told, errors.Join(
		checkContents(files), checkTexts(v.tree), checkProgram(filepath.Join(v.tree, "anteroom"), machines()[runtime.GOARCH]),
	)
}

// machines are the processors that a release is for.
func machines() map[string]elf.Machine {
	return map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}
}

// other builds for the other processor as a release does, by cross-compiling.
func (v *verification) other(ctx context.Context) (string, error) {
	processor := "arm64"
	if runtime.GOARCH == processor {
		processor = "amd64"
	}
	if _, err := build(ctx, v.store, v.repo, "localhost/other", v.stamp, "--platform", "linux/"+processor); err != nil {
		return "", err
	}
	tree, err := v.store.unpack(ctx, "localhost/other:"+version)
	if err != nil {
		return "", err
	}
	files, err := list(tree)
	if err != nil {
		return "", err
	}
	return "  static, for " + processor + "\n", errors.Join(
		checkContents(files), checkProgram(filepath.Join(tree, "anteroom"), machines()[processor]),
	)
}

// authority is where the jail finds the private authority's certificate.
const authority = "/authority.pem"

func (v *verification) trial(ctx context.Context) (told string, err error) {
	service, err := startService(ctx, v.repo, v.dir)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, service.stop()) }()
	front, err := service.private(time.Now())
	if err != nil {
		return "", err
	}
	defer front.close()
	// The one file more than the image has: what an operator with an authority of his own mounts.
	if err := os.WriteFile(filepath.Join(v.tree, authority), front.certificate, 0o644); err != nil { //nolint:gosec // not secret
		return "", fmt.Errorf("mount authority: %w", err)
	}
	before, err := list(v.tree)
	if err != nil {
		return "", err
	}
	jail, err := openJail(v.tree, v.dir, v.image)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, jail.close()) }()
	t := trial{jail, service}
	if err := errors.Join(t.rehearse(ctx), t.visit(ctx), t.trust(ctx, front, authority)); err != nil {
		return "", err
	}
	inFlight, err := t.terminate(ctx)
	if err != nil {
		return "", fmt.Errorf("SIGTERM with %d joins in flight: %w", inFlight, err)
	}
	after, err := list(v.tree)
	if err != nil {
		return "", err
	}
	if len(after) != len(before) {
		return "", errors.New("the program has written files")
	}
	return fmt.Sprintf("  user %d:%d, no capability, root: %s\n"+
		"  health, readiness, door, page, script, one visitor's ticket, healthcheck: well\n"+
		"  TLS with a private authority: refused, and taken with SSL_CERT_FILE\n"+
		"  SIGTERM: exit 0 after %s and not before; 503 from /readyz, and who comes then joins\n"+
		"  a second SIGTERM with %d of %d joins in flight: none lost, exit 0\n", jail.uid, jail.gid, jail.readOnly, drainTime, inFlight, crowd+1), nil
}
