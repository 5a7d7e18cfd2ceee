// Package policy builds the values of the Content-Security-Policy and Permissions-Policy headers. Its
// callers set the headers.
package policy

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Permissions allows our own pages the devices of a call, and no page what could track or harm a visitor.
// A site that embeds ours must pass the devices on with allow=.
const Permissions = "camera=(self), microphone=(self), display-capture=(self), autoplay=(self), speaker-selection=(self), " +
	"accelerometer=(), browsing-topics=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), midi=(), payment=(), serial=(), usb=()"

// CallHosts are the hosts of Microsoft that a call may contact: those that the Calling SDK's bundle names,
// with wildcards, because the service names more hosts at run time. A test compares them with the bundle.
const CallHosts = "https://*.communication.microsoft.com wss://*.communication.microsoft.com " +
	"https://*.communication.azure.com https://*.skype.com wss://*.skype.com " +
	"https://*.teams.microsoft.com wss://*.teams.microsoft.com https://teams.microsoft.com " +
	"https://*.events.data.microsoft.com https://*.cloud.microsoft https://*.office.net"

// governmentHosts are the same of GCC High and DoD.
const governmentHosts = "https://*.teams.microsoft.us wss://*.teams.microsoft.us https://*.communication.azure.us"

// ReportPath is where browsers report what a policy forbade.
const ReportPath = "/csp"

// Writer completes the policies of one site.
type Writer struct {
	// FrameAncestors are the origins that may frame a page; none without.
	FrameAncestors []string
	// Reporting adds the endpoint named csp of the Reporting API to report-uri. It needs https.
	Reporting bool
	// StyleHash is the source that allows the brand's style element, "" without one.
	StyleHash string
}

// Complete adds to a policy which origins may frame the page and where browsers report breaches.
func (w Writer) Complete(policy string) string {
	framers := "'none'"
	if len(w.FrameAncestors) > 0 {
		framers = strings.Join(w.FrameAncestors, " ")
	}
	policy += "; frame-ancestors " + framers + "; report-uri " + ReportPath
	if w.Reporting {
		policy += "; report-to csp"
	}
	return policy
}

// Page lets a page load what this site serves, and the brand's style. It needs no
// nonce, so that pages can be the same for every visitor.
func (w Writer) Page() string { return w.light("") }

// Check is Page, and also lets the device test contact the hosts of a call.
func (w Writer) Check() string { return w.light(" " + CallHosts) }

func (w Writer) light(hosts string) string {
	styles := "'self'"
	if w.StyleHash != "" {
		styles += " " + w.StyleHash
	}
	return "default-src 'none'; script-src 'self'; style-src " + styles + "; img-src 'self'; connect-src 'self'" + hosts + "; " +
		"base-uri 'none'; form-action 'self'"
}

// Call returns a policy for the Calling SDK and the UI Library: the hosts that the SDK contacts,
// a worker from a blob for its timers, and, by nonce, the styles that the UI Library inserts.
func Call(nonce, endpoint string, government bool) string {
	hosts := CallHosts
	if government {
		hosts += " " + governmentHosts
	}
	if endpoint != "" && !covers(hosts, endpoint) {
		hosts += " " + endpoint
	}
	return stage(nonce, "worker-src 'self' blob:; connect-src 'self' "+hosts)
}

// Rehearsal returns a policy for the UI Library only: a rehearsal connects to this server
// only. Safari 15 and older do not match 'self' with a WebSocket, so they cannot rehearse.
func Rehearsal(nonce string) string { return stage(nonce, "connect-src 'self'") }

func stage(nonce, connections string) string {
	return fmt.Sprintf("default-src 'none'; script-src 'self'; style-src 'self' 'nonce-%s'; "+
		"style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; %s; "+
		"base-uri 'none'; form-action 'self'", nonce, connections)
}

// covers reports whether a policy's list of hosts allows an address.
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
// between them. The word none and an empty list mean no origin. It accepts an origin only as a browser
// writes it: https, a name in ASCII, a port where it is not 443, and nothing behind it.
func ParseFrameAncestors(list string) ([]string, error) {
	var origins []string
	entries := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
	if len(entries) == 1 && strings.Trim(entries[0], "'") == "none" {
		return nil, nil
	}
	for _, entry := range entries {
		u, err := url.Parse(entry)
		if err != nil || u.Scheme != "https" || !IsHostName(u.Hostname()) || entry != "https://"+u.Host || u.Port() == "443" || strings.HasSuffix(u.Host, ":") {
			return nil, fmt.Errorf("%q must be an origin such as https://portal.example.org", entry)
		}
		if !slices.Contains(origins, entry) {
			origins = append(origins, entry)
		}
	}
	return origins, nil
}

// IsHostName reports whether a name holds only lower-case letters, digits, dots and dashes: nothing else
// may enter a policy or a log.
func IsHostName(name string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	return name != "" && len(name) <= 253 && strings.Trim(name, letters+".-") == "" &&
		strings.Trim(name, ".-") == name && !strings.Contains(name, "..")
}
