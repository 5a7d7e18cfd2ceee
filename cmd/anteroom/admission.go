package main

import (
	"log/slog"
	"net"
	"regexp"
	"strconv"
	"strings"

	"github.com/anteroom-visit/anteroom/handlers"
)

var tenantShape = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// maxJoins is more than any site has in an hour or a day.
const maxJoins = 1_000_000

// checkAdmission reads who gets a token, and how many.
func (s siteSettings) checkAdmission(m *mistakes, out *site) {
	out.admission = handlers.Admission(s.Admission)
	switch out.admission {
	case "", handlers.AdmitLinks, handlers.AdmitTenants, handlers.AdmitOpen:
	default:
		m.add("admission", "ADMISSION", "must be links, tenants or open")
	}
	for tenant := range strings.SplitSeq(s.Tenants, ",") {
		tenant = strings.ToLower(strings.TrimSpace(tenant))
		switch {
		case tenant == "":
		case tenantShape.MatchString(tenant):
			out.tenants = append(out.tenants, tenant)
		default:
			m.add("tenants", "TENANTS", "must be a list of tenant ids such as aaaabbbb-0000-cccc-1111-dddd2222eeee")
		}
	}
	if byTenant := out.admission == handlers.AdmitTenants; byTenant && len(out.tenants) == 0 {
		m.add("tenants", "TENANTS", "must name a tenant for --admission tenants")
	} else if !byTenant && len(out.tenants) > 0 {
		m.add("tenants", "TENANTS", "has no meaning without --admission tenants (ADMISSION)")
	}
	count := func(flag, variable, text string) int {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 || n > maxJoins {
			m.add(flag, variable, "must be a whole number from 0 (without limit) to %d", maxJoins)
		}
		return n
	}
	out.budgets = handlers.Budgets{
		PerAddress: count("joins-per-address", "JOINS_PER_ADDRESS", s.JoinsPerAddress),
		PerVisit:   count("joins-per-visit", "JOINS_PER_VISIT", s.JoinsPerVisit),
		PerSession: count("joins-per-session", "JOINS_PER_SESSION", s.JoinsPerSession),
		PerDay:     count("daily-joins", "DAILY_JOINS", s.DailyJoins),
	}
	var err error
	if out.proxies, err = handlers.ParseProxies(s.TrustedProxies); err != nil {
		m.add("trusted-proxies", "TRUSTED_PROXIES", "%w", err)
	}
	if _, port, err := net.SplitHostPort(s.MetricsListen); s.MetricsListen != "" && (err != nil || !isPort(port)) {
		m.add("metrics-listen", "METRICS_LISTEN", "must be an address such as 127.0.0.1:9090")
	}
}

// admitsBy is the rule that holds: a site that costs nobody anything admits everybody.
func (s site) admitsBy(rehearsal bool) handlers.Admission {
	switch {
	case s.admission != "":
		return s.admission
	case rehearsal:
		return handlers.AdmitOpen
	}
	return handlers.AdmitLinks
}

// adviseAdmission tells an operator who can spend their money.
func (s site) adviseAdmission(log *slog.Logger) {
	switch s.admitsBy(false) {
	case handlers.AdmitOpen:
		log.Warn("ADMISSION is open: anyone who has a meeting link can join through this site, and the minutes are billed to its ACS resource")
	case handlers.AdmitTenants:
		log.Info("visitors join by a link of this site, or by a long meeting link that claims one of the tenants of TENANTS")
	case handlers.AdmitLinks:
		log.Info("visitors join by a link of this site and in no other way")
	}
	if s.budgets.PerDay == 0 {
		log.Warn("DAILY_JOINS is 0: nothing bounds what a day of joins can cost")
	}
	if len(s.proxies) == 0 {
		log.Warn("TRUSTED_PROXIES is not set: behind a proxy, all visitors share one budget of joins per address")
	}
}
