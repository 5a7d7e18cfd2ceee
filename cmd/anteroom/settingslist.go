package main

import (
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"
)

// settingsCommand lists what serve can be told. It is how a check of a deployment learns what the
// program reads: from the very structs that read it.
type settingsCommand struct {
	JSON bool `name:"json" help:"Answer as JSON."`
}

// listedSetting is one setting of serve. Its value is never listed.
type listedSetting struct {
	Flag     string `json:"flag"`
	Variable string `json:"env"`
	Default  string `json:"default"`
	Help     string `json:"help"`
	Secret   bool   `json:"secret"`
}

// Run prints every setting of serve, in the order in which they are declared.
func (s settingsCommand) Run(c console) error {
	list, err := listSettings()
	if err != nil {
		return err
	}
	if s.JSON {
		return writeJSON(c.out, list)
	}
	var b strings.Builder
	for _, l := range list {
		fmt.Fprintf(&b, "%-26s %-24s %s\n", "--"+l.Flag, l.Variable, l.Help)
	}
	_, err = io.WriteString(c.out, b.String())
	return err
}

// listSettings reads the tags of serveCommand. A flag without a variable is not a setting.
func listSettings() ([]listedSetting, error) {
	var serve serveCommand
	parser, err := kong.New(&serve)
	if err != nil {
		return nil, fmt.Errorf("read the settings: %w", err)
	}
	var list []listedSetting
	for _, flag := range parser.Model.Flags {
		if name := variable(flag.Value); name != "" {
			list = append(list, listedSetting{
				Flag: flag.Name, Variable: name, Default: flag.Default, Help: flag.Help,
				Secret: flag.Target.Type() == reflect.TypeFor[secret](),
			})
		}
	}
	return list, nil
}
