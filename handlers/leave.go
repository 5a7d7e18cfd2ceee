package handlers

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// farewellTime bounds the deletion of an identity that a visitor left behind.
const farewellTime = 10 * time.Second

// renewToken gives the running call a fresh token, for this session's own identity and no other.
func (s *Site) renewToken(c echo.Context) error {
	v := s.session(c)
	about(c, v.booked)
	if v.UserID == "" {
		return errNoIdentity
	}
	if err := s.admits(v); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), joinTime)
	defer cancel()
	token, err := s.renew(ctx, v.UserID, s.spender(c, v))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, struct {
		Token     string    `json:"token"`
		ExpiresOn time.Time `json:"expiresOn"`
	}{token.Value, token.ExpiresOn.UTC()})
}

// leaveVisit deletes the identity. It answers 204 whatever the service says: the visitor has gone,
// and a page that is closing can do nothing about it.
func (s *Site) leaveVisit(c echo.Context) error {
	v := s.session(c)
	if v.UserID != "" {
		_ = s.deleteIdentity(context.WithoutCancel(c.Request().Context()), v.UserID)
		v.UserID = ""
		if err := s.saveSession(c, v); err != nil {
			return err
		}
	}
	return c.NoContent(http.StatusNoContent)
}

// forgetIdentity deletes an identity while the visitor goes on.
func (s *Site) forgetIdentity(c echo.Context, userID string) {
	if userID == "" {
		return
	}
	ctx := context.WithoutCancel(c.Request().Context())
	s.farewell.Go(func() { _ = s.deleteIdentity(ctx, userID) })
}

// deleteIdentity logs its own error; the caller may want to try again.
func (s *Site) deleteIdentity(ctx context.Context, userID string) error {
	ctx, cancel := context.WithTimeout(ctx, farewellTime)
	defer cancel()
	if err := s.Identities.Delete(ctx, userID); err != nil {
		s.Log.WarnContext(ctx, "identity left behind", "error", err)
		return err
	}
	s.left.forget(userID)
	return nil
}
