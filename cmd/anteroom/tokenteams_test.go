package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/acs/acstest"
	"github.com/anteroom-visit/anteroom/entra"
	"github.com/anteroom-visit/anteroom/entra/entratest"
)

// TestTeamsTokenFromAShell signs a person in from a shell and receives a token for calls.
func TestTeamsTokenFromAShell(t *testing.T) {
	directory, err := entratest.New(entratest.Options{
		Secret: "a-secret-of-the-tests", RedirectURIs: []string{"http://localhost/desk/sign-in/callback"},
		Accounts: []entratest.Account{{Name: "Dr Asha Rao", Roles: []string{entra.DefaultRole}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	authority, err := directory.Start("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = directory.Close() })
	stack := &rehearsalStack{entra: directory}
	service, err := acstest.New(acstest.Options{TeamsToken: stack.teamsToken})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := service.Start("", nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = service.Close() })
	env := []string{
		"ACS_CONNECTION_STRING=" + service.ConnectionString(), "ENTRA_AUTHORITY=" + authority, "ENTRA_TENANT=" + directory.Tenant(),
		"ENTRA_CLIENT_ID=" + directory.ClientID(), "ENTRA_CLIENT_SECRET=" + directory.Secret(),
	}
	for name, c := range map[string]struct {
		more url.Values
		want string // part of the error, or ""
	}{
		"signed in": {},
		"cancelled": {url.Values{"account": {""}}, "cancelled"},
		"forbidden": {url.Values{"fault": {"90094"}}, "consent-required (AADSTS90094)"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			problems, done := new(output), make(chan error, 1)
			go func() {
				done <- run(t.Context(), []string{"token", "teams", "--json"}, env, console{strings.NewReader(""), &out, problems, time.Now})
			}()
			address := regexp.MustCompile(`http://127\S+`)
			for address.FindString(problems.String()) == "" {
				select {
				case err := <-done:
					t.Fatalf("the command ended before the sign-in: %v", err)
				case <-time.After(5 * time.Millisecond):
				}
			}
			jar, _ := cookiejar.New(nil)
			b := &staffBrowser{t, "http://localhost:", &http.Client{Jar: jar}}
			b.signInAt(address.FindString(problems.String()), "Dr Asha Rao", c.more)
			err := <-done
			if c.want != "" {
				if err == nil || !strings.Contains(err.Error(), c.want) || out.Len() > 0 {
					t.Errorf("token teams: %v, printed %q, want the error %q and no output", err, out.String(), c.want)
				}
				return
			}
			var got issued
			if err != nil || json.Unmarshal(out.Bytes(), &got) != nil {
				t.Fatalf("token teams: %v, printed %s, want JSON", err, out.String())
			}
			if got.UserID != "8:orgid:"+directory.Accounts()[0].ID || got.Token == "" || !got.ExpiresOn.After(time.Now()) {
				t.Errorf("token of %s until %s, want one of 8:orgid:%s that is valid now", got.UserID, got.ExpiresOn, directory.Accounts()[0].ID)
			}
			if strings.Contains(problems.String(), got.Token) {
				t.Error("standard error contains the token")
			}
		})
	}
	if _, err := shell(t, "", env[:1], "token", "teams"); err == nil || !strings.Contains(err.Error(), "ENTRA_TENANT") {
		t.Errorf("without a registration: %v, want a mistake in ENTRA_TENANT", err)
	}
}
