package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"reflect"
	"strings"

	"github.com/alecthomas/kong"
)

// exitConfig is the exit status of serve when its settings have mistakes (EX_CONFIG of sysexits.h).
const exitConfig = 78

// mistake is what is wrong with one setting.
type mistake struct {
	Flag     string `json:"flag"`
	Variable string `json:"variable"`
	Text     string `json:"text"`
}

func (m mistake) Error() string { return fmt.Sprintf("%s (%s): %s", m.Flag, m.Variable, m.Text) }

// mistakes collects all mistakes in a command's settings, so that they are reported together and not
// one per start.
type mistakes struct {
	list    []mistake
	secrets *strings.Replacer
}

// newMistakes checks each setting of a command by its own rule. settings points to the command.
func newMistakes(settings any, env environ) *mistakes {
	list := settingsOf(settings)
	m := &mistakes{secrets: maskSecrets(list)}
	blank := env.blank()
	for _, s := range list {
		switch value := s.value(); {
		case blank[s.variable] && value == s.Default:
			m.add(s.variable, "is set but empty: give it a value or remove it")
		case value != "" && s.rule.check != nil:
			if err := s.rule.check(value); err != nil {
				m.add(s.variable, "%w", err)
			}
		}
	}
	return m
}

// add records a mistake in the setting of this variable. Secrets in its text are masked: one may have
// been written into another setting, which an error quotes.
func (m *mistakes) add(variable, format string, args ...any) {
	text := m.secrets.Replace(fmt.Errorf(format, args...).Error())
	m.list = append(m.list, mistake{flagOf(variable), variable, strings.Join(strings.Fields(text), " ")})
}

// err returns all mistakes as an error of one line for each, or nil.
func (m *mistakes) err() error {
	if len(m.list) == 0 {
		return nil
	}
	all := make([]error, len(m.list))
	for i, one := range m.list {
		all[i] = one
	}
	return fmt.Errorf("%d mistake(s) in the settings:\n%w", len(all), errors.Join(all...))
}

// refusal returns all mistakes as the error that keeps serve from starting, or nil.
func (m *mistakes) refusal() error {
	if len(m.list) == 0 {
		return nil
	}
	return refusedStart{m}
}

// refusedStart is the error of a program that cannot start because of its settings.
type refusedStart struct{ *mistakes }

func (r refusedStart) Error() string { return r.err().Error() }

// report writes one line of JSON with all mistakes, or a line for each where a person is watching.
func (r refusedStart) report(w io.Writer) {
	if isTerminal(w) {
		_, _ = fmt.Fprintf(w, "anteroom: %v\n", r)
		return
	}
	newLog(w).Error("the settings have mistakes: not started", slog.Any("mistakes", r.list))
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// flagOf returns the flag of a setting's variable: --token-minutes for TOKEN_MINUTES.
func flagOf(variable string) string {
	return "--" + strings.ReplaceAll(strings.ToLower(variable), "_", "-")
}

// environ is the environment that settings come from, as "NAME=value" lines.
type environ []string

// values returns the environment by name; a later line wins.
func (e environ) values() map[string]string {
	given := make(map[string]string, len(e))
	for _, line := range e {
		name, value, _ := strings.Cut(line, "=")
		given[name] = value
	}
	return given
}

// blank returns the variables that are set but empty.
func (e environ) blank() map[string]bool {
	blank := make(map[string]bool)
	for name, value := range e.values() {
		blank[name] = value == ""
	}
	return blank
}

// setting is one setting of a command: its flag and its rule.
type setting struct {
	*kong.Flag
	variable string
	rule     rule
}

// settingsOf returns the settings of a command, in the order in which they are declared. command
// points to it. It panics if the tags of its fields are wrong.
func settingsOf(command any) []setting {
	parser := kong.Must(command)
	table := rules()
	var list []setting
	for _, flag := range parser.Model.Flags {
		if name := variable(flag.Value); name != "" {
			list = append(list, setting{flag, name, table[name]})
		}
	}
	return list
}

func (s setting) value() string {
	if held, ok := reflect.TypeAssert[secretSetting](s.Target); ok {
		return held.Reveal()
	}
	return s.Target.String()
}

func (s setting) isSecret() bool { return s.Target.Type() == reflect.TypeFor[secretSetting]() }

// maskSecrets returns a replacer that masks the secret values among the settings, whole and by their
// parts.
func maskSecrets(list []setting) *strings.Replacer {
	const shortest = 8 // shorter texts occur in ordinary words
	var replaced []string
	for _, s := range list {
		if !s.isSecret() {
			continue
		}
		whole := s.value()
		parts := strings.FieldsFunc(whole, func(r rune) bool { return r == ',' || r == ';' || r == ' ' })
		for _, part := range append([]string{whole}, parts...) {
			_, value, named := strings.Cut(part, "=")
			for _, text := range []string{part, value} {
				if len(text) >= shortest && (text == part || named) {
					replaced = append(replaced, text, "***")
				}
			}
		}
	}
	return strings.NewReplacer(replaced...)
}
