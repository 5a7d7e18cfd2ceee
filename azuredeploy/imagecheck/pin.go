package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
)

// reference is an image by name, version and digest; the name is the first group.
var reference = regexp.MustCompile(`^([a-z0-9.-]+(?:/[a-z0-9._-]+)+):\d+\.\d+\.\d+@sha256:[0-9a-f]{64}$`)

// pin returns the template with the default of its image parameter replaced by image, and nothing
// else changed. The parameter is the one whose default is that image's name already, with any tag
// or digest; a template with none or several of them is an error.
func pin(template []byte, image string) ([]byte, error) {
	name := reference.FindStringSubmatch(image)
	if name == nil {
		return nil, fmt.Errorf("pin image: %q is not name:version@sha256:digest", image)
	}
	var read struct {
		Parameters map[string]struct {
			DefaultValue any `json:"defaultValue"`
		} `json:"parameters"`
	}
	if err := json.Unmarshal(template, &read); err != nil {
		return nil, fmt.Errorf("pin image: read template: %w", err)
	}
	ours := regexp.MustCompile(`^` + regexp.QuoteMeta(name[1]) + `[:@]`)
	var old []string
	for _, parameter := range read.Parameters {
		if value, text := parameter.DefaultValue.(string); text && ours.MatchString(value) {
			old = append(old, value)
		}
	}
	if len(old) != 1 {
		return nil, fmt.Errorf("pin image: %d parameters have the default %s, want one", len(old), name[1])
	}
	before, after := []byte(`"`+old[0]+`"`), []byte(`"`+image+`"`)
	if bytes.Count(template, before) != 1 {
		return nil, errors.New("pin image: the default's text stands in the template more than once")
	}
	return bytes.Replace(template, before, after, 1), nil
}

// pinFile does so in place.
func pinFile(path, image string) error {
	template, err := os.ReadFile(path) //nolint:gosec // the caller's file
	if err != nil {
		return fmt.Errorf("pin image: %w", err)
	}
	pinned, err := pin(template, image)
	if err != nil {
		return err
	}
	if err := os.WriteFile(path, pinned, 0o644); err != nil { //nolint:gosec // a template is for all
		return fmt.Errorf("pin image: %w", err)
	}
	return nil
}
