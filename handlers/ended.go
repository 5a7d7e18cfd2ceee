package handlers

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/views"
)

// showEnding shows the page after a call: what happened, in words, and the next step.
func (s *Site) showEnding(w http.ResponseWriter, r *http.Request) error {
	query, v := r.URL.Query(), s.session(r)
	page := s.endedPage(r, query)
	switch {
	case !page.Regular:
	case s.organisation.SurveyURL != "":
		page.Survey.Elsewhere = s.organisation.SurveyURL
	case v.Surveyed:
		page.Survey.Answered, page.Title = true, page.T.Text("survey.thanks")
	case v.hasMeeting():
		page.Survey = s.surveyOf(query)
	}
	return s.render(w, r, http.StatusOK, views.Ended(page))
}

// endedPage returns the page of an ending without its survey.
func (s *Site) endedPage(r *http.Request, query url.Values) views.EndedPage {
	code, subCode, known := endCodes(query)
	ending := teams.EndingOf(code, subCode)
	v := s.session(r)
	setContextVisit(r, v.booked)
	page := views.EndedPage{
		Page:    s.page(r, s.translator(r).Text("ending."+ending.Name+".title")),
		Ending:  ending.Name,
		Action:  string(ending.Action),
		Next:    ending.Next,
		Regular: ending.Ordinary,
		Final:   ending.Final,
		NoStart: !s.acceptsPastedMeetings(),
		// Without a visit in the session, or after its time, there is no visit to return to.
		Return: v.hasMeeting() && s.checkAdmission(v) == nil,
	}
	page.Reference = stateOf(r).reference()
	if known && !page.Regular {
		page.Reference += " " + strconv.Itoa(code) + "/" + strconv.Itoa(subCode)
	}
	return page
}

// endCodes parses code and subCode. For an invalid pair, known is false and the pair belongs to no
// ending.
func endCodes(query url.Values) (code, subCode int, known bool) {
	code, err := strconv.Atoi(query.Get("code"))
	if err != nil || code < 0 || code > 999 {
		return -1, -1, false
	}
	if sub := query.Get("subCode"); sub != "" {
		subCode, err = strconv.Atoi(sub)
		if err != nil || subCode < 0 || subCode > 9_999_999 {
			return -1, -1, false
		}
	}
	return code, subCode, true
}
