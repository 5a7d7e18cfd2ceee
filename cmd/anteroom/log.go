package main

import (
	"bytes"
	"fmt"
	"io"
	"sync/atomic"
	"time"
)

const (
	// logBacklog is how many lines wait for a reader of the log that has stopped, at most about 5 MB.
	logBacklog = 4096
	// logFlush is how long the last lines may take when the program ends.
	logFlush = 2 * time.Second
)

// logWriter writes lines in the background and drops those that nobody reads: a full pipe must not stop
// the site. The next line that can be written follows a note of how many are missing.
type logWriter struct {
	lines   chan []byte
	done    chan struct{}
	dropped atomic.Int64
}

func newLogWriter(w io.Writer) *logWriter {
	l := &logWriter{lines: make(chan []byte, logBacklog), done: make(chan struct{})}
	go func() {
		defer close(l.done)
		for line := range l.lines {
			if n := l.dropped.Swap(0); n > 0 {
				_, _ = fmt.Fprintf(w, `{"time":%q,"level":"WARN","msg":"log: lines dropped, nobody read them","lines":%d}`+"\n", time.Now().Format(time.RFC3339), n)
			}
			_, _ = w.Write(line) // there is no place to report an error
		}
	}()
	return l
}

// Write takes a line, or drops it. It never fails, and must not be called after close.
func (l *logWriter) Write(line []byte) (int, error) {
	select {
	case l.lines <- bytes.Clone(line):
	default:
		l.dropped.Add(1)
	}
	return len(line), nil
}

// close writes what is left.
func (l *logWriter) close() {
	close(l.lines)
	select {
	case <-l.done:
	case <-time.After(logFlush):
	}
}
