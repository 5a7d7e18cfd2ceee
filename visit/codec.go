package visit

import (
	"slices"
	"time"
)

// The encoded form of a visit, before encryption. docs/decisions/seal.md
// describes both versions bit by bit; testdata/seal has vectors of both. In
// order: ID, meeting, times, zone, one bit for a usual visit or what differs
// from it, host, name, phone and dial-in if any, and zeros up to the next
// multiple of padding.
//
// Version 2 adds the day of creation, meetings without a passcode, and room for
// more kinds of meeting, hosts and roles. It is as long as version 1, because
// usual starts and lengths take fewer bits. Version 1 is only read.
const (
	revisionWidth = 6
	// padding in bytes: a link shows the length of the names in it only to about
	// three letters. More would not leave room for a phone number in 120 characters.
	padding = 2
	// maxPlain is more than any valid visit takes.
	maxPlain = 1 << 10
)

// widths are how many bits a version spends on numbers that may need more values.
type widths struct{ meeting, host, role int }

func widthsOf(version int) widths {
	if version == 1 {
		return widths{meeting: 2, host: 2, role: 2}
	}
	return widths{meeting: 3, host: 3, role: 4}
}

// encode writes a valid visit in the newest version. It returns false for a
// meeting that has no encoding.
func encode(v Visit) ([]byte, bool) {
	var w bitWriter
	width := widthsOf(sealVersion)
	w.octets(v.ID[:])
	if !putMeeting(&w, v.Meeting, width) {
		return nil, false
	}
	putTimes(&w, v)
	putListed(&w, zones(), v.Zone, zoneWidth)
	usual := v.Language == defaultLanguage && v.Role == RoleGuest && v.Chat && v.Camera && v.Share && v.Revision == 0
	w.flag(!usual)
	if !usual {
		putListed(&w, languages(), v.Language, languageWidth)
		w.put(uint64(max(slices.Index(Roles(), v.Role), 0)), width.role)
		w.flag(v.Chat)
		w.flag(v.Camera)
		w.flag(v.Share)
		w.put(uint64(v.Revision), revisionWidth)
	}
	putText(&w, v.Host)
	putText(&w, v.Name)
	w.flag(v.Phone != "")
	if v.Phone != "" {
		putPhone(&w, v.Phone)
	}
	w.flag(v.DialIn != DialIn{})
	if v.DialIn != (DialIn{}) {
		putPhone(&w, v.DialIn.Number)
		putDigits(&w, v.DialIn.Conference)
	}
	for len(w.bytes)%padding != 0 {
		w.bytes = append(w.bytes, 0)
	}
	return w.bytes, len(w.bytes) <= maxPlain
}

// decode reads the encoding of version 1 or 2 and returns only valid visits.
func decode(version int, plain []byte) (v Visit, ok bool) {
	if len(plain) > maxPlain || len(plain)%padding != 0 {
		return Visit{}, false
	}
	r := bitReader{bytes: plain}
	width := widthsOf(version)
	copy(v.ID[:], r.octets(len(v.ID)))
	all := true
	check := func(text string, ok bool) string {
		all = all && ok
		return text
	}
	v.Meeting, all = takeMeeting(&r, width)
	takeTimes(&r, version, &v)
	v.Zone = check(takeListed(&r, zones(), zoneWidth))
	v.Language, v.Role, v.Chat, v.Camera, v.Share = defaultLanguage, RoleGuest, true, true, true
	if r.flag() {
		v.Language = check(takeListed(&r, languages(), languageWidth))
		role, listed := takeOf(&r, Roles(), width.role)
		v.Role, all = role, all && listed
		v.Chat, v.Camera, v.Share = r.flag(), r.flag(), r.flag()
		v.Revision = int(r.take(revisionWidth))
	}
	v.Host = check(takeText(&r))
	v.Name = check(takeText(&r))
	if r.flag() {
		v.Phone = check(takePhone(&r))
	}
	if r.flag() {
		v.DialIn.Number = check(takePhone(&r))
		v.DialIn.Conference = check(takeDigits(&r))
	}
	if !all || !r.empty() || v.Validate() != nil {
		return Visit{}, false
	}
	return v, true
}

// The widths of start, length and day of creation.
const (
	startWidth   = 26 // minutes since epoch: 127 years
	minutesWidth = 11
	lengthWidth  = 3  // a number of usualLengths
	aheadWidth   = 6  // whole days from creation to start, plus behind
	behind       = 8  // a link may be made a few days after its visit began
	dayWidth     = 16 // days since epoch, plus one; 0 for a visit of version 1
)

// usualLengths in minutes take three bits; any other is written out. They are part
// of the sealed form and must not change.
func usualLengths() []int { return []int{15, 30, 20, 60, 45, 10, 90} }

// steps are the units of a start. A 1 bit means that the start does not fit the
// unit and the next one follows. A start at a quarter of an hour takes 24 bits,
// any other 26 or 28.
func steps() []step {
	return []step{{minutes: 15, width: startWidth - 3}, {minutes: 5, width: startWidth - 2}, {minutes: 1, width: startWidth}}
}

type step struct {
	minutes uint64
	width   int
}

func putTimes(w *bitWriter, v Visit) {
	start := uint64(v.Start.Sub(epoch) / time.Minute)
	for i, s := range steps() {
		fits := start%s.minutes == 0
		if i < len(steps())-1 {
			w.flag(!fits)
		}
		if fits {
			w.put(start/s.minutes, s.width)
			break
		}
	}
	if at := slices.Index(usualLengths(), v.Minutes); at >= 0 {
		w.put(uint64(at), lengthWidth)
	} else {
		w.put(1<<lengthWidth-1, lengthWidth)
		w.put(uint64(v.Minutes-1), minutesWidth)
	}
	ahead := days(v.Start) - days(v.Created) + behind
	written := v.Created.IsZero() || ahead < 0 || ahead >= 1<<aheadWidth
	w.flag(written)
	switch {
	case !written:
		w.put(uint64(ahead), aheadWidth)
	case v.Created.IsZero():
		w.put(0, dayWidth)
	default:
		w.put(uint64(days(v.Created)+1), dayWidth)
	}
}

// takeTimes reads start, length and day of creation into v.
func takeTimes(r *bitReader, version int, v *Visit) {
	minutes := func(n uint64) time.Time { return epoch.Add(time.Duration(n) * time.Minute) }
	if version == 1 {
		v.Start, v.Minutes = minutes(r.take(startWidth)), int(r.take(minutesWidth))+1
		return
	}
	at := 0
	for at < len(steps())-1 && r.flag() {
		at++
	}
	v.Start = minutes(steps()[at].minutes * r.take(steps()[at].width))
	length, listed := takeOf(r, usualLengths(), lengthWidth)
	if !listed {
		length = int(r.take(minutesWidth)) + 1
	}
	v.Minutes = length
	if !r.flag() {
		ahead := int(r.take(aheadWidth))
		v.Created = epoch.AddDate(0, 0, days(v.Start)-ahead+behind)
	} else if day := int(r.take(dayWidth)); day > 0 {
		v.Created = epoch.AddDate(0, 0, day-1)
	}
}

// days counts from the day of epoch to the day of t, both in UTC.
func days(t time.Time) int { return int(Day(t).Sub(epoch) / (24 * time.Hour)) }

// takeOf reads a number of the given width and returns that entry of the list.
func takeOf[T any](r *bitReader, list []T, width int) (entry T, ok bool) {
	at := r.take(width)
	if at >= uint64(len(list)) {
		return entry, false
	}
	return list[at], true
}
