package traffic

import (
	"io"
	"net/http"
	"sync"
	"time"
)

const (
	// chunkSize is how many bytes of a large answer are written with one deadline.
	chunkSize = 16 << 10
	// chunkTime is how long a client may take for a chunk: at least 550 bytes a second.
	chunkTime = 30 * time.Second
	// slowTime is how long a download may stand still before a newcomer may take its place.
	slowTime = 2 * time.Second
)

// Downloads limits how many large answers are written at once.
type Downloads struct {
	limit, perClient int
	now              func() time.Time

	mu      sync.Mutex
	active  map[*download]struct{}
	clients map[string]int
}

// download is one large answer in progress.
type download struct {
	client   string
	progress time.Time // when the last chunk was taken
	drop     func()
	dropped  bool
}

// NewDownloads allows limit large answers at once and perClient for one client; now is the clock.
func NewDownloads(limit, perClient int, now func() time.Time) *Downloads {
	return &Downloads{limit: limit, perClient: perClient, now: now, active: make(map[*download]struct{}), clients: make(map[string]int)}
}

// Active returns how many large answers are in progress.
func (d *Downloads) Active() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.active)
}

// Writer returns a writer for one large answer and the function that ends it. The writer ends the
// connection of a client that takes less than 16 KiB in 30 seconds. At the limit, the answer that has
// made no progress for the longest time makes room; Writer returns ErrBusy if none has stood still for
// two seconds.
func (d *Downloads) Writer(w http.ResponseWriter, client string) (http.ResponseWriter, func(), error) {
	control := http.NewResponseController(w)
	own := &download{client: client, drop: func() { _ = control.SetWriteDeadline(time.Unix(1, 0)) }}
	d.mu.Lock()
	defer d.mu.Unlock()
	own.progress = d.now()
	if d.clients[client] >= d.perClient && !d.makeRoom(client) || len(d.active) >= d.limit && !d.makeRoom("") {
		return nil, nil, busy("write large answer")
	}
	d.active[own] = struct{}{}
	d.clients[client]++
	return &chunkWriter{w, control, d, own}, func() { d.end(own) }, nil
}

// makeRoom drops the answer that has made no progress for the longest time, of this client or of any.
func (d *Downloads) makeRoom(client string) bool {
	var slowest *download
	for one := range d.active {
		if (client == "" || one.client == client) && (slowest == nil || one.progress.Before(slowest.progress)) {
			slowest = one
		}
	}
	if slowest == nil || d.now().Sub(slowest.progress) < slowTime {
		return false
	}
	slowest.dropped = true
	slowest.drop()
	d.remove(slowest)
	return true
}

func (d *Downloads) end(one *download) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.remove(one)
}

func (d *Downloads) remove(one *download) {
	if _, there := d.active[one]; !there {
		return
	}
	delete(d.active, one)
	if d.clients[one.client]--; d.clients[one.client] == 0 {
		delete(d.clients, one.client)
	}
}

// advance records progress and grants time for the next chunk, unless the answer was dropped.
func (d *Downloads) advance(one *download, control *http.ResponseController) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if one.dropped {
		return false
	}
	one.progress = d.now()
	_ = control.SetWriteDeadline(d.now().Add(chunkTime))
	return true
}

// chunkWriter writes a body in chunks out of the memory that holds it, without a buffer of its own.
type chunkWriter struct {
	http.ResponseWriter
	control   *http.ResponseController
	downloads *Downloads
	own       *download
}

func (w *chunkWriter) Write(body []byte) (written int, err error) {
	for len(body) > 0 {
		if !w.downloads.advance(w.own, w.control) {
			return written, ErrBusy
		}
		n, err := w.ResponseWriter.Write(body[:min(chunkSize, len(body))])
		written += n
		if err != nil {
			return written, err
		}
		body = body[n:]
	}
	return written, nil
}

// ReadFrom writes what http.ServeContent copies.
func (w *chunkWriter) ReadFrom(r io.Reader) (int64, error) { return copyShared(w, r) }

// Unwrap returns the writer for http.ResponseController.
func (w *chunkWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
