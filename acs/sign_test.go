package acs

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/streaming"
)

type vector struct {
	Name, Key, Method, URL, Host, Target, Date, Body, ContentHash, Authorization string
}

func readVectors(t *testing.T) []vector {
	t.Helper()
	raw, err := os.ReadFile("testdata/hmac-vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Vectors []vector }
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Vectors) < 15 {
		t.Fatalf("only %d vectors", len(file.Vectors))
	}
	return file.Vectors
}

// transportFunc passes a test the request exactly as it would be sent.
type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) Do(r *http.Request) (*http.Response, error) { return f(r) }

// TestSignVectors sends the requests of Microsoft's JavaScript clients through our
// endpoint rules and policy, and expects the same headers.
func TestSignVectors(t *testing.T) {
	for _, v := range readVectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			key, err := base64.StdEncoding.DecodeString(v.Key)
			if err != nil {
				t.Fatal(err)
			}
			u, err := url.Parse(v.URL)
			if err != nil {
				t.Fatal(err)
			}
			endpoint, err := parseEndpoint(u.Scheme+"://"+u.Host, true)
			if err != nil {
				t.Fatal(err)
			}
			date, err := time.Parse(http.TimeFormat, v.Date)
			if err != nil {
				t.Fatal(err)
			}
			sent := signed(t, newSignPolicy(key, func() time.Time { return date }), strings.ToLower(v.Method), endpoint+v.Target, v.Body)
			for name, want := range map[string]string{
				"x-ms-date": v.Date, "x-ms-content-sha256": v.ContentHash, "Authorization": v.Authorization,
			} {
				if got := sent.Header.Get(name); got != want {
					t.Errorf("%s = %q, want %q", name, got, want)
				}
			}
			if sent.Host != v.Host {
				t.Errorf("host = %q, want %q", sent.Host, v.Host)
			}
			if got := sent.URL.RequestURI(); got != v.Target {
				t.Errorf("target = %q, want %q", got, v.Target)
			}
			if body, _ := io.ReadAll(sent.Body); string(body) != v.Body {
				t.Errorf("the body sent after signing is %q, want %q", body, v.Body)
			}
		})
	}
}

func signed(t *testing.T, p *signPolicy, method, target, body string) *http.Request {
	t.Helper()
	var sent *http.Request
	pipeline := runtime.NewPipeline("test", "v0", runtime.PipelineOptions{PerRetry: []policy.Policy{p}}, &policy.ClientOptions{
		Transport: transportFunc(func(r *http.Request) (*http.Response, error) {
			sent = r
			if r.Body == nil {
				r.Body = http.NoBody
			}
			content, err := io.ReadAll(r.Body)
			r.Body = io.NopCloser(strings.NewReader(string(content)))
			return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: r}, err
		}),
	})
	req, err := runtime.NewRequest(t.Context(), method, target)
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		if err := req.SetBody(streaming.NopCloser(strings.NewReader(body)), "application/json"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := pipeline.Do(req); err != nil {
		t.Fatal(err)
	}
	return sent
}

func TestIdentityPath(t *testing.T) {
	const id = "8:acs:1b5cc06b-f352-4571-b1e6-d9b259b7c776_00000007-0464-274b-b274-5a3a0d000101"
	want := "/identities/8%3Aacs%3A1b5cc06b-f352-4571-b1e6-d9b259b7c776_00000007-0464-274b-b274-5a3a0d000101"
	if got := identityPath(id); got != want {
		t.Errorf("identityPath = %q, want %q", got, want)
	}
}

func TestCheckID(t *testing.T) {
	for id, ok := range map[string]bool{
		"8:acs:res_user":                    true,
		"8:gcch-acs:res_user":               true,
		"8:dod-acs:res_user":                true,
		"8:acs:res_tenant_user":             true,
		"":                                  false,
		"8:acs:":                            false,
		"acs:res_user":                      false,
		"8:orgid:00000000":                  false,
		"8:teamsvisitor:0":                  false,
		"4:+441632960000":                   false,
		"8:acs:a/../b":                      false,
		"8:acs:a%2Fb":                       false,
		"8:acs:a?b":                         false,
		"8:acs:a b":                         false,
		"8:acs:a\nb":                        false,
		"8:acs:\u0430":                      false,
		"8:acs:" + strings.Repeat("a", 251): false,
	} {
		if err := checkID(id); (err == nil) != ok {
			t.Errorf("checkID(%q) = %v, want ok = %v", id, err, ok)
		}
	}
}
