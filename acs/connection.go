package acs

import (
	"encoding/base64"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

const maxConnectionString = 4096

// parseConnectionString follows the grammar of Microsoft's Python client, which
// accepts everything that the JavaScript client accepts, and more. No error repeats
// any part of the string: a malformed one may still contain the key.
func parseConnectionString(s string) (endpoint string, key []byte, err error) {
	if len(s) > maxConnectionString {
		return "", nil, errors.New("connection string: must be at most 4096 bytes")
	}
	parts := make(map[string]string)
	for segment := range strings.SplitSeq(s, ";") {
		if segment = strings.TrimSpace(segment); segment == "" {
			continue
		}
		name, value, ok := strings.Cut(segment, "=")
		if !ok {
			return "", nil, errors.New(`connection string: a part has no "="`)
		}
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := parts[name]; twice {
			return "", nil, errors.New("connection string: a part is given twice")
		}
		parts[name] = strings.TrimSpace(value)
	}
	if parts["endpoint"] == "" {
		return "", nil, errors.New("connection string: no endpoint part")
	}
	if parts["accesskey"] == "" {
		return "", nil, errors.New("connection string: no accesskey part")
	}
	key, err = base64.StdEncoding.DecodeString(parts["accesskey"])
	if err != nil || len(key) == 0 {
		return "", nil, errors.New("connection string: the accesskey must be base64")
	}
	return parts["endpoint"], key, nil
}

// parseEndpoint checks and normalises an endpoint, so that the host that is
// signed is the host that is sent. Its errors do not repeat the endpoint, because
// people paste whole connection strings there.
func parseEndpoint(raw string, allowHTTP bool) (string, error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		return "", errors.New("acs endpoint: must be a URL")
	}
	if u.Scheme != "https" && u.Scheme != "http" {
		return "", errors.New("acs endpoint: must begin with https://")
	}
	if u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || u.Opaque != "" || (u.Path != "" && u.Path != "/") {
		return "", errors.New("acs endpoint: must be scheme and host only")
	}
	host, err := normalHost(u)
	if err != nil {
		return "", err
	}
	if u.Scheme == "http" && (!allowHTTP || !isLoopback(u.Hostname())) {
		return "", errors.New("acs endpoint: must be https (the options can allow plain http for a loopback host)")
	}
	return u.Scheme + "://" + host, nil
}

func normalHost(u *url.URL) (string, error) {
	name, port := strings.ToLower(u.Hostname()), u.Port()
	if addr, err := netip.ParseAddr(name); err == nil {
		if addr.Zone() != "" {
			return "", errors.New("acs endpoint: the address must have no zone")
		}
		name = addr.String()
	} else if !validHostname(name) {
		return "", errors.New("acs endpoint: the host must be a plain host name")
	}
	if n, err := strconv.ParseUint(port, 10, 16); port != "" && (err != nil || n == 0) {
		return "", errors.New("acs endpoint: the port must be 1 to 65535")
	}
	if port == "" || (u.Scheme == "https" && port == "443") || (u.Scheme == "http" && port == "80") {
		if strings.Contains(name, ":") {
			return "[" + name + "]", nil
		}
		return name, nil
	}
	return net.JoinHostPort(name, port), nil
}

func validHostname(s string) bool {
	if s == "" || len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
		if strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") {
			return false
		}
	}
	return true
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}
