package traffic

import (
	"errors"
	"net"
	"net/http"
)

// maxLines is how many lines a request's header may have, like Envoy's default. A browser sends about 20.
// Each line costs the server about 100 bytes beside its text, so that short lines need far more memory
// than http.Server's limit of bytes allows for.
const maxLines = 100

var errManyLines = errors.New("the header has too many lines")

// ConnState limits the lines of the headers that a Listener's connections send. It is for
// http.Server.ConnState. A connection with TLS of this program is not limited: its lines are encrypted here.
func ConnState(c net.Conn, state http.ConnState) {
	counted, isOurs := c.(*conn)
	if !isOurs {
		return
	}
	switch state {
	case http.StateNew, http.StateIdle:
		counted.header = header{counts: true}
	case http.StateActive, http.StateHijacked, http.StateClosed: // the header has been read
		counted.header.counts = false
	}
}

// header counts the lines of one request's header as they arrive.
type header struct {
	counts bool
	lines  int
	filled bool // whether the current line has a character
}

// hasMany reports whether the header has too many lines.
func (h *header) hasMany() bool { return h.lines > maxLines }

// read counts the lines in p, up to the empty line that ends the header.
func (h *header) read(p []byte) {
	if !h.counts {
		return
	}
	for _, b := range p {
		switch {
		case b == '\n' && !h.filled && h.lines > 0:
			h.counts = false
			return
		case b == '\n':
			h.filled = false
			h.lines++
		case b != '\r':
			h.filled = true
		}
	}
}
