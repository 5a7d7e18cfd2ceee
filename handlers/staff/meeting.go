package staff

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/anteroom-visit/anteroom/views"
)

// createTime limits the creation of a meeting, tokens included.
const createTime = 20 * time.Second

// NewMeeting describes a Teams meeting to create.
type NewMeeting struct {
	Subject    string
	Start, End time.Time
	// Lobby is who joins without waiting, one of [Lobbies].
	Lobby string
}

// Lobbies lists who can be let in without waiting, by Graph's names, the strictest first.
func Lobbies() []string { return []string{"organizer", "organization", "everyone"} }

// Meeting is a created Teams meeting. Only JoinURL is always there.
type Meeting struct {
	JoinURL, ID, Passcode string
	Phone, ConferenceID   string
}

// CreateMeeting creates a Teams meeting whose organiser is the signed-in account, and returns the path that
// finish makes of it. A form that the account has sent before, by its key, creates no second meeting: it
// receives the earlier path. Nothing ends with the request, because a browser ends the first when a person
// presses twice.
func (s *Staff) CreateMeeting(w http.ResponseWriter, r *http.Request, key string, m NewMeeting, finish func(Meeting) (string, error)) (string, error) {
	if !s.CreatesMeetings() {
		return "", ErrMeetingsOff
	}
	account, signedIn, err := s.SignedIn(w, r)
	if err != nil || !signedIn {
		return "", errors.Join(err, ErrSignInFirst)
	}
	var made creation
	err = s.use(w, r, func(session Session) (Session, error) {
		made, err = s.creations.do(account.ID+" "+key, func() (creation, error) {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), createTime)
			defer cancel()
			meeting, next, err := s.provider.CreateMeeting(ctx, session, m)
			if err != nil {
				return creation{next: next}, err
			}
			path, err := finish(meeting)
			return creation{path, next}, err
		})
		return made.next, err
	})
	return made.path, err
}

// RenderMeetingProblem explains why no meeting was created where a new sign-in is the way out. The form
// is kept for the way back from it. It returns false, and writes nothing, for any other failure, or for a
// form that does not fit into the browser's cookies.
func (s *Staff) RenderMeetingProblem(w http.ResponseWriter, r *http.Request, failed error, form map[string]string) (bool, error) {
	reason, claims, number := describe(failed)
	switch reason {
	case "meeting-consent", "meeting-sign-in", "sign-in-again", "stale":
	default:
		if claims == "" {
			return false, nil
		}
	}
	if !s.keep(w, kept{Form: form, Claims: claims}) {
		return false, nil
	}
	page := views.StaffProblemPage{
		Page: s.site.Page(r, s.site.Translator(r).Text("staff."+reason+".title")), Reason: reason, Number: number,
		Again: SignInPath + "?for=" + RightMeetings + "&return=" + deskPath, HasForm: true,
	}
	page.Desk = true
	return true, s.site.Render(w, r, StatusOf(reason), views.StaffProblem(page))
}

// kept is a form that waits for a sign-in, as its cookie holds it.
type kept struct {
	Form map[string]string `json:"form"`
	// Claims is a claims challenge for that sign-in.
	Claims string    `json:"claims,omitempty"`
	Until  time.Time `json:"until"`
}

func (s *Staff) keep(w http.ResponseWriter, k kept) bool {
	k.Until = s.now().Add(transactionLifetime)
	sealed, err := s.sealed.seal(s.names.form, k)
	if err != nil || len(sealed) > partSize {
		return false
	}
	s.setCookie(w, s.names.form, sealed, int(transactionLifetime.Seconds()))
	return true
}

// kept returns the form that waits in the browser, if there is one.
func (s *Staff) kept(r *http.Request) (k kept) {
	if held, err := r.Cookie(s.names.form); err != nil || !s.sealed.open(s.names.form, held.Value, &k) || !s.now().Before(k.Until) {
		return kept{}
	}
	return k
}

// TakeForm returns the form that was kept for a sign-in and removes it from the browser; nil for none.
func (s *Staff) TakeForm(w http.ResponseWriter, r *http.Request) map[string]string {
	form := s.kept(r).Form
	s.dropForm(w, r)
	return form
}

func (s *Staff) dropForm(w http.ResponseWriter, r *http.Request) {
	if _, err := r.Cookie(s.names.form); err == nil {
		s.setCookie(w, s.names.form, "", -1)
	}
}
