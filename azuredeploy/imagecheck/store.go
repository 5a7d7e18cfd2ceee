package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// store is where buildah keeps the images of one check: a folder of its own, so that nothing on
// the machine is touched and nothing stays behind.
type store struct {
	dir   string
	graph string
	env   []string
}

// openStore makes an empty store below dir: of overlays where the machine can mount them, else of
// whole copies, which take minutes more.
func openStore(ctx context.Context, dir string) (*store, error) {
	for _, driver := range []string{"overlay", "vfs"} {
		s := &store{dir: dir, graph: filepath.Join(dir, driver)}
		config := filepath.Join(dir, driver+".conf")
		text := fmt.Sprintf("[storage]\ndriver = %q\ngraphroot = %q\nrunroot = %q\n", driver, s.graph, filepath.Join(dir, driver+"-run"))
		if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
			return nil, fmt.Errorf("open image store: %w", err)
		}
		s.env = append(os.Environ(), "CONTAINERS_STORAGE_CONF="+config, "STORAGE_DRIVER="+driver, "BUILDAH_ISOLATION=chroot")
		if err := s.tryOut(ctx); err == nil {
			return s, nil
		} else if driver == "vfs" {
			return nil, fmt.Errorf("open image store: %w", err)
		}
	}
	panic("unreachable")
}

// tryOut makes a container and mounts it, because a driver may be there and yet not work.
func (s *store) tryOut(ctx context.Context) error {
	container, err := s.buildah(ctx, "from", "scratch")
	if err != nil {
		return err
	}
	if _, err := s.buildah(ctx, "mount", container); err != nil {
		return err
	}
	_, err = s.buildah(ctx, "rm", container)
	return err
}

// close unmounts what the store has mounted, so that its folder can be removed.
func (s *store) close(ctx context.Context) error {
	_, err := s.buildah(context.WithoutCancel(ctx), "rm", "--all")
	// The overlay driver mounts its own folder on itself and leaves that so.
	unmount := syscall.Unmount(filepath.Join(s.graph, "overlay"), 0)
	if errors.Is(unmount, syscall.EINVAL) || errors.Is(unmount, syscall.ENOENT) {
		unmount = nil // it was not mounted
	}
	return errors.Join(err, unmount)
}

// run runs a command with this store and returns what it printed; its error says what went wrong.
func (s *store) run(ctx context.Context, env []string, name string, args ...string) (string, error) {
	var out, told bytes.Buffer
	command := exec.CommandContext(ctx, name, args...) //nolint:gosec // the names are in this program
	command.Env = append(s.env[:len(s.env):len(s.env)], env...)
	command.Stdout, command.Stderr = &out, &told
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 10 * time.Second
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("run %s: %w\n%s", filepath.Base(name), err, lastLines(out.String()+told.String(), 25))
	}
	return strings.TrimSpace(out.String()), nil
}

func (s *store) buildah(ctx context.Context, args ...string) (string, error) {
	return s.run(ctx, nil, "buildah", args...)
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// commit makes an image of a folder.
func (s *store) commit(ctx context.Context, folder, name string, env []string) error {
	container, err := s.buildah(ctx, "from", "scratch")
	if err != nil {
		return err
	}
	config := []string{"config"}
	for _, line := range env {
		config = append(config, "--env", line)
	}
	for _, args := range [][]string{
		{"copy", "--quiet", container, folder, "/"},
		append(config, container),
		{"commit", "--quiet", "--rm", container, name},
	} {
		if _, err := s.buildah(ctx, args...); err != nil {
			return err
		}
	}
	return nil
}

// image is what is known of a built image.
type image struct {
	Digest string
	Config struct {
		Entrypoint   []string
		Cmd          []string
		Env          []string
		User         string
		Labels       map[string]string
		ExposedPorts map[string]struct{}
		StopSignal   string
	}
}

// inspect reads an image's configuration.
func (s *store) inspect(ctx context.Context, name string) (image, error) {
	out, err := s.buildah(ctx, "inspect", "--type", "image", name)
	if err != nil {
		return image{}, err
	}
	var told struct {
		FromImageDigest string
		Docker          struct {
			Config json.RawMessage `json:"config"`
		}
	}
	if err := json.Unmarshal([]byte(out), &told); err != nil {
		return image{}, fmt.Errorf("inspect image: %w", err)
	}
	read := image{Digest: told.FromImageDigest}
	if err := json.Unmarshal(told.Docker.Config, &read.Config); err != nil {
		return image{}, fmt.Errorf("inspect image: %w", err)
	}
	if read.Digest == "" {
		return image{}, errors.New("inspect image: it has no digest")
	}
	return read, nil
}

// unpack lays an image's files out in a folder and returns it.
func (s *store) unpack(ctx context.Context, name string) (string, error) {
	container, err := s.buildah(ctx, "from", "--pull-never", name)
	if err != nil {
		return "", err
	}
	return s.buildah(ctx, "mount", container)
}
