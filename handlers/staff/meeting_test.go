package staff

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/secret"
)

// contextProvider creates a meeting unless its context has ended.
type contextProvider struct{ Provider }

func (contextProvider) CreateMeeting(ctx context.Context, s Session, _ NewMeeting) (Meeting, Session, error) {
	return Meeting{JoinURL: "https://teams.microsoft.com/meet/2735012345678"}, s, ctx.Err()
}

// A browser cancels the first request when a person presses the button twice.
func TestCreateMeetingIgnoresCancelledRequest(t *testing.T) {
	s, err := New(Options{Provider: contextProvider{}, Rights: Rights(), SessionKeys: []string{cookieKey}, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	signedIn := httptest.NewRecorder()
	v := stored{ID: "session", Account: Account{ID: "account"}, Refresh: secret.New("refresh").Reveal(), Renewed: time.Now(), Until: time.Now().Add(time.Hour)}
	if err := s.save(signedIn, httptest.NewRequest(http.MethodGet, "/desk", nil), v); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequest(http.MethodPost, "/desk", nil).WithContext(ctx)
	for _, c := range signedIn.Result().Cookies() {
		r.AddCookie(c)
	}
	path, err := s.CreateMeeting(httptest.NewRecorder(), r, "form", NewMeeting{}, func(Meeting) (string, error) { return "/desk/visits/x", nil })
	if err != nil || path != "/desk/visits/x" {
		t.Errorf("CreateMeeting: %q, %v, want /desk/visits/x and no error", path, err)
	}
}
