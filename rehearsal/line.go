package rehearsal

import (
	"sync"

	"github.com/coder/websocket"
)

// A line is the queue of frames for one connection, which the connection's writer empties. Adding to it never blocks;
// a line whose client does not keep up is cut.
type line struct {
	limit  int    // bytes that may wait
	cancel func() // ends the connection's goroutines
	client string // key of the client's address
	member *member

	hasSlot bool // guarded by the Server's lock, as client and member are

	mu     sync.Mutex
	queue  [][]byte
	size   int
	over   bool
	status websocket.StatusCode // to close with once the queue is empty; 0 closes without one
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

// finish ends the line after its queue, with a status.
func (l *line) finish(status websocket.StatusCode, reason string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.over {
		l.end(status, reason)
	}
}

// cut ends the connection at once, without a status.
func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.over {
		l.end(0, "")
	}
}

// end ends the line. The caller holds the lock.
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

// take removes and returns the queue, and reports whether more frames may follow.
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
