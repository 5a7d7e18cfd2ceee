package handlers

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// permissionsPolicy gives the devices of a call to our own pages, which an embedder's allow= has to
// hand on, and everything that could follow or harm a visitor to nobody.
const permissionsPolicy = "camera=(self), microphone=(self), display-capture=(self), autoplay=(self), speaker-selection=(self), " +
	"accelerometer=(), browsing-topics=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), midi=(), payment=(), serial=(), usb=()"

// callHosts are Microsoft's hosts that a call may ask: those that the Calling SDK's bundle names, by
// the domains under which the service hands out more of them as it runs. A test compares them with
// the bundle.
const callHosts = "https://*.communication.microsoft.com wss://*.communication.microsoft.com " +
	"https://*.communication.azure.com https://*.skype.com wss://*.skype.com " +
	"https://*.teams.microsoft.com wss://*.teams.microsoft.com https://teams.microsoft.com " +
	"https://*.events.data.microsoft.com https://*.cloud.microsoft https://*.office.net"

// governmentHosts are the same of GCC High and DoD.
const governmentHosts = "https://*.teams.microsoft.us wss://*.teams.microsoft.us https://*.communication.azure.us"

// setPolicy gives an answer its policy, with who may frame it and where breaches are told.
func (s *Site) setPolicy(c echo.Context, policy string) {
	framers := "'none'"
	if s.embeddable() {
		framers = strings.Join(s.FrameAncestors, " ")
	}
	policy += "; frame-ancestors " + framers + "; report-uri " + violationsPath
	if s.secure() {
		policy += "; report-to csp" // the endpoint's name in Reporting-Endpoints
	}
	c.Response().Header().Set("Content-Security-Policy", policy)
}

// covers says whether a policy's list of hosts lets an address in.
func covers(hosts, address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Port() != "" {
		return false
	}
	return slices.ContainsFunc(strings.Fields(hosts), func(source string) bool {
		scheme, host, _ := strings.Cut(source, "://")
		if parent, wild := strings.CutPrefix(host, "*"); wild {
			return scheme == u.Scheme && strings.HasSuffix(u.Hostname(), parent)
		}
		return scheme == u.Scheme && host == u.Hostname()
	})
}

// ParseFrameAncestors reads a list of origins (https://portal.example.org), with commas or spaces
// between them. The word none, and an empty list, are nobody. An origin is taken only as a browser
// writes it: https, a name in ASCII, a port where it is not 443, and nothing behind it.
func ParseFrameAncestors(list string) ([]string, error) {
	var origins []string
	entries := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
	if len(entries) == 1 && strings.Trim(entries[0], "'") == "none" {
		return nil, nil
	}
	for _, entry := range entries {
		u, err := url.Parse(entry)
		if err != nil || u.Scheme != "https" || !isHostName(u.Hostname()) || entry != "https://"+u.Host || u.Port() == "443" || strings.HasSuffix(u.Host, ":") {
			return nil, fmt.Errorf("%q is no origin such as https://portal.example.org", entry)
		}
		if !slices.Contains(origins, entry) {
			origins = append(origins, entry)
		}
	}
	return origins, nil
}

// isHostName says that a name holds nothing but lower-case letters, digits, dots and dashes, which is
// all that a policy or a log has room for.
func isHostName(name string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	return name != "" && len(name) <= 253 && strings.Trim(name, letters+".-") == "" &&
		strings.Trim(name, ".-") == name && !strings.Contains(name, "..")
}

// comesFromNowhere says that a request that changes something names no page that it comes from. No
// browser that can be in a call sends one; where cookies cross sites, nothing else may.
func comesFromNowhere(r *http.Request) bool {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return false
	}
	return r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") == ""
}
