package reply

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// AcceptedEncoding returns "br", "gzip" or "" for an Accept-Encoding header, brotli before gzip.
func AcceptedEncoding(header string) string {
	accepted := make(map[string]bool)
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		weight, given := strings.CutPrefix(strings.ToLower(strings.ReplaceAll(params, " ", "")), "q=")
		refused := given && strings.Trim(weight, "0.") == ""
		accepted[strings.ToLower(strings.TrimSpace(name))] = !refused
	}
	gzip, named := accepted["gzip"]
	switch {
	case accepted["br"]:
		return "br"
	case gzip, accepted["*"] && !named:
		return "gzip"
	}
	return ""
}

// Brotli levels, 0 to 11. A page of one visitor is compressed for every answer, at a level that takes a
// quarter of the time for a seventh more bytes. A page that is asked for again is compressed once.
const (
	onceLevel   = 7
	repeatLevel = 5
	// window is the logarithm of how many bytes back a page refers to itself. Ours are smaller than 64 KiB,
	// and a smaller window costs less time and fewer bytes.
	window = 16
	// smallPage is the size below which the level makes no difference in time.
	smallPage = 4 << 10
)

// Pages writes dynamic pages, compressed. The zero value is ready to use.
type Pages struct {
	// A brotli writer's tables take a megabyte and cost more to make than the rest of a page.
	once, repeat sync.Pool // of *brotli.Writer
	cache        cache
}

// Write compresses a page in an encoding that the client accepts, and writes it. It sends no Vary, because
// the caller forbids every cache to store a page. A page must not contain
// both a secret and text that a stranger chose: the compressed length would reveal the secret.
func (p *Pages) Write(w http.ResponseWriter, r *http.Request, status int, html []byte) error {
	h := w.Header()
	switch encoding := AcceptedEncoding(r.Header.Get("Accept-Encoding")); encoding {
	case "br":
		h.Set("Content-Encoding", encoding)
		html = p.brotliCompress(html)
	case "gzip":
		h.Set("Content-Encoding", encoding)
		html = compress(html, func(b *bytes.Buffer) io.WriteCloser { return gzip.NewWriter(b) })
	}
	return Bytes(w, status, "text/html; charset=UTF-8", html)
}

func (p *Pages) brotliCompress(body []byte) []byte {
	key := sha256.Sum256(body)
	kept, seen := p.cache.get(key)
	switch {
	case kept != nil:
		return kept
	case seen:
		packed := pooled(&p.repeat, repeatLevel, body)
		p.cache.put(key, packed)
		return packed
	}
	p.cache.put(key, nil)
	if len(body) < smallPage {
		return pooled(&p.repeat, repeatLevel, body)
	}
	return pooled(&p.once, onceLevel, body)
}

func pooled(writers *sync.Pool, level int, body []byte) []byte {
	w, ok := writers.Get().(*brotli.Writer)
	if !ok {
		w = brotli.NewWriterOptions(nil, brotli.WriterOptions{Quality: level, LGWin: window})
	}
	defer writers.Put(w)
	return compress(body, func(b *bytes.Buffer) io.WriteCloser {
		w.Reset(b)
		return w
	})
}

// compress ignores errors, because it writes to memory.
func compress(body []byte, open func(*bytes.Buffer) io.WriteCloser) []byte {
	var b bytes.Buffer
	w := open(&b)
	_, _ = w.Write(body)
	_ = w.Close()
	return b.Bytes()
}
