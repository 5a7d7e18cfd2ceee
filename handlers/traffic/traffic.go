// Package traffic limits what clients can use at once: connections, large answers and the bytes of
// request bodies. At a limit it drops the client that makes the least progress, or asks for a retry. It
// routes nothing and authenticates no one.
package traffic

import (
	"errors"
	"fmt"
	"time"
)

// ErrBusy reports that a limit is reached and no client can be dropped. The client should retry after
// RetryAfter.
var ErrBusy = errors.New("too much traffic at once")

// RetryAfter is how long a client waits before it asks again.
const RetryAfter = 2 * time.Second

func busy(what string) error { return fmt.Errorf("%s: %w", what, ErrBusy) }
