package handlers

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/anteroom-visit/anteroom/handlers/problem"
)

func mediaType(r *http.Request) string {
	t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return t
}

func isForm(r *http.Request) bool { return mediaType(r) == "application/x-www-form-urlencoded" }

// readJSON reads one JSON object and nothing after it.
func readJSON(r *http.Request, into any) error {
	if mediaType(r) != "application/json" {
		return problem.NotJSON
	}
	d := json.NewDecoder(r.Body)
	if err := d.Decode(into); err != nil {
		return problem.FromBody(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return problem.FromBody(err)
	}
	return nil
}
