// Package reply writes answers: bodies, files, JSON, redirects, and their compression. It decides
// nothing about their content.
package reply

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// Bytes writes a whole body.
func Bytes(w http.ResponseWriter, status int, contentType string, body []byte) error {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_, err := w.Write(body)
	return err
}

// File writes a body that the browser saves under a name instead of showing it.
func File(w http.ResponseWriter, name, contentType string, body []byte) error {
	h := w.Header()
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	return Bytes(w, http.StatusOK, contentType, body)
}

// JSON writes a value.
func JSON(w http.ResponseWriter, status int, value any) error {
	return jsonAs(w, status, "application/json", value)
}

// ProblemJSON writes a value as application/problem+json (RFC 9457).
func ProblemJSON(w http.ResponseWriter, status int, value any) error {
	return jsonAs(w, status, "application/problem+json", value)
}

func jsonAs(w http.ResponseWriter, status int, contentType string, value any) error {
	body, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	return Bytes(w, status, contentType, append(body, '\n'))
}

// Text writes a line of plain text.
func Text(w http.ResponseWriter, status int, text string) error {
	return Bytes(w, status, "text/plain; charset=utf-8", []byte(text))
}

// SeeOther redirects with a GET, after a form for example.
func SeeOther(w http.ResponseWriter, to string) error { return redirect(w, http.StatusSeeOther, to) }

// Found redirects to the temporary address of a resource.
func Found(w http.ResponseWriter, to string) error { return redirect(w, http.StatusFound, to) }

func redirect(w http.ResponseWriter, status int, to string) error {
	w.Header().Set("Location", to)
	w.WriteHeader(status)
	return nil
}

// NoContent answers 204.
func NoContent(w http.ResponseWriter) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}
