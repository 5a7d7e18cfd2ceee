package handlers

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/anteroom-visit/anteroom/handlers/problem"
	"github.com/anteroom-visit/anteroom/handlers/reply"
	"github.com/anteroom-visit/anteroom/handlers/staff"
	"github.com/anteroom-visit/anteroom/views"
	"github.com/anteroom-visit/anteroom/visit"
)

// openForStaff returns the visit behind /host/, whose link opens for nobody else.
func (s *Site) openForStaff(seal string) (visit.Visit, error) {
	v, err := s.visits.Seals.Open(seal)
	if err != nil || v.Role != visit.RoleHost {
		return visit.Visit{}, problem.VisitUnknown
	}
	return v, nil
}

// showStaffCall shows the page on which a signed-in member of staff joins a visit as themselves.
func (s *Site) showStaffCall(w http.ResponseWriter, r *http.Request) error {
	if !s.staff.JoinsCalls() {
		return s.staff.RenderProblem(w, r, staff.ErrCallsOff, r.URL.Path)
	}
	account, signedIn, err := s.staff.SignedIn(w, r)
	if err != nil || !signedIn {
		return s.staff.RenderProblem(w, r, errors.Join(err, staff.ErrSignInToJoin), r.URL.Path)
	}
	v, err := s.openForStaff(r.PathValue("seal"))
	if err != nil {
		return err
	}
	t := s.translator(r)
	start := v.Start.In(v.Location())
	page := views.StaffCallPage{
		Page: s.page(r, t.Text("staff.call.title")), Account: account.Name, Name: v.Name, When: t.When(start, v.Minutes, s.now()), Zone: t.Zone(start),
		Seal: r.PathValue("seal"), Stage: s.assets.URL("stage.js"), Texts: s.catalogue.Texts(t, "visit.", "stage.", "host.", "staff.call."),
	}
	page.Desk, page.Script, page.Stylesheet = true, s.assets.URL("staff.js"), s.assets.URL("desk.css")
	s.openPolicyForCall(w, r)
	return s.render(w, r, http.StatusOK, views.StaffCall(page))
}

// staffCallRequest names the visit to join, or to renew a token for.
type staffCallRequest struct {
	Seal string `json:"seal"`
}

// joinAsStaff issues the ticket with which a member of staff joins as a Teams user. It never touches a
// visitor's session, and the identity is the person's own, so that nothing deletes it.
func (s *Site) joinAsStaff(w http.ResponseWriter, r *http.Request) error {
	v, account, token, err := s.staffToken(w, r)
	outcome := staffOutcome(err)
	s.metrics.joinedAsStaff(outcome)
	s.log.InfoContext(r.Context(), "staff join", "outcome", outcome)
	if err != nil {
		return s.sendStaffFailure(w, r, err)
	}
	return reply.JSON(w, http.StatusOK, ticket{
		Rehearsal: s.call.rehearses(), UserID: token.UserID, Token: token.Value.Reveal(), ExpiresOn: token.ExpiresOn.UTC(),
		DisplayName: account.Name, Locator: meetingOf(v.Meeting).locator, Endpoint: s.call.Endpoint, Role: "host", TeamsUser: true,
		Locale: s.translator(r).Lang(),
	})
}

// renewStaffToken issues a fresh token in a call.
func (s *Site) renewStaffToken(w http.ResponseWriter, r *http.Request) error {
	_, _, token, err := s.staffToken(w, r)
	if err != nil {
		return s.sendStaffFailure(w, r, err)
	}
	return reply.JSON(w, http.StatusOK, map[string]any{"token": token.Value.Reveal(), "expiresOn": token.ExpiresOn.UTC().Format(time.RFC3339)})
}

func (s *Site) staffToken(w http.ResponseWriter, r *http.Request) (v visit.Visit, account staff.Account, token staff.TeamsToken, err error) {
	if !s.staff.JoinsCalls() {
		return v, account, token, staff.ErrCallsOff
	}
	var asked staffCallRequest
	if err = readJSON(r, &asked); err != nil {
		return v, account, token, err
	}
	account, signedIn, err := s.staff.SignedIn(w, r)
	if err != nil || !signedIn {
		return v, account, token, errors.Join(err, staff.ErrSignedOut)
	}
	if v, err = s.openForStaff(asked.Seal); err != nil {
		return v, account, token, err
	}
	if v.State(s.now(), s.visits.Limits) == visit.StateEnded {
		return v, account, token, problem.VisitEnded
	}
	ctx, cancel := context.WithTimeout(r.Context(), joinTime)
	defer cancel()
	token, err = s.staff.TeamsToken(w, r.WithContext(ctx))
	if err == nil {
		s.log.InfoContext(r.Context(), "desk action", "account", account.ID, "action", "join call")
	}
	return v, account, token, err
}

// staffFailure is a failed staff request as the page's script reads it.
type staffFailure struct {
	Reason string `json:"reason"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
	// SignIn leads to a sign-in that asks for what was missing, "" where none helps.
	SignIn string `json:"signIn,omitempty"`
}

// staffOutcome returns how a join of staff ended: ok, or the name of the failure.
func staffOutcome(err error) string {
	var failed staff.Failure
	if errors.As(err, &failed) {
		return failed.StaffReason()
	}
	return outcomeOf(err)
}

// sendStaffFailure explains a failure of the staff's directory; all others go to the error table.
func (s *Site) sendStaffFailure(w http.ResponseWriter, r *http.Request, err error) error {
	var failed staff.Failure
	if !errors.As(err, &failed) {
		return err
	}
	s.log.WarnContext(r.Context(), "staff cannot join", "reason", failed.StaffReason(), "error", failed.Error())
	t, id := s.translator(r), "staff."+failed.StaffReason()
	body := staffFailure{Reason: failed.StaffReason(), Title: t.Text(id + ".title"), Detail: t.Text(id+".text") + " " + t.Text(id+".next")}
	if reason := failed.StaffReason(); reason == "call-consent" || reason == "sign-in-again" {
		body.SignIn = staff.SignInPath + "?for=" + staff.RightCalls
	}
	return reply.JSON(w, http.StatusForbidden, body)
}
