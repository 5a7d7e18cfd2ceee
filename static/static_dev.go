//go:build dev

package static

import (
	"io/fs"
	"os"
)

// Dist is the bundle on disk, for a server that runs in the repository's root: `make dev`.
func Dist() fs.FS { return os.DirFS("static/dist") }
