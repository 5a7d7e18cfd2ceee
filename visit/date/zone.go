package date

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// zoneList has one name a line: an IANA zone with its country, or a Windows zone
// with = and its IANA zone.
//
//go:embed zones.txt
var zoneList string

type zoneTable struct {
	iana    map[string]string // IANA name by any name in lower case
	country map[string]string // by IANA name
}

var zones = sync.OnceValue(func() zoneTable {
	t := zoneTable{make(map[string]string), make(map[string]string)}
	for line := range strings.Lines(zoneList) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "\t")
		if iana, windows := strings.CutPrefix(value, "="); windows {
			t.iana[strings.ToLower(name)] = iana
			continue
		}
		t.iana[strings.ToLower(name)] = name
		t.country[name] = value
	}
	return t
})

// Zone returns the IANA name of a time zone: of a Windows zone such as "W. Europe
// Standard Time" (CLDR's windowsZones, territory 001), or of an IANA name in any
// case. It returns any other name as it is.
func Zone(name string) string {
	name = strings.TrimSpace(name)
	if iana, ok := zones().iana[strings.ToLower(name)]; ok {
		return iana
	}
	return name
}

// ownZones are abbreviations that only the zones of one region use, each with one of
// them.
const ownZones = "CET=Europe/Berlin CEST=Europe/Berlin EET=Europe/Athens EEST=Europe/Athens WET=Europe/Lisbon WEST=Europe/Lisbon MSK=Europe/Moscow " +
	"EDT=America/New_York MDT=America/Denver PDT=America/Los_Angeles AKST=America/Anchorage AKDT=America/Anchorage HST=Pacific/Honolulu " +
	"JST=Asia/Tokyo KST=Asia/Seoul HKT=Asia/Hong_Kong AEST=Australia/Brisbane AEDT=Australia/Sydney ACDT=Australia/Adelaide AWST=Australia/Perth " +
	"NZST=Pacific/Auckland NZDT=Pacific/Auckland SAST=Africa/Johannesburg"

// sharedZones are abbreviations that zones of several regions use for different times.
const sharedZones = "EST CST CDT MST PST AST ADT NST NDT BST IST ACST WIB PKT EAT WAT CAT"

// abbreviation returns the abbreviation of a zone as package time writes it, "" for
// any other word.
func abbreviation(word string) string {
	switch word {
	case "mez":
		return "CET"
	case "mesz":
		return "CEST"
	}
	if m, known := lookUp(word); known && !m.filler {
		return ""
	}
	word = strings.ToUpper(word)
	if ZoneOf(word, "") != "" || slices.Contains(strings.Fields(sharedZones), word) {
		return word
	}
	return ""
}

// ZoneOf returns the IANA name of a zone that uses an abbreviation, for somebody in the
// zone local; "" if zones with different times use it, or none.
func ZoneOf(abbreviation, local string) string {
	if abbreviation == "EDT" && country(local) == "au" { // Australians mean their own
		return ""
	}
	for pair := range strings.FieldsSeq(ownZones) {
		if name, zone, _ := strings.Cut(pair, "="); name == abbreviation {
			return zone
		}
	}
	return ""
}

// country returns the ISO 3166 code of a zone's country in lower case, "" if it
// has none.
func country(zone string) string { return zones().country[Zone(zone)] }

// The countries that do not write the day first alone. Those that use both orders
// of day and month are listed rather too often than too rarely: a wrong entry only
// means that somebody is asked.
const (
	monthFirst = "us um gu vi as mp fm mh pw"
	yearFirst  = "cn jp kp kr tw mn hu lt bt ir"
	either     = "ca ph ke gh pa ky pr tg so za bz mo"
	dayOrYear  = "se hk dk no fi lv ee"
)

// InZone returns the orders that people in a time zone use: several, or 0 if its
// country uses both orders of day and month or the zone has no country.
func InZone(zone string) Orders {
	code := country(zone)
	if code == "" {
		return 0
	}
	for _, c := range []struct {
		countries string
		orders    Orders
	}{{monthFirst, MonthFirst}, {yearFirst, YearFirst}, {either, 0}, {dayOrYear, DayFirst | YearFirst}} {
		if strings.Contains(c.countries, code) {
			return c.orders
		}
	}
	return DayFirst
}
