package main

import (
	"log/slog"
	"math"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// limitMemory makes the garbage collector run more often before this process reaches the memory limit of
// its container, at which the kernel would end it. A GOMEMLIMIT in the environment takes precedence.
// Without a limit, nothing changes.
func limitMemory(limit memlimit.Provider, log *slog.Logger) {
	bytes, err := memlimit.Set(memlimit.WithRatio(0.9), memlimit.WithProvider(limit))
	switch {
	case err != nil:
		log.Debug("memory limit of the container not found", "error", err)
	case bytes != math.MaxInt64:
		log.Info("memory limit", "bytes", bytes)
	}
}
