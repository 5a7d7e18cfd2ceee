package handlers

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/views"
)

// showEnding is the page after a call: what happened, in words, and the next step.
func (s *Site) showEnding(c echo.Context) error {
	code, subCode, known := endCodes(c)
	ending := teams.EndingOf(code, subCode)
	t := s.translator(c)
	page := views.EndedPage{
		Page:   s.page(c, t.Text("ending."+ending.Name+".title")),
		Ending: ending.Name,
		Action: string(ending.Action),
		// Without a visit in the session there is nothing to come back to.
		Return: s.session(c).hasMeeting(),
	}
	if known && (code != 0 || subCode != 0) {
		page.Reference = strconv.Itoa(code) + "/" + strconv.Itoa(subCode)
	}
	return s.render(c, http.StatusOK, views.Ended(page))
}

// endCodes reads the pair. An address that holds none, or none that can be, gives a pair that no
// ending has, and known is false.
func endCodes(c echo.Context) (code, subCode int, known bool) {
	code, err := strconv.Atoi(c.QueryParam("code"))
	if err != nil || code < 0 || code > 999 {
		return -1, -1, false
	}
	if sub := c.QueryParam("subCode"); sub != "" {
		subCode, err = strconv.Atoi(sub)
		if err != nil || subCode < 0 || subCode > 9_999_999 {
			return -1, -1, false
		}
	}
	return code, subCode, true
}
