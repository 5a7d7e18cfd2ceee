package doctor

import (
	"net"
	"net/netip"
)

func (d *Doctor) checkAdmission() []Finding {
	switch joins := d.site.Joins; joins.Admission {
	case "open":
		if !d.site.Resource.Named {
			return okay("everyone may join: this is a rehearsal and costs nothing").alone()
		}
		return warning("set ADMISSION=links, unless everyone is meant", "ADMISSION IS OPEN: anyone with any meeting link joins at your cost, waiting in the lobby included").alone()
	case "tenants":
		if joins.Tenants == 0 {
			return problem("add your tenant's ID to TENANTS", "ADMISSION is tenants, but TENANTS is empty: only this site's links admit visitors").alone()
		}
		return okay("visitors with this site's links may join, and anyone with a long link that claims one of %d tenant(s)", joins.Tenants).alone()
	case "links":
		return okay("only visitors with this site's links may join").alone()
	}
	return problem("see settings", "ADMISSION has a mistake").alone()
}

// usedToday returns a finding where much of the day's limit is used up: from half a warning, at the end a
// problem.
func (j Joins) usedToday() (Finding, bool) {
	if j.Today == nil {
		return Finding{}, false
	}
	used, limit := j.Today()
	if limit == 0 || used*2 < limit {
		return Finding{}, false
	}
	const message = "%d of today's %d joins (UTC) are used in this copy: %d %%"
	const fix = "raise DAILY_JOINS if these are your visitors; the log names no person, but anteroom_joins_total shows when they came"
	switch percent := used * 100 / limit; {
	case percent >= 95:
		return problem(fix+". Soon only visits created today can be joined, and then none", message, used, limit, percent), true
	case percent >= 80:
		return warning(fix+". The last fifth is reserved for visits created today", message, used, limit, percent), true
	default:
		return warning(fix, message, used, limit, percent), true
	}
}

func (d *Doctor) checkBudgets() []Finding {
	var found []Finding
	joins := d.site.Joins
	for _, budget := range []struct {
		variable, whose string
		joins           int
	}{
		{"JOINS_PER_ADDRESS", "one address", joins.PerAddress},
		{"JOINS_PER_VISIT", "one visit", joins.PerVisit},
		{"JOINS_PER_SESSION", "one visitor", joins.PerSession},
		{"DAILY_JOINS", "a whole day", joins.PerDay},
	} {
		if budget.joins == 0 {
			found = append(found, warning("remove "+budget.variable+" from the settings, or set a number", "%s is 0: the joins of %s are not limited", budget.variable, budget.whose))
		}
	}
	if f, ok := joins.usedToday(); ok {
		found = append(found, f)
	}
	return okUnless(found, "each copy of the site allows %d joins a day, and at once %d for an address, %d for a visit, %d for a visitor", joins.PerDay, joins.PerAddress, joins.PerVisit, joins.PerSession)
}

// Networks wider than these include strangers.
const widestIPv4, widestIPv6 = 8, 7

func (d *Doctor) checkProxies() []Finding {
	var found []Finding
	address := d.site.Address
	for _, network := range address.Proxies {
		if network.Addr().Is4() && network.Bits() < widestIPv4 || network.Addr().Is6() && network.Bits() < widestIPv6 {
			found = append(found, problem("use the proxy's own network, or private", "TRUSTED_PROXIES includes %s: strangers in it can claim any address", network))
		}
	}
	if len(address.Proxies) > 0 {
		return okUnless(found, "%d network(s) of proxies are trusted", len(address.Proxies))
	}
	if address.Public != nil && address.Public.Scheme == "https" && !address.SelfSigned {
		return warning("set TRUSTED_PROXIES to the proxy's network (on Container Apps: private)", "TRUSTED_PROXIES is not set, but the https address needs a proxy in front: all visitors count as one address").alone()
	}
	return okay("no proxy is trusted").alone()
}

func (d *Doctor) checkMetrics() []Finding {
	metrics := d.site.Address.Metrics
	if metrics == "" {
		return okay("metrics are not served").alone()
	}
	host, port, err := net.SplitHostPort(metrics)
	if err != nil {
		return problem("see settings", "METRICS_LISTEN has a mistake").alone()
	}
	const fix = "set METRICS_LISTEN to an address that only Prometheus reaches, such as 127.0.0.1:9090"
	if _, sitePort, _ := net.SplitHostPort(d.site.Address.Listen); port == sitePort && port != "0" {
		return problem(fix, "metrics and the site listen on the same port").alone()
	}
	address, err := netip.ParseAddr(host)
	switch {
	case host == "" || err == nil && address.IsUnspecified():
		return warning(fix+", or make sure that no ingress leads to this port", "metrics are served on every address of this machine").alone()
	case err == nil && !address.IsPrivate() && !address.IsLoopback() && !address.IsLinkLocalUnicast():
		return problem(fix, "metrics are served on a public address").alone()
	}
	return okay("metrics are served only to this machine or its network").alone()
}
