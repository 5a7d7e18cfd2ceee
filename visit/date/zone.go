package date

import (
	_ "embed"
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
