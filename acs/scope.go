package acs

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Scope is one thing an access token permits (ACS identity REST 2023-10-01).
type Scope string

// The scopes of the service.
const (
	// ScopeVoIP permits starting and joining calls.
	ScopeVoIP Scope = "voip"
	// ScopeVoIPJoin permits joining calls that have started, but not starting them.
	ScopeVoIPJoin Scope = "voip.join"
	// ScopeChat permits everything in chat.
	ScopeChat Scope = "chat"
	// ScopeChatJoin permits taking part in chat threads, and adding and removing
	// people, but not creating or deleting a thread.
	ScopeChatJoin Scope = "chat.join"
	// ScopeChatJoinLimited is ScopeChatJoin without adding and removing people.
	ScopeChatJoinLimited Scope = "chat.join.limited"
)

func knownScopes() []Scope {
	return []Scope{ScopeVoIP, ScopeVoIPJoin, ScopeChat, ScopeChatJoin, ScopeChatJoinLimited}
}

// ParseScopes reads a list of scopes separated by commas, such as "voip,chat".
// Spaces around a scope are ignored; an empty list, an unknown scope and a scope
// given twice are errors.
func ParseScopes(list string) ([]Scope, error) {
	var scopes []Scope
	for name := range strings.SplitSeq(list, ",") {
		scopes = append(scopes, Scope(strings.TrimSpace(name)))
	}
	if err := checkScopes(scopes); err != nil {
		return nil, err
	}
	return scopes, nil
}

func checkScopes(scopes []Scope) error {
	if len(scopes) == 0 {
		return errors.New("at least one token scope must be given")
	}
	for i, s := range scopes {
		if !slices.Contains(knownScopes(), s) {
			return fmt.Errorf("token scope %.40q must be one of voip, voip.join, chat, chat.join, chat.join.limited", string(s))
		}
		if slices.Contains(scopes[:i], s) {
			return fmt.Errorf("token scope %q is given twice", string(s))
		}
	}
	return nil
}
