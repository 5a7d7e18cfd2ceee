// Command anteroom serves the site, and does on the command line what the site does on its pages.
// It reads the settings, chooses the credentials and connects the packages; the rules are in those.
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
	log, flush := io.Writer(os.Stderr), func() {}
	if !isTerminal(os.Stderr) {
		buffered := newLogWriter(os.Stderr)
		log, flush = buffered, buffered.close
	}
	err := run(untilSignal(signals), os.Args[1:], os.Environ(), console{os.Stdin, os.Stdout, log, time.Now})
	status := exitStatus(err, log)
	flush()
	os.Exit(status)
}

// drainTime is how long a load balancer may take to stop routing here.
const drainTime = 5 * time.Second

// draining is the cause of a context's end after SIGTERM: the site serves until over, but is not ready.
type draining struct{ over <-chan struct{} }

func (draining) Error() string { return "draining" }

// untilSignal returns a context that ends at the first signal. SIGTERM comes from an orchestrator, whose
// load balancer needs time to stop routing here: until drainTime has passed or a second signal arrives.
// Ctrl-C comes from a person who wants the program to end.
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

// errQuiet ends the program with status 1 and without a message: the output has been printed.
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
