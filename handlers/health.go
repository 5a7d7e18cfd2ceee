package handlers

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// showHealth says that the process lives.
func (s *Site) showHealth(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }

// showReadiness says whether new visitors may be sent here. It never asks the identity service: a
// service in trouble would take every replica out at once, and the pages with the phone number too.
func (s *Site) showReadiness(c echo.Context) error {
	if s.draining.Load() {
		return c.String(http.StatusServiceUnavailable, "draining\n")
	}
	return c.String(http.StatusOK, "ready\n")
}
