package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/anteroom-visit/anteroom/acs/acstest"
	"github.com/anteroom-visit/anteroom/locales"
	"github.com/anteroom-visit/anteroom/teams"
	"github.com/anteroom-visit/anteroom/visit"
)

var update = flag.Bool("update", false, "write the golden files again")

// goldenTime is the time at which the commands of golden files run.
func goldenTime() time.Time { return time.Date(2026, time.November, 24, 14, 0, 0, 0, time.UTC) }

// transcript is the text of a terminal: commands, their output and their exit status.
type transcript struct {
	t *testing.T
	strings.Builder
	clean func(string) string
}

// invocation is a command line with its environment variables and standard input.
type invocation struct {
	env   []string
	input string
	args  []string
}

// run runs a command in this process.
func (s *transcript) run(c invocation) {
	s.t.Helper()
	var out, problems bytes.Buffer
	err := run(s.t.Context(), c.args, c.env, console{strings.NewReader(c.input), &out, &problems, goldenTime})
	status := exitStatus(err, &problems)
	s.add(c, out.String(), problems.String(), status)
}

func (s *transcript) add(c invocation, out, problems string, status int) {
	fmt.Fprintf(s, "$ %s\n", s.clean(strings.Join(append(append(slices.Clone(c.env), "anteroom"), c.args...), " ")))
	s.WriteString(s.clean(out))
	if problems != "" {
		s.WriteString("-- standard error\n" + s.clean(problems))
	}
	fmt.Fprintf(s, "-- exit status %d\n\n", status)
}

// compare compares the transcript with the golden file, or writes the file with -update.
func (s *transcript) compare(name string) {
	s.t.Helper()
	file := filepath.Join("testdata", "cli", name)
	if *update {
		if err := os.WriteFile(file, []byte(s.String()), 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		s.t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), s.String()); diff != "" {
		s.t.Errorf("%s (-golden +now); `go test ./cmd/anteroom -run Golden -update` writes it again:\n%s", file, diff)
	}
}

// newTranscript returns a transcript that replaces text that differs between runs, and the texts of package locales,
// which have their own tests.
func newTranscript(t *testing.T, replace ...string) *transcript {
	t.Helper()
	t.Setenv("COLUMNS", "100")
	catalogue, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range teams.Codes() {
		id := "refusal." + string(code)
		text := catalogue.Match("")
		replace = append(replace, text.Text(id+".title")+". "+text.Text(id+".text"), "<"+id+">")
	}
	replace = append(replace, runtime.Version(), "<go>", runtime.GOOS+"/"+runtime.GOARCH, "<platform>", versionText(), "<version>")
	known := strings.NewReplacer(replace...)
	moment := regexp.MustCompile(`"time":"[^"]*"`)
	milliseconds, port := regexp.MustCompile(`\b\d+ ms\b`), regexp.MustCompile(`(127\.0\.0\.1|localhost):\d+`)
	skew := regexp.MustCompile(`this clock is \w+ (behind|ahead of) the`)
	return &transcript{t: t, clean: func(text string) string {
		text = port.ReplaceAllString(known.Replace(text), "$1:<port>")
		text = moment.ReplaceAllString(text, `"time":"<time>"`)
		text = milliseconds.ReplaceAllString(text, "<n> ms")
		return skew.ReplaceAllString(text, "this clock is <n> from the")
	}}
}

func TestGoldenHelp(t *testing.T) {
	s := newTranscript(t)
	for _, command := range []string{"", "serve", "meeting", "link", "link make", "link open", "token", "token issue", "token revoke", "token teams", "token delete", "doctor", "version", "settings", "healthcheck"} {
		s.run(invocation{args: append(strings.Fields(command), "--help")})
	}
	s.compare("help.txt")
}

func TestGoldenUsageErrors(t *testing.T) {
	s := newTranscript(t)
	for _, args := range [][]string{{"open-sesame"}, {"--frobnicate"}, {"meeting"}, {"token"}, {"token", "revoke"}, {"link", "open"}, {"link", "--qr", "--ics"}, {"doctor", "now"}} {
		s.run(invocation{args: args})
	}
	s.compare("misuse.txt")
}

func TestGoldenMeeting(t *testing.T) {
	s := newTranscript(t)
	for _, c := range []invocation{
		{args: []string{"meeting", classicLink}},
		{args: []string{"meeting", "--json", "--", classicLink}},
		{args: []string{"meeting", shortLink}},
		{args: []string{"meeting", "--json", shortLink}},
		{args: []string{"meeting", "273", "501", "234", "567", "8", "Mt9xB2N6"}},
		{args: []string{"meeting", "--json", "-"}, input: "Meeting ID: 273 501 234 567 8\nPasscode: Mt9xB2N6\n"},
		{args: []string{"meeting", "hello"}},
		{args: []string{"meeting", "--json", "https://teams.live.com/meet/93123"}},
		{args: []string{"meeting", "--json", ""}},
		{args: []string{"meeting", "https://gov.teams.microsoft.us/meet/2735012345678?p=AbCdEfGhIj"}},
		{args: []string{"meeting", "--government-cloud", "https://gov.teams.microsoft.us/meet/2735012345678?p=AbCdEfGhIj"}},
		{env: []string{"GOVERNMENT_CLOUD=on"}, args: []string{"meeting", "--json", "https://gov.teams.microsoft.us/meet/2735012345678?p=AbCdEfGhIj"}},
	} {
		s.run(c)
	}
	s.compare("meeting.txt")
}

// sentLink is a link of form 1, made with firstKey. Every later version must open it.
const sentLink = "https://visit.example.org/v/5fdlolj0h3w18ssikk9f0hhmke30g783puqf3w856vebj35mv6ye8vd1zwj9k9eqkihg6saq7cgtpeygcfnuxvjrcbx13obrjyys93kd0xcfbx"

func TestGoldenLink(t *testing.T) {
	env := linkSettingsWith(firstKey)
	flags := []string{"--meeting", byID, "--passcode", passcode, "--start", "2026-11-24T14:30"}
	s := newTranscript(t, sentLink, "<link that was sent>", visit.ErrUnknown.Error(), "<unknown>")
	plain := s.clean
	made := regexp.MustCompile(`/v/[0-9a-z]{60,}`)
	fault := regexp.MustCompile(`(?m)(--(?:meeting|start|role|minutes|camera)|column "Meeting"|read CSV): .*`)
	s.clean = func(text string) string {
		return fault.ReplaceAllString(made.ReplaceAllString(plain(text), "/v/<seal>"), "$1: <fault>")
	}
	for _, c := range []invocation{
		{env, "", append([]string{"link"}, flags...)},
		{env, "", append([]string{"link", "make"}, append(flags, "--replaces", sentLink)...)},
		{env, "", []string{"link", "open", sentLink}},
		{env, sentLink, []string{"link", "open", "--json", "-"}},
		{env, "", []string{"link", "open", "--reveal", sentLink}},
		{env, "", []string{"link", "open", "--reveal", "--json", sentLink}},
		{linkSettingsWith(secondKey), "", []string{"link", "open", sentLink}},
		{linkSettingsWith("short"), "", []string{"link", "open", sentLink}},
		{nil, "", []string{"link", "open", sentLink}},
		{nil, "", append([]string{"link"}, flags...)},
		{env, "", []string{"link", "--start", "soon", "--role", "doctor", "--minutes", "x", "--camera", "perhaps"}},
		{env, "", append([]string{"link"}, append(flags, "--replaces", "https://visit.example.org/v/abc")...)},
		{env, "Name,Meeting,Start\nSam," + byID + " " + passcode + ",2026-11-24 14:30\nAlex,hello,2026-11-24 14:30\n", []string{"link", "--csv", "-"}},
		{env, "a,b\n", []string{"link", "--csv", "-"}},
		{env, "", []string{"link", "--csv", "/nowhere/visits.csv"}},
	} {
		s.run(c)
	}
	s.compare("link.txt")
}

// TestGoldenLinkJSON checks the names of the JSON fields. Package invitation tests the texts.
func TestGoldenLinkJSON(t *testing.T) {
	out, err := shell(t, "", linkSettingsWith(firstKey), "link", "--json", "--meeting", byID, "--passcode", passcode, "--start", "2026-11-24T14:30")
	if err != nil {
		t.Fatal(err)
	}
	var object map[string]any
	if err := json.Unmarshal([]byte(out), &object); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, name := range slices.Sorted(maps.Keys(object)) {
		got = append(got, name)
		if inner, ok := object[name].(map[string]any); ok {
			for _, name := range slices.Sorted(maps.Keys(inner)) {
				got = append(got, "  "+name)
			}
		}
	}
	if want := "email,   body,   subject, end, id, link, shortTextMessage,   encoding,   length,   limit,   messages,   text, start, textMessage,   encoding,   length,   limit,   messages,   text"; strings.Join(got, ", ") != want {
		t.Errorf("fields %q, want %q", strings.Join(got, ", "), want)
	}
}

func TestGoldenToken(t *testing.T) {
	service, err := acstest.New(acstest.Options{ResourceID: "00000000-0000-0000-0000-000000000001", Key: "Z29sZGVu"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := service.Start("", nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = service.Close() })
	env := []string{"ACS_CONNECTION_STRING=" + service.ConnectionString()}
	s := newTranscript(t)
	plain := s.clean
	id, token, moment := regexp.MustCompile(`8:acs:[0-9a-f_-]+`), regexp.MustCompile(`eyJ[\w.-]+`), regexp.MustCompile(`\d{4}-\d\d-\d\dT[\d:.]+Z`)
	numbers := regexp.MustCompile(`MS-CV \S+, request [\w-]+`)
	s.clean = func(text string) string {
		text = id.ReplaceAllString(plain(text), "<id>")
		text = moment.ReplaceAllString(token.ReplaceAllString(text, "<token>"), "<time>")
		return numbers.ReplaceAllString(text, "<numbers>")
	}
	s.run(invocation{env: env, args: []string{"token", "issue"}})
	s.run(invocation{env: env, args: []string{"token", "issue", "--json"}})
	known := service.Ledger().Identities[0].ID
	s.run(invocation{env: env, args: []string{"token", "issue", "--id", known}})
	s.run(invocation{env: env, args: []string{"token", "revoke", known}})
	s.run(invocation{env: env, args: []string{"token", "delete", known}})
	s.run(invocation{env: env, args: []string{"token", "delete", known}})
	s.run(invocation{env: env, args: []string{"token", "issue", "--token-minutes", "59", "--token-scopes", "fax"}})
	s.run(invocation{args: []string{"token", "issue"}})
	s.compare("token.txt")
}

func TestGoldenVersionAndSettings(t *testing.T) {
	s := newTranscript(t)
	for _, args := range [][]string{{"version"}, {"settings"}} {
		s.run(invocation{args: args})
	}
	s.compare("settings.txt")
}

// TestGoldenSettingsTable checks testdata/settings.json, the settings with their rules and examples. The tests of the
// deployment's template and form read it.
func TestGoldenSettingsTable(t *testing.T) {
	out, err := shell(t, "", nil, "settings", "--json")
	if err != nil {
		t.Fatal(err)
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, []byte(out), "", "  "); err != nil {
		t.Fatal(err)
	}
	s := &transcript{t: t}
	s.Write(indented.Bytes())
	s.compare("../settings.json")
}

func TestGoldenServeMistakes(t *testing.T) {
	s := newTranscript(t)
	s.run(invocation{env: []string{"TOKEN_MINUTES=59", "CHAT=perhaps", "LINK_KEYS=short", "BASE_URL=visit.example", "DAILY_JOINS=-1"}, args: []string{"serve", "--brand-phone", "none"}})
	s.run(invocation{env: []string{"ACS_CONNECTION_STRING=endpoint=https://x.communication.azure.com;accesskey=Z29sZGVu"}})
	s.run(invocation{env: []string{"LISTEN=192.0.2.1:1"}})
	s.run(invocation{args: []string{"healthcheck", "--listen", "here"}})
	s.compare("mistakes.txt")
}

func TestGoldenReady(t *testing.T) {
	s := newTranscript(t)
	addresses := regexp.MustCompile(`(?m)(^    https://.*:\d+\n)+`)
	code := regexp.MustCompile(`(?m)(^    [█▄▀ ]+\n)+`)
	plain := s.clean
	s.clean = func(text string) string {
		return plain(addresses.ReplaceAllString(code.ReplaceAllString(text, ""), "    <addresses and a QR code>\n"))
	}
	p := startProgram(t)
	s.add(invocation{args: []string{"serve"}}, p.out.String(), "", 0)
	p = startProgram(t, "TLS_SELF_SIGNED=on")
	s.add(invocation{env: []string{"TLS_SELF_SIGNED=on"}, args: []string{"serve"}}, p.out.String(), "", 0)
	s.compare("ready.txt")
}

func TestGoldenDoctor(t *testing.T) {
	s := newTranscript(t, linkKey, "<link key>", sessionKey, "<session key>")
	for _, args := range [][]string{{"doctor"}, {"doctor", "--json"}} {
		s.run(invocation{args: args})
	}
	p := newExaminedSite(t, unchanged, unchanged)
	for _, args := range [][]string{nil, {"--json"}, {"--strict"}} {
		out, status := p.runDoctor(args...)
		s.add(invocation{args: append([]string{"doctor"}, args...)}, out, "", status)
	}
	planted := map[string]string{
		"CHAT": "maybe", "TRUSTED_PROXIES": "128.0.0.0/1", "SESSION_KEY": "x", "METRICS_LISTEN": ":9090", "ADMISSION": "open", "DAILY_JOINS": "0",
		"BRAND_PHONE": "", "BRAND_COLOUR": "#fc0", "BRAND_LOGO": "/no/such/logo.svg", "TOKEN_SCOPES": "voip", "TOKEN_MINUTES": "1440",
		"SESSION_KEYS": "aaaabbbbccccddddeeee", "LINK_KEYS": linkKey + "," + linkKey, "BRAND_PRIVACY_URL": "http://lamna.example",
	}
	maps.Copy(p.env, planted)
	out, status := p.runDoctor()
	var env []string
	for _, name := range slices.Sorted(maps.Keys(planted)) {
		env = append(env, name+"="+planted[name])
	}
	s.add(invocation{env: env, args: []string{"doctor"}}, out, "", status)
	s.compare("doctor.txt")
}

func TestExitStatusFollowsTheError(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		out    string
	}{
		{nil, 0, ""},
		{errQuiet, 1, ""},
		{errors.New("listen: no"), 1, "anteroom: listen: no\n"},
	} {
		var out bytes.Buffer
		if status := exitStatus(c.err, &out); status != c.status || out.String() != c.out {
			t.Errorf("%v: status %d, printed %q, want %d and %q", c.err, status, out.String(), c.status, c.out)
		}
	}
}
