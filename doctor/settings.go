package doctor

import (
	"cmp"
	"slices"
	"strings"
)

func (d *Doctor) checkSettings() []Finding {
	var found []Finding
	for _, mistake := range d.site.Mistakes {
		found = append(found, problem("change it; `anteroom serve --help` describes each setting. The site does not start until then", "%s", mistake))
	}
	return okUnless(found, "all settings can be read")
}

// checkVariables finds environment variables that look like a misspelt setting.
func (d *Doctor) checkVariables() []Finding {
	var found []Finding
	for _, line := range d.site.Environment {
		name, value, _ := strings.Cut(line, "=")
		if value == "" || slices.Contains(d.site.Settings, name) {
			continue
		}
		if meant := nearest(name, d.site.Settings); meant != "" {
			found = append(found, warning("rename it to "+meant+", or remove it", "%.64s is not a setting, but looks like %s", name, meant))
		}
	}
	slices.SortFunc(found, func(a, b Finding) int { return cmp.Compare(a.Message, b.Message) })
	return okUnless(found, "no environment variable looks like a misspelt setting")
}

// nearest returns the setting that a variable's name was probably meant to be, or "". It accepts
// another case, other marks between the words, the program's name before it, and one wrong key, in
// long names two.
func nearest(name string, known []string) string {
	plain := func(s string) string {
		return strings.NewReplacer("_", "", "-", "", ".", "").Replace(strings.TrimPrefix(strings.ToUpper(s), "ANTEROOM_"))
	}
	best, slips := "", 3
	for _, k := range known {
		allowed := 0
		switch {
		case len(k) >= 10:
			allowed = 2
		case len(k) >= 6:
			allowed = 1
		}
		if d := distance(plain(name), plain(k)); d <= allowed && d < slips {
			best, slips = k, d
		}
	}
	return best
}

// distance returns how many keys were pressed wrongly: one too many, one too few, another one, or two
// in the wrong order (optimal string alignment). Names far apart in length are 99 apart.
func distance(a, b string) int {
	const far = 99
	if len(a)-len(b) > 2 || len(b)-len(a) > 2 {
		return far
	}
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			other := 1
			if a[i-1] == b[j-1] {
				other = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+other)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
