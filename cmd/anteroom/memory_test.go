package main

import (
	"log/slog"
	"os"
	"runtime/debug"
	"testing"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

func TestMemoryLimitIsNineTenthsOfTheContainer(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	t.Cleanup(func() { debug.SetMemoryLimit(before) })
	log := slog.New(slog.DiscardHandler)
	t.Setenv("GOMEMLIMIT", "512MiB") // the runtime has read the variable already; only limitMemory reads it here
	limitMemory(memlimit.Limit(1<<30), log)
	if got := debug.SetMemoryLimit(-1); got != before {
		t.Errorf("limit with GOMEMLIMIT set = %d, want %d", got, before)
	}
	if err := os.Unsetenv("GOMEMLIMIT"); err != nil {
		t.Fatal(err)
	}
	limitMemory(memlimit.Limit(1<<30), log)
	if got := debug.SetMemoryLimit(-1); got != 966367641 {
		t.Errorf("limit in a container of 1 GiB = %d, want 966367641", got)
	}
}
