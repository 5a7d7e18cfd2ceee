package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// joinTime is how long a visitor who pressed Join can be kept waiting for an identity.
const joinTime = 12 * time.Second

// ticket is all that the browser needs to be in the meeting. Its fields are the outside contract.
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
}

type joinRequest struct {
	Name       string `json:"name"`
	Camera     bool   `json:"camera"`
	Microphone bool   `json:"microphone"`
	// Visit is the key of the visit that the page shows; another tab may have opened another since.
	Visit string `json:"visit"`
}

// joinVisit mints what the visitor joins with: the one moment in which the site costs money.
func (s *Site) joinVisit(c echo.Context) (err error) {
	if isForm(c.Request()) {
		return s.joinWithoutScript(c)
	}
	defer func() { s.Metrics.joined(err) }()
	var asked joinRequest
	if err := readJSON(c.Request(), &asked); err != nil {
		return err
	}
	v, err := s.visiting(c)
	if v.hasMeeting() && !errors.Is(err, errLinkAgain) && asked.Visit != "" && asked.Visit != v.key() {
		return errVisitChanged
	}
	if err != nil {
		return err
	}
	name, fault := displayName(asked.Name)
	if fault != "" {
		return invalidName{fault}
	}
	got, err := s.credential(c.Request().Context(), v, s.spender(c, v))
	if err != nil {
		return err
	}
	v.Name, v.UserID = name, got.UserID
	if err := s.saveSession(c, v); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, ticket{
		Rehearsal:   s.rehearses(),
		UserID:      got.UserID,
		Token:       got.Token.Value,
		ExpiresOn:   got.Token.ExpiresOn.UTC(),
		DisplayName: s.nameInRole(c, v, name),
		Locator:     v.Meeting.locator,
		Chat:        s.chatFor(v),
		Endpoint:    s.Endpoint,
		Role:        roleOf(v),
		Locale:      s.translator(c).Lang(),
	})
}

// credential is the session's own identity with a fresh token: the same person after a reload, so
// that the host does not see a second one. Joins of one session that arrive together share one
// answer, and so one identity.
func (s *Site) credential(ctx context.Context, v session, who spender) (Credential, error) {
	// One visitor's impatience must not cancel the answer that another tab waits for.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), joinTime)
	defer cancel()
	got, err, _ := s.joins.Do(v.ID, func() (any, error) {
		if v.UserID != "" {
			token, err := s.renew(ctx, v.UserID, who)
			if !errors.Is(err, ErrForeignIdentity) {
				return Credential{UserID: v.UserID, Token: token}, err
			}
		}
		return s.create(ctx, who)
	})
	if err != nil {
		return Credential{}, fmt.Errorf("join visit: %w", err)
	}
	return got.(Credential), nil
}

// create mints an identity, on every account of whoever asks. What the service failed costs nothing.
func (s *Site) create(ctx context.Context, who spender) (Credential, error) {
	giveBack, err := s.budgets.identity(who)
	if err != nil {
		s.Metrics.refused(err)
		return Credential{}, err
	}
	got, err := s.Identities.Create(ctx)
	if err != nil {
		giveBack()
		return Credential{}, err
	}
	s.left.expect(got.UserID, got.Token.ExpiresOn)
	return got, nil
}

// renew mints another token for an identity of this session, on the session's account alone.
func (s *Site) renew(ctx context.Context, userID string, who spender) (Token, error) {
	giveBack, err := s.budgets.token(who)
	if err != nil {
		s.Metrics.refused(err)
		return Token{}, err
	}
	token, err := s.Identities.Renew(ctx, userID)
	if err != nil {
		giveBack()
		return Token{}, err
	}
	s.left.expect(userID, token.ExpiresOn)
	return token, nil
}

// joinWithoutScript answers the form of a browser that did not run our script: the call cannot
// work there, and the page says so and keeps the name.
func (s *Site) joinWithoutScript(c echo.Context) error {
	if err := c.Request().ParseForm(); err != nil {
		return asBodyError(err)
	}
	v, err := s.visiting(c)
	if !v.hasMeeting() {
		return s.redirect(c, "/")
	}
	if err != nil {
		return err
	}
	if name, fault := displayName(c.Request().PostForm.Get("name")); fault == "" {
		v.Name = name
		if err := s.saveSession(c, v); err != nil {
			return err
		}
	}
	return s.renderVisit(c, http.StatusUnprocessableEntity, v, "visit.needsScript")
}

func mediaType(r *http.Request) string {
	t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return t
}

func isForm(r *http.Request) bool { return mediaType(r) == "application/x-www-form-urlencoded" }

// readJSON reads one JSON object and nothing after it.
func readJSON(r *http.Request, into any) error {
	if mediaType(r) != "application/json" {
		return errNotJSON
	}
	d := json.NewDecoder(r.Body)
	if err := d.Decode(into); err != nil {
		return asBodyError(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return asBodyError(err)
	}
	return nil
}

// asBodyError keeps "too large" apart from every other way in which a body cannot be read, and
// keeps what the visitor sent out of the log.
func asBodyError(err error) error {
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return errTooLarge
	}
	return errBadRequest
}
