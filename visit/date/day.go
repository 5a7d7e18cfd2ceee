package date

import (
	"slices"
	"time"
)

// day is one meaning of a date.
type day struct {
	year, month, day int
	orders           Orders
	dotted           bool
}

// firstYear is the earliest that two digits can mean: no visit is older.
const firstYear = 24

// at returns the day at a time of day, false if the calendar or the clock does not
// have it.
func (d day) at(t timeOfDay) (time.Time, bool) {
	at := time.Date(d.year, time.Month(d.month), d.day, t.hour, t.minute, t.second, 0, time.UTC)
	return at, at.Year() == d.year && int(at.Month()) == d.month && at.Day() == d.day
}

// numericDate finds a date of three numbers, such as 24/11/2026, 2026-11-24 or
// 2026年11月24日, and returns its meanings and the other tokens.
func numericDate(tokens []token) ([]day, []token) {
	for i := range tokens {
		if days, n := marksBetween(tokens, i); n > 0 {
			return days, without(tokens, i, n)
		}
		if days, n := marksBehind(tokens, i); n > 0 {
			return days, without(tokens, i, n)
		}
	}
	return nil, tokens
}

func without(tokens []token, i, n int) []token {
	return slices.Concat(tokens[:i], []token{{kind: mark, text: ","}}, tokens[i+n:])
}

func isNumber(tokens []token, i int) bool { return i < len(tokens) && tokens[i].kind == number }

func marksBetween(tokens []token, i int) ([]day, int) {
	if !isNumber(tokens, i) || !isNumber(tokens, i+2) || !isNumber(tokens, i+4) ||
		!marked(tokens, i+1, "/", ".", "-") || !marked(tokens, i+3, tokens[i+1].text) {
		return nil, 0
	}
	n := 5
	if marked(tokens, i+5, ".") && tokens[i+1].is(".") {
		n = 6 // Korean, Croatian and others end a date with a dot
	}
	days := meanings(tokens[i], tokens[i+2], tokens[i+4])
	for j := range days {
		days[j].dotted = tokens[i+1].is(".")
	}
	return days, n
}

// meanings are the orders in which three numbers can be a date.
func meanings(a, b, c token) []day {
	lengths := [3]int{len(a.text), len(b.text), len(c.text)}
	switch {
	case lengths[1] > 2:
		return nil
	case lengths[0] == 4 && lengths[2] <= 2:
		return []day{{year: a.number, month: b.number, day: c.number}}
	case lengths[0] > 2:
		return nil
	case lengths[2] == 4:
		return []day{
			{year: c.number, month: b.number, day: a.number, orders: DayFirst},
			{year: c.number, month: a.number, day: b.number, orders: MonthFirst},
		}
	}
	var out []day
	if lengths[2] == 2 && c.number >= firstYear {
		out = append(out,
			day{year: 2000 + c.number, month: b.number, day: a.number, orders: DayFirst},
			day{year: 2000 + c.number, month: a.number, day: b.number, orders: MonthFirst},
		)
	}
	if lengths[0] == 2 && lengths[2] <= 2 && a.number >= firstYear {
		out = append(out, day{year: 2000 + a.number, month: b.number, day: c.number, orders: YearFirst})
	}
	return out
}

// marksBehind is 2026年11月24日 and 2026년 11월 24일.
func marksBehind(tokens []token, i int) ([]day, int) {
	if !isNumber(tokens, i) || len(tokens[i].text) != 4 || !marked(tokens, i+1, "年", "년") ||
		!short(tokens, i+2, 2) || !marked(tokens, i+3, "月", "월") ||
		!short(tokens, i+4, 2) || !marked(tokens, i+5, "日", "일", "號", "号") {
		return nil, 0
	}
	return []day{{year: tokens[i].number, month: tokens[i+2].number, day: tokens[i+4].number}}, 6
}

// wordedDate finds a date whose month is a word: exactly two numbers are left, the
// year has four digits or follows the month.
func wordedDate(tokens []token) ([]day, []token) {
	at, months := monthWord(tokens)
	if at < 0 {
		return nil, tokens
	}
	var numbers []int
	for i, t := range tokens {
		if t.kind == number {
			numbers = append(numbers, i)
		}
	}
	if months == 0 { // Vietnamese: tháng 11
		months = 1 << tokens[at+1].number
		numbers = slices.DeleteFunc(numbers, func(i int) bool { return i == at+1 })
	}
	if len(numbers) != 2 {
		return nil, tokens
	}
	first, second := tokens[numbers[0]], tokens[numbers[1]]
	dayToken, year := first, second.number
	switch {
	case len(first.text) == 4 && len(second.text) <= 2:
		dayToken, year = second, first.number
	case len(first.text) <= 2 && len(second.text) == 4:
	case len(first.text) <= 2 && len(second.text) == 2 && second.number >= firstYear && numbers[1] > at:
		year += 2000
	default:
		return nil, tokens
	}
	var out []day
	for month := 1; month <= 12; month++ {
		if months>>month&1 == 1 {
			out = append(out, day{year: year, month: month, day: dayToken.number})
		}
	}
	rest := slices.DeleteFunc(slices.Clone(tokens), func(t token) bool { return t.kind == number })
	i := slices.IndexFunc(rest, func(t token) bool { return t == tokens[at] })
	return out, slices.Delete(rest, i, i+1)
}

// monthWord returns the place and the months of the only word that is a month, 0
// months if it says that the next number is one. Some words are a month in one
// language and a weekday in another: next to another month they are the weekday.
func monthWord(tokens []token) (at int, months uint16) {
	var all, pure []int
	for i, t := range tokens {
		if t.kind != word {
			continue
		}
		if t.is("tháng") && short(tokens, i+1, 2) && tokens[i+1].number <= 12 {
			return i, 0
		}
		if w, _ := lookUp(t.text); w.months != 0 {
			all = append(all, i)
			if w.weekdays == 0 {
				pure = append(pure, i)
			}
		}
	}
	if len(all) > 1 {
		all = pure
	}
	if len(all) != 1 {
		return -1, 0
	}
	w, _ := lookUp(tokens[all[0]].text)
	return all[0], w.months
}

const everyDay = 1<<7 - 1

// onlyFiller checks that what is left of a text has no meaning, except for
// weekdays, and returns the set of those that fit.
func onlyFiller(tokens []token) (weekdays uint8, ok bool) {
	weekdays = everyDay
	for _, t := range tokens {
		switch t.kind {
		case number:
			return 0, false
		case word:
			w, _ := lookUp(t.text)
			switch {
			case w.weekdays != 0:
				weekdays &= w.weekdays
			case !w.filler:
				return 0, false
			}
		case mark:
			switch t.text {
			case ",", ".", "(", ")", "-", "'", "|":
			default:
				return 0, false
			}
		}
	}
	return weekdays, true
}
