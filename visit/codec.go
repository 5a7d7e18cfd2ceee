package visit

import "time"

// The sealed form of a visit, version 1, in this order: ID, meeting, start,
// length, zone, whether it is a usual visit and if not how it differs, host,
// name, phone and dial-in if any, and zeros up to the next multiple of padding.
const (
	startWidth    = 26 // minutes since epoch: 127 years
	minutesWidth  = 11
	revisionWidth = 6
	roleWidth     = 2
	// padding in bytes: a link shows the length of the names in it only to about
	// three letters. More would not leave room for a phone number in 120 characters.
	padding = 2
	// maxPlain is more than any valid visit takes.
	maxPlain = 1 << 10
)

// encode writes a valid visit; false for one that it does not know how to write.
func encode(v Visit) ([]byte, bool) {
	var w bitWriter
	w.octets(v.ID[:])
	if !putMeeting(&w, v.Meeting) {
		return nil, false
	}
	w.put(uint64(v.Start.Sub(epoch)/time.Minute), startWidth)
	w.put(uint64(v.Minutes-1), minutesWidth)
	putListed(&w, zones(), v.Zone, zoneWidth)
	usual := v.Language == defaultLanguage && v.Role == RoleGuest && v.Chat && v.Camera && v.Share && v.Revision == 0
	w.flag(!usual)
	if !usual {
		putListed(&w, languages(), v.Language, languageWidth)
		w.put(roleNumber(v.Role), roleWidth)
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

func roleNumber(role Role) uint64 {
	for i, r := range Roles() {
		if r == role {
			return uint64(i)
		}
	}
	return 0
}

// decode reads what encode wrote. What it gives is valid.
func decode(plain []byte) (v Visit, ok bool) {
	if len(plain) > maxPlain || len(plain)%padding != 0 {
		return Visit{}, false
	}
	r := bitReader{bytes: plain}
	copy(v.ID[:], r.octets(len(v.ID)))
	all := true
	check := func(text string, ok bool) string {
		all = all && ok
		return text
	}
	v.Meeting, all = takeMeeting(&r)
	v.Start = epoch.Add(time.Duration(r.take(startWidth)) * time.Minute)
	v.Minutes = int(r.take(minutesWidth)) + 1
	v.Zone = check(takeListed(&r, zones(), zoneWidth))
	v.Language, v.Role, v.Chat, v.Camera, v.Share = defaultLanguage, RoleGuest, true, true, true
	if r.flag() {
		v.Language = check(takeListed(&r, languages(), languageWidth))
		v.Role = Roles()[r.take(roleWidth)]
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
