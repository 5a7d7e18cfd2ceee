package rehearsal

import (
	"sync"

	"github.com/coder/websocket"
)

// line is the way out to one connection: a queue that its writer empties. Putting something into it never blocks;
// a line whose other end does not keep up is cut.
type line struct {
	limit  int    // bytes that may wait
	cancel func() // ends the connection's goroutines
	member *member

	mu     sync.Mutex
	queue  [][]byte
	size   int
	over   bool
	status websocket.StatusCode // what to close with once the queue is empty; 0 is no goodbye
	reason string
	wake   chan struct{}
}

func newLine(limit int, cancel func()) *line {
	return &line{limit: limit, cancel: cancel, wake: make(chan struct{}, 1)}
}

func (l *line) push(frame []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over || frame == nil {
		return
	}
	if l.size+len(frame) > l.limit {
		l.end(0, "")
		return
	}
	l.queue, l.size = append(l.queue, frame), l.size+len(frame)
	l.signal()
}

// finish lets the writer send what waits and then close in order.
func (l *line) finish(status websocket.StatusCode, reason string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.over {
		l.end(status, reason)
	}
}

// cut ends the connection at once and without a goodbye.
func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.over {
		l.end(0, "")
	}
}

// end is called with the lock held.
func (l *line) end(status websocket.StatusCode, reason string) {
	l.over, l.status, l.reason = true, status, reason
	if status == 0 {
		l.queue = nil
		l.cancel()
	}
	l.signal()
}

func (l *line) signal() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// take is what waits, and whether more may come.
func (l *line) take() (frames [][]byte, open bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	frames, l.queue, l.size = l.queue, nil, 0
	return frames, !l.over
}

func (l *line) goodbye() (websocket.StatusCode, string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.status, l.reason
}
