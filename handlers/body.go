package handlers

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/handlers/traffic"
)

func mediaType(r *http.Request) string {
	t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return t
}

func isForm(r *http.Request) bool { return mediaType(r) == "application/x-www-form-urlencoded" }

// Bodies. An invitation of 64 KiB can be three times as long once a form has encoded it.
const (
	maxBody     = 16 << 10  // of any client
	maxDoorBody = 256 << 10 // of the door's form, for whole invitations
	// maxEchoedBody is how large a rejected form may be to be shown again.
	maxEchoedBody = 64 << 10
)

// bodyLimit returns how large the body of a request may be, and the memory it shares. Only a door that takes
// meetings accepts a large one from strangers; the desk does from a browser that has signed in, even if the
// sign-in has expired. The desk's have memory of their own, which strangers cannot fill.
func (s *Site) bodyLimit(r *http.Request) (int64, *traffic.Bodies) {
	if r.URL.Path == "/" && s.acceptsPastedMeetings() {
		return maxDoorBody, s.bodies
	}
	if s.desk != nil {
		if limit := s.desk.BodyLimit(r, maxBody); limit > maxBody {
			return limit, s.deskBodies
		}
	}
	return maxBody, s.bodies
}

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
