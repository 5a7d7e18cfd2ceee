package handlers

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/handlers/reply"
)

// deletionTime bounds the deletion of an identity.
const deletionTime = 10 * time.Second

// renewal names the identity whose token the page uses, where the page sends it.
type renewal struct {
	UserID string `json:"userId"`
}

// renewToken issues a fresh token to the running call, for this session's own identity only. Another tab may have
// moved the session to another visit since: the page then gets no token of that visit's identity.
func (s *Site) renewToken(w http.ResponseWriter, r *http.Request) error {
	var asked renewal
	if mediaType(r) == "application/json" {
		if err := readJSON(r, &asked); err != nil {
			return err
		}
	}
	v := s.session(r)
	setContextVisit(r, v.booked)
	userID := cmp.Or(v.UserID, v.Former) // a call may go on while the next visit is opened
	if userID == "" {
		return problem.NoIdentity
	}
	if asked.UserID != "" && asked.UserID != userID {
		return problem.LinkAgain
	}
	if err := s.checkAdmission(v); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), joinTime)
	defer cancel()
	token, err := s.renew(ctx, userID, s.budgetKeys(r, v))
	if err != nil {
		return err
	}
	return reply.JSON(w, http.StatusOK, struct {
		Token     string    `json:"token"`
		ExpiresOn time.Time `json:"expiresOn"`
	}{token.Value.Reveal(), token.ExpiresOn.UTC()})
}

// leaveVisit deletes the identity. It answers 204 even if the service fails: the visitor has gone, and a
// page that is closing cannot react.
func (s *Site) leaveVisit(w http.ResponseWriter, r *http.Request) error {
	v := s.session(r)
	var asked struct {
		// Visit is the key of the visit that was left, where the page sends it.
		Visit string `json:"visit"`
	}
	if readJSON(r, &asked) == nil && asked.Visit != "" && asked.Visit != v.key() {
		return reply.NoContent(w) // another tab has opened another visit since
	}
	if v.UserID != "" {
		s.release(context.WithoutCancel(r.Context()), v.UserID)
		v.UserID = ""
		if err := s.saveSession(w, r, v); err != nil {
			return err
		}
	}
	return reply.NoContent(w)
}

// deleteLater deletes an identity in the background.
func (s *Site) deleteLater(r *http.Request, userID string) {
	if userID == "" {
		return
	}
	ctx := context.WithoutCancel(r.Context())
	s.deletions.Go(func() { s.release(ctx, userID) })
}

// release deletes the identity of a visitor who has left, now or with the next sweep.
func (s *Site) release(ctx context.Context, userID string) {
	s.issued.forget(userID)
	s.present.saw(userID, "ended")
	s.reaper.Delete(ctx, userID)
}

// deleteIdentity deletes an identity and logs its own error, which the reaper needs only to retry.
func (s *Site) deleteIdentity(ctx context.Context, userID string) error {
	ctx, cancel := context.WithTimeout(ctx, deletionTime)
	defer cancel()
	if err := s.identities.Delete(ctx, userID); err != nil {
		s.log.WarnContext(ctx, "identity not deleted yet", "error", err)
		return err
	}
	return nil
}
