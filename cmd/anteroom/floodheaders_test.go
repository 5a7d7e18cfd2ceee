package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestFloodOfHeaders opens 2,000 connections from 250 addresses that send headers of many short lines, and half of
// which would read a large file slowly. Honest visitors join meanwhile. `make check` runs it.
func TestFloodOfHeaders(t *testing.T) {
	if os.Getenv("FLOOD") != "on" {
		t.Skip("FLOOD is not on: a flood takes both cores; make check runs it")
	}
	const clients = 2000
	program, address := startFlooded(t)
	asset := largestAsset(t)
	ctx, stop := context.WithTimeout(t.Context(), floodTime)
	defer stop()
	var flood sync.WaitGroup
	var connected atomic.Int64
	for i := range clients {
		request := fmt.Sprintf("GET / HTTP/1.1\r\nHost: %s\r\n%s", address, manyShortLines())
		if i%2 == 0 {
			request = fmt.Sprintf("GET %s HTTP/1.1\r\nHost: %s\r\n%s\r\n", asset, address, manyShortLines())
		}
		flood.Go(func() { sendAgain(ctx, address, from(i), request, &connected) })
	}
	joins := 0
	for ; ctx.Err() == nil; joins++ {
		if err := joinHonestly(t.Context(), "http://"+address); err != nil {
			t.Errorf("an honest visitor: %v", err)
		}
		time.Sleep(250 * time.Millisecond)
	}
	flood.Wait()
	peak := peakMemory(t, program.Process.Pid)
	t.Logf("%d honest joins, %d connections, at most %d MiB", joins, connected.Load(), peak)
	if connected.Load() < clients*9/10 {
		t.Errorf("%d connections, want at least %d", connected.Load(), clients*9/10)
	}
	if peak >= maxMemory {
		t.Errorf("peak memory = %d MiB, want less than %d", peak, maxMemory)
	}
}

// manyShortLines returns lines that need far more memory than they have bytes.
func manyShortLines() string {
	var b strings.Builder
	for i := range 3000 {
		_, _ = fmt.Fprintf(&b, "%s:\r\n", strconv.FormatInt(int64(i+1000), 36))
	}
	return b.String()
}

// sendAgain sends a request and reads a few bytes a second, again each time the program closes the connection.
func sendAgain(ctx context.Context, address string, ip net.IP, request string, connected *atomic.Int64) {
	for ctx.Err() == nil {
		c, err := dialSlow(ctx, address, ip)
		if err != nil {
			return
		}
		connected.Add(1)
		_ = c.SetDeadline(time.Now().Add(floodTime))
		_, _ = io.WriteString(c, request)
		repeatEachSecond(ctx, new(atomic.Int64), func() error {
			_, err := c.Read(make([]byte, 16))
			return err
		})
		_ = c.Close()
	}
}
