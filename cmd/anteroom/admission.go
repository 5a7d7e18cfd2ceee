package main

import (
	"crypto/rand"
	"log/slog"
	"strconv"

	"github.com/anteroom-visit/anteroom/handlers"
	"github.com/anteroom-visit/anteroom/handlers/address"
	"github.com/anteroom-visit/anteroom/handlers/budget"
	"github.com/anteroom-visit/anteroom/visit"
)

// admissionSettings configure who gets tokens and how many, and where Prometheus reads the numbers.
type admissionSettings struct {
	Admission       string `setting:"" placeholder:"links|tenants|open" help:"Who gets a token: visitors with a link of this site (default with Azure), also those with a long meeting link that names one of --tenants, or everyone with a meeting (default in a rehearsal)."`
	Tenants         string `setting:"" placeholder:"LIST" help:"Tenant ids whose meetings anyone may bring, for --admission tenants."`
	JoinsPerAddress string `name:"joins-per-address" setting:"" default:"100" placeholder:"N" help:"Joins at once, and as many again each hour, for one client address (IPv6: one /64). 0 means no limit. Each replica counts for itself."`
	JoinsPerVisit   string `name:"joins-per-visit" setting:"" default:"100" placeholder:"N" help:"The same for the links of one role to one visit; raise it for large events. 0 means no limit."`
	JoinsPerSession string `name:"joins-per-session" setting:"" default:"30" placeholder:"N" help:"The same for one visitor's session, including reloads and renewed tokens. 0 means no limit."`
	DailyJoins      string `name:"daily-joins" setting:"" default:"1000" placeholder:"N" help:"Joins for the whole site in a day (UTC), without reloads. 0 means no limit."`
	TrustedProxies  string `name:"trusted-proxies" setting:"" placeholder:"LIST" help:"Proxies whose X-Forwarded-For is trusted: addresses, networks such as 10.0.0.0/8, and the words loopback and private. Behind a proxy that is not named, all visitors count as one address."`
	MetricsListen   string `name:"metrics-listen" setting:"" placeholder:"ADDRESS" help:"Address on which Prometheus finds /metrics, such as 127.0.0.1:9090: never one that visitors reach. Off when empty."`
}

// admission is the checked form of admissionSettings.
type admission struct {
	rule    handlers.Admission // "" for the default
	tenants []string
	budgets budget.Limits
	proxies address.Proxies
}

func (s admissionSettings) checked() admission {
	count := func(text string) int {
		n, _ := strconv.Atoi(text)
		return n
	}
	out := admission{rule: handlers.Admission(s.Admission), tenants: splitTenants(s.Tenants), budgets: budget.Limits{
		PerAddress: count(s.JoinsPerAddress), PerVisit: count(s.JoinsPerVisit), PerSession: count(s.JoinsPerSession), PerDay: count(s.DailyJoins),
	}}
	out.proxies, _ = address.ParseProxies(s.TrustedProxies)
	return out
}

// seals returns the keys that make and open links. A rehearsal without keys gets temporary ones.
func (s site) seals(rehearsal bool) (*visit.Keyring, error) {
	if s.linkKeys != nil || !rehearsal {
		return s.linkKeys, nil
	}
	return visit.NewKeyring([]string{rand.Text()})
}

// admitsBy returns the admission rule. By default a rehearsal, which costs nothing, admits everyone.
func (a admission) admitsBy(rehearsal bool) handlers.Admission {
	switch {
	case a.rule != "":
		return a.rule
	case rehearsal:
		return handlers.AdmitOpen
	}
	return handlers.AdmitLinks
}

// adviseAdmission logs who can cause costs.
func (a admission) adviseAdmission(log *slog.Logger) {
	switch a.admitsBy(false) {
	case handlers.AdmitOpen:
		log.Warn("ADMISSION is open: anyone who has a meeting link can join through this site, and the minutes are billed to its ACS resource")
	case handlers.AdmitTenants:
		log.Info("visitors join by a link of this site, or by a long meeting link that claims one of the tenants of TENANTS")
	case handlers.AdmitLinks:
		log.Info("visitors join only by a link of this site")
	}
	if a.budgets.PerDay == 0 {
		log.Warn("DAILY_JOINS is 0: the cost of a day's joins has no limit")
	}
	if len(a.proxies) == 0 {
		log.Warn("TRUSTED_PROXIES is not set: behind a proxy, all visitors share one budget of joins per address")
	}
}
