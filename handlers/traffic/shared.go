package traffic

import (
	"io"
	"net/http"
)

// Shared reads a body that many answers share.
type Shared struct {
	body []byte
	at   int64
}

// NewShared returns a reader of body, which must not change.
func NewShared(body []byte) *Shared { return &Shared{body: body} }

// next returns up to n bytes without a copy and moves past them.
func (s *Shared) next(n int64) []byte {
	rest := s.body[min(s.at, int64(len(s.body))):]
	rest = rest[:min(n, int64(len(rest)))]
	s.at += int64(len(rest))
	return rest
}

// Read implements io.Reader.
func (s *Shared) Read(p []byte) (int, error) {
	n := copy(p, s.next(int64(len(p))))
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

// Seek implements io.Seeker.
func (s *Shared) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += s.at
	case io.SeekEnd:
		offset += int64(len(s.body))
	}
	if offset < 0 {
		return 0, io.ErrUnexpectedEOF
	}
	s.at = offset
	return offset, nil
}

// Unbuffered returns a writer that http.ServeContent fills from a Shared without a buffer. A buffer for each
// slow client would take too much memory.
func Unbuffered(w http.ResponseWriter) http.ResponseWriter { return unbuffered{w} }

type unbuffered struct{ http.ResponseWriter }

// ReadFrom writes what http.ServeContent copies.
func (w unbuffered) ReadFrom(r io.Reader) (int64, error) { return copyShared(w.ResponseWriter, r) }

// Unwrap returns the writer for http.ResponseController.
func (w unbuffered) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func copyShared(w io.Writer, r io.Reader) (int64, error) {
	if limited, ok := r.(*io.LimitedReader); ok {
		if shared, ok := limited.R.(*Shared); ok {
			n, err := w.Write(shared.next(limited.N))
			limited.N -= int64(n)
			return int64(n), err
		}
	}
	return io.Copy(struct{ io.Writer }{w}, r)
}
