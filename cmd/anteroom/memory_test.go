package main

import (
	"log/slog"
	"os"
	"runtime/debug"
	"testing"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

func TestMemoryLimitIsNineTenthsOfTheContainers(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	t.Cleanup(func() { debug.SetMemoryLimit(before) })
	log := slog.New(slog.DiscardHandler)
	t.Setenv("GOMEMLIMIT", "512MiB") // the runtime has read it already: only the program does here
	limitMemory(memlimit.Limit(1<<30), log)
	if got := debug.SetMemoryLimit(-1); got != before {
		t.Errorf("GOMEMLIMIT of the operator was replaced: %d", got)
	}
	if err := os.Unsetenv("GOMEMLIMIT"); err != nil {
		t.Fatal(err)
	}
	limitMemory(memlimit.Limit(1<<30), log)
	if got := debug.SetMemoryLimit(-1); got != 966367641 {
		t.Errorf("limit %d for a container of 1 GiB, want 9/10", got)
	}
}
