package handlers

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/anteroom-visit/anteroom/handlers/problem"
)

func post(contentType, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/visit/join", strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	return r
}

func TestReadJSON(t *testing.T) {
	for _, c := range []struct {
		contentType, body string
		want              error
	}{
		{"application/json", `{"name":"Sam","camera":true}`, nil},
		{"application/json; charset=utf-8", " {} \n", nil},
		{"Application/JSON", `{"name":"Sam","unknown":[1]}`, nil},
		{"application/json", "", problem.BadRequest},
		{"application/json", `{"name":"Sam"} x`, problem.BadRequest},
		{"application/json", `{"name":"Sam"}{}`, problem.BadRequest},
		{"application/json", `{"name":"Sam"}]`, problem.BadRequest},
		{"application/json", `{"camera":"yes"}`, problem.BadRequest},
		{"application/json", strings.Repeat(`{"a":`, 2000), problem.BadRequest},
		{"application/json", `{"name":"` + strings.Repeat("a", maxBody) + `"}`, problem.TooLarge},
		{"application/json", `{}` + strings.Repeat(" ", maxBody), problem.TooLarge},
		{"", `{}`, problem.NotJSON},
		{"text/json", `{}`, problem.NotJSON},
		{"application/json;;", `{}`, problem.NotJSON},
		{"application/x-www-form-urlencoded", `{}`, problem.NotJSON},
	} {
		r := post(c.contentType, c.body)
		r.Body = http.MaxBytesReader(httptest.NewRecorder(), r.Body, maxBody)
		if err := readJSON(r, new(joinRequest)); !errors.Is(err, c.want) {
			t.Errorf("%s %.40q: %v, want %v", c.contentType, c.body, err, c.want)
		}
	}
}

// A body is taken just when the whole of it is one value of the right shape, and what is wrong with
// it is never told in the sender's own words.
func FuzzReadJSON(f *testing.F) {
	for _, seed := range []string{"", "{}", "null", `{"name":"Sam","camera":true}`, `{"name":"a"}{}`, "[]", `{"name":1}`, `"\ud800"`, "{}\x00", "  {} \n\t"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var got, want joinRequest
		err := readJSON(post("application/json", body), &got)
		if plain := json.Unmarshal([]byte(body), &want); (plain == nil) != (err == nil) {
			t.Fatalf("%q: %v, json says %v", body, err, plain)
		}
		if err == nil && got != want {
			t.Errorf("%q: %+v, want %+v", body, got, want)
		}
		if err != nil && err.Error() != problem.BadRequest.Error() {
			t.Errorf("%q: %v", body, err)
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
			t.Errorf("%q: %d, %d, %v, want %d, %d, %v", c.query, code, subCode, known, c.code, c.subCode, c.known)
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
				t.Fatalf("%q, %q: %d, %d though they are not known", first, second, code, subCode)
			}
			return
		}
		if n, err := strconv.Atoi(first); err != nil || n != code || code < 0 || code > 999 {
			t.Errorf("%q is taken for %d", first, code)
		}
		if n, err := strconv.Atoi(second); second != "" && (err != nil || n != subCode) || subCode < 0 || subCode > 9_999_999 {
			t.Errorf("%q is taken for %d", second, subCode)
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
	} {
		text, passcode, ok := sentLinkOf(c.query)
		if text != c.text || passcode != c.passcode || ok != c.ok {
			t.Errorf("%q: %q, %q, %v, want %q, %q, %v", c.query, text, passcode, ok, c.text, c.passcode, c.ok)
		}
	}
}

// The same address always leads to the same meeting.
func FuzzSentLink(f *testing.F) {
	for _, seed := range []string{"meetingURL=a", "meetingurl=a&MEETINGURL=b", "meetingId=1&passcode=p&PASSCODE=q", "%", "&&&", "teamsLin\u212a=x", "teamslink"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		text, passcode, ok := sentLinkOf(query)
		if !ok && text+passcode != "" {
			t.Fatalf("%q: %q, %q though there is none", query, text, passcode)
		}
		for range 8 {
			again, code, _ := sentLinkOf(query)
			if again != text || code != passcode {
				t.Fatalf("%q leads to %q and to %q, with %q and %q", query, text, again, passcode, code)
			}
		}
	})
}
