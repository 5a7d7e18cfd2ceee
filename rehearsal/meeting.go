package rehearsal

import (
	"crypto/sha256"
	"encoding/base32"
	"net/url"
	"strings"
	"unicode"
)

// RoomOf returns the code of the room in which a meeting is rehearsed: 16 lower-case letters and digits that reveal
// nothing about the meeting. The link and the bare ID of a meeting have the same room, and so do two spellings of a
// classic link with the same thread and message. RoomOf returns "" for an empty meeting, and validates nothing.
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

// digitsOf returns the text without spaces if it consists of digits, else "".
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

// cleanName returns a display name with spaces folded, without control and bidirectional-control characters, and with at
// most 64 characters. The result may be empty.
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
