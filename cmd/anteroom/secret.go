package main

import "github.com/anteroom-visit/anteroom/acs"

// secret is a setting that is never printed.
type secret struct{ acs.Secret }

// UnmarshalText takes the setting's value.
func (s *secret) UnmarshalText(text []byte) error {
	s.Secret = acs.NewSecret(string(text))
	return nil
}
