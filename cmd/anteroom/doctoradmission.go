package main

import (
	"net"
	"net/netip"

	"github.com/anteroom-visit/anteroom/handlers"
)

func (x *examination) lookAtAdmission() []handlers.Finding {
	switch x.site.admitsBy(!x.named()) {
	case handlers.AdmitOpen:
		if !x.named() {
			return []handlers.Finding{fine("everybody, for this is a rehearsal and costs nothing")}
		}
		return []handlers.Finding{warning("set ADMISSION=links, unless everybody is meant", "ADMISSION IS OPEN: anyone with any meeting link joins at your cost, in the lobby too")}
	case handlers.AdmitTenants:
		if len(x.site.tenants) == 0 {
			return []handlers.Finding{problem("name your tenant's id in TENANTS", "ADMISSION is tenants, and TENANTS is empty: only links of this site are taken")}
		}
		return []handlers.Finding{fine("links of this site, and meetings of %d tenant(s); a long link only claims its tenant", len(x.site.tenants))}
	case handlers.AdmitLinks:
		return []handlers.Finding{fine("links of this site and nothing else")}
	}
	return []handlers.Finding{problem("see settings", "ADMISSION is wrong")}
}

func (x *examination) lookAtBudgets() []handlers.Finding {
	var found []handlers.Finding
	b := x.site.budgets
	for _, budget := range []struct {
		variable, whose string
		joins           int
	}{
		{"JOINS_PER_ADDRESS", "one address", b.PerAddress},
		{"JOINS_PER_VISIT", "one visit", b.PerVisit},
		{"JOINS_PER_SESSION", "one visitor", b.PerSession},
		{"DAILY_JOINS", "a whole day", b.PerDay},
	} {
		if budget.joins == 0 {
			found = append(found, warning("remove "+budget.variable+" from the settings, or set a number", "%s is 0: nothing bounds the joins of %s", budget.variable, budget.whose))
		}
	}
	return orFine(found, "at most %d joins a day, %d at once for an address, %d for a visit, %d for a visitor, in each replica", b.PerDay, b.PerAddress, b.PerVisit, b.PerSession)
}

// Networks wider than these hold strangers.
const widestIPv4, widestIPv6 = 8, 7

func (x *examination) lookAtProxies() []handlers.Finding {
	var found []handlers.Finding
	for _, network := range x.site.proxies {
		if network.Addr().Is4() && network.Bits() < widestIPv4 || network.Addr().Is6() && network.Bits() < widestIPv6 {
			found = append(found, problem("name the proxy's own network, or private", "TRUSTED_PROXIES holds %s: strangers in it can claim any address", network))
		}
	}
	if len(x.site.proxies) == 0 && x.site.baseURL != nil && x.site.baseURL.Scheme == "https" && !x.settings.TLSSelfSigned.on() {
		found = append(found, warning("set TRUSTED_PROXIES to the proxy's network (on Container Apps: private)", "TRUSTED_PROXIES is not set, and a proxy must be in front, for the address is https: all visitors count as one address"))
	}
	if len(x.site.proxies) == 0 {
		return orFine(found, "no proxy is believed")
	}
	return orFine(found, "%d network(s) of proxies are believed", len(x.site.proxies))
}

func (x *examination) lookAtMetrics() []handlers.Finding {
	if x.settings.MetricsListen == "" {
		return []handlers.Finding{fine("not served")}
	}
	host, port, err := net.SplitHostPort(x.settings.MetricsListen)
	if err != nil {
		return []handlers.Finding{problem("see settings", "METRICS_LISTEN is wrong")}
	}
	const fix = "set METRICS_LISTEN to an address that only Prometheus reaches, such as 127.0.0.1:9090"
	if _, sitePort, _ := net.SplitHostPort(x.site.listen); port == sitePort && port != "0" {
		return []handlers.Finding{problem(fix, "metrics and the site listen on the same port")}
	}
	address, err := netip.ParseAddr(host)
	switch {
	case host == "" || err == nil && address.IsUnspecified():
		return []handlers.Finding{warning(fix+", or see to it that no ingress leads to this port", "metrics are served on every address of this machine")}
	case err == nil && !address.IsPrivate() && !address.IsLoopback() && !address.IsLinkLocalUnicast():
		return []handlers.Finding{problem(fix, "metrics are served on a public address")}
	}
	return []handlers.Finding{fine("served to this machine or its network only")}
}
