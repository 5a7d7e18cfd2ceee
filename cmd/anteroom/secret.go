package main

import masked "github.com/anteroom-visit/anteroom/secret"

// secret is a setting that is never printed.
type secret struct{ masked.Text }

// UnmarshalText takes the setting's value.
func (s *secret) UnmarshalText(text []byte) error {
	s.Text = masked.New(string(text))
	return nil
}
