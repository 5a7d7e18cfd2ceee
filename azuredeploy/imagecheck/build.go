package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// makeBases puts a stand-in into the store for every base that the Dockerfile names.
func makeBases(ctx context.Context, s *store, dockerfile dockerfile) error {
	all, err := bases(ctx)
	if err != nil {
		return err
	}
	for _, b := range all {
		name := dockerfile.defaults[b.arg]
		if name == "" {
			return fmt.Errorf("make base: the Dockerfile has no ARG %s with a default", b.arg)
		}
		root := filepath.Join(s.dir, "base")
		if err := b.layOut(ctx, root); err != nil {
			return err
		}
		if err := s.commit(ctx, root, name, b.env); err != nil {
			return fmt.Errorf("make base %s: %w", name, err)
		}
		if err := os.RemoveAll(root); err != nil {
			return fmt.Errorf("make base: %w", err)
		}
	}
	return nil
}

// build builds the image name:VERSION as `make image` does, with the stand-ins, from nothing. stamp
// is what the build is told of version, revision and clock.
func build(ctx context.Context, s *store, repo, name string, stamp []string, arguments ...string) (image, error) {
	environment := append([]string{"IMAGE_TOOL=buildah", "IMAGE=" + name}, stamp...)
	arguments = append(append([]string{"--pull-never", "--no-cache"}, caches(ctx)...), arguments...)
	if _, err := s.run(ctx, environment, filepath.Join(repo, "azuredeploy", "build-image"), arguments...); err != nil {
		return image{}, fmt.Errorf("build image: %w", err)
	}
	return s.inspect(ctx, name+":"+version)
}

// caches lends the build what this machine has already downloaded: Go's modules as the first
// module proxy that it asks (see bases), npm's cache as it is.
func caches(ctx context.Context) []string {
	var arguments []string
	if modules, err := output(ctx, "go", "env", "GOMODCACHE"); err == nil {
		if downloads := filepath.Join(modules, "cache", "download"); isFolder(downloads) {
			arguments = append(arguments, "--volume", downloads+":"+lentModules+":ro")
		}
	}
	if packages, err := output(ctx, "npm", "config", "get", "cache"); err == nil && isFolder(packages) {
		arguments = append(arguments, "--volume", packages+":/root/.npm")
	}
	return arguments
}

// lentModules is where a build finds this machine's module downloads.
const lentModules = "/modules"

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
