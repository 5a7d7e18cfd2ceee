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
		return "", nil, errors.New("the connection string must be at most 4096 bytes")
	}
	parts := make(map[string]string)
	for segment := range strings.SplitSeq(s, ";") {
		if segment = strings.TrimSpace(segment); segment == "" {
			continue
		}
		name, value, ok := strings.Cut(segment, "=")
		if !ok {
			return "", nil, errors.New(`each part of the connection string must have a name, "=" and a value`)
		}
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := parts[name]; twice {
			return "", nil, errors.New("the connection string must have each part once")
		}
		parts[name] = strings.TrimSpace(value)
	}
	if parts["endpoint"] == "" {
		return "", nil, errors.New("the connection string must have an endpoint=https://... part")
	}
	if parts["accesskey"] == "" {
		return "", nil, errors.New("the connection string must have an accesskey=... part")
	}
	key, err = base64.StdEncoding.DecodeString(parts["accesskey"])
	if err != nil || len(key) == 0 {
		return "", nil, errors.New("the access key in the connection string must be base64: copy the whole string again")
	}
	return parts["endpoint"], key, nil
}

// parseEndpoint checks and normalises an endpoint, so that the host that is
// signed is the host that is sent. Its errors do not repeat the endpoint, because
// people paste whole connection strings there.
func parseEndpoint(raw string, allowHTTP bool) (string, error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		return "", errors.New("the endpoint must be an address such as https://NAME.communication.azure.com")
	}
	if u.Scheme != "https" && u.Scheme != "http" {
		return "", errors.New("the endpoint must begin with https://")
	}
	if u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || u.Opaque != "" || (u.Path != "" && u.Path != "/") {
		return "", errors.New("the endpoint must have nothing after the name but a port")
	}
	host, err := normalHost(u)
	if err != nil {
		return "", err
	}
	if u.Scheme == "http" && (!allowHTTP || !isLoopback(u.Hostname())) {
		return "", errors.New("the endpoint must begin with https://, unless it is this machine")
	}
	return u.Scheme + "://" + host, nil
}

func normalHost(u *url.URL) (string, error) {
	name, port := strings.ToLower(u.Hostname()), u.Port()
	if addr, err := netip.ParseAddr(name); err == nil {
		if addr.Zone() != "" {
			return "", errors.New("the endpoint must have no zone in its address")
		}
		name = addr.String()
	} else if !validHostname(name) {
		return "", errors.New("the endpoint must have a plain host name")
	}
	if n, err := strconv.ParseUint(port, 10, 16); port != "" && (err != nil || n == 0) {
		return "", errors.New("the endpoint must have a port from 1 to 65535")
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
