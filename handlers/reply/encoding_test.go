package reply

import (
	"strconv"
	"strings"
	"testing"
)

func TestAcceptedEncoding(t *testing.T) {
	for header, want := range map[string]string{
		"":                           "",
		"br":                         "br",
		"gzip, deflate, br, zstd":    "br",
		"gzip":                       "gzip",
		"GZIP":                       "gzip",
		" gzip ; q=0.5 , BR ; q=0.1": "br",
		"*":                          "gzip",
		"*;q=0":                      "",
		"br;q=0, *":                  "gzip",
		"gzip;q=0, *":                "",
		"*, gzip;q=0":                "",
		"br;q=0":                     "",
		"br;q=0.0":                   "",
		"br;q=0.00, gzip;q=0.000":    "",
		"br;Q=0":                     "",
		"br; q = 0":                  "",
		"br;q=0.001":                 "br",
		"br;q=1":                     "br",
		"identity":                   "",
		"identity;q=0, gzip":         "gzip",
		"deflate, zstd":              "",
		"brotli, gzipped":            "",
		",,;,=;q":                    "",
	} {
		if got := AcceptedEncoding(header); got != want {
			t.Errorf("%q: %q, want %q", header, got, want)
		}
	}
}

// weight is the q of one name in a header, -1 when it does not stand there. It reads plain headers
// only, so that it can judge: ok is false for one that it does not understand.
func weight(header, name string) (q float64, ok bool) {
	q = -1
	for part := range strings.SplitSeq(header, ",") {
		coding, params, weighted := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(coding), name) {
			continue
		}
		if q != -1 {
			return 0, false
		}
		q = 1
		if weighted {
			value, plain := strings.CutPrefix(params, "q=")
			read, err := strconv.ParseFloat(value, 64)
			if !plain || err != nil || len(value) > 5 || strings.Trim(value, "0123456789.") != "" {
				return 0, false
			}
			q = read
		}
	}
	return q, true
}

// No client gets what it refused, and none that takes gzip or brotli by name gets neither.
func FuzzAcceptedEncoding(f *testing.F) {
	for _, seed := range []string{"br", "gzip;q=0, *", "*;q=0.0", "br;q=0.000,gzip", ";;,", "gzip;q=1.0;x=y", "br;q=0.", "*, br;q=0.0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		got := AcceptedEncoding(header)
		if got != "" && got != "br" && got != "gzip" {
			t.Fatalf("%q: %q", header, got)
		}
		br, plainBr := weight(header, "br")
		zip, plainZip := weight(header, "gzip")
		any, plainAny := weight(header, "*")
		if !plainBr || !plainZip || !plainAny {
			return
		}
		switch got {
		case "br":
			if br <= 0 {
				t.Errorf("%q: br has weight %v", header, br)
			}
		case "gzip":
			if zip == 0 || zip < 0 && any <= 0 {
				t.Errorf("%q: gzip has weight %v, * %v", header, zip, any)
			}
		default:
			if br > 0 || zip > 0 {
				t.Errorf("%q: nothing, though br has weight %v and gzip %v", header, br, zip)
			}
		}
	})
}
