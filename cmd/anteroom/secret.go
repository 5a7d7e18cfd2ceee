package main

import "github.com/anteroom-visit/anteroom/secret"

// secretSetting is a setting whose value is never printed.
type secretSetting struct{ secret.Text }

// UnmarshalText reads the setting's value.
func (s *secretSetting) UnmarshalText(text []byte) error {
	s.Text = secret.New(string(text))
	return nil
}
