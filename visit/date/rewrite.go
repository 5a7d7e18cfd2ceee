package date

import (
	"regexp"
	"strconv"
	"strings"
)

// rewrites replace notations in a normalised text by those that the rest of the package
// reads.
var rewrites = []struct {
	pattern *regexp.Regexp
	by      string
}{
	{regexp.MustCompile(`(:[0-9]{2}:[0-9]{2})[.,]0+($|[^0-9])`), "$1$2"},                                    // no fraction of a second
	{regexp.MustCompile(`((?:gmt|utc|z|[+-][0-9]{2}:?[0-9]{2}) ?)(?:\([^()0-9]+\)|\[[a-z_/+-]+\])$`), "$1"}, // the name of the zone behind its offset
	{regexp.MustCompile(`([時时点點]) ?半`), "${1}30分"},                                                          // half past
	{regexp.MustCompile(`시 ?반`), "시30분"},
	{regexp.MustCompile(`([0-9])/(\p{L}{3,})/([0-9])`), "$1-$2-$3"}, // 5/Jun/2027
	{regexp.MustCompile(`([12][0-9]{3}) ?r\.`), "$1"},               // Polish: the word for year behind the year
}

// era is a year of Japan's era Reiwa, 令和8年11月24日 or R8.11.24, or of the Republic
// of China, 民國115年.
var era = regexp.MustCompile(`(?:令和 ?|民[國国] ?)([0-9]{1,3}|元)( ?年)|(^|[^\p{L}\p{N}])r([0-9]{1,2})([./-][0-9]{1,2}[./-][0-9]{1,2}($|[^0-9./-]))`)

// The years before the first of each era.
const (
	beforeReiwa    = 2018
	beforeRepublic = 1911
)

func rewrite(text string) string {
	for _, r := range rewrites {
		text = r.pattern.ReplaceAllString(text, r.by)
	}
	return era.ReplaceAllStringFunc(text, func(date string) string {
		m := era.FindStringSubmatch(date)
		if m[4] != "" {
			year, _ := strconv.Atoi(m[4]) // two digits
			return m[3] + strconv.Itoa(beforeReiwa+year) + m[5]
		}
		year, err := strconv.Atoi(m[1])
		if err != nil {
			year = 1 // 元, the first
		}
		before := beforeReiwa
		if strings.HasPrefix(date, "民") {
			before = beforeRepublic
		}
		return strconv.Itoa(before+year) + m[2]
	})
}
