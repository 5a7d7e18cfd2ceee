package acstest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

const testKey = "dGhlIHByaW1hcnkga2V5"

// request is a valid request, in which each test changes one part.
type request struct {
	method, target, body, key, host, contentType string
	date                                         time.Time
	header                                       map[string]string
}

func post(target, body string) request {
	return request{method: http.MethodPost, target: target, body: body, contentType: "application/json"}
}

const (
	createTarget = "/identities?api-version=2023-10-01"
	version      = "?api-version=2023-10-01"
)

func start(t *testing.T, o Options) *Server {
	t.Helper()
	if o.Key == "" {
		o.Key = testKey
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Start("", nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// send signs and sends a request, and returns the answer with its error code,
// target and whole body.
func send(t *testing.T, s *Server, in request) (resp *http.Response, code, target, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), in.method, s.Endpoint()+in.target, strings.NewReader(in.body))
	if err != nil {
		t.Fatal(err)
	}
	signRequest(t, req, in)
	if in.contentType != "" {
		req.Header.Set("Content-Type", in.contentType)
	}
	for name, value := range in.header {
		req.Header.Set(name, value)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err = client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var e struct{ Error struct{ Code, Target string } }
	_ = json.Unmarshal(raw, &e)
	return resp, e.Error.Code, e.Error.Target, string(raw)
}

func signRequest(t *testing.T, req *http.Request, in request) {
	t.Helper()
	if in.key == "" {
		in.key = testKey
	}
	if in.host == "" {
		in.host = req.URL.Host
	}
	if in.date.IsZero() {
		in.date = time.Now()
	}
	key, err := base64.StdEncoding.DecodeString(in.key)
	if err != nil {
		t.Fatal(err)
	}
	date := in.date.UTC().Format(http.TimeFormat)
	sum := sha256.Sum256([]byte(in.body))
	hash := base64.StdEncoding.EncodeToString(sum[:])
	mac := hmac.New(sha256.New, key)
	_, _ = io.WriteString(mac, in.method+"\n"+in.target+"\n"+date+";"+in.host+";"+hash)
	req.Header.Set("x-ms-date", date)
	req.Header.Set("x-ms-content-sha256", hash)
	req.Header.Set("Authorization", "HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature="+
		base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

func createIdentity(t *testing.T, s *Server, body string) (id, token string) {
	t.Helper()
	resp, _, _, raw := send(t, s, post(createTarget, body))
	if resp.StatusCode != http.StatusCreated {
		t.Fatalf("create: %d %s", resp.StatusCode, raw)
	}
	var out identityResult
	if err := json.Unmarshal([]byte(raw), &out); err != nil {
		t.Fatal(err)
	}
	if out.AccessToken != nil {
		token = out.AccessToken.Token
	}
	return out.Identity.ID, token
}

func TestStrictness(t *testing.T) {
	s := start(t, Options{SecondaryKey: "dGhlIHNlY29uZGFyeQ=="})
	id, _ := createIdentity(t, s, "")
	path := "/identities/" + strings.ReplaceAll(id, ":", "%3A")
	issue := path + "/:issueAccessToken" + version
	with := func(r request, change func(*request)) request { change(&r); return r }
	header := func(name, value string) func(*request) {
		return func(r *request) { r.header = map[string]string{name: value} }
	}
	for name, c := range map[string]struct {
		in     request
		status int
		code   string
		target string
	}{
		"good":                  {post(createTarget, ""), 201, "", ""},
		"later api-version":     {post("/identities?api-version=2025-06-30", ""), 201, "", ""},
		"secondary key":         {with(post(createTarget, ""), func(r *request) { r.key = "dGhlIHNlY29uZGFyeQ==" }), 201, "", ""},
		"other key":             {with(post(createTarget, ""), func(r *request) { r.key = "AAAA" }), 401, "Denied", ""},
		"other host signed":     {with(post(createTarget, ""), func(r *request) { r.host = "contoso.communication.azure.com" }), 401, "Denied", ""},
		"14 minutes late":       {with(post(createTarget, ""), func(r *request) { r.date = time.Now().Add(-14 * time.Minute) }), 201, "", ""},
		"16 minutes late":       {with(post(createTarget, ""), func(r *request) { r.date = time.Now().Add(-16 * time.Minute) }), 401, "Denied", ""},
		"16 minutes early":      {with(post(createTarget, ""), func(r *request) { r.date = time.Now().Add(16 * time.Minute) }), 401, "Denied", ""},
		"other date sent":       {with(post(createTarget, ""), header("x-ms-date", time.Now().Add(time.Second).UTC().Format(http.TimeFormat))), 401, "Denied", ""},
		"date in UTC":           {with(post(createTarget, ""), header("x-ms-date", time.Now().UTC().Format("Mon, 02 Jan 2006 15:04:05 MST"))), 401, "Denied", ""},
		"other hash":            {with(post(createTarget, ""), header("x-ms-content-sha256", "AAAA")), 401, "Denied", ""},
		"no signature":          {with(post(createTarget, ""), header("Authorization", "")), 401, "Denied", ""},
		"signature not base64":  {with(post(createTarget, ""), header("Authorization", signaturePrefix+"!")), 401, "Denied", ""},
		"other signed headers":  {with(post(createTarget, ""), header("Authorization", "HMAC-SHA256 SignedHeaders=host&Signature=AAAA")), 401, "Denied", ""},
		"bearer, none accepted": {with(post(createTarget, ""), header("Authorization", "Bearer x")), 401, "Denied", ""},
		"no api-version":        {post("/identities", ""), 400, "ApiVersionUnspecified", ""},
		"unknown api-version":   {post("/identities?api-version=2026-07-22", ""), 400, "UnsupportedApiVersion", ""},
		"unknown path":          {post("/rooms"+version, ""), 404, "ResourceNotFound", ""},
		"trailing slash":        {post("/identities/"+version, ""), 404, "ResourceNotFound", ""},
		"double slash":          {post("//identities"+version, ""), 404, "ResourceNotFound", ""},
		"wrong method":          {request{method: http.MethodGet, target: createTarget}, 405, "MethodNotAllowed", ""},
		"verb without its post": {request{method: http.MethodDelete, target: issue}, 405, "MethodNotAllowed", ""},
		"no content type":       {with(post(createTarget, "{}"), func(r *request) { r.contentType = "" }), 415, "UnsupportedMediaType", ""},
		"too large":             {post(createTarget, strings.Repeat(" ", maxBody+1)), 413, "RequestTooLarge", ""},
		"not JSON":              {post(createTarget, "{"), 400, "ValidationError", ""},
		"wrong types":           {post(createTarget, `{"createTokenWithScopes":"voip"}`), 400, "ValidationError", ""},
		"unknown scope":         {post(createTarget, `{"createTokenWithScopes":["voip","all"]}`), 400, "ValidationError", "createTokenWithScopes"},
		"59 minutes":            {post(createTarget, `{"createTokenWithScopes":["voip"],"expiresInMinutes":59}`), 400, "ValidationError", "ExpiresInMinutes"},
		"60 minutes":            {post(createTarget, `{"createTokenWithScopes":["voip"],"expiresInMinutes":60}`), 201, "", ""},
		"1441 minutes":          {post(issue, `{"scopes":["voip"],"expiresInMinutes":1441}`), 400, "ValidationError", "ExpiresInMinutes"},
		"1440 minutes":          {post(issue, `{"scopes":["voip"],"expiresInMinutes":1440}`), 200, "", ""},
		"id with raw colons":    {post("/identities/"+id+"/:issueAccessToken"+version, `{"scopes":["voip"]}`), 200, "", ""},
		"issue without scopes":  {post(issue, `{"scopes":[]}`), 400, "ValidationError", "scopes"},
		"issue, no body":        {post(issue, ""), 400, "ValidationError", ""},
		"issue, other's id":     {post("/identities/8%3Aacs%3Ax_y/:issueAccessToken"+version, `{"scopes":["voip"]}`), 401, "IdentityNotOwned", ""},
		"revoke, other's id":    {post("/identities/8%3Aacs%3Ax_y/:revokeAccessTokens"+version, ""), 401, "IdentityNotOwned", ""},
		"delete, other's id":    {request{method: http.MethodDelete, target: "/identities/8%3Aacs%3Ax_y" + version}, 401, "IdentityNotOwned", ""},
		"app id no GUID":        {post("/teamsUser/:exchangeAccessToken"+version, `{"token":"t","appId":"x","userId":"y"}`), 400, "ValidationError", "appId"},
	} {
		t.Run(name, func(t *testing.T) {
			resp, code, target, body := send(t, s, c.in)
			if resp.StatusCode != c.status || code != c.code || target != c.target {
				t.Errorf("got %d %q %q, want %d %q %q; body %s", resp.StatusCode, code, target, c.status, c.code, c.target, body)
			}
		})
	}
}

func TestMessagesAndHeaders(t *testing.T) {
	s := start(t, Options{})
	in := post(createTarget, `{"createTokenWithScopes":["voip"],"expiresInMinutes":59}`)
	in.header = map[string]string{"x-ms-client-request-id": "abc"}
	resp, _, _, body := send(t, s, in)
	if want := "ExpiresInMinutes value 59 is invalid. Value must be within the [60, 1440] interval."; !strings.Contains(body, want) {
		t.Errorf("body = %s", body)
	}
	for _, name := range []string{"MS-CV", "X-Azure-Ref", "X-Processing-Time"} {
		if resp.Header.Get(name) == "" {
			t.Errorf("no %s", name)
		}
	}
	if got := resp.Header.Get("api-supported-versions"); got != "2023-10-01, 2025-06-30" {
		t.Errorf("api-supported-versions = %q", got)
	}
	if got := resp.Header.Get("x-ms-client-request-id"); got != "abc" {
		t.Errorf("x-ms-client-request-id = %q", got)
	}
	wrong := post(createTarget, "{}")
	wrong.header = map[string]string{"x-ms-content-sha256": "AAAA"}
	if _, _, _, body := send(t, s, wrong); !strings.Contains(body, "differs from generated content hash") {
		t.Errorf("body = %s", body)
	}
}

func TestPublishedLimits(t *testing.T) {
	now := time.Now()
	s := start(t, Options{Clock: func() time.Time { return now }, Limits: map[Operation]int{OpCreate: 2}})
	for i, want := range []int{201, 201, 429, 429} {
		resp, _, _, _ := send(t, s, post(createTarget, ""))
		if resp.StatusCode != want {
			t.Errorf("request %d: %d, want %d", i+1, resp.StatusCode, want)
		}
		if want == 429 && resp.Header.Get("Retry-After") != "30" {
			t.Errorf("Retry-After = %q", resp.Header.Get("Retry-After"))
		}
	}
	if resp, _, _, _ := send(t, s, post(createTarget, `{"createTokenWithScopes":["voip"]}`)); resp.StatusCode != 201 {
		t.Errorf("create with token has a limit of its own: %d", resp.StatusCode)
	}
	now = now.Add(29 * time.Second)
	if resp, _, _, _ := send(t, s, post(createTarget, "")); resp.StatusCode != 429 || resp.Header.Get("Retry-After") != "1" {
		t.Errorf("after 29 seconds: %d, Retry-After %q", resp.StatusCode, resp.Header.Get("Retry-After"))
	}
	now = now.Add(time.Second)
	for i, want := range []int{201, 201, 429} {
		if resp, _, _, _ := send(t, s, post(createTarget, "")); resp.StatusCode != want {
			t.Errorf("request %d after 30 seconds: %d, want %d", i+1, resp.StatusCode, want)
		}
	}
	limits := newLimiter(nil).limits
	for op, want := range map[Operation]int{OpCreate: 1000, OpCreateWithToken: 1000, OpIssue: 1000, OpRevoke: 500, OpDelete: 500, OpExchange: 500} {
		if limits[op] != want {
			t.Errorf("limit of %s = %d, want %d", op, limits[op], want)
		}
	}
}

func TestListensOnLoopbackOnly(t *testing.T) {
	for address, ok := range map[string]bool{
		"": true, "127.0.0.1:0": true, "localhost:0": true,
		"0.0.0.0:0": false, ":0": false, "[::]:0": false, "192.0.2.1:0": false, "example.org:0": false, "nonsense": false,
	} {
		s, err := New(Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Start(address, nil); (err == nil) != ok {
			t.Errorf("Start(%q) = %v", address, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := New(Options{Key: "!"}); err == nil || strings.Contains(err.Error(), "!") {
		t.Errorf("a key that is not base64: %v", err)
	}
}

func TestCloseEndsWhatIsSlow(t *testing.T) {
	s := start(t, Options{})
	if err := s.Inject(Fault{Kind: FaultSlow, Delay: time.Hour}); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		resp, err := http.Post(s.Endpoint()+createTarget, "application/json", nil)
		if err == nil {
			resp.Body.Close()
		}
		ended <- err
	}()
	for s.Ledger().Requests[OpCreate] == 0 {
		time.Sleep(time.Millisecond)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil {
		t.Error("the slow request was answered")
	}
}
