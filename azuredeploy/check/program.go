package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"time"

	"github.com/anteroom-visit/anteroom/azuredeploy/check/rules"
)

// program is the site itself, built and rehearsing on loopback.
type program struct {
	settings []rules.Setting
	address  string
	known    map[string]int
	stop     func()
}

// Times in which the program has to be built and to be ready.
const (
	buildTime = 10 * time.Minute
	readyTime = time.Minute
)

var ready = regexp.MustCompile(`open http://localhost(:[0-9]+)`)

// startProgram builds the program of the tree at root, asks what it reads, and starts it.
func startProgram(ctx context.Context, root string) (*program, error) {
	directory, err := os.MkdirTemp("", "anteroom-check-")
	if err != nil {
		return nil, fmt.Errorf("make a directory: %w", err)
	}
	p := &program{known: make(map[string]int), stop: func() { _ = os.RemoveAll(directory) }}
	binary := filepath.Join(directory, "anteroom")
	if err := p.build(ctx, root, binary); err != nil {
		p.stop()
		return nil, err
	}
	if err := p.start(ctx, binary); err != nil {
		p.stop()
		return nil, err
	}
	return p, nil
}

func (p *program) build(ctx context.Context, root, binary string) error {
	ctx, cancel := context.WithTimeout(ctx, buildTime)
	defer cancel()
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/anteroom") //nolint:gosec // our own tree
	build.Dir = root
	if said, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build the program: %w: %s", err, said)
	}
	list, err := exec.CommandContext(ctx, binary, "settings", "--json").Output() //nolint:gosec // just built
	if err == nil {
		err = json.Unmarshal(list, &p.settings)
	}
	if err != nil || len(p.settings) == 0 {
		return fmt.Errorf("ask the program for its settings: %w", err)
	}
	return nil
}

func (p *program) start(ctx context.Context, binary string) error {
	ctx, cancel := context.WithCancel(ctx)
	serve := exec.CommandContext(ctx, binary, "serve", "--listen", "127.0.0.1:0") //nolint:gosec // just built
	serve.Env = []string{"PATH=" + os.Getenv("PATH")}
	serve.Cancel = func() error { return serve.Process.Signal(os.Interrupt) }
	serve.WaitDelay = readyTime
	said, err := serve.StdoutPipe()
	if err == nil {
		err = serve.Start()
	}
	if err != nil {
		cancel()
		return fmt.Errorf("start the program: %w", err)
	}
	clean := p.stop
	p.stop = func() { cancel(); _ = serve.Wait(); clean() }
	found := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(said)
		for lines.Scan() {
			if at := ready.FindStringSubmatch(lines.Text()); at != nil {
				found <- "http://127.0.0.1" + at[1]
			}
		}
		close(found)
		_, _ = io.Copy(io.Discard, said)
	}()
	select {
	case p.address = <-found:
	case <-time.After(readyTime):
	}
	if p.address == "" {
		return errors.New("the program did not say that it is ready: run make build first")
	}
	return nil
}

// answers is the status of a GET of the path, asked once.
func (p *program) answers(path string) int {
	if status, ok := p.known[path]; ok {
		return status
	}
	client := http.Client{Timeout: readyTime}
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, p.address+path, http.NoBody)
	if err != nil {
		return 0
	}
	response, err := client.Do(request)
	if err != nil {
		return 0
	}
	_ = response.Body.Close()
	p.known[path] = response.StatusCode
	return response.StatusCode
}
