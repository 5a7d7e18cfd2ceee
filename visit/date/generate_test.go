package date

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

var update = flag.Bool("update", false, "write words.txt and zones.txt from CLDR")

const cldr = "../../static/node_modules/"

// readCLDR reads a file of a CLDR package, or skips the test.
func readCLDR(t *testing.T, file, install string, into any) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(cldr, file))
	if os.IsNotExist(err) {
		t.Skipf("NOT CHECKED: %s is not installed; run %s in static", strings.Split(file, "/")[0], install)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}

// compare checks that a generated file is current, or writes it with -update.
func compare(t *testing.T, file string, lines []string) {
	t.Helper()
	text := strings.Join(lines, "\n") + "\n"
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != text {
		t.Errorf("%s differs from CLDR (%v): run go test ./visit/date -update, and review the difference", file, err)
	}
}

// zones.txt is made from the time zone identifiers of BCP 47, whose first two letters
// are the country, and from the Windows zones of CLDR.
func TestZonesFileIsCurrent(t *testing.T) {
	var bcp47 struct {
		Keyword struct {
			U struct {
				TZ map[string]json.RawMessage `json:"tz"`
			} `json:"u"`
		} `json:"keyword"`
	}
	readCLDR(t, "cldr-bcp47/bcp47/timezone.json", "npm ci", &bcp47)
	byName := make(map[string]string)
	for id, raw := range bcp47.Keyword.U.TZ {
		var zone struct {
			Alias string `json:"_alias"`
		}
		if strings.HasPrefix(id, "_") || json.Unmarshal(raw, &zone) != nil {
			continue
		}
		for name := range strings.FieldsSeq(zone.Alias) {
			byName[name] = countryOf(id)
		}
	}
	var windows struct {
		Supplemental struct {
			WindowsZones struct {
				MapTimezones []struct {
					MapZone struct {
						Other     string `json:"_other"`
						Type      string `json:"_type"`
						Territory string `json:"_territory"`
					} `json:"mapZone"`
				} `json:"mapTimezones"`
			} `json:"windowsZones"`
		} `json:"supplemental"`
	}
	readCLDR(t, "cldr-core/supplemental/windowsZones.json", "npm ci", &windows)
	for _, m := range windows.Supplemental.WindowsZones.MapTimezones {
		if z := m.MapZone; z.Territory == "001" && z.Other != "UTC" {
			byName[z.Other] = "=" + z.Type
		}
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		lines = append(lines, name+"\t"+byName[name])
	}
	compare(t, "zones.txt", lines)
}

// countryOf returns the country of a BCP 47 zone, or "" for UTC and for zones
// without a country.
func countryOf(id string) string {
	switch {
	case id == "gaza" || id == "gazastrp" || id == "hebron":
		return "ps"
	case id == "jeruslm":
		return "il"
	case id == "gldkshvn" || len(id) == 5 && id != "gmt":
		return id[:2]
	case len(id) > 5 && (strings.HasPrefix(id, "us") || strings.HasPrefix(id, "ru")):
		return id[:2]
	case id == "debsngn" || id == "mxstis":
		return id[:2]
	}
	return ""
}

// languages are the languages whose dates in words Read accepts.
const languages = `ar ar-DZ ar-LB bg bn ca cs cy da de de-AT el en en-GB en-CA es es-MX et eu fa fi fil fr fr-CA ga gl gu he hi hr hu id
is it ja ko lt lv mk ms nb nl nn pa pl pt ro ru sk sl so sq sr sr-Latn sv sw ta th tr uk ur vi zh zh-Hant`

// extraWords are words that people write in dates and CLDR does not have.
const extraWords = "tue w2,tues w2,wednes w3,thur w4,thurs w4,sept m9,am a,pm p," +
	// around dates and times
	"t f,de f,del f,of f,the f,at f,on f,um f,uhr f,à f,a f,le f,el f,al f,den f,der f,kl f,klo f,o f,om f,th f,st f,nd f,rd f," +
	"er f,ers f,às f,as f,alle f,ore f,ora f,в f,г f,года f,р f,року f,ngày f,hrs f,na f,dia f,día f,på f,h f,u f,uur f," +
	"年 f,時 f,时 f,点 f,點 f,分 f,년 f,시 f,분 f"

type names map[string]map[string]map[string]string

func TestWordsFileIsCurrent(t *testing.T) {
	found := make(map[string]map[string]bool)
	add := func(text, what string) {
		text = normaliseName(text)
		if text == "" || strings.ContainsAny(text, "0123456789") {
			return
		}
		for _, form := range []string{text, removeAccents(text)} {
			if found[form] == nil {
				found[form] = make(map[string]bool)
			}
			found[form][what] = true
		}
	}
	for tag := range strings.FieldsSeq(languages) {
		var file struct {
			Main map[string]struct {
				Dates struct {
					Calendars struct {
						Gregorian struct {
							Months     names `json:"months"`
							Days       names `json:"days"`
							DayPeriods names `json:"dayPeriods"`
						} `json:"gregorian"`
					} `json:"calendars"`
				} `json:"dates"`
			} `json:"main"`
		}
		readCLDR(t, "cldr-dates-full/main/"+tag+"/ca-gregorian.json", "npm install --no-save cldr-dates-full@48.2.0", &file)
		g := file.Main[tag].Dates.Calendars.Gregorian
		for _, use := range []string{"format", "stand-alone"} {
			for _, width := range []string{"wide", "abbreviated", "short"} {
				for n, name := range g.Months[use][width] {
					add(name, "m"+n)
				}
				for i, n := range []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} {
					add(g.Days[use][width][n], fmt.Sprint("w", i))
				}
				add(g.DayPeriods[use][width]["am"], "a")
				add(g.DayPeriods[use][width]["pm"], "p")
			}
		}
	}
	for entry := range strings.SplitSeq(extraWords, ",") {
		text, what, _ := strings.Cut(entry, " ")
		if found[text] == nil {
			found[text] = make(map[string]bool)
		}
		found[text][what] = true
	}
	var lines []string
	for _, text := range slices.Sorted(maps.Keys(found)) {
		if what := found[text]; what["f"] || what["a"] && what["p"] {
			// "de" is a filler in Spanish, Thursday in Tamil and morning in Hungarian.
			maps.DeleteFunc(what, func(k string, _ bool) bool { return k == "a" || k == "p" || what["f"] && k[0] == 'w' })
		}
		if len(found[text]) > 0 {
			lines = append(lines, text+"\t"+strings.Join(slices.Sorted(maps.Keys(found[text])), "\t"))
		}
	}
	compare(t, "words.txt", lines)
}

// normaliseName brings a name into the form of a token: lower case, without full
// stops or the article that Catalan dates begin with.
func normaliseName(name string) string {
	name = strings.ToLower(norm.NFKC.String(name))
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Cf, r), r == '.':
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, name)
	for _, article := range []string{"de ", "d’", "d'"} {
		name = strings.TrimPrefix(name, article)
	}
	if name == "a m" || name == "p m" {
		return ""
	}
	return strings.TrimSpace(name)
}

// removeAccents removes the accents of Latin letters, which many people leave out.
func removeAccents(text string) string {
	for _, r := range text {
		if !unicode.In(r, unicode.Latin, unicode.Mn) {
			return text
		}
	}
	plain, _, _ := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), text)
	return plain
}
