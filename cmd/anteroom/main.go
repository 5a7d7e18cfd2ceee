// Command anteroom is the front door to a Teams meeting: it serves the site, and does from a
// shell what the site does for a visitor. It alone knows settings and credentials, and wires the
// packages together; it has no rules of its own.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Environ(), console{os.Stdin, os.Stdout, os.Stderr})
	os.Exit(exitStatus(err, os.Stderr))
}

// console is the program's standard input, output and error.
type console struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}

// errQuiet ends the program with status 1 and without a word: the answer has been printed.
var errQuiet = errors.New("no")

func exitStatus(err error, out io.Writer) int {
	switch {
	case err == nil:
		return 0
	case !errors.Is(err, errQuiet):
		_, _ = fmt.Fprintf(out, "anteroom: %v\n", err)
	}
	return 1
}
