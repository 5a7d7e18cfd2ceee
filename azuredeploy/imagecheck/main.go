// Command imagecheck proves the image: rules for Dockerfile, .dockerignore and workflows; and, as
// root, the image itself, built twice from this machine's own toolchain and put on trial without a
// container runtime. It is a tool for development in a module of its own, so that what it needs is
// not in the program's. It does not publish anything: that is the release workflow's.
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

const usage = `usage: imagecheck rules  REPOSITORY        check Dockerfile, .dockerignore and workflows
       imagecheck verify REPOSITORY        build the image and put it on trial; as root
       imagecheck pin    TEMPLATE IMAGE    write name:version@sha256:digest into a template`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "imagecheck:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	switch {
	case len(args) == 2 && args[0] == "rules":
		return rules(ctx, args[1])
	case len(args) == 2 && args[0] == "verify":
		return verifyImage(ctx, args[1], out)
	case len(args) == 3 && args[0] == "pin":
		return pinFile(args[1], args[2])
	}
	return errors.New(usage)
}
