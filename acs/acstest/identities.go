package acstest

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"time"
)

type identity struct {
	created time.Time
	revoked time.Time
	deleted time.Time
	tokens  []TokenRecord
	// live maps the serial number of each valid token to its expiry.
	live map[string]time.Time
}

var guid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

const (
	minMinutes     = 60
	maxMinutes     = 1440
	defaultMinutes = 1440
)

func (s *Server) create(body []byte) *answer {
	var b createRequest
	if len(body) > 0 && json.Unmarshal(body, &b) != nil {
		return notJSON()
	}
	if a := checkMinutes(b.Minutes); a != nil {
		return a
	}
	if a := checkScopes("createTokenWithScopes", b.Scopes); a != nil {
		return a
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id := "8:acs:" + s.resourceID + "_00000007-" + randomGUID()[9:24] + hex.EncodeToString(random(6))
	s.identities[id] = &identity{created: s.clock(), live: make(map[string]time.Time)}
	s.order = append(s.order, id)
	var result identityResult
	result.Identity.ID = id
	if len(b.Scopes) > 0 {
		token := s.mint(id, b.Scopes, b.Minutes)
		result.AccessToken = &token
	}
	return success(http.StatusCreated, result)
}

func (s *Server) issue(id string, body []byte) *answer {
	var b issueRequest
	if json.Unmarshal(body, &b) != nil {
		return notJSON()
	}
	if len(b.Scopes) == 0 {
		return invalid("scopes", "The Scopes field is required.")
	}
	if a := checkMinutes(b.Minutes); a != nil {
		return a
	}
	if a := checkScopes("scopes", b.Scopes); a != nil {
		return a
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.owned(id) == nil {
		return notOwned()
	}
	return success(http.StatusOK, s.mint(id, b.Scopes, b.Minutes))
}

func (s *Server) revoke(id string) *answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.owned(id)
	if i == nil {
		return notOwned()
	}
	i.revoked = s.clock()
	clear(i.live)
	return &answer{status: http.StatusNoContent}
}

func (s *Server) remove(id string) *answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.owned(id)
	if i == nil {
		return notOwned()
	}
	i.deleted = s.clock()
	clear(i.live)
	return &answer{status: http.StatusNoContent}
}

func (s *Server) exchange(body []byte) *answer {
	var b exchangeRequest
	if json.Unmarshal(body, &b) != nil {
		return notJSON()
	}
	if !guid.MatchString(b.AppID) {
		return invalid("appId", "Provided AppId has invalid format.")
	}
	if !guid.MatchString(b.UserID) {
		return invalid("userId", "Provided UserId has invalid format.")
	}
	var expires time.Time
	known := false
	if b.Token != "" && s.teamsToken != nil {
		expires, known = s.teamsToken(b.Token, b.AppID, b.UserID)
	}
	if !known || !expires.After(s.clock()) {
		return failure(http.StatusUnauthorized, serviceError{Code: "InvalidAccessToken", Message: "Provided access token is not valid."})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.exchanges++
	return success(http.StatusOK, s.sign("8:orgid:"+b.UserID, []string{"voip", "chat"}, expires))
}

// owned returns the identity when it exists and was not deleted. The caller holds
// the lock.
func (s *Server) owned(id string) *identity {
	i := s.identities[id]
	if i == nil || !i.deleted.IsZero() {
		return nil
	}
	return i
}

// mint issues and records a token. The caller holds the lock.
func (s *Server) mint(id string, scopes []string, minutes *int) tokenResult {
	life := defaultMinutes
	if minutes != nil {
		life = *minutes
	}
	now := s.clock()
	expires := now.Add(time.Duration(life) * time.Minute)
	result := s.sign(id, scopes, expires)
	i := s.identities[id]
	for serial, end := range i.live {
		if end.Before(now) {
			delete(i.live, serial)
		}
	}
	i.live[fmt.Sprint(s.serial)] = expires
	i.tokens = append(i.tokens, TokenRecord{IssuedAt: now, ExpiresOn: expires, Scopes: slices.Clone(scopes)})
	return result
}

func checkMinutes(minutes *int) *answer {
	if minutes == nil || (*minutes >= minMinutes && *minutes <= maxMinutes) {
		return nil
	}
	return invalid("ExpiresInMinutes", fmt.Sprintf(
		"ExpiresInMinutes value %d is invalid. Value must be within the [%d, %d] interval.", *minutes, minMinutes, maxMinutes))
}

func checkScopes(target string, scopes []string) *answer {
	known := []string{"chat", "voip", "chat.join", "chat.join.limited", "voip.join"}
	for _, scope := range scopes {
		if !slices.Contains(known, scope) {
			return invalid(target, "A provided scope is not valid.")
		}
	}
	return nil
}

func notJSON() *answer {
	return invalid("", "The request body is not valid.")
}
