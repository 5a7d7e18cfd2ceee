package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// jail runs an image's program as a container runtime would: the image's files are its root and
// cannot be written, the image's user is its user, and it sees nothing else of the machine's disk.
type jail struct {
	root     string
	image    image
	uid, gid uint32
	readOnly string // how the root is kept from being written
	close    func() error
}

// openJail makes the files at tree a read-only root below dir.
func openJail(tree, dir string, of image) (*jail, error) {
	j := &jail{root: filepath.Join(dir, "root"), image: of, close: func() error { return nil }}
	if _, err := fmt.Sscanf(of.Config.User, "%d:%d", &j.uid, &j.gid); err != nil {
		return nil, fmt.Errorf("read the image's user %q: %w", of.Config.User, err)
	}
	if err := os.Mkdir(j.root, 0o755); err != nil { //nolint:gosec // another user has to pass
		return nil, fmt.Errorf("open jail: %w", err)
	}
	const flags = syscall.MS_BIND | syscall.MS_REMOUNT | syscall.MS_RDONLY | syscall.MS_NOSUID | syscall.MS_NODEV
	err := syscall.Mount(tree, j.root, "", syscall.MS_BIND, "")
	if errors.Is(err, syscall.EPERM) {
		j.root, j.readOnly = tree, "files of root that nobody else may write (this machine does not permit mounts)"
		return j, nil
	}
	if err != nil {
		return nil, fmt.Errorf("mount the image's files: %w", err)
	}
	j.close = func() error { return syscall.Unmount(j.root, 0) }
	if err := syscall.Mount("", j.root, "", flags, ""); err != nil {
		return nil, errors.Join(fmt.Errorf("make the root read-only: %w", err), j.close())
	}
	if err := os.WriteFile(filepath.Join(j.root, "written"), nil, 0o600); !errors.Is(err, syscall.EROFS) {
		return nil, errors.Join(fmt.Errorf("the root is not read-only: writing gave %w", err), j.close())
	}
	j.readOnly = "a read-only mount"
	return j, nil
}

// command is the image's entrypoint with these arguments and nothing of our environment.
func (j *jail) command(ctx context.Context, env []string, args ...string) *exec.Cmd {
	line := append(append([]string{}, j.image.Config.Entrypoint...), args...)
	command := exec.CommandContext(ctx, line[0], line[1:]...) //nolint:gosec // the image is the thing under test
	command.Dir = "/"
	command.Env = append(append([]string{}, j.image.Config.Env...), env...)
	command.SysProcAttr = &syscall.SysProcAttr{
		Chroot:     j.root,
		Credential: &syscall.Credential{Uid: j.uid, Gid: j.gid},
	}
	return command
}

// site is the program, serving in a jail.
type site struct {
	url    string
	port   string
	cmd    *exec.Cmd
	log    *transcript
	ended  chan struct{}
	result error // after ended
}

// transcript keeps what a program says, for whoever asks why.
type transcript struct {
	mu   sync.Mutex
	text strings.Builder
}

func (t *transcript) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.Write(p)
}

func (t *transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}

var readyLine = regexp.MustCompile(`open (https?)://localhost:([0-9]+)`)

// startTime is how long a site may take to begin: long, because the machine may be busy.
const startTime = time.Minute

// start serves on a free port of loopback until ctx ends or stop is called.
func (j *jail) start(ctx context.Context, env ...string) (*site, error) {
	s := &site{log: new(transcript), ended: make(chan struct{})}
	s.cmd = j.command(ctx, append(env, "LISTEN=127.0.0.1:0"))
	s.cmd.Stderr = s.log
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start site: %w", err)
	}
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start site: %w", err)
	}
	found := make(chan []string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if m := readyLine.FindStringSubmatch(lines.Text()); m != nil {
				found <- m
				break
			}
		}
		_, _ = io.Copy(io.Discard, out)
		s.result = s.cmd.Wait()
		close(s.ended)
	}()
	select {
	case m := <-found:
		s.url, s.port = m[1]+"://127.0.0.1:"+m[2], m[2]
		return s, nil
	case <-s.ended:
		return nil, fmt.Errorf("start site: it ended: %w\n%s", s.result, s.log)
	case <-time.After(startTime):
		return nil, errors.Join(fmt.Errorf("start site: it was not ready after %s\n%s", startTime, s.log), s.cmd.Process.Kill())
	}
}

// stop asks the site to end as a person at a terminal does, and wants it to do so well.
func (s *site) stop() error { return errors.Join(s.signal(os.Interrupt), s.wait()) }

// leave is stop as who runs containers does it: the site takes its time, for whoever is still sent to it.
func (s *site) leave() error {
	began := time.Now()
	if err := errors.Join(s.signal(syscall.SIGTERM), s.wait()); err != nil {
		return err
	}
	if took := time.Since(began); took < drainTime {
		return fmt.Errorf("stop site: it ended after %s, and should serve for %s", took, drainTime)
	}
	return nil
}

func (s *site) signal(which os.Signal) error {
	if err := s.cmd.Process.Signal(which); err != nil {
		return fmt.Errorf("stop site: %w", err)
	}
	return nil
}

const (
	// drainTime is how long the site goes on serving after SIGTERM.
	drainTime = 5 * time.Second
	// endTime is longer than that and the site's own limit for requests that have begun.
	endTime = 45 * time.Second
)

func (s *site) wait() error {
	select {
	case <-s.ended:
	case <-time.After(endTime):
		return errors.Join(fmt.Errorf("stop site: it was still there after %s", endTime), s.cmd.Process.Kill())
	}
	if s.result != nil {
		return fmt.Errorf("stop site: %w\n%s", s.result, lastLines(s.log.String(), 20))
	}
	return nil
}

// powerless checks what the kernel says of the running program: its user, and that it can do
// nothing that its user cannot.
func (s *site) powerless(j *jail) error {
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(s.cmd.Process.Pid), "status"))
	if err != nil {
		return fmt.Errorf("look at the program: %w", err)
	}
	facts := map[string]string{}
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(line, ":")
		facts[name] = strings.Join(strings.Fields(value), " ")
	}
	uid, gid := strconv.Itoa(int(j.uid)), strconv.Itoa(int(j.gid))
	for name, want := range map[string]string{
		"Uid":    strings.Join([]string{uid, uid, uid, uid}, " "),
		"Gid":    strings.Join([]string{gid, gid, gid, gid}, " "),
		"Groups": "",
		"CapEff": "0000000000000000",
		"CapPrm": "0000000000000000",
	} {
		if facts[name] != want {
			return fmt.Errorf("the program's %s is %q, want %q", name, facts[name], want)
		}
	}
	return nil
}
