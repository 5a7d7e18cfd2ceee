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
	"time"
)

func main() {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	err := run(untilSignal(signals), os.Args[1:], os.Environ(), console{os.Stdin, os.Stdout, os.Stderr, time.Now})
	os.Exit(exitStatus(err, os.Stderr))
}

// drainTime is how long whoever sends SIGTERM may need until nobody is sent here any more.
const drainTime = 5 * time.Second

// draining is why a context ends when the site is to go on serving, no longer ready, until over.
type draining struct{ over <-chan struct{} }

func (draining) Error() string { return "asked to end" }

// untilSignal ends its context at the first signal. SIGTERM comes from what also sends the visitors,
// and takes time to stop doing so: that time is over after drainTime or at a second signal. Ctrl-C
// comes from a person who wants the program gone.
func untilSignal(signals <-chan os.Signal) context.Context {
	ctx, end := context.WithCancelCause(context.Background())
	go func() {
		if s := <-signals; s != syscall.SIGTERM {
			end(nil)
			return
		}
		over, stop := context.WithTimeout(context.Background(), drainTime)
		defer stop()
		end(draining{over.Done()})
		select {
		case <-signals:
		case <-over.Done():
		}
	}()
	return ctx
}

// console is the program's standard input, output and error, and its clock.
type console struct {
	in  io.Reader
	out io.Writer
	err io.Writer
	now func() time.Time
}

// errQuiet ends the program with status 1 and without a word: the answer has been printed.
var errQuiet = errors.New("no")

func exitStatus(err error, out io.Writer) int {
	refused, isRefused := errors.AsType[refusedStart](err)
	switch {
	case err == nil:
		return 0
	case isRefused:
		refused.report(out)
		return exitConfig
	case !errors.Is(err, errQuiet):
		_, _ = fmt.Fprintf(out, "anteroom: %v\n", err)
	}
	return 1
}
