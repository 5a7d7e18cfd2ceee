package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/anteroom-visit/anteroom/acs"
	"github.com/anteroom-visit/anteroom/acs/acstest"
)

// rehearse puts a stand-in on loopback in the place of the ACS resource, spoken to over HTTP and
// with signed requests as the real one is. The returned function stops it.
func (s *service) rehearse() (stop func(), err error) {
	standIn, err := acstest.New(acstest.Options{})
	if err != nil {
		return nil, fmt.Errorf("start rehearsal: %w", err)
	}
	if _, err := standIn.Start("127.0.0.1:0", standIn); err != nil {
		return nil, fmt.Errorf("start rehearsal: %w", err)
	}
	stop = func() { _ = standIn.Close() } // it only ever held what was made up
	s.client, err = acs.NewClientFromConnectionString(standIn.ConnectionString(), clientOptions())
	if err != nil {
		stop()
		return nil, fmt.Errorf("start rehearsal: %w", err)
	}
	return stop, nil
}

// permitsChat says whether the tokens asked for reach the chat.
func (s service) permitsChat() bool {
	return slices.ContainsFunc(s.request.Scopes, func(scope acs.Scope) bool {
		return strings.HasPrefix(string(scope), "chat")
	})
}
