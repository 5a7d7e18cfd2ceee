package staff

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/secret"
)

// patientProvider creates a meeting unless its context has ended.
type patientProvider struct{ Provider }

func (patientProvider) CreateMeeting(ctx context.Context, s Session, _ NewMeeting) (Meeting, Session, error) {
	return Meeting{JoinURL: "https://teams.microsoft.com/meet/2735012345678"}, s, ctx.Err()
}

// A browser gives up its first request when a person presses twice: the meeting is created all the same.
func TestCreateMeetingSurvivesTheEndOfItsRequest(t *testing.T) {
	s, err := New(Options{Provider: patientProvider{}, Rights: Rights(), SessionKeys: []string{"a-session-key-for-the-tests"}, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	signedIn := httptest.NewRecorder()
	v := stored{ID: "session", Account: Account{ID: "account"}, Refresh: secret.New("refresh").Reveal(), Renewed: time.Now(), Until: time.Now().Add(time.Hour)}
	if err := s.save(signedIn, httptest.NewRequest(http.MethodGet, "/desk", nil), v); err != nil {
		t.Fatal(err)
	}
	ctx, giveUp := context.WithCancel(t.Context())
	giveUp()
	r := httptest.NewRequest(http.MethodPost, "/desk", nil).WithContext(ctx)
	for _, c := range signedIn.Result().Cookies() {
		r.AddCookie(c)
	}
	path, err := s.CreateMeeting(httptest.NewRecorder(), r, "form", NewMeeting{}, func(Meeting) (string, error) { return "/desk/visits/x", nil })
	if err != nil || path != "/desk/visits/x" {
		t.Errorf("%q, %v", path, err)
	}
}
