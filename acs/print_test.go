package acs

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/secret"
)

func TestClientAndTokensPrintNoSecret(t *testing.T) {
	c, err := NewClientFromConnectionString("endpoint=https://contoso.communication.azure.com/;accesskey=U0VDUkVU", nil)
	if err != nil {
		t.Fatal(err)
	}
	token := AccessToken{Token: secret.New("SECRET")}
	prints := map[string]string{
		"token": fmt.Sprintf("%v %+v %#v", token, &token, token),
		"teams": fmt.Sprintf("%+v", TeamsUserToken{Token: secret.New("SECRET")}),
	}
	for _, verb := range strings.Split("v +v #v s q x X d", " ") {
		prints["%"+verb] = fmt.Sprintf("%"+verb, c)
	}
	for route, text := range prints {
		for _, form := range []string{"U0VDUkVU", "SECRET", "83 69 67 82 69 84", fmt.Sprintf("%x", "SECRET")} {
			if strings.Contains(text, form) {
				t.Errorf("%s shows the secret: %s", route, text)
			}
		}
	}
}

func TestScopes(t *testing.T) {
	for list, ok := range map[string]bool{
		"voip,chat":                       true,
		" voip.join , chat.join.limited ": true,
		"":                                false,
		"voip,":                           false,
		"VOIP":                            false,
		"voip,voip":                       false,
		"voip,admin":                      false,
	} {
		if scopes, err := ParseScopes(list); (err == nil) != ok {
			t.Errorf("ParseScopes(%q) = %v, %v", list, scopes, err)
		}
	}
}

func TestTokenRequestCheck(t *testing.T) {
	for life, ok := range map[time.Duration]bool{
		0: true, time.Hour: true, 24 * time.Hour: true, 61 * time.Minute: true,
		-time.Minute: false, 59 * time.Minute: false, 1441 * time.Minute: false,
		time.Hour + time.Second: false, 1: false,
	} {
		if err := (TokenRequest{Scopes: []Scope{ScopeVoIP}, Lifetime: life}).check(); (err == nil) != ok {
			t.Errorf("lifetime %s: %v", life, err)
		}
	}
}
