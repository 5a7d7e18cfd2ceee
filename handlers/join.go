package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/anteroom-visit/anteroom/handlers/budget"
	"github.com/anteroom-visit/anteroom/handlers/identity"
	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/handlers/reply"
	"github.com/anteroom-visit/anteroom/visit"
)

// joinTime is the longest time that a join waits for the identity service.
const joinTime = 12 * time.Second

// ticket is what the browser needs to join the meeting. Its fields are a public contract.
type ticket struct {
	Rehearsal   bool      `json:"rehearsal"`
	UserID      string    `json:"userId"`
	Token       string    `json:"token"`
	ExpiresOn   time.Time `json:"expiresOn"`
	DisplayName string    `json:"displayName"`
	Locator     locator   `json:"locator"`
	Chat        bool      `json:"chat"`
	Endpoint    string    `json:"endpoint"`
	Role        string    `json:"role"`
	Locale      string    `json:"locale"`
	// TeamsUser marks a ticket of signed-in staff, whose identity is a Teams user's.
	TeamsUser bool `json:"teamsUser,omitempty"`
}

type joinRequest struct {
	Name       string `json:"name"`
	Camera     bool   `json:"camera"`
	Microphone bool   `json:"microphone"`
	// Visit is the key of the visit that the page shows; another tab may have opened another since.
	Visit string `json:"visit"`
	// Link is the path of the visit's sealed link, sent when the session has lost the visit.
	Link string `json:"link"`
}

// joinVisit issues the ticket of a visitor. No other request costs money.
func (s *Site) joinVisit(w http.ResponseWriter, r *http.Request) (err error) {
	if isForm(r) {
		return s.joinWithoutScript(w, r)
	}
	defer func(began time.Time) { s.recordJoin(r, err, time.Since(began)) }(time.Now())
	var asked joinRequest
	if err := readJSON(r, &asked); err != nil {
		return err
	}
	if asked.Link != "" {
		if err := s.recoverVisit(w, r, asked.Link); err != nil {
			return err
		}
	}
	v, err := s.admitted(r)
	if v.hasMeeting() && !errors.Is(err, problem.LinkAgain) && asked.Visit != "" && asked.Visit != v.key() {
		return problem.VisitChanged
	}
	if err != nil {
		return err
	}
	name, reason := s.typedName(asked.Name)
	if reason != "" {
		return invalidName{reason}
	}
	if v.Name = name; v.UserID == "" { // saved before the join, which may fail
		if err := s.saveSession(w, r, v); err != nil {
			return err
		}
	}
	got, err := s.credential(r.Context(), v, s.budgetKeys(r, v))
	var later inTurn
	if errors.As(err, &later) {
		v.Turn = later.at
		return errors.Join(err, s.saveSession(w, r, v))
	}
	if err != nil {
		return err
	}
	former := v.Former
	v.UserID, v.Former, v.Joined, v.Turn = got.UserID, "", true, time.Time{}
	if err := s.saveSession(w, r, v); err != nil {
		return err
	}
	if former != got.UserID {
		s.deleteLater(r, former)
	}
	return reply.JSON(w, http.StatusOK, ticket{
		Rehearsal:   s.call.rehearses(),
		UserID:      got.UserID,
		Token:       got.Token.Value.Reveal(),
		ExpiresOn:   got.Token.ExpiresOn.UTC(),
		DisplayName: s.nameInRole(r, v, name),
		Locator:     v.Meeting.locator,
		Chat:        s.chatFor(v),
		Endpoint:    s.call.Endpoint,
		Role:        roleOf(v),
		Locale:      s.translator(r).Lang(),
	})
}

// typedName returns the display name that a visitor typed, without reserved words such as "(Organizer)".
func (s *Site) typedName(typed string) (string, visit.Reason) {
	name, reason := visit.DisplayName(typed)
	if reason != "" {
		return "", reason
	}
	return visit.DisplayName(s.withoutMarks(name))
}

// credential returns the session's own identity with a token. It is the same after a reload, so that the
// host does not see a second one. Joins of one session share one identity, even when they arrive together
// or replay a cookie from before the first of them.
func (s *Site) credential(ctx context.Context, v session, keys budget.Keys) (identity.Credential, error) {
	// A cancelled request must not cancel the answer that another tab waits for.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), joinTime)
	defer cancel()
	got, err, _ := s.credentials.Do(v.ID, func() (any, error) {
		userID := v.UserID
		if userID == "" { // the cookie is older than the first join, or that join has not ended
			issued, fresh := s.issued.get(v.ID)
			if fresh {
				return issued, nil
			}
			userID = issued.UserID
		}
		got, err := s.issue(ctx, userID, v.Turn, keys)
		if err == nil {
			s.issued.put(v.ID, got)
		}
		return got, err
	})
	if err != nil {
		return identity.Credential{}, fmt.Errorf("join visit: %w", err)
	}
	return got.(identity.Credential), nil
}

// issue renews the token of an identity, or makes a new identity if there is none or the service lost it.
func (s *Site) issue(ctx context.Context, userID string, turn time.Time, keys budget.Keys) (identity.Credential, error) {
	if userID != "" {
		token, err := s.renew(ctx, userID, keys)
		if !errors.Is(err, identity.ErrForeign) {
			return identity.Credential{UserID: userID, Token: token}, err
		}
	}
	return s.create(ctx, turn, keys)
}

// renew issues another token for the session's identity and counts it against the session's budget.
func (s *Site) renew(ctx context.Context, userID string, keys budget.Keys) (identity.Token, error) {
	refund, err := s.budgets.TakeToken(keys)
	if err != nil {
		s.metrics.refused(err)
		return identity.Token{}, err
	}
	token, err := s.identities.Renew(ctx, userID)
	if err != nil {
		refund()
		return identity.Token{}, err
	}
	s.reaper.Track(userID, token.ExpiresOn)
	return token, nil
}

// joinWithoutScript answers the form of a browser that did not run our script. A call cannot work there;
// the page explains that and keeps the name.
func (s *Site) joinWithoutScript(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return problem.FromBody(err)
	}
	v, err := s.admitted(r)
	if !v.hasMeeting() {
		return reply.SeeOther(w, "/")
	}
	if err != nil {
		return err
	}
	if name, reason := s.typedName(r.PostForm.Get("name")); reason == "" {
		v.Name = name
		if err := s.saveSession(w, r, v); err != nil {
			return err
		}
	}
	return s.renderVisit(w, r, http.StatusUnprocessableEntity, v, "visit.needsScript")
}
