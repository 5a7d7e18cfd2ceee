package teams

import (
	"regexp"
	"strings"
	"unicode"
)

// Invitations print "Meeting ID: 264 183 392 744 150" and "Passcode: Mt9xB2N6" in
// some sixty languages. Only shapes are read here, never a word: groups of three
// digits, then a word that looks like a passcode.

var (
	htmlTag = regexp.MustCompile(`</?[A-Za-z!][^<>]*>`)
	blanks  = regexp.MustCompile(`\s*\n\s*`)
	// digitRun takes phone numbers whole, so that no part of one is an ID.
	digitRun = regexp.MustCompile(`[+(]?[0-9](?:[0-9 .()/-]*[0-9])?`)
	// groupedID is how Teams prints an ID: 10 to 16 digits in threes.
	groupedID = regexp.MustCompile(`^[1-9][0-9]{2}(?:[ -][0-9]{3}){2,4}(?:[ -][0-9]{1,3})?$`)
	runBreak  = regexp.MustCompile(`[ .()/-]{2}|[./]`)
	plainID   = regexp.MustCompile(`^[1-9][0-9]{9,15}$`)
	onlyID    = regexp.MustCompile(`^[0-9][0-9 .-]*[0-9]$`)
	token     = regexp.MustCompile(`[\pL\pM\pN_]+`)
)

// idAndPasscode finds a meeting ID and its passcode in words, a text without its
// links. The second field's passcode, when there is one, goes before the text's.
func (p *parser) idAndPasscode(words string) outcome {
	if strings.Contains(words, "</") || strings.Contains(words, "<br") {
		words = htmlTag.ReplaceAllString(words, "\n")
	}
	words = strings.TrimSpace(blanks.ReplaceAllString(words, "\n"))
	if onlyID.MatchString(words) {
		id := digitsOf(words)
		switch {
		case !idShape.MatchString(id):
			return outcome{}
		case p.passcode == "":
			return refused(PasscodeMissing)
		default:
			return accepted(Meeting{Kind: KindID, ID: id, Passcode: p.passcode})
		}
	}
	var found outcome
	for _, run := range digitRun.FindAllStringIndex(words, maxIDs) {
		id, end := meetingID(words, run[0], run[1])
		if id == "" {
			continue
		}
		passcode := p.passcode
		if passcode == "" {
			passcode = passcodeIn(words[end:])
		}
		if passcode == "" {
			passcode = passcodeBefore(words[:run[0]])
		}
		if passcode != "" {
			return accepted(Meeting{Kind: KindID, ID: id, Passcode: passcode})
		}
		if end-run[0] > len(id) { // written in groups: meant as an ID
			found = refused(PasscodeMissing)
		}
	}
	return found
}

// meetingID gives the digits of words[from:to] when they have the shape of a
// meeting ID and nothing around them says phone number, and where they end.
func meetingID(words string, from, to int) (string, int) {
	if words[from] == '(' {
		from++
	}
	run := words[from:to]
	if to < len(words) && wordByte(words[to]) { // the last group begins a word: "567 8 4SMTaW"
		cut := strings.LastIndexAny(run, " .()/-")
		if cut < 0 {
			return "", to
		}
		run = strings.TrimRight(run[:cut], " .()/-")
		to = from + len(run)
	}
	if cut := runBreak.FindStringIndex(run); cut != nil { // "567 8 - 30 min"
		run = run[:cut[0]]
		to = from + len(run)
	}
	if !groupedID.MatchString(run) && !plainID.MatchString(run) {
		return "", to
	}
	if from > 0 && (wordByte(words[from-1]) || strings.IndexByte("+,#*@", words[from-1]) >= 0) {
		return "", to
	}
	if after := strings.TrimLeft(words[to:], " "); strings.HasPrefix(after, "#") || strings.HasPrefix(after, ",,") || strings.HasPrefix(after, "@") {
		return "", to
	}
	id := digitsOf(run)
	if len(id) < 10 || len(id) > 16 {
		return "", to
	}
	return id, to
}

func wordByte(b byte) bool {
	return b == '_' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// passcodeIn gives the most likely passcode in the words that follow a meeting
// ID, or "". A word after a colon counts more than a bare one, mixed letters and
// digits more than a plain word.
func passcodeIn(words string) string {
	const window = 400 // bytes: the passcode stands on the same or the next line
	words = words[:min(len(words), window)]
	best, bestScore := "", 0
	for i, loc := range token.FindAllStringIndex(words, maxTokens) {
		if loc[1] == window { // may be cut
			break
		}
		if s := passcodeScore(words, loc[0], loc[1], i == 0); s > bestScore {
			best, bestScore = words[loc[0]:loc[1]], s
		}
	}
	return best
}

// passcodeBefore gives the last word before a meeting ID that both stands after a
// label and looks drawn at random, or "".
func passcodeBefore(words string) string {
	const window = 120
	if cut := len(words) - window; cut > 0 {
		words = words[cut:]
		words = words[max(0, strings.IndexByte(words, ' ')):]
	}
	best := ""
	for _, loc := range token.FindAllStringIndex(words, maxTokens) {
		if passcodeScore(words, loc[0], loc[1], false) == surest {
			best = words[loc[0]:loc[1]]
		}
	}
	return best
}

// surest is the highest score a passcode can have.
const surest = 4

func passcodeScore(words string, from, to int, first bool) int {
	word := words[from:to]
	if len(word) < 4 || len(word) > 20 || !passcodeShape.MatchString(word) || !hasLetter(word) || joinedWord(words, from, to) {
		return 0
	}
	switch labelled := afterLabel(words[:from]); {
	case labelled && mixed(word):
		return surest
	case len(word) >= 6 && strings.ContainsAny(word, "0123456789") && strings.Count(words[:from], "\n") <= 2:
		return 3
	case len(word) >= 6 && mixed(word) && lastOnLine(words, to) && (alone(words, from) || !strings.Contains(words[:from], "\n")):
		return 3
	case labelled && lastOnLine(words, to):
		return 2
	case first && lastOnLine(words, to):
		return 1
	default:
		return 0
	}
}

// joinedWord reports whether punctuation makes the word a part of a longer thing:
// an address, a file name, a compound.
func joinedWord(words string, from, to int) bool {
	const joints = "@.-/'\\#"
	if from > 1 && strings.IndexByte("@.-'\\#", words[from-1]) >= 0 && !unicode.IsSpace(rune(words[from-2])) {
		return true
	}
	return to+1 < len(words) && strings.IndexByte(joints, words[to]) >= 0 && wordByte(words[to+1])
}

// afterLabel reports whether the text ends in a label: a colon or an equals sign
// that no digit precedes, as one does in a time of day.
func afterLabel(s string) bool {
	s = strings.TrimRight(s, " \t\n\"*")
	if s == "" || s[len(s)-1] != ':' && s[len(s)-1] != '=' {
		return false
	}
	s = strings.TrimRight(s[:len(s)-1], " ")
	return s != "" && (s[len(s)-1] < '0' || s[len(s)-1] > '9')
}

func lastOnLine(words string, to int) bool {
	rest := strings.TrimLeft(words[to:], " \t.,;)*\"")
	return rest == "" || rest[0] == '\n'
}

func alone(words string, from int) bool {
	before := strings.TrimRight(words[:from], " \t")
	return before == "" || before[len(before)-1] == '\n'
}

func hasLetter(s string) bool {
	return strings.IndexFunc(s, unicode.IsLetter) >= 0
}

// mixed reports whether a word looks drawn at random: letters with digits, or a
// capital after a small letter.
func mixed(s string) bool {
	if hasLetter(s) && strings.ContainsAny(s, "0123456789") {
		return true
	}
	for i := 1; i < len(s); i++ {
		if s[i-1] >= 'a' && s[i-1] <= 'z' && s[i] >= 'A' && s[i] <= 'Z' {
			return true
		}
	}
	return false
}
