package main

import (
	"bytes"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// stuckWriter is a writer that blocks until it is released.
type stuckWriter struct {
	stuck, released chan struct{}
	once            sync.Once
	bytes.Buffer
}

func (s *stuckWriter) Write(p []byte) (int, error) {
	s.once.Do(func() { close(s.stuck) })
	<-s.released
	return s.Buffer.Write(p)
}

// TestBlockedLogDoesNotBlockWriters checks that the log drops lines, and reports that, while nothing reads it.
func TestBlockedLogDoesNotBlockWriters(t *testing.T) {
	stuck := &stuckWriter{stuck: make(chan struct{}), released: make(chan struct{})}
	log := newLogWriter(stuck)
	for i := range 2 * logBacklog {
		if n, err := log.Write([]byte(strconv.Itoa(i) + "\n")); n == 0 || err != nil {
			t.Fatalf("Write = %d, %v, want no error", n, err)
		}
		if i == 0 {
			<-stuck.stuck
		}
	}
	close(stuck.released)
	log.close()
	<-log.done
	written := stuck.String()
	if !strings.HasPrefix(written, "0\n") || !strings.Contains(written, `"msg":"log: lines dropped`) || strings.Count(written, "\n") < logBacklog {
		t.Errorf("written %.200s, want the first line, %d lines and a report of dropped ones", written, logBacklog)
	}
}
