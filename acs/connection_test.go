package acs

import (
	"encoding/base64"
	"strings"
	"testing"
)

const testKey = "c2VjcmV0LWtleS1vZi10aGUtdGVzdHM="

func TestParseConnectionString(t *testing.T) {
	const plain = "https://contoso.communication.azure.com/"
	for name, c := range map[string]struct{ in, endpoint, fault string }{
		"as the portal gives it": {"endpoint=" + plain + ";accesskey=" + testKey, plain, ""},
		"other order":            {"accesskey=" + testKey + ";endpoint=" + plain, plain, ""},
		"names in any case":      {"Endpoint=" + plain + ";AccessKey=" + testKey, plain, ""},
		"blanks and empty parts": {"\n ;endpoint = " + plain + " ;; accesskey= " + testKey + ";\n", plain, ""},
		"further parts":          {"endpoint=" + plain + ";accesskey=" + testKey + ";region=x", plain, ""},
		"empty":                  {"", "", "must have an endpoint=https://... part"},
		"no key":                 {"endpoint=" + plain, "", "must have an accesskey=... part"},
		"empty key":              {"endpoint=" + plain + ";accesskey=", "", "must have an accesskey=... part"},
		"no endpoint":            {"accesskey=" + testKey, "", "must have an endpoint=https://... part"},
		"key not base64":         {"endpoint=" + plain + ";accesskey=" + testKey + "!", "", "must be base64"},
		"endpoint twice":         {"endpoint=" + plain + ";endpoint=" + plain + ";accesskey=" + testKey, "", "each part once"},
		"key twice":              {"endpoint=" + plain + ";accesskey=" + testKey + ";ACCESSKEY=" + testKey, "", "each part once"},
		"no equals":              {"endpoint=" + plain + ";" + strings.TrimRight(testKey, "="), "", `a name, "=" and a value`},
		"too long":               {"endpoint=" + plain + ";accesskey=" + strings.Repeat("A", 5000), "", "at most 4096"},
	} {
		t.Run(name, func(t *testing.T) {
			endpoint, key, err := parseConnectionString(c.in)
			if c.fault != "" {
				if err == nil || !strings.Contains(err.Error(), c.fault) {
					t.Fatalf("error = %v, want one that says %q", err, c.fault)
				}
				if strings.Contains(err.Error(), "contoso") || strings.Contains(err.Error(), testKey[:8]) {
					t.Errorf("the error repeats the connection string: %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if endpoint != c.endpoint || base64.StdEncoding.EncodeToString(key) != testKey {
				t.Errorf("got endpoint %q and key %q", endpoint, key)
			}
		})
	}
}

func TestParseEndpoint(t *testing.T) {
	for in, want := range map[string]string{
		"https://contoso.communication.azure.com":       "https://contoso.communication.azure.com",
		"https://Contoso.Communication.Azure.COM/":      "https://contoso.communication.azure.com",
		" https://contoso.communication.azure.com:443 ": "https://contoso.communication.azure.com",
		"HTTPS://contoso.communication.azure.com:8443":  "https://contoso.communication.azure.com:8443",
		"https://[2001:DB8::1]:8443/":                   "https://[2001:db8::1]:8443",
		"https://[2001:db8::1]":                         "https://[2001:db8::1]",
		"http://127.0.0.1:8080/":                        "http://127.0.0.1:8080",
		"http://127.0.0.1:80/":                          "http://127.0.0.1",
		"http://localhost:8080":                         "http://localhost:8080",
		"http://[::1]:8080":                             "http://[::1]:8080",
		"":                                              "",
		"contoso.communication.azure.com":               "",
		"ftp://contoso.communication.azure.com":         "",
		"https://":                                      "",
		"https:contoso.communication.azure.com":         "",
		"https://contoso.communication.azure.com/chat":  "",
		"https://contoso.communication.azure.com//":     "",
		"https://contoso.communication.azure.com/?":     "",
		"https://contoso.communication.azure.com/?a=b":  "",
		"https://contoso.communication.azure.com/#a":    "",
		"https://me:pass@contoso.example":               "",
		"https://con toso.example":                      "",
		"https://contoso..example":                      "",
		"https://-contoso.example":                      "",
		"https://contos\u043e.example":                  "",
		"https://contoso.example:0":                     "",
		"https://contoso.example:65536":                 "",
		"https://[fe80::1%25eth0]:8443":                 "",
		"http://contoso.communication.azure.com":        "",
		"http://127.0.0.1.example":                      "",
		"http://192.168.0.1":                            "",
		"http://localhost.example":                      "",
	} {
		got, err := parseEndpoint(in, true)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("parseEndpoint(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
	if _, err := parseEndpoint("http://127.0.0.1:8080", false); err == nil {
		t.Error("plain http was accepted without being asked for")
	}
}

func FuzzConnectionString(f *testing.F) {
	f.Add("endpoint=https://contoso.communication.azure.com/;accesskey=" + testKey)
	f.Add("accesskey=AA==;endpoint=http://[::1]:80")
	f.Add(";;=;endpoint")
	f.Add("endpoint=https://h:443/;accesskey=QQ;ENDPOINT=x")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := NewClientFromConnectionString(s, nil)
		if err != nil {
			if len(s) > 12 && strings.Contains(err.Error(), s) {
				t.Fatalf("the error repeats the connection string: %v", err)
			}
			return
		}
		again, err := parseEndpoint(c.Endpoint(), false)
		if err != nil || again != c.Endpoint() {
			t.Fatalf("endpoint %q is not normal: %q, %v", c.Endpoint(), again, err)
		}
		if !strings.HasPrefix(again, "https://") || strings.HasSuffix(again, "/") {
			t.Fatalf("endpoint %q", again)
		}
	})
}
