package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/anteroom-visit/anteroom/teams"
)

// hostileHosts returns hosts that imitate the hosts of Teams.
func hostileHosts() []string {
	return []string{
		"teams.microsoft.com.evil.example", "teams.microsoft.com.evil.example:443", "teams.microsoft.com@evil.example", "teams.microsoft.com:443@evil.example",
		"evil@teams.microsoft.com", "evil:pass@teams.microsoft.com", "teams.microsoft.com%40evil.example", "teams.microsoft.com%2eevil.example",
		"teams.microsoft.com%2fevil.example", "teams.microsoft.com%5cevil.example", "teams.microsoft.com%00.evil.example", "teams.microsoft.com%23.evil.example",
		"teams.microsoft.com:8443", "teams.microsoft.com:80", "teams.microsoft.com:0", "teams.microsoft.com:65536", "teams.microsoft.com:evil",
		"teams-microsoft.com", "teamsmicrosoft.com", "teams.microsoft.com-evil.example", "teams.microsoft.com.", "teams.microsoft.com..", ".teams.microsoft.com",
		"teams.microsoft.co", "teams.microsoft.cm", "teams.microsoft.org", "teams.microsoft.net", "teams.microsoft.com.co", "teams.microsoft.comm",
		"teams.micros0ft.com", "teams.rnicrosoft.com", "teams.m1crosoft.com", "teams.micr0soft.com", "teams.mlcrosoft.com", "teams.microsfot.com", "teams.microsotf.com",
		"teams.m\u0456crosoft.com", "te\u0430ms.microsoft.com", "teams.micr\u03bfsoft.com", "teams.m\u00edcrosoft.com", "\uff54eams.microsoft.com",
		"teams.microsoft\u3002com.evil.example", "teams.microsoft.com\uff0eevil.example", "teams.microsoft.com\u2024evil.example", "teams.microsoft.com\u2044.evil.example",
		"teams.microsoft.com\u202e.evil.example", "teams.xn--mcrosoft-tkg.com", "xn--teams-microsoft.com", "teams.cloud.microsoft.evil.example", "teams.cloud.micr0soft",
		"teams.live.com.evil.example", "teams.1ive.com", "gov.teams.microsoft.us.evil.example", "gov-teams.microsoft.us.evil.example", "dod.teams.micros0ft.us",
		"events.teams.microsoft.com.evil.example", "visit.teams.microsoft.com.evil.example", "teams.microsoft.com\\.evil.example", "evil.example\\@teams.microsoft.com",
		"login.teams.microsoft.com.evil.example", "my-teams.evil.example", "teams.evil.example", "microsoft-teams.evil.example",
	}
}

// hostileCase is a text that a visitor may paste. want is the code of its refusal, or the meeting's link.
type hostileCase struct{ text, want string }

func hostileCases() (cases []hostileCase) {
	paths := map[string]string{ // and the meeting's link if the host is genuine
		"/meet/2735012345678?p=AbCdEfGhIj": "https://teams.microsoft.com/meet/2735012345678?p=AbCdEfGhIj",
		classicPath:                        classicLink,
		"/dl/launcher/launcher.html?url=%2F_%23%2Fmeet%2F2735012345678%3Fp%3DAbCdEf": "https://teams.microsoft.com/meet/2735012345678?p=AbCdEf",
	}
	for _, host := range hostileHosts() {
		for path, meeting := range paths {
			want := "lookalike-host"
			switch host {
			case "teams.microsoft.com.": // the same host as a fully qualified name
				want = meeting
			case ".teams.microsoft.com": // not a host name
				want = "not-a-meeting"
			}
			cases = append(cases, hostileCase{"https://" + host + path, want})
		}
	}
	return append(cases, hostileTexts()...)
}

func hostileTexts() []hostileCase {
	wrapped := func(address string) string {
		return "https://nam11.safelinks.protection.outlook.com/?url=" + url.QueryEscape(address) + "&data=1"
	}
	return []hostileCase{
		{"javascript:alert(document.domain)//teams.microsoft.com/meet/1?p=x", "incomplete-link"},
		{"data:text/html,<script>alert(1)</script>", "not-a-meeting"},
		{"vbscript:msgbox(1)", "not-a-meeting"},
		{"file:///etc/passwd", "not-a-meeting"},
		{"ftp://teams.microsoft.com/meet/2735012345678?p=AbCdEf", "https://teams.microsoft.com/meet/2735012345678?p=AbCdEf"},
		{"<script>alert(1)</script>", "not-a-meeting"},
		{`"><img src=x onerror=alert(1)>`, "not-a-meeting"},
		{"{{.Meeting}} ${7*7} {{7*7}} <%= 7*7 %>", "not-a-meeting"},
		{"' OR 1=1 --", "not-a-meeting"},
		{"../../../../etc/passwd", "not-a-meeting"},
		{"\x00\x01\x02\x03", "not-a-meeting"},
		{"\xff\xfe\xfd", "not-a-meeting"},
		{strings.Repeat("%25", 5000), "not-a-meeting"},
		{strings.Repeat("https://teams.microsoft.com/", 500), "too-long"},
		{strings.Repeat("(", 20000), "not-a-meeting"},
		{strings.Repeat("a", 65<<10), "too-long"},
		{"https://evil.example/?next=" + classicLink, classicLink},
		{"https://evil.example/#" + classicLink, "not-a-meeting"},
		{"https://evil.example/redirect?url=" + url.QueryEscape(classicLink), classicLink},
		{"//evil.example/l/meetup-join/x", "not-a-meeting"},
		{wrapped("https://teams.microsoft.com.evil.example/meet/2735012345678?p=AbC"), "lookalike-host"},
		{wrapped(wrapped("https://teams.micros0ft.com/meet/2735012345678?p=AbC")), "lookalike-host"},
		{wrapped("javascript:alert(1)"), "not-a-meeting"},
		{wrapped("http://169.254.169.254/metadata/identity"), "not-a-meeting"},
		{wrapped(classicLink), classicLink},
		{"https://teams.microsoft.com/meet/2735012345678?p=" + url.QueryEscape("<script>"), "passcode-missing"},
		{"https://teams.microsoft.com/meet/%3Cscript%3E?p=x", "not-a-meeting"},
		{"https://teams.microsoft.com/meet/../../l/chat/0/0?p=x", "not-a-meeting"},
		{"https://teams.microsoft.com/meet/2735012345678%00?p=AbC", "incomplete-link"},
		{"https://teams.microsoft.com/meet/" + strings.Repeat("9", 400) + "?p=AbC", "not-a-meeting"},
		{classicLink + "&redirect=https://evil.example", classicLink},
		{classicLink + "#https://evil.example", classicLink},
		{classicLink + "\r\nSet-Cookie: evil=1", classicLink},
		{strings.Replace(classicLink, "aaaabbbb", "<script>", 1), "incomplete-link"},
		{strings.Replace(classicLink, "%7b%22Tid", "%7b%22__proto__%22%3a1%2c%22Tid", 1), classicLink},
		{strings.Replace(classicLink, "thread.v2", "evil.example", 1), "not-a-meeting"},
		{"msteams:/l/meetup-join/javascript:alert(1)", "incomplete-link"},
	}
}

// A hostile text must have the same result in the parser, in the door's form and in a query.
func TestHostileLinksHaveOneResult(t *testing.T) {
	cases := hostileCases()
	if len(cases) < 200 {
		t.Fatalf("%d cases, want at least 200", len(cases))
	}
	rules := teams.Rules{GovernmentCloud: true}
	site := startSite(t)
	for _, c := range cases {
		short := c.text[:min(len(c.text), 90)]
		reading := rules.Read(teams.Input{Text: c.text})
		if reading.Question != nil {
			t.Errorf("%q: question %v, want a refusal or a meeting", short, reading.Question)
			continue
		}
		var got string
		if reading.Refusal != nil {
			got = string(reading.Refusal.Code)
		} else {
			got = reading.Meeting.Link
		}
		if got != c.want {
			t.Errorf("%q: %s, want %s", short, got, c.want)
			continue
		}
		posted := newVisitor(t, site).submitDoor(c.text)
		v, queried := newVisitor(t, site), answer{}
		if len(c.text) < 6000 { // the server rejects longer headers
			queried = v.get("/?meetingURL=" + url.QueryEscape(c.text))
			if queried.StatusCode != http.StatusSeeOther || strings.Contains(queried.location(), "?") {
				t.Errorf("%q in a query: status %d to %q, want 303 to an address without a query", short, queried.StatusCode, queried.location())
			}
		}
		if reading.Meeting != nil {
			if posted.StatusCode != http.StatusSeeOther || posted.location() != "/visit" || queried.location() != "/visit" {
				t.Errorf("%q: form: status %d to %q, query: to %q, want 303 to /visit", short, posted.StatusCode, posted.location(), queried.location())
			}
			continue
		}
		title := site.catalogue.Match("").Text("refusal." + c.want + ".title")
		for what, a := range map[string]answer{"form": posted, "query": v.followToDoor(queried)} {
			if a.Response == nil {
				continue
			}
			doc := a.page(t)
			if got := doc.Find("#refusal h2").Text(); a.StatusCode != http.StatusUnprocessableEntity || got != title {
				t.Errorf("%q in a %s: status %d, refusal %q, want 422 and %q", short, what, a.StatusCode, got, title)
			}
			if n := doc.Find("script:not([src]):not([type='application/json']), img, a[href^='javascript']").Length(); n != 0 {
				t.Errorf("%q in a %s: %d injected elements, want none", short, what, n)
			}
			if a.location() != "" || len(a.Header.Values("Set-Cookie")) > 1 || !utf8.ValidString(a.body) {
				t.Errorf("%q in a %s: headers %v, want no redirect, at most one cookie and valid UTF-8", short, what, a.Header)
			}
		}
	}
	if log := site.log.String(); strings.Contains(log, "evil") || strings.Contains(log, "2735012345678") {
		t.Error("the log contains pasted text")
	}
}

// followToDoor follows a redirect to the door. It returns the zero answer if a is something else.
func (v *visitor) followToDoor(a answer) answer {
	if a.Response == nil || a.location() != "/" {
		return answer{}
	}
	return v.get("/")
}

func TestJoinHandlesHostileBodies(t *testing.T) {
	site := startSite(t)
	v := newVisitor(t, site)
	v.submitDoor(shortLink)
	deep := strings.Repeat("[", 7000) + strings.Repeat("]", 7000)
	for _, c := range []struct {
		name, contentType, body string
		want                    int
	}{
		{"deeply nested", jsonType, `{"name":"Sam","x":` + deep + `}`, http.StatusOK},
		{"nested too deeply", jsonType, strings.Repeat(`{"x":`, 3000), http.StatusBadRequest},
		{"duplicate keys", jsonType, `{"name":"Eve","name":"Sam"}`, http.StatusOK},
		{"duplicate keys in another case", jsonType, `{"NAME":"Eve","name":"Sam"}`, http.StatusOK},
		{"invalid UTF-8", jsonType, "{\"name\":\"S\xffm\"}", http.StatusUnprocessableEntity},
		{"lone surrogate", jsonType, `{"name":"S\ud800m"}`, http.StatusUnprocessableEntity},
		{"NUL", jsonType, `{"name":"S\u0000m"}`, http.StatusUnprocessableEntity},
		{"raw NUL", jsonType, "{\"name\":\"S\x00m\"}", http.StatusBadRequest},
		{"byte order mark", jsonType, "\ufeff{}", http.StatusBadRequest},
		{"UTF-16", jsonType, "{\x00}\x00", http.StatusBadRequest},
		{"number too large", jsonType, `{"name":"Sam","camera":1e999}`, http.StatusBadRequest},
		{"16 KiB", jsonType, `{"name":"Sam"}` + strings.Repeat(" ", maxBody-14), http.StatusOK},
		{"16 KiB and 1 byte", jsonType, `{"name":"Sam"}` + strings.Repeat(" ", maxBody-13), http.StatusRequestEntityTooLarge},
		{"gzip", jsonType, "\x1f\x8b\x08\x00", http.StatusBadRequest},
		{"empty", jsonType, "", http.StatusBadRequest},
		{"another type", "multipart/form-data; boundary=x", "--x--", http.StatusUnsupportedMediaType},
		{"another charset", "application/json; charset=utf-7", `{"name":"+ADw-script+AD4-"}`, http.StatusOK},
	} {
		a := v.do(http.MethodPost, "/visit/join", c.body, "Content-Type", c.contentType)
		if a.StatusCode != c.want {
			t.Errorf("%s: status %d, want %d: %.100s", c.name, a.StatusCode, c.want, a.body)
		}
		if a.StatusCode == http.StatusOK && a.json(t)["displayName"] == "Eve" {
			t.Errorf("%s: name Eve, want the last name, Sam", c.name)
		}
	}
}

// Hostile headers must not change the page, and must not appear in the headers of the answer.
func TestHostileHeadersAndMethodsChangeNothing(t *testing.T) {
	site := startSite(t, withRehearsal(t))
	v := newVisitor(t, site)
	want := v.get("/").page(t).Find("body").Text()
	for _, headers := range [][]string{
		{"Host", "evil.example"},
		{"X-Forwarded-Host", "evil.example"},
		{"X-Forwarded-Proto", "evil"},
		{"Forwarded", "host=evil.example"},
		{"X-Original-URL", "/rehearsal/host/" + testRoom},
		{"X-Rewrite-URL", "/evil"},
		{"X-HTTP-Method-Override", "DELETE"},
		{"X-Request-Id", "evil"},
		{"Accept-Language", strings.Repeat("evil,", 800)},
		{"Accept-Language", "../evil"},
		{"Accept-Encoding", strings.Repeat("evil,", 800)},
		{"Cookie", "anteroom=evil; anteroom=evil2"},
		{"Cookie", strings.Repeat("a=evil; ", 900)},
		{"X-Forwarded-For", strings.Repeat("evil,", 900)},
		{"Range", "bytes=0-1,0-1,0-1"},
		{"If-None-Match", `"evil"`},
		{"Expect", "evil"},
		{"Upgrade", "evil"},
		{"Accept", "evil/json"},
		{"Origin", "https://evil.example"},
		{"Access-Control-Request-Method", "evil"},
		{"Save-Data", "evil"},
	} {
		a := v.get("/", headers...)
		if a.StatusCode == http.StatusExpectationFailed {
			continue // net/http has answered
		}
		if a.StatusCode != http.StatusOK || a.page(t).Find("body").Text() != want {
			t.Errorf("%.40s: status %d, want 200 and the same page as without", headers, a.StatusCode)
		}
		for name, values := range a.Header {
			if strings.Contains(strings.Join(values, " "), "evil") {
				t.Errorf("%.40s: %s %q, want no text from the request", headers, name, values)
			}
		}
	}
	for _, method := range []string{"PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "EVILMETHOD", "get"} {
		for _, r := range site.echo.Routes() {
			path := routePath(r.Path)
			if a := v.do(method, path, ""); a.StatusCode != http.StatusMethodNotAllowed || strings.Contains(a.body, "EVILMETHOD") {
				t.Errorf("%s %s: status %d, want 405", method, r.Path, a.StatusCode)
			}
		}
	}
}
