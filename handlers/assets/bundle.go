// Package assets serves what never changes while the site runs: the browser bundle and the
// organisation's logo.
package assets

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
)

// ErrNoBundle reports that the browser half has not been built.
var ErrNoBundle = errors.New("the browser bundle is missing: run `make build`")

// Bundle is the built browser half: fingerprinted files, compressed when they were built.
type Bundle struct {
	manifest manifest
	files    map[string]*file // by fingerprinted name
}

type manifest struct {
	// Files maps a source's name to its fingerprinted one.
	Files map[string]string `json:"files"`
	// Call lists the scripts of a call without chat, Chat those of a call with chat; RehearsalCall and
	// Rehearsal are the same for a rehearsal. A list that this build does not need is empty.
	Call          []string `json:"call"`
	Chat          []string `json:"chat"`
	RehearsalCall []string `json:"rehearsalCall"`
	Rehearsal     []string `json:"rehearsal"`
	// Locales lists, by language tag, the scripts with the call's texts.
	Locales map[string][]string `json:"locales"`
}

// NewBundle reads the bundle's manifest. It returns ErrNoBundle for a bundle that was never built.
func NewBundle(dist fs.FS) (*Bundle, error) {
	raw, err := fs.ReadFile(dist, "manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoBundle
	}
	if err != nil {
		return nil, fmt.Errorf("read bundle manifest: %w", err)
	}
	a := new(Bundle)
	if err := json.Unmarshal(raw, &a.manifest); err != nil {
		return nil, fmt.Errorf("read bundle manifest: %w", err)
	}
	if len(a.manifest.Files) == 0 {
		return nil, errors.New("read bundle manifest: it lists no files: run `make build`")
	}
	if a.files, err = readFiles(dist); err != nil {
		return nil, fmt.Errorf("read bundle: %w", err)
	}
	return a, nil
}

// URL returns the path under which a file of the bundle is served, or "" for an unknown name.
func (a *Bundle) URL(name string) string {
	if file := a.manifest.Files[name]; file != "" {
		return "/assets/" + file
	}
	return ""
}

// HoldsCall reports whether the bundle was built with the Calling SDK. Without it, a site can only rehearse.
func (a *Bundle) HoldsCall() bool { return len(a.manifest.Call) > 0 }

// Call returns the paths of all scripts that a call in this language loads, or none if this build has
// no such call.
func (a *Bundle) Call(rehearsal, chat bool, language string) []string {
	files := a.manifest.Call
	switch {
	case rehearsal && chat:
		files = a.manifest.Rehearsal
	case rehearsal:
		files = a.manifest.RehearsalCall
	case chat:
		files = a.manifest.Chat
	}
	if len(files) == 0 {
		return nil
	}
	var urls []string
	for _, f := range slices.Concat(files, a.manifest.Locales[language]) {
		urls = append(urls, "/assets/"+f)
	}
	return urls
}
