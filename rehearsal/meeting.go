package rehearsal

import (
	"crypto/sha256"
	"encoding/base32"
	"net/url"
	"strings"
	"unicode"
)

// RoomOf is the code of the room in which a meeting is rehearsed: 16 lower-case letters and digits that tell nothing
// of the meeting. The link and the bare ID of one meeting have the same room; so have two spellings of a classic link,
// whose thread and message decide. It is empty for an empty meeting, and does not judge what it is given.
func RoomOf(meeting string) string {
	meeting = strings.TrimSpace(meeting)
	if meeting == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(meetingKey(meeting)))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
}

func meetingKey(meeting string) string {
	if id := digitsOf(meeting); id != "" {
		return "id:" + id
	}
	u, err := url.Parse(meeting)
	if err != nil {
		return "text:" + meeting
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	for i, part := range parts[:len(parts)-1] {
		switch strings.ToLower(part) {
		case "meet":
			if id := digitsOf(parts[i+1]); id != "" {
				return "id:" + id
			}
		case "meetup-join":
			thread := parts[i+1]
			if plain, err := url.PathUnescape(thread); err == nil { // some mailers encode twice
				thread = plain
			}
			return "thread:" + thread + "/" + strings.Join(parts[i+2:], "/")
		}
	}
	return "text:" + meeting
}

// digitsOf is the text without spaces if nothing but digits is left, else empty.
func digitsOf(text string) string {
	id := strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) {
			return -1
		}
		return c
	}, text)
	for _, c := range id {
		if !digit(c) {
			return ""
		}
	}
	return id
}

// cleanName is a display name as others may see it: spaces folded, no control or bidirectional-control characters,
// at most 64 characters. It may come out empty.
func cleanName(name string) string {
	kept := strings.Map(func(c rune) rune {
		switch {
		case unicode.IsSpace(c):
			return ' '
		case unicode.IsControl(c), unicode.Is(unicode.Bidi_Control, c), c == unicode.ReplacementChar:
			return -1
		}
		return c
	}, name)
	runes := []rune(strings.Join(strings.Fields(kept), " "))
	return strings.TrimSpace(string(runes[:min(len(runes), 64)]))
}
