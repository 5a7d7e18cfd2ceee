package teams

import (
	"math"
	"strings"
	"testing"
	"time"
)

// hostile gives texts made to cost much: each unit is repeated to a size.
func hostile() map[string]string {
	return map[string]string{
		"link starts":            "https://",
		"joinable beginnings":    "https://teams.microsoft.com/l/meetup-join/ ",
		"broken lines":           "<https://teams.microsoft.com/l/meetup-join/19%3ameeting_a\n",
		"one line after another": "https://teams.microsoft.com/meet/\n%\n%\n%\n",
		"bare names":             "a.b-c.teams.microsoft",
		"bare hosts":             "x.teams.live",
		"layers of encoding":     "%25",
		"encoded schemes":        "https%253a",
		"nested launchers":       "https://teams.microsoft.com/dl/launcher?url=",
		"nested fragments":       "https://teams.microsoft.com/v2/#/v2/#/v2/#/dl/launcher?url=/v2/ ",
		"nested wrappers":        "https://a.safelinks.protection.outlook.com/?url=",
		"Proofpoint marks":       "https://urldefense.com/v3/__**A__;JSUl! ",
		"contexts":               "https://teams.microsoft.com/l/meetup-join/x/0?context={",
		"punycode":               "https://xn--a-0000000000000000000000000000000000000000000000/l/ ",
		"entities":               "&amp;amp;lt;",
		"folds":                  "DESCRIPTION:\\n\n ",
		"soft breaks":            "=3D=\n",
		"digits":                 "1",
		"digit groups":           "273 501 234 567 8 ",
		"broken digit groups":    "+1 (273) 501-",
		"ids and words":          "273 501 234 567 8 word ",
		"tags":                   "<br><a ",
		"quoted marks":           "https://teams.microsoft.com/\n> > > ",
		"colons":                 ": ",
		"zero-width":             "\u200b",
		"combining marks":        "https://te\u0301\u0301\u0301ams.microsoft.com\u0301/",
	}
}

func filled(unit string, size int) string {
	return strings.Repeat(unit, size/len(unit))
}

// TestWorkIsBounded counts the readings of links, which everything else hangs on.
func TestWorkIsBounded(t *testing.T) {
	most := (maxLinks + maxJoins) * (maxDepth + 1)
	for form, unit := range hostile() {
		t.Run(form, func(t *testing.T) {
			counts := map[int]int{}
			for _, size := range []int{16 << 10, 64 << 10} {
				p := &parser{}
				p.text(normalise(filled(unit, size)))
				counts[size] = p.readings
				if p.joins > maxJoins {
					t.Errorf("%d bytes: %d joins of lines, want at most %d", size, p.joins, maxJoins)
				}
			}
			if n := counts[64<<10]; n > most {
				t.Errorf("64 KiB: %d readings, want at most %d", n, most)
			}
			if small, large := counts[16<<10], counts[64<<10]; large > 5*small+maxJoins {
				t.Errorf("readings grew from %d to %d when the text grew fourfold", small, large)
			}
		})
	}
}

// TestTimeIsLinear compares the best of several runs over 4 KiB and 32 KiB. Linear
// work makes that 8, quadratic work 64; the limit leaves room for a busy machine.
func TestTimeIsLinear(t *testing.T) {
	if testing.Short() {
		t.Skip("-short was asked for, and this test measures time")
	}
	const limit = 30
	for form, unit := range hostile() {
		t.Run(form, func(t *testing.T) {
			small, large := fastest(filled(unit, 4<<10)), fastest(filled(unit, 32<<10))
			small = max(small, 100*time.Microsecond) // below that, the clock decides
			if ratio := float64(large) / float64(small); ratio > limit {
				t.Errorf("4 KiB in %v, 32 KiB in %v: ratio %.0f, want at most %d", small, large, ratio, limit)
			}
		})
	}
}

func fastest(text string) time.Duration {
	best := time.Duration(math.MaxInt64)
	for range 3 {
		start := time.Now()
		_, _ = Parse(text)
		best = min(best, time.Since(start))
	}
	return best
}

func BenchmarkParse(b *testing.B) {
	for name, text := range map[string]string{
		"link":       classic,
		"invitation": invitations()[0].text(classic),
		"ids":        invitations()[0].text(""),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, r := Parse(text); r != nil {
					b.Fatal(r)
				}
			}
		})
	}
}
