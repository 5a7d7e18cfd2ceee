package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/anteroom-visit/anteroom/teams"
)

// hostileHosts are authorities made to be taken for Teams.
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

// hostileCase is a text and what becomes of it: the code of a refusal, or a meeting as it is kept.
type hostileCase struct{ text, want string }

const (
	hostileClassicPath = "/l/meetup-join/19%3ameeting_MjdhNjM4YzUtYzExZi00OTFkLTkzZTAtNTVlNmZmMDhkNGU2%40thread.v2/0?context=%7b%22Tid%22%3a%22aaaabbbb-0000-cccc-1111-dddd2222eeee%22%2c%22Oid%22%3a%2200aa00aa-bb11-cc22-dd33-44ee44ee44ee%22%7d"
	hostileClassic     = "https://teams.microsoft.com" + hostileClassicPath
)

// hostileCases are more than 200 of them.
func hostileCases() (cases []hostileCase) {
	paths := map[string]string{ // and what they lead to on the genuine host
		"/meet/2735012345678?p=AbCdEfGhIj": "https://teams.microsoft.com/meet/2735012345678?p=AbCdEfGhIj",
		hostileClassicPath:                 hostileClassic,
		"/dl/launcher/launcher.html?url=%2F_%23%2Fmeet%2F2735012345678%3Fp%3DAbCdEf": "https://teams.microsoft.com/meet/2735012345678?p=AbCdEf",
	}
	for _, host := range hostileHosts() {
		for path, meeting := range paths {
			want := "lookalike-host"
			switch host {
			case "teams.microsoft.com.": // the same host, as the name system writes it
				want = meeting
			case ".teams.microsoft.com": // no name at all
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
		{"https://evil.example/?next=" + hostileClassic, hostileClassic},
		{"https://evil.example/#" + hostileClassic, "not-a-meeting"},
		{"https://evil.example/redirect?url=" + url.QueryEscape(hostileClassic), hostileClassic},
		{"//evil.example/l/meetup-join/x", "not-a-meeting"},
		{wrapped("https://teams.microsoft.com.evil.example/meet/2735012345678?p=AbC"), "lookalike-host"},
		{wrapped(wrapped("https://teams.micros0ft.com/meet/2735012345678?p=AbC")), "lookalike-host"},
		{wrapped("javascript:alert(1)"), "not-a-meeting"},
		{wrapped("http://169.254.169.254/metadata/identity"), "not-a-meeting"},
		{wrapped(hostileClassic), hostileClassic},
		{"https://teams.microsoft.com/meet/2735012345678?p=" + url.QueryEscape("<script>"), "passcode-missing"},
		{"https://teams.microsoft.com/meet/%3Cscript%3E?p=x", "not-a-meeting"},
		{"https://teams.microsoft.com/meet/../../l/chat/0/0?p=x", "not-a-meeting"},
		{"https://teams.microsoft.com/meet/2735012345678%00?p=AbC", "incomplete-link"},
		{"https://teams.microsoft.com/meet/" + strings.Repeat("9", 400) + "?p=AbC", "not-a-meeting"},
		{hostileClassic + "&redirect=https://evil.example", hostileClassic},
		{hostileClassic + "#https://evil.example", hostileClassic},
		{hostileClassic + "\r\nSet-Cookie: evil=1", hostileClassic},
		{strings.Replace(hostileClassic, "aaaabbbb", "<script>", 1), "incomplete-link"},
		{strings.Replace(hostileClassic, "%7b%22Tid", "%7b%22__proto__%22%3a1%2c%22Tid", 1), hostileClassic},
		{strings.Replace(hostileClassic, "thread.v2", "evil.example", 1), "not-a-meeting"},
		{"msteams:/l/meetup-join/javascript:alert(1)", "incomplete-link"},
	}
}

// Each goes in by every door, and comes out as what it is: by its code, or as one meeting.
func TestHostileLinks(t *testing.T) {
	cases := hostileCases()
	if len(cases) < 200 {
		t.Fatalf("%d cases only", len(cases))
	}
	rules := teams.Rules{GovernmentCloud: true}
	site := startSite(t)
	for _, c := range cases {
		short := c.text[:min(len(c.text), 90)]
		reading := rules.Read(teams.Input{Text: c.text})
		if reading.Question != nil {
			t.Errorf("%q: a question", short)
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
		typed := newVisitor(t, site)
		posted := typed.knock(c.text)
		sent := newVisitor(t, site)
		taken := answer{}
		if len(c.text) < 6000 { // longer headers never arrive
			taken = sent.get("/?meetingURL=" + url.QueryEscape(c.text))
			if taken.StatusCode != http.StatusSeeOther || strings.Contains(taken.Header.Get("Location"), "?") {
				t.Errorf("%q in an address: %d to %q", short, taken.StatusCode, taken.Header.Get("Location"))
			}
		}
		if reading.Meeting != nil {
			if posted.StatusCode != http.StatusSeeOther || posted.Header.Get("Location") != "/visit" || taken.Header.Get("Location") != "/visit" {
				t.Errorf("%q: %d to %q, and %q by its address", short, posted.StatusCode, posted.Header.Get("Location"), taken.Header.Get("Location"))
			}
			continue
		}
		words := site.catalogue.Match("").Text("refusal." + c.want + ".title")
		for what, a := range map[string]answer{"typed": posted, "sent": sent.afterwards(taken)} {
			if a.Response == nil {
				continue
			}
			doc := a.page(t)
			if a.StatusCode != http.StatusUnprocessableEntity || doc.Find("#refusal h2").Text() != words {
				t.Errorf("%q %s: %d %q", short, what, a.StatusCode, doc.Find("#refusal h2").Text())
			}
			if doc.Find("script:not([src]):not([type='application/json']), img, a[href^='javascript']").Length() != 0 {
				t.Errorf("%q %s: it has become a part of the page", short, what)
			}
			if a.Header.Get("Location") != "" || len(a.Header.Values("Set-Cookie")) > 1 || !utf8.ValidString(a.body) {
				t.Errorf("%q %s: %v", short, what, a.Header)
			}
		}
	}
	if log := site.log.String(); strings.Contains(log, "evil") || strings.Contains(log, "2735012345678") {
		t.Error("the log holds what was pasted")
	}
}

// afterwards follows the redirect to the door, if there was one.
func (v *visitor) afterwards(a answer) answer {
	if a.Response == nil || a.Header.Get("Location") != "/" {
		return answer{}
	}
	return v.get("/")
}

// A body that a parser could be made to stumble over, at every address that reads one.
func TestHostileBodies(t *testing.T) {
	site := startSite(t)
	v := newVisitor(t, site)
	v.knock(shortLink)
	deep := strings.Repeat("[", 7000) + strings.Repeat("]", 7000)
	for _, c := range []struct {
		what, contentType, body string
		want                    int
	}{
		{"deep", "application/json", `{"name":"Sam","x":` + deep + `}`, http.StatusOK},
		{"deeper than the parser goes", "application/json", strings.Repeat(`{"x":`, 3000), http.StatusBadRequest},
		{"duplicate keys", "application/json", `{"name":"Eve","name":"Sam"}`, http.StatusOK},
		{"duplicate keys in another case", "application/json", `{"NAME":"Eve","name":"Sam"}`, http.StatusOK},
		{"invalid UTF-8", "application/json", "{\"name\":\"S\xffm\"}", http.StatusUnprocessableEntity},
		{"lone surrogate", "application/json", `{"name":"S\ud800m"}`, http.StatusUnprocessableEntity},
		{"NUL", "application/json", `{"name":"S\u0000m"}`, http.StatusUnprocessableEntity},
		{"raw NUL", "application/json", "{\"name\":\"S\x00m\"}", http.StatusBadRequest},
		{"mark of byte order", "application/json", "\ufeff{}", http.StatusBadRequest},
		{"UTF-16", "application/json", "{\x00}\x00", http.StatusBadRequest},
		{"number that is none", "application/json", `{"name":"Sam","camera":1e999}`, http.StatusBadRequest},
		{"16 KiB", "application/json", `{"name":"Sam"}` + strings.Repeat(" ", maxBody-14), http.StatusOK},
		{"16 KiB and one", "application/json", `{"name":"Sam"}` + strings.Repeat(" ", maxBody-13), http.StatusRequestEntityTooLarge},
		{"not what it says", "application/json", "\x1f\x8b\x08\x00", http.StatusBadRequest},
		{"nothing", "application/json", "", http.StatusBadRequest},
		{"another type", "multipart/form-data; boundary=x", "--x--", http.StatusUnsupportedMediaType},
		{"another charset", "application/json; charset=utf-7", `{"name":"+ADw-script+AD4-"}`, http.StatusOK},
	} {
		a := v.do(http.MethodPost, "/visit/join", c.body, "Content-Type", c.contentType)
		if a.StatusCode != c.want {
			t.Errorf("%s: %d, want %d: %.100s", c.what, a.StatusCode, c.want, a.body)
		}
		if a.StatusCode == http.StatusOK && a.json(t)["displayName"] == "Eve" {
			t.Errorf("%s: the first of two names won", c.what)
		}
	}
}

// Headers and methods of a stranger's own change nothing and come back nowhere.
func TestHostileHeadersAndMethods(t *testing.T) {
	site := startSite(t, rehearsing(t))
	v := newVisitor(t, site)
	plain := v.get("/").page(t).Find("body").Text()
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
			continue // net/http's own
		}
		if a.StatusCode != http.StatusOK || a.page(t).Find("body").Text() != plain {
			t.Errorf("%.40s: %d, another page", headers, a.StatusCode)
		}
		for name, values := range a.Header {
			if strings.Contains(strings.Join(values, " "), "evil") {
				t.Errorf("%.40s comes back in %s", headers, name)
			}
		}
	}
	for _, method := range []string{"PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "EVILMETHOD", "get"} {
		for _, r := range site.echo.Routes() {
			path := strings.NewReplacer(":name", "visit-1.js", ":room", testRoom).Replace(r.Path)
			if a := v.do(method, path, ""); a.StatusCode != http.StatusMethodNotAllowed || strings.Contains(a.body, "EVILMETHOD") {
				t.Errorf("%s %s: %d", method, r.Path, a.StatusCode)
			}
		}
	}
}
