package handlers

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"unicode/utf8"

	"github.com/anteroom-visit/anteroom/handlers/budget"
	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/handlers/reply"
	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/views"
)

// surveyPath is the address of the one question after a visit.
const surveyPath = "/visit/survey"

// maxSurveyRunes is how long the text of an answer may be, in characters. A form encodes a character in
// up to twelve bytes.
const maxSurveyRunes = 1000

// surveyFault is why an answer is rejected, or "". It is the last part of the text's id.
type surveyFault string

const (
	surveyMissing surveyFault = "missing"
	surveyTooLong surveyFault = "too-long"
	surveyNoVisit surveyFault = "no-visit"
	surveyForged  surveyFault = "cross-site"
)

// answerSurvey logs the answer in one line, once for each visit. A rejected answer comes back in its
// form, with the reason above it.
func (s *Site) answerSurvey(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return problem.FromBody(err)
	}
	v, form := s.session(r), r.PostForm
	points, fault := checkSurvey(form)
	if fault == "" && !v.hasMeeting() {
		fault = surveyNoVisit
	}
	if fault != "" {
		return s.rejectSurvey(w, r, fault)
	}
	code, subCode, _ := endCodes(form)
	back := fmt.Sprintf(surveyPath+"?code=%d&subCode=%d#survey", code, subCode)
	if v.Surveyed {
		return reply.SeeOther(w, back)
	}
	v.Surveyed = true
	if err := s.saveSession(w, r, v); err != nil {
		return err
	}
	// The cookie alone cannot show that the answer was sent twice at once, or that it was replayed.
	if s.answered.first(v.ID) && s.mayLogSurvey(r, v) {
		text := forLog(form.Get("text"), v.Name, v.Meeting.passcode())
		s.log.InfoContext(r.Context(), "survey", "points", points, "ending", teams.EndingOf(code, subCode).Name,
			"characters", utf8.RuneCountInString(form.Get("text")), "text", text)
	}
	return reply.SeeOther(w, back)
}

// surveyLimits limit the logged answers, because many people can answer through one link.
var surveyLimits = budget.Limits{PerVisit: 200, PerAddress: 40}

// mayLogSurvey reports whether the visit and the client are within their limits. Visitors over a limit
// see the same page.
func (s *Site) mayLogSurvey(r *http.Request, v session) bool {
	_, err := s.surveys.TakeIdentity(budget.Keys{Visit: v.budgetKey(), Address: s.clientKey(r)})
	return err == nil
}

// checkSurvey returns the points, 1 to 5, or what is wrong with the answer.
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

// rejectSurvey shows the page of the ending again, with the reason and the answer.
func (s *Site) rejectSurvey(w http.ResponseWriter, r *http.Request, fault surveyFault) error {
	if err := r.ParseForm(); err != nil {
		return problem.FromBody(err)
	}
	form := r.PostForm
	page := s.endedPage(r, form)
	page.Survey = s.surveyOf(form)
	page.Survey.Fault = string(fault)
	status := http.StatusUnprocessableEntity
	if fault == surveyForged {
		status = problem.CrossSite.Status
	}
	return s.render(w, r, status, views.Ended(page))
}

// surveyOf returns the form with what was answered so far.
func (s *Site) surveyOf(form url.Values) views.Survey {
	code, subCode, _ := endCodes(form)
	return views.Survey{
		Form: true, Code: strconv.Itoa(code), SubCode: strconv.Itoa(subCode), Points: form.Get("points"), Text: form.Get("text"),
		Max: strconv.Itoa(maxSurveyRunes),
	}
}

// showSurvey shows the page of the ending again, with the thanks. The form's address alone redirects to
// the visit.
func (s *Site) showSurvey(w http.ResponseWriter, r *http.Request) error {
	if _, _, known := endCodes(r.URL.Query()); !known {
		return reply.SeeOther(w, "/visit")
	}
	return s.showEnding(w, r)
}
