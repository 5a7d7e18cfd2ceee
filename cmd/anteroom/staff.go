package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"

	"github.com/anteroom-visit/anteroom/acs"
	"github.com/anteroom-visit/anteroom/entra"
	"github.com/anteroom-visit/anteroom/graph"
	"github.com/anteroom-visit/anteroom/handlers/staff"
)

// staffDirectory adapts Entra and the token exchange of ACS to [staff.Provider].
type staffDirectory struct {
	client   *entra.Client
	calls    *acs.Client
	meetings *graph.Client
}

// staffDirectory returns the directory of the organisation's accounts: Entra, its stand-in in a rehearsal,
// or nil for a site without staff sign-in.
func (s serveCommand) staffDirectory(service service, stack *rehearsalStack) (staff.Provider, error) {
	client, err := s.entraSettings.connect(s.serviceSettings)
	if err == nil && client == nil && stack != nil {
		client, err = stack.entraClient()
	}
	if err != nil || client == nil {
		return nil, err
	}
	endpoint := graph.PublicEndpoint
	if stack != nil {
		endpoint = stack.graph.URL
	}
	meetings, err := graph.NewClient(endpoint, nil)
	return staffDirectory{client, service.client, meetings}, err
}

// Begin implements [staff.Provider].
func (d staffDirectory) Begin(ctx context.Context, a staff.Ask) ([]byte, string, error) {
	request := entra.Request{RedirectURL: a.Callback, Claims: a.Claims, LoginHint: a.Hint, Resource: resourceNamed(a.Resource)}
	transaction, address, err := d.client.Begin(ctx, request)
	if err != nil {
		return nil, "", staffError(err)
	}
	raw, err := json.Marshal(transaction)
	return raw, address, err
}

// Complete implements [staff.Provider].
func (d staffDirectory) Complete(ctx context.Context, raw []byte, query url.Values) (staff.Session, error) {
	var transaction entra.Transaction // zero where the browser has none: Entra's client rejects it
	_ = json.Unmarshal(raw, &transaction)
	session, err := d.client.Complete(ctx, transaction, query)
	return fromEntra(session), staffError(err)
}

// Renew implements [staff.Provider].
func (d staffDirectory) Renew(ctx context.Context, s staff.Session) (staff.Session, error) {
	session, err := d.client.Renew(ctx, toEntra(s))
	return fromEntra(session), staffError(err)
}

// TeamsToken implements [staff.Provider]: Entra's token first, because the token for calls ends with it.
func (d staffDirectory) TeamsToken(ctx context.Context, s staff.Session) (staff.TeamsToken, staff.Session, error) {
	entraToken, session, err := d.client.Token(ctx, toEntra(s), entra.TeamsCalls())
	if err != nil {
		if failed, ok := errors.AsType[*entra.Error](err); ok && failed.Reason == entra.ConsentRequired {
			return staff.TeamsToken{}, s, callConsent{staffFailure{failed}}
		}
		return staff.TeamsToken{}, s, staffError(err)
	}
	next := fromEntra(session)
	token, err := d.calls.ExchangeTeamsToken(ctx, acs.TeamsUserToken{Token: entraToken.Token, AppID: d.client.ClientID(), UserID: s.Account.ID})
	if err != nil {
		return staff.TeamsToken{}, next, exchangeFailure{err}
	}
	return staff.TeamsToken{UserID: "8:orgid:" + s.Account.ID, Value: token.Token, ExpiresOn: token.ExpiresOn}, next, nil
}

// CreateMeeting implements [staff.Provider].
func (d staffDirectory) CreateMeeting(ctx context.Context, s staff.Session, m staff.NewMeeting) (staff.Meeting, staff.Session, error) {
	token, session, err := d.client.Token(ctx, toEntra(s), entra.Meetings())
	if err != nil {
		var failed *entra.Error
		if errors.As(err, &failed) && failed.Reason == entra.ConsentRequired {
			return staff.Meeting{}, s, meetingFailure{&graph.Error{Reason: graph.ConsentRequired, Claims: failed.Claims}}
		}
		return staff.Meeting{}, s, staffError(err)
	}
	made, err := d.meetings.CreateMeeting(ctx, token.Token, graph.NewMeeting{Subject: m.Subject, Start: m.Start, End: m.End, Lobby: graph.Lobby(m.Lobby)})
	var failed *graph.Error
	if errors.As(err, &failed) {
		err = meetingFailure{failed}
	}
	return staff.Meeting(made), fromEntra(session), err
}

// SignOutURL implements [staff.Provider].
func (d staffDirectory) SignOutURL(ctx context.Context, s staff.Session, after string) (string, error) {
	address, err := d.client.SignOutURL(ctx, toEntra(s).Account, after)
	return address, staffError(err)
}

// resourceNamed returns the resource that a right needs, or nil.
func resourceNamed(name string) *entra.Resource {
	var r entra.Resource
	switch name {
	case staff.RightMeetings:
		r = entra.Meetings()
	case staff.RightCalls:
		r = entra.TeamsCalls()
	default:
		return nil
	}
	return &r
}

func fromEntra(s entra.Session) staff.Session {
	a := s.Account
	return staff.Session{Account: staff.Account{ID: a.ID, Name: a.Name, Username: a.Username, Hint: a.LoginHint}, Refresh: s.Refresh, Renewed: s.Renewed}
}

func toEntra(s staff.Session) entra.Session {
	a := s.Account
	return entra.Session{Account: entra.Account{ID: a.ID, Name: a.Name, Username: a.Username, LoginHint: a.Hint}, Refresh: s.Refresh, Renewed: s.Renewed}
}

// staffFailure is a failure of Entra as the site's pages explain it.
type staffFailure struct{ failed *entra.Error }

func (f staffFailure) Error() string       { return f.failed.Error() }
func (f staffFailure) Unwrap() error       { return f.failed }
func (f staffFailure) StaffReason() string { return string(f.failed.Reason) }
func (f staffFailure) StaffClaims() string { return f.failed.Claims }
func (f staffFailure) StaffNumber() string {
	if f.failed.Code == 0 {
		return ""
	}
	return strconv.Itoa(f.failed.Code)
}

// callConsent is a consent to calls that is missing: the person may be able to give it at the next sign-in.
type callConsent struct{ staffFailure }

func (callConsent) StaffReason() string { return staff.ReasonOf(staff.ErrCallConsent) }

// exchangeFailure is a failure of the identity service as the staff's pages explain it.
type exchangeFailure struct{ error }

func (f exchangeFailure) Unwrap() error       { return f.error }
func (f exchangeFailure) StaffClaims() string { return "" }
func (f exchangeFailure) StaffNumber() string { return "" }
func (f exchangeFailure) StaffReason() string {
	switch {
	case errors.Is(f.error, acs.ErrTeamsToken):
		return "exchange-rejected"
	case errors.Is(f.error, acs.ErrThrottled):
		return "throttled"
	case errors.Is(f.error, acs.ErrDenied), errors.Is(f.error, acs.ErrCredential):
		return "exchange-denied"
	}
	return "exchange-unavailable"
}

// meetingFailure is a failure of Graph as the desk explains it.
type meetingFailure struct{ failed *graph.Error }

func (f meetingFailure) Error() string       { return f.failed.Error() }
func (f meetingFailure) Unwrap() error       { return f.failed }
func (f meetingFailure) StaffReason() string { return string(f.failed.Reason) }
func (f meetingFailure) StaffClaims() string { return f.failed.Claims }
func (f meetingFailure) StaffNumber() string { return "" }

func staffError(err error) error {
	var failed *entra.Error
	if errors.As(err, &failed) {
		return staffFailure{failed}
	}
	return err
}
