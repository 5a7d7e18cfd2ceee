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

// weightOf returns the q value of name in header, -1 if it is absent.
// ok is false for a header that this simple parser does not understand.
func weightOf(header, name string) (q float64, ok bool) {
	q = -1
	for part := range strings.SplitSeq(header, ",") {
		coding, params, hasParams := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(coding), name) {
			continue
		}
		if q != -1 {
			return 0, false
		}
		q = 1
		if hasParams {
			value, hasQ := strings.CutPrefix(params, "q=")
			parsed, err := strconv.ParseFloat(value, 64)
			if !hasQ || err != nil || len(value) > 5 || strings.Trim(value, "0123456789.") != "" {
				return 0, false
			}
			q = parsed
		}
	}
	return q, true
}

// A client must never receive an encoding that it refused.
// A client that accepts gzip or brotli by name must receive one of them.
func FuzzAcceptedEncoding(f *testing.F) {
	for _, seed := range []string{"br", "gzip;q=0, *", "*;q=0.0", "br;q=0.000,gzip", ";;,", "gzip;q=1.0;x=y", "br;q=0.", "*, br;q=0.0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		got := AcceptedEncoding(header)
		if got != "" && got != "br" && got != "gzip" {
			t.Fatalf("%q: %q, want \"\", br or gzip", header, got)
		}
		br, okBr := weightOf(header, "br")
		zip, okZip := weightOf(header, "gzip")
		star, okStar := weightOf(header, "*")
		if !okBr || !okZip || !okStar {
			return
		}
		switch got {
		case "br":
			if br <= 0 {
				t.Errorf("%q: br, though its weight is %v", header, br)
			}
		case "gzip":
			if zip == 0 || zip < 0 && star <= 0 {
				t.Errorf("%q: gzip, though its weight is %v and that of * is %v", header, zip, star)
			}
		default:
			if br > 0 || zip > 0 {
				t.Errorf("%q: no encoding, though the weight of br is %v and of gzip %v", header, br, zip)
			}
		}
	})
}
