package handlers

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/views"
)

// surveyPath is where the one question after a visit is answered.
const surveyPath = "/visit/survey"

// maxSurveyRunes is how long the text of an answer may be, in characters. A form encodes one in up
// to twelve bytes.
const maxSurveyRunes = 1000

// surveyFault is the last part of the catalogue's id for why an answer was not taken, "" for none.
type surveyFault string

const (
	surveyMissing surveyFault = "missing"
	surveyTooLong surveyFault = "too-long"
	surveyNoVisit surveyFault = "no-visit"
	surveyForged  surveyFault = "cross-site"
)

// answerSurvey takes the answer: one line in the log, once for each visit. Whatever is wrong with it
// is said above the form, with everything in it that the visitor chose and wrote.
func (s *Site) answerSurvey(c echo.Context) error {
	if err := c.Request().ParseForm(); err != nil {
		return asBodyError(err)
	}
	v, form := s.session(c), c.Request().PostForm
	points, fault := checkSurvey(form)
	if fault == "" && !v.hasMeeting() {
		fault = surveyNoVisit
	}
	if fault != "" {
		return s.refuseSurvey(c, fault)
	}
	code, subCode, _ := endCodes(form)
	back := fmt.Sprintf(surveyPath+"?code=%d&subCode=%d#survey", code, subCode)
	if v.Surveyed {
		return s.redirect(c, back)
	}
	v.Surveyed = true
	if err := s.saveSession(c, v); err != nil {
		return err
	}
	// The session's cookie alone cannot tell an answer that was sent twice at once.
	if s.answered.first(v.ID) {
		text := forLog(form.Get("text"), v.Name)
		s.Log.InfoContext(c.Request().Context(), "survey", "points", points, "ending", teams.EndingOf(code, subCode).Name,
			"characters", utf8.RuneCountInString(form.Get("text")), "text", text, "request_id", requestID(c))
	}
	return s.redirect(c, back)
}

// checkSurvey reads the points, 1 to 5, or says what is wrong with the answer.
func checkSurvey(form url.Values) (points int, fault surveyFault) {
	points, err := strconv.Atoi(form.Get("points"))
	switch {
	case err != nil || points < 1 || points > 5:
		return 0, surveyMissing
	case utf8.RuneCountInString(form.Get("text")) > maxSurveyRunes:
		return 0, surveyTooLong
	}
	return points, ""
}

// refuseSurvey shows the page of the ending again, with what is wrong and all that was answered.
func (s *Site) refuseSurvey(c echo.Context, fault surveyFault) error {
	if err := c.Request().ParseForm(); err != nil {
		return asBodyError(err)
	}
	form := c.Request().PostForm
	page := s.endedPage(c, form)
	page.Survey = s.surveyOf(form)
	page.Survey.Fault = string(fault)
	status := http.StatusUnprocessableEntity
	if fault == surveyForged {
		status = errForged.status
	}
	return s.render(c, status, views.Ended(page))
}

// surveyOf is the form with what was answered so far.
func (s *Site) surveyOf(form url.Values) views.Survey {
	code, subCode, _ := endCodes(form)
	return views.Survey{
		Form: true, Code: strconv.Itoa(code), SubCode: strconv.Itoa(subCode), Points: form.Get("points"), Text: form.Get("text"),
		Max: strconv.Itoa(maxSurveyRunes),
	}
}

// showSurvey is the page of the ending once more, with the thanks; whoever types the form's address
// alone is led to the visit.
func (s *Site) showSurvey(c echo.Context) error {
	if _, _, known := endCodes(c.QueryParams()); !known {
		return s.redirect(c, "/visit")
	}
	return s.showEnding(c)
}

// onces remembers who did something, up to a number at which it forgets the oldest half or so.
type onces struct {
	mu           sync.Mutex
	recent, past map[string]bool
}

const maxOnces = 5000

// first says whether this is the first time for id.
func (o *onces) first(id string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.recent[id] || o.past[id] {
		return false
	}
	if o.recent == nil || len(o.recent) >= maxOnces {
		o.recent, o.past = make(map[string]bool), o.recent
	}
	o.recent[id] = true
	return true
}
