package doctor

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/anteroom-visit/anteroom/acs"
	"github.com/anteroom-visit/anteroom/secret"
)

// silence accepts requests and never answers.
type silence struct{}

func (silence) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func (s silence) Do(r *http.Request) (*http.Response, error) { return s.RoundTrip(r) }

func TestExamineEndsThoughNothingAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var options acs.ClientOptions
		options.Transport = silence{}
		client, err := acs.NewClientFromConnectionString("endpoint=https://contoso.communication.azure.com;accesskey=Y2FuYXJ5", &options)
		if err != nil {
			t.Fatal(err)
		}
		scopes, err := acs.ParseScopes("voip")
		if err != nil {
			t.Fatal(err)
		}
		d := New(Site{
			Resource: Resource{Named: true, Client: client, Request: acs.TokenRequest{Scopes: scopes, Lifetime: acs.MinLifetime}},
			Address:  Address{Public: &url.URL{Scheme: "https", Host: "visit.example"}, Given: true},
		})
		d.http.Transport = silence{}
		var got []string
		for _, f := range d.Examine(t.Context()) {
			if slices.Contains([]string{"service", "clock", "address", "https", "framing"}, f.Check) {
				got = append(got, string(f.State)+" "+f.Check)
			}
		}
		if want := "problem service, information clock, warning address, information https, information framing"; strings.Join(got, ", ") != want {
			t.Errorf("%q, want %q", got, want)
		}
	})
}

func TestTimesFitIntoAnExamination(t *testing.T) {
	if createTime+deleteTime >= MaxTime || 2*askTime >= MaxTime {
		t.Error("a check can take longer than the examination")
	}
}

// Examine does not wait for a check that ignores its deadline.
func TestExamineEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	seen := make(map[string]bool)
	for _, f := range New(Site{}).Examine(ctx) {
		seen[f.Check] = true
	}
	for _, name := range Checks() {
		if !seen[name] {
			t.Errorf("%s has no finding", name)
		}
	}
}

func TestExamineMasksSecrets(t *testing.T) {
	site := Site{Mistakes: []string{"TRUSTED_PROXIES: canary\nis not a network"}, Mask: strings.NewReplacer("canary", "***").Replace}
	f := New(site).checkSettings()
	if got := New(site).clean(f[0].Message); got != "TRUSTED_PROXIES: *** is not a network" {
		t.Errorf("%q", got)
	}
}

func TestCheckLanguagesListsWhatIsMissing(t *testing.T) {
	d := New(Site{Missing: map[string][]string{"fr": {"b", "a", "d", "c"}}})
	f := d.checkLanguages()
	if len(f) != 1 || f[0].State != Warning || !strings.Contains(f[0].Message, "fr lacks 4") || !strings.Contains(f[0].Message, "a, b, c") || !strings.Contains(f[0].Fix, "fr.json") {
		t.Errorf("%+v", f)
	}
}

func TestCheckBundle(t *testing.T) {
	for what, c := range map[string]struct {
		bundle Bundle
		state  State
		words  string
	}{
		"never built":    {Bundle{Missing: true}, Problem, "without its browser half"},
		"broken":         {Bundle{Err: errors.New("visit.js is missing")}, Problem, "visit.js"},
		"only rehearses": {Bundle{}, Problem, "only rehearse"},
		"complete":       {Bundle{HasCall: true}, OK, "with the Calling SDK"},
	} {
		f := New(Site{Bundle: c.bundle}).checkBundle()
		if len(f) != 1 || f[0].State != c.state || !strings.Contains(f[0].Message, c.words) || c.state == Problem && !strings.Contains(f[0].Fix, "make build") {
			t.Errorf("%s: %+v", what, f)
		}
	}
}

func TestCheckKeysNamesTheKeyThatSeals(t *testing.T) {
	one, two := secret.New("51d7a2c09e8b43f6a1d05c7e92b8f463"), secret.New("c6e0917f3a5b42d8b7f10e3d94a6c825")
	if Mark(one) == Mark(two) || len(Mark(one)) != 4 {
		t.Fatalf("marks %q and %q", Mark(one), Mark(two))
	}
	for what, c := range map[string]struct {
		keys []secret.Text
		want string
	}{
		"one key":        {[]secret.Text{one}, "one key, " + Mark(one)},
		"the first step": {[]secret.Text{one, two}, Mark(one) + " seals, " + Mark(two) + " also opens"},
		"the next step":  {[]secret.Text{two, one}, Mark(two) + " seals, " + Mark(one) + " also opens"},
	} {
		f := New(Site{Keys: Keys{Link: c.keys}}).checkLinkKeys()
		if len(f) != 1 || f[0].State != OK || !strings.HasPrefix(f[0].Message, c.want) {
			t.Errorf("%s: %+v", what, f)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"BRAND_PHONE", "BRAND_COLOUR", "PORT", "CHAT", "LISTEN", "TENANTS", "TOKEN_MINUTES", "SESSION_KEYS", "BASE_URL", "ACS_ENDPOINT"}
	for name, want := range map[string]string{
		"BRAND_COLOR": "BRAND_COLOUR", "BRANDPHONE": "BRAND_PHONE", "ANTEROOM_BASE_URL": "BASE_URL", "base-url": "BASE_URL", "port": "PORT",
		"TENANT": "TENANTS", "TOKNE_MINUTES": "TOKEN_MINUTES", "ACS_ENDPONT": "ACS_ENDPOINT", "ANTEROOM_PORT": "PORT",
		"PATH": "", "HOME": "", "CHAR": "", "POST": "", "HOSTNAME": "", "KUBERNETES_PORT": "", "WEBSITE_HOSTNAME": "", "SSL_CERT_FILE": "",
		"AZURE_CLIENT_SECRET": "", "CONTAINER_APP_NAME": "", "": "", "_": "",
	} {
		if got := nearest(name, known); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestGuessable(t *testing.T) {
	for key, want := range map[string]bool{
		"51d7a2c09e8b43f6a1d05c7e92b8f463": false, "Zq7vR2mXk9TbW4cYh8NdGs6P": false, "w8#kQz!2mTr4/vXp": false,
		"3f2b8c1e-7d4a-4e9f-b0c6-5a1d2e3f4b5c9e8d7c6b-5a4f-4e3d-a2c1-b0f9e8d7c6b5": false,
		"visit-this-link-1": true,
	} {
		if got := guessable(key); got != want {
			t.Errorf("%.12s...: %v", key, got)
		}
	}
}

func TestDoctorReadsTheDailyLimit(t *testing.T) {
	for used, want := range map[int]State{0: OK, 49: OK, 50: Warning, 79: Warning, 80: Warning, 94: Warning, 95: Problem, 100: Problem} {
		d := New(Site{Joins: Joins{PerAddress: 1, PerVisit: 1, PerSession: 1, PerDay: 100, Today: func() (int, int) { return used, 100 }}})
		found := d.checkBudgets()
		if len(found) != 1 || found[0].State != want {
			t.Errorf("%d %% used: %+v, want %s", used, found, want)
		}
		if reserved := strings.Contains(found[0].Fix, "reserved"); reserved != (used >= 80 && used < 95) {
			t.Errorf("%d %% used: fix %q", used, found[0].Fix)
		}
	}
	d := New(Site{Joins: Joins{PerAddress: 1, PerVisit: 1, PerSession: 1, PerDay: 100}})
	if found := d.checkBudgets(); found[0].State != OK {
		t.Errorf("where no site runs: %+v", found)
	}
}
