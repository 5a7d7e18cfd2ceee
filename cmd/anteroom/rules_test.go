package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// checkSettings reads settings as serve does, and returns the mistakes in them.
func checkSettings(t *testing.T, env []string, args ...string) error {
	t.Helper()
	var serve serveCommand
	parser, err := kong.New(&serve, kong.Resolvers(environment(env)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse(args); err != nil {
		return err
	}
	_, _, m := serve.checked(env)
	return m.refusal()
}

// mistakesOf returns the mistakes of one setting in an error.
func mistakesOf(err error, variable string) (found []mistake) {
	if refused, ok := errors.AsType[refusedStart](err); ok {
		for _, m := range refused.list {
			if m.Variable == variable {
				found = append(found, m)
			}
		}
	}
	return found
}

// developerWords matches the beginning of an error that names what a function attempted, such as "parse colour: ".
var developerWords = regexp.MustCompile(`^[a-z ]+: `)

// TestEverySettingFollowsItsRule checks that every setting has a rule, and that serve follows it for the rule's examples.
func TestEverySettingFollowsItsRule(t *testing.T) {
	table := rules()
	for _, l := range listSettings() {
		r, ok := table[l.Variable]
		if !ok {
			t.Errorf("%s has no rule: add a row to the table", l.Variable)
			continue
		}
		delete(table, l.Variable)
		if r.Kind == "certificate" {
			r.Valid = []string{certificatePEM(t)}
		}
		if r.Kind == "" || r.Must == "" || len(r.Valid) == 0 || len(r.Invalid) < 2 {
			t.Errorf("%s: rule = %+v, want a kind, a text, a valid and two invalid examples", l.Variable, r)
		}
		if l.Default != "" && r.check(l.Default) != nil {
			t.Errorf("%s rejects its default %q", l.Variable, l.Default)
		}
		for _, value := range r.Valid {
			if err := r.check(value); err != nil { // serve also checks it together with others
				t.Errorf("%s rejects %.60q: %v", l.Variable, value, err)
			}
		}
		for _, value := range r.Invalid {
			if err := r.check(value); err == nil || !strings.HasPrefix(err.Error(), "must ") && developerWords.MatchString(err.Error()) {
				t.Errorf("%s %.40q: error %v, want one in words for an operator", l.Variable, value, err)
			}
		}
		for _, value := range append(r.Invalid, "\x00", strings.Repeat("\u2028", 3)) {
			for what, err := range checkFlagAndVariable(t, l, value) {
				found := mistakesOf(err, l.Variable)
				if len(found) == 0 {
					t.Errorf("%s by %s: %.60q is accepted", l.Variable, what, value)
				}
				if l.Secret && len(value) >= 8 && strings.Contains(err.Error(), value) {
					t.Errorf("%s by %s: the error repeats a secret: %v", l.Variable, what, err)
				}
			}
		}
		if err := checkSettings(t, []string{l.Variable + "="}); len(mistakesOf(err, l.Variable)) == 0 {
			t.Errorf("%s: set but empty is accepted", l.Variable)
		}
	}
	for variable := range table {
		t.Errorf("%s has a rule but is not a setting", variable)
	}
}

// checkFlagAndVariable passes a value to serve by flag and by variable, and returns both errors.
func checkFlagAndVariable(t *testing.T, l listedSetting, value string) map[string]error {
	t.Helper()
	return map[string]error{
		"flag":     checkSettings(t, nil, "--"+l.Flag+"="+value),
		"variable": checkSettings(t, []string{l.Variable + "=" + value}),
	}
}

// TestServeRejectsValuesThatATemplateAccepted has values that the form and the template once accepted.
func TestServeRejectsValuesThatATemplateAccepted(t *testing.T) {
	for variable, value := range map[string]string{
		"DAILY_JOINS": "1000001", "FRAME_ANCESTORS": "https://Portal.Example.org", "BASE_URL": "https://visit.example.org:99999", "LISTEN": ":443x",
		"TOKEN_SCOPES": "calling", "TRUSTED_PROXIES": "none", "SESSION_KEYS": "fifteen-charact", "LINK_KEYS": "0123456789", "BRAND_PHONE": "---",
		"DESK_PASSPHRASE": "aaaaaaaaaaaa",
	} {
		if err := checkSettings(t, []string{variable + "=" + value}); len(mistakesOf(err, variable)) == 0 {
			t.Errorf("%s=%s is accepted", variable, value)
		}
	}
}

// TestStrength checks keys and passphrases; "" means that the text is accepted.
func TestStrength(t *testing.T) {
	for _, c := range []struct{ text, key, passphrase string }{
		{"51d7a2c09e8b43f6a1d05c7e92b8f463", "", ""},
		{"seven tall ferns", "", ""},
		{"quiet river 7", "16 characters", ""},
		{"aaaaaaaaaaaaaaaaaaaa", "different", "different"},
		{"abababababababababab", "different", "different"},
		{"quiet-door-quiet-door-", "must not repeat", "repeat one shorter text"},
		{"abcdefghijklmnopqrst", "sequence", "sequence"},
		{"0123456789012345678901", "sequence", "sequence"},
		{"zyxwvutsrqponmlkj", "sequence", "sequence"},
		{"Password-Password1", "common", "common"},
		{"a long desk password 4 us", "", ""},
		{"grün und blau am Meer", "", ""},
		{"\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8 0 2 4 6 8 k m", "UTF-8", "UTF-8"},
	} {
		for _, rule := range []struct {
			strength
			want string
		}{{keyStrength(), c.key}, {passphraseStrength(), c.passphrase}} {
			err := rule.check(c.text)
			if (err == nil) != (rule.want == "") || err != nil && (!strings.Contains(err.Error(), rule.want) || strings.Contains(err.Error(), c.text)) {
				t.Errorf("%q, at least %d: %v, want %q", c.text, rule.length, err, rule.want)
			}
		}
	}
}

// TestServeReportsAllMistakesInOneLine checks the line of JSON and the exit status 78 of a program that cannot start.
func TestServeReportsAllMistakesInOneLine(t *testing.T) {
	var out, problems bytes.Buffer
	env := []string{"TOKEN_MINUTES=59", "CHAT=perhaps", "LINK_KEYS=canary", "DAILY_JOINS=-1", "BRAND_NAME=", "TRUSTED_PROXIES=canary-51d7a2c09e8b", "SESSION_KEYS=canary-51d7a2c09e8b,short"}
	err := run(t.Context(), []string{"serve", "--brand-phone", "none"}, env, console{strings.NewReader(""), &out, &problems, goldenTime})
	if status := exitStatus(err, &problems); status != 78 {
		t.Errorf("status %d, want 78: %v", status, err)
	}
	var line struct {
		Level, Msg string
		Mistakes   []mistake
	}
	text := problems.String()
	if strings.Count(text, "\n") != 1 || json.Unmarshal([]byte(text), &line) != nil || line.Level != "ERROR" || out.Len() != 0 {
		t.Fatalf("standard error = %q, output = %q, want one line of level ERROR and no output", text, out.String())
	}
	got := make(map[string]bool)
	for _, m := range line.Mistakes {
		got[m.Variable] = m.Flag == flagOf(m.Variable) && m.Text != ""
	}
	for _, want := range []string{"TOKEN_MINUTES", "CHAT", "LINK_KEYS", "DAILY_JOINS", "BRAND_NAME", "BRAND_PHONE", "TRUSTED_PROXIES", "SESSION_KEYS", "ACS_ENDPOINT"} {
		if !got[want] {
			t.Errorf("no mistake in %s: %s", want, text)
		}
	}
	if strings.Contains(text, "canary-51") {
		t.Errorf("the line contains a secret: %s", text)
	}
}
