package handlers

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/anteroom-visit/anteroom/handlers/desk"
	"github.com/anteroom-visit/anteroom/handlers/problem"
)

func postRequest(contentType, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/visit/join", strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	return r
}

func TestReadJSON(t *testing.T) {
	for _, c := range []struct {
		contentType, body string
		want              error
	}{
		{jsonType, `{"name":"Sam","camera":true}`, nil},
		{"application/json; charset=utf-8", " {} \n", nil},
		{"Application/JSON", `{"name":"Sam","unknown":[1]}`, nil},
		{jsonType, "", problem.BadRequest},
		{jsonType, `{"name":"Sam"} x`, problem.BadRequest},
		{jsonType, `{"name":"Sam"}{}`, problem.BadRequest},
		{jsonType, `{"name":"Sam"}]`, problem.BadRequest},
		{jsonType, `{"camera":"yes"}`, problem.BadRequest},
		{jsonType, strings.Repeat(`{"a":`, 2000), problem.BadRequest},
		{jsonType, `{"name":"` + strings.Repeat("a", maxBody) + `"}`, problem.TooLarge},
		{jsonType, `{}` + strings.Repeat(" ", maxBody), problem.TooLarge},
		{"", `{}`, problem.NotJSON},
		{"text/json", `{}`, problem.NotJSON},
		{"application/json;;", `{}`, problem.NotJSON},
		{formType, `{}`, problem.NotJSON},
	} {
		r := postRequest(c.contentType, c.body)
		r.Body = http.MaxBytesReader(httptest.NewRecorder(), r.Body, maxBody)
		if err := readJSON(r, new(joinRequest)); !errors.Is(err, c.want) {
			t.Errorf("%q %.40q: %v, want %v", c.contentType, c.body, err, c.want)
		}
	}
}

// readJSON must accept exactly the bodies that json.Unmarshal accepts. Its errors must not quote a body.
func FuzzReadJSON(f *testing.F) {
	for _, seed := range []string{"", "{}", "null", `{"name":"Sam","camera":true}`, `{"name":"a"}{}`, "[]", `{"name":1}`, `"\ud800"`, "{}\x00", "  {} \n\t"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var got, want joinRequest
		err := readJSON(postRequest(jsonType, body), &got)
		if jsonErr := json.Unmarshal([]byte(body), &want); (jsonErr == nil) != (err == nil) {
			t.Fatalf("%q: %v, json.Unmarshal returns %v", body, err, jsonErr)
		}
		if err == nil && got != want {
			t.Errorf("%q: %+v, want %+v", body, got, want)
		}
		if err != nil && err.Error() != problem.BadRequest.Error() {
			t.Errorf("%q: %v, want %v", body, err, problem.BadRequest)
		}
	})
}

func endCodesOf(query string) (code, subCode int, known bool) {
	values, _ := url.ParseQuery(query)
	return endCodes(values)
}

func TestEndCodes(t *testing.T) {
	for _, c := range []struct {
		query         string
		code, subCode int
		known         bool
	}{
		{"code=0&subCode=0", 0, 0, true},
		{"code=410&subCode=3100", 410, 3100, true},
		{"code=410", 410, 0, true},
		{"code=410&subCode=", 410, 0, true},
		{"code=999&subCode=9999999", 999, 9999999, true},
		{"", -1, -1, false},
		{"subCode=5854", -1, -1, false},
		{"code=1000&subCode=0", -1, -1, false},
		{"code=-1&subCode=0", -1, -1, false},
		{"code=0&subCode=-1", -1, -1, false},
		{"code=0&subCode=10000000", -1, -1, false},
		{"code=0x10", -1, -1, false},
		{"code=1e2", -1, -1, false},
		{"code=0&subCode=NaN", -1, -1, false},
		{"code=99999999999999999999", -1, -1, false},
		{"code=%3Cscript%3E", -1, -1, false},
		{"code=٤", -1, -1, false},
	} {
		code, subCode, known := endCodesOf(c.query)
		if code != c.code || subCode != c.subCode || known != c.known {
			t.Errorf("%q: code %d, subcode %d, known %v, want %d, %d, %v", c.query, code, subCode, known, c.code, c.subCode, c.known)
		}
	}
}

func FuzzEndCodes(f *testing.F) {
	f.Add("0", "0")
	f.Add("410", "3100")
	f.Add("-0", "+7")
	f.Add("00000000000000000001", "0_1")
	f.Add("9223372036854775808", "")
	f.Fuzz(func(t *testing.T, first, second string) {
		code, subCode, known := endCodesOf(url.Values{"code": {first}, "subCode": {second}}.Encode())
		if !known {
			if code != -1 || subCode != -1 {
				t.Fatalf("%q, %q: code %d, subcode %d, want -1, -1 for unknown codes", first, second, code, subCode)
			}
			return
		}
		if n, err := strconv.Atoi(first); err != nil || n != code || code < 0 || code > 999 {
			t.Errorf("code %q: %d, want the same number, 0 to 999", first, code)
		}
		if n, err := strconv.Atoi(second); second != "" && (err != nil || n != subCode) || subCode < 0 || subCode > 9_999_999 {
			t.Errorf("subcode %q: %d, want the same number, 0 to 9999999", second, subCode)
		}
	})
}

func sentLinkOf(query string) (text, passcode string, ok bool) {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.URL.RawQuery = query
	return sentLink(r)
}

func TestSentLink(t *testing.T) {
	for _, c := range []struct {
		query, text, passcode string
		ok                    bool
	}{
		{"", "", "", false},
		{"passcode=x", "", "", false},
		{"meeting=x&url=y", "", "", false},
		{"meetingURL=a%20b", "a b", "", true},
		{"MEETINGurl=a", "a", "", true},
		{"teamsLink=a&passcode=p", "a", "p", true},
		{"meetingId=1&PassCode=p", "1", "p", true},
		{"meetingURL=", "", "", true},
		{"meetingURL=a&meetingURL=b", "a", "", true},
		{"meetingId=1&teamsLink=2&meetingURL=3", "3", "", true},
		{"meetingId=1&meetingURL=%zz", "1", "", true},
		{"a=1;b=2&meetingId=1", "1", "", true},
		{"\x87&MEETINGURL=", "", "", true}, // lower case has more bytes
		{"\x87\x87&MeetingURL=HTTPS://teams.microsoft.com/meet/1?p=a&b=c", "HTTPS://teams.microsoft.com/meet/1?p=a&b=c", "", true},
		{"\u0130\u0130&meetingURL=http", "http", "", true},
	} {
		text, passcode, ok := sentLinkOf(c.query)
		if text != c.text || passcode != c.passcode || ok != c.ok {
			t.Errorf("%q: text %q, passcode %q, ok %v, want %q, %q, %v", c.query, text, passcode, ok, c.text, c.passcode, c.ok)
		}
	}
}

// sentLink must return the same for the same query, whatever the order of a map.
func FuzzSentLink(f *testing.F) {
	for _, seed := range []string{"meetingURL=a", "meetingurl=a&MEETINGURL=b", "meetingId=1&passcode=p&PASSCODE=q", "%", "&&&", "teamsLin\u212a=x", "teamslink"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		text, passcode, ok := sentLinkOf(query)
		if !ok && text+passcode != "" {
			t.Fatalf("%q: text %q, passcode %q, want \"\" without a link", query, text, passcode)
		}
		for range 8 {
			againText, againPasscode, _ := sentLinkOf(query)
			if againText != text || againPasscode != passcode {
				t.Fatalf("%q: text %q, passcode %q, want %q, %q as before", query, againText, againPasscode, text, passcode)
			}
		}
	})
}

// Only the door reads large bodies of clients that are not signed in.
func TestStrangersSendSmallBodies(t *testing.T) {
	s := startSite(t, withDesk(t))
	v := newVisitor(t, s)
	form := func(size int) string { return "meeting=" + strings.Repeat("a", size-len("meeting=")) }
	for _, path := range []string{desk.Path, desk.SignInPath, desk.MeetingPath, desk.BatchPath, surveyPath, "/visit/join"} {
		a := v.do(http.MethodPost, path, form(16<<10+1), "Content-Type", formType)
		if a.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: status %d for %d bytes, want 413", path, a.StatusCode, maxBody+1)
		}
		if a := v.do(http.MethodPost, path, form(16<<10), "Content-Type", formType); a.StatusCode == http.StatusRequestEntityTooLarge {
			t.Errorf("%s: status 413 for %d bytes, want another", path, maxBody)
		}
	}
	if a := v.do(http.MethodPost, "/", form(256<<10), "Content-Type", formType); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("door: status %d for %d bytes, want 422", a.StatusCode, 256<<10)
	}
}

// A clerk whose session has expired must not lose a long invitation.
func TestKnownDeviceSendsLargeForms(t *testing.T) {
	clock := newClock()
	s := startSite(t, withDesk(t), func(o *Options) { o.Now = clock.Now })
	v := newClerk(t, s)
	large := url.Values{"meeting": {strings.Repeat("a", 100<<10)}}
	if a := v.postForm(desk.Path, large); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("signed in: status %d, want 422", a.StatusCode)
	}
	clock.advance(9 * time.Hour)
	if a := v.postForm(desk.Path, large); a.StatusCode != http.StatusUnauthorized || !strings.Contains(a.body, strings.Repeat("a", 100<<10)) {
		t.Errorf("expired: status %d, page of %d bytes, want 401 with the form's text", a.StatusCode, len(a.body))
	}
}

// Strangers who fill the memory for request bodies must not block the desk.
func TestDeskHasItsOwnMemoryForBodies(t *testing.T) {
	s := startSite(t, withDesk(t))
	v := newClerk(t, s)
	large := url.Values{"meeting": {strings.Repeat("a", 100<<10)}}
	for client := 0; s.bodies.Held() < maxBodies/2-8<<10; client++ {
		body, _ := s.bodies.Reader(io.NopCloser(strings.NewReader(strings.Repeat("a", maxDoorBody))), strconv.Itoa(client))
		if _, err := io.Copy(io.Discard, body); err != nil {
			break
		}
	}
	if a := newVisitor(t, s).postForm("/", large); a.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("stranger's large form: status %d, want 503", a.StatusCode)
	}
	if a := v.postForm(desk.Path, large); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("desk's large form: status %d, want 422", a.StatusCode)
	}
}

func TestDoorWithoutFormRejectsLargeBodies(t *testing.T) {
	s := startSite(t, withDesk(t), func(o *Options) { o.Joins.Admission = AdmitLinks })
	if a := newVisitor(t, s).submitDoor(strings.Repeat("a", 20<<10)); a.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d, want 413", a.StatusCode)
	}
}

// Escaping can make a text five times as long.
func TestDoorDoesNotEchoLargeText(t *testing.T) {
	v := newVisitor(t, startSite(t))
	if a := v.submitDoor(strings.Repeat("<", maxEchoedBody+1)); a.StatusCode != http.StatusUnprocessableEntity || len(a.body) > maxEchoedBody {
		t.Errorf("status %d, page of %d bytes, want 422 and at most %d", a.StatusCode, len(a.body), maxEchoedBody)
	}
	if a := v.submitDoor("canary words that are not a meeting"); !strings.Contains(a.body, "canary words") {
		t.Error("the page does not contain the short text that was submitted")
	}
}
