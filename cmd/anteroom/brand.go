package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/anteroom-visit/anteroom/handlers/assets"
	"github.com/anteroom-visit/anteroom/views"
)

// branding is the checked form of brandSettings; unset values are nil.
type branding struct {
	palette *views.Palette
	logo    *assets.Logo
}

func (s brandSettings) checked() branding {
	var out branding
	if s.BrandColour != "" {
		palette, _ := views.NewPalette(s.BrandColour)
		out.palette = &palette
	}
	if s.BrandLogo != "" {
		out.logo, _ = readLogo(s.BrandLogo)
	}
	return out
}

// readLogo reads a file, or the data of a setting that begins with data:image/png;base64,
func readLogo(value string) (*assets.Logo, error) {
	if encoded, inline := strings.CutPrefix(value, "data:"); inline {
		kind, text, found := strings.Cut(encoded, ";base64,")
		if !found || kind != "image/png" && kind != "image/svg+xml" {
			return nil, errors.New("must begin with data:image/png;base64, or data:image/svg+xml;base64,")
		}
		data, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return nil, errors.New("must be base64 after the comma")
		}
		return assets.NewLogo(data)
	}
	file, err := os.Open(value) //nolint:gosec // the operator's own file
	if err != nil {
		return nil, unreadable(err)
	}
	defer func() { _ = file.Close() }() // it was only read
	data, err := io.ReadAll(io.LimitReader(file, assets.MaxLogo+1))
	if err != nil {
		return nil, unreadable(err)
	}
	return assets.NewLogo(data)
}

func unreadable(err error) error {
	if path, ok := errors.AsType[*os.PathError](err); ok {
		err = path.Err
	}
	return fmt.Errorf("must be a file that the program can read: %w", err)
}
