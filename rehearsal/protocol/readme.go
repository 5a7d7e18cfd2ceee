package main

import (
	"fmt"
	"slices"
	"strings"
)

// messageTable describes the messages of one side.
func (p *protocol) messageTable(messages []string) string {
	side := "client"
	if slices.Equal(messages, p.server) {
		side = "server"
	}
	var b strings.Builder
	b.WriteString("| `t` | members | |\n|---|---|---|\n")
	for _, m := range messages {
		members := p.members(p.fields(m, side))
		if m == "CommandMessage" {
			members = "`command` and its members"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", p.kinds[m], members, p.structs[m].doc)
	}
	return b.String()
}

// objectTable describes the objects that messages have as members.
func (p *protocol) objectTable() string {
	var b strings.Builder
	b.WriteString("| object | members | |\n|---|---|---|\n")
	for _, name := range p.referenced() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", name, p.members(p.fields(name, "")), p.structs[name].doc)
	}
	return b.String()
}

// commandTable describes the commands.
func (p *protocol) commandTable() string {
	var b strings.Builder
	b.WriteString("| command | members | effect |\n|---|---|---|\n")
	for _, v := range p.verbs {
		var used []field
		for _, f := range p.fields("Command", "") {
			if slices.Contains(f.verbs, v.name) {
				f.optional = false // whether it is needed depends on the command
				used = append(used, f)
			}
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", v.name, p.members(used), v.doc)
	}
	return b.String()
}

// members lists fields: their names, with ? for one that may be absent, their object or their values, and what their
// comments add.
func (p *protocol) members(fields []field) string {
	list := make([]string, len(fields))
	for i, f := range fields {
		text := f.name
		if f.optional {
			text += "?"
		}
		text = "`" + text + "`"
		base := baseOf(f.goType)
		switch {
		case browserType(base) != "":
			text += " (" + browserType(base) + ")"
		case p.structs[base].doc != "":
			text += " (" + base + ")"
		case len(f.enum) > 0:
			text += " (" + strings.Join(f.enum, ", ") + ")"
		}
		if f.doc != "" {
			text += ": " + f.doc
		}
		list[i] = text
	}
	return strings.Join(list, ", ")
}
