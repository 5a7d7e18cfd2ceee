package main

import (
	"fmt"
	"io"
	"strings"
)

// settingsCommand lists the settings of serve with their rules, for the tests of the deployment template
// and its form.
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
	rule
}

// Run prints every setting of serve, in the order in which they are declared.
func (s settingsCommand) Run(c console) error {
	list := listSettings()
	if s.JSON {
		return writeJSON(c.out, list)
	}
	var b strings.Builder
	for _, l := range list {
		fmt.Fprintf(&b, "%-26s %-24s %s\n", "--"+l.Flag, l.Variable, l.Help)
	}
	_, err := io.WriteString(c.out, b.String())
	return err
}

func listSettings() []listedSetting {
	var list []listedSetting
	for _, s := range settingsOf(new(serveCommand)) {
		list = append(list, listedSetting{s.Name, s.variable, s.Default, s.Help, s.isSecret(), s.rule})
	}
	return list
}
