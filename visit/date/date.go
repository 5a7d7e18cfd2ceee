// Package date reads dates with times as people and spreadsheets write them.
//
// It never guesses: Read returns every meaning that a text can have, and Choose
// picks one only if the rest of the file or the country decides. It does not
// convert between time zones.
package date

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// Orders is a set of the orders in which people write day, month and year.
type Orders uint8

// The orders. The zero value means that nothing is known.
const (
	// DayFirst is 24/11/2026.
	DayFirst Orders = 1 << iota
	// MonthFirst is 11/24/2026.
	MonthFirst
	// YearFirst is 26/11/24. A year of four digits in front is never in doubt.
	YearFirst
	// Mixed means that the dates of a file contradict each other.
	Mixed
)

const anyOrder = DayFirst | MonthFirst | YearFirst

// ParseOrder reads dmy, mdy or ymd, as a flag or a form names an order.
func ParseOrder(name string) (Orders, bool) {
	o, ok := map[string]Orders{"dmy": DayFirst, "mdy": MonthFirst, "ymd": YearFirst}[name]
	return o, ok
}

// String returns dmy, mdy or ymd for a single order, "" for any other set.
func (o Orders) String() string {
	return map[Orders]string{DayFirst: "dmy", MonthFirst: "mdy", YearFirst: "ymd"}[o]
}

// Reading is one meaning of a text.
type Reading struct {
	// Orders lists the orders that lead to this meaning, 0 if the text does not
	// depend on an order: its month is a word, or its year comes first in full.
	Orders Orders
	// At is what calendar and clock on the wall show, as if in UTC; or the moment
	// itself if Exact.
	At time.Time
	// Exact is true if the text has an offset from UTC.
	Exact bool
	// Zone is the abbreviation of a time zone behind the time, such as CEST, as
	// package time writes it. Several zones may share it.
	Zone string

	dotted bool
}

// maxText bounds the text in bytes.
const maxText = 160

// basicForm is the form of ISO 8601 without separators, as calendar files have it:
// 20270605T143000Z. Seconds that are not zero leave it as it is.
var basicForm = regexp.MustCompile(`^([12][0-9]{3})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})(?:00)?(Z?)$`)

// capitalCET is the time zone; in small letters it is also Thursday in Croatian.
var capitalCET = regexp.MustCompile(`\bCET\b`)

// Read returns every date with a time of day that text can mean, at most three:
// none if it is not one, or if its weekday does not fit.
func Read(text string) []Reading {
	if len(text) > maxText {
		return nil
	}
	text = capitalCET.ReplaceAllString(text, "MEZ")
	text = basicForm.ReplaceAllString(strings.TrimSpace(text), "$1-$2-${3}T$4:$5$6")
	tokens, ok := scan(normalise(text))
	if !ok {
		return nil
	}
	date, rest := numericDate(tokens)
	var clock timeOfDay
	if date == nil {
		clock, rest = takeTime(rest)
		date, rest = wordedDate(rest)
	} else {
		clock, rest = takeTime(rest)
	}
	if date == nil || !clock.ok {
		return nil
	}
	weekdays, ok := onlyFiller(rest)
	if !ok {
		return nil
	}
	var out []Reading
	for _, d := range date {
		at, exists := d.at(clock)
		if !exists || weekdays>>at.Weekday()&1 == 0 {
			continue
		}
		if clock.exact {
			at = at.Add(-clock.offset)
		}
		add(&out, Reading{Orders: d.orders, At: at, Exact: clock.exact, Zone: clock.zone, dotted: d.dotted})
	}
	return out
}

// add keeps one reading for each moment.
func add(all *[]Reading, r Reading) {
	if i := slices.IndexFunc(*all, func(other Reading) bool { return other.At.Equal(r.At) }); i >= 0 {
		(*all)[i].Orders |= r.Orders
		return
	}
	*all = append(*all, r)
}

// Choose returns the reading that is certain: the only one, or the only one in the
// known orders of the file, or else in the orders of the country. It returns false
// if none or several remain.
func Choose(readings []Reading, known, country Orders) (Reading, bool) {
	if len(readings) == 1 {
		return readings[0], true
	}
	if known&anyOrder != 0 {
		readings = inOrders(readings, known)
		if len(readings) == 1 {
			return readings[0], true
		}
	}
	if known&Mixed != 0 {
		return Reading{}, false
	}
	readings = inOrders(readings, country)
	// Nobody writes the month first and then dots: the country does not decide.
	if len(readings) != 1 || readings[0].dotted && readings[0].Orders == MonthFirst {
		return Reading{}, false
	}
	return readings[0], true
}

func inOrders(readings []Reading, orders Orders) []Reading {
	return slices.DeleteFunc(slices.Clone(readings), func(r Reading) bool { return r.Orders&orders == 0 })
}

// Infer returns the orders that fit all dates of one column: a single one as soon
// as one date fits no other, 0 if nothing limits them, Mixed if none fits all.
func Infer(column []string) Orders {
	fit := anyOrder
	for _, text := range column {
		var orders Orders
		for _, r := range Read(text) {
			orders |= r.Orders
		}
		if orders != 0 {
			fit &= orders
		}
	}
	if fit == 0 {
		return Mixed
	}
	if fit == anyOrder {
		return 0
	}
	return fit
}
