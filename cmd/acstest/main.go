// Command acstest serves the stand-in for the identity service of Azure
// Communication Services on loopback, for tests that are not written in Go. It
// prints one line, the connection string as an environment setting, and serves
// until it is interrupted. It is a tool for development only.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/anteroom-visit/anteroom/acs/acstest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "acstest:", err)
		stop()
		os.Exit(1)
	}
}

// run serves until ctx ends. Prefer the environment variable for a key that matters:
// flags appear in the list of processes.
func run(ctx context.Context, args []string, env func(string) string, out io.Writer) (err error) {
	flags := flag.NewFlagSet("acstest", flag.ContinueOnError)
	flags.SetOutput(out)
	listen := flags.String("listen", "127.0.0.1:0", "loopback `address` to listen on; port 0 picks a free one")
	key := flags.String("access-key", "", "access `key` in base64 (default $ACSTEST_ACCESS_KEY, else a random one)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if *key == "" {
		*key = env("ACSTEST_ACCESS_KEY")
	}
	server, err := acstest.New(acstest.Options{Key: *key})
	if err != nil {
		return err
	}
	if _, err := server.Start(*listen, withControl(server)); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.Close()) }()
	if _, err := fmt.Fprintf(out, "ACS_CONNECTION_STRING=%s\n", server.ConnectionString()); err != nil {
		return fmt.Errorf("print the connection string: %w", err)
	}
	<-ctx.Done()
	return nil
}

// withControl does not use a ServeMux, which would clean paths before the service
// sees them.
func withControl(server *acstest.Server) http.Handler {
	control := server.Control()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/acstest/") {
			control.ServeHTTP(w, r)
			return
		}
		server.ServeHTTP(w, r)
	})
}
