//go:build !dev

// Package static carries what the browser runs: the built bundle, embedded. It serves nothing itself.
package static

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Dist is the built bundle: manifest.json and assets/, each file as .br and .gz only. Before
// `make build` has run it is empty.
func Dist() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // "dist" is a constant and the embed directive above names it
	}
	return sub
}
