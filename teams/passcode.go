package teams

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// code is the passcode that belongs to a meeting ID.
type code struct {
	text string
	// others are further readings of the same place. With unsure, text must be
	// confirmed even without others.
	others []string
	unsure bool
	// early is the reading in which the last digits of the ID begin the passcode.
	early string
	rule  string
}

var (
	token = regexp.MustCompile(`[\pL\pM\pN_]+`)
	// labelGap is what stands between a label and its value.
	labelGap = regexp.MustCompile("^[\\s:=*\"'`<>|()\\[\\]\u2022\u00b7-]{0,16}")
	// labelWords are more words of a label, up to its colon: "Passcode for the call:".
	labelWords = regexp.MustCompile(`^[^\n:=0-9]{0,40}[:=]`)
	// verb is what a sentence has between a label and its value.
	verb = regexp.MustCompile(`^(?:\p{Ll}{1,6} ){1,3}["'*(]?`)
	// noCode is what people write where there is no passcode.
	noCode = regexp.MustCompile(`(?i)^(?:none|null|not|no|n/?a|required|needed|keine?r?|nicht|aucun|ninguno|nessuno|geen|brak|inget|ingen|nenhum|optional)$`)
)

// The window in which a passcode is looked for, in bytes.
const (
	windowAfter  = 400 // it stands on the same line or one of the next
	windowBefore = 120
)

// codeFor returns the passcode for a number: behind a known label after it, behind
// one before it, or by its form alone.
func codeFor(words string, n number) code {
	after := words[n.end:min(len(words), n.end+windowAfter)]
	if next := labels().id.find(after, 1); len(next) > 0 && next[0][0] > 0 { // the next meeting's
		after = after[:next[0][0]]
	}
	if c := codeAfter(after); c.text != "" {
		c.unsure = c.unsure || c.rule == "code-word" && n.spoken != scopeMeeting
		return c
	}
	if c := codeBefore(words[max(0, n.start-windowBefore):n.start]); c.text != "" {
		return c
	}
	if n.shorter != "" && !n.early && glued(words[n.end:]) {
		if c := gluedCode(words, n); c.text != "" {
			return c
		}
	}
	c := likelyCode(after, len(words) > n.end+windowAfter)
	if c.text == "" {
		c = code{text: codeOnLineBefore(words[max(0, n.start-windowBefore):n.start]), unsure: true, rule: "form-before"}
	}
	switch {
	case c.text != "" && headed(words, n, c.text):
		c.unsure, c.rule = len(c.others) > 0 || !mixed(c.text), "table"
	case n.spoken != scopeNone || strings.TrimSpace(words[:n.start]) != "":
		c.unsure = true
	}
	return c
}

// headed reports whether a number and its passcode are a row of a table whose only
// headings are their labels, in this order.
func headed(words string, n number, passcode string) bool {
	const marks = " \n|;,:-"
	t := labels()
	above := words[max(0, n.start-windowBefore):n.start]
	id := t.id.find(above, -1)
	if len(id) == 0 {
		return false
	}
	after := strings.TrimLeft(above[id[len(id)-1][1]:], marks)
	label := t.passcode.at(after)
	return label > 0 && strings.Trim(after[label:], marks) == "" && strings.HasPrefix(strings.TrimLeft(words[n.end:], marks), passcode)
}

// gluedCode reads a passcode that is glued to an ID: "914 6kT4vNb8Q".
func gluedCode(words string, n number) code {
	early := leadingCode(words[n.shorterEnd+1:])
	rest := early[n.end-n.shorterEnd-1:]
	if len(rest) < shortestSeen || !mixed(early) {
		return code{}
	}
	return code{text: rest, early: early, unsure: true, rule: "glued"}
}

// codeAfter returns the value of the first known passcode label in words.
func codeAfter(words string) code {
	t := labels()
	var first code
	for _, loc := range t.passcode.find(words, 4) {
		if withinWord(words, loc[0]) {
			continue
		}
		switch c := codeAt(words[loc[1]:]); {
		case c.text == "":
		case first.text == "":
			first, first.rule = c, "passcode-label"
		case c.text != first.text && mixed(c.text) && !c.unsure && len(first.others) < maxChoices: // two that differ
			first.others, first.unsure = append(first.others, c.text), true
		}
	}
	if first.text != "" {
		return first
	}
	for _, loc := range t.code.find(words, 8) {
		rest := strings.TrimLeft(words[loc[1]:], " *")
		if withinWord(words, loc[0]) || rest == "" {
			continue
		}
		if rest[0] != ':' && rest[0] != '=' {
			if c := splitCode(rest); words[loc[1]] == ' ' && len(c.text) >= shortestSeen && !c.unsure && mixed(c.text) && strings.ContainsAny(c.text, "0123456789") {
				c.rule = "code-word"
				return c
			}
			continue
		}
		if c := codeAt(rest); c.text != "" {
			c.rule = "code-label"
			return c
		}
	}
	return code{}
}

// codeBefore returns the value of the last known passcode label in words.
func codeBefore(words string) code {
	all := labels().passcode.find(words, -1)
	for _, loc := range slices.Backward(all) {
		if withinWord(words, loc[0]) {
			continue
		}
		if c := codeAt(words[loc[1]:]); c.text != "" {
			c.rule = "passcode-label-before"
			return c
		}
	}
	return code{}
}

// withinWord reports whether a Latin word goes on before words[at:].
func withinWord(words string, at int) bool {
	before, _ := utf8.DecodeLastRuneInString(words[:at])
	first, _ := utf8.DecodeRuneInString(words[at:])
	return unicode.IsLetter(before) && latin(before) && latin(first)
}

// codeAt reads the passcode right behind its label.
func codeAt(rest string) code {
	gap := labelGap.FindString(rest)
	value := rest[len(gap):]
	plain := strings.ContainsAny(gap, ":=\n\"")
	if m := verb.FindString(value); !plain && m != "" { // "the passcode is Mt9xB2N6"
		if c := splitCode(value[len(m):]); mixed(c.text) || strings.ContainsAny(c.text, "0123456789") {
			return c
		}
	}
	if c := splitCode(value); c.text != "" && (plain || mixed(c.text) || strings.ContainsAny(c.text, "0123456789")) {
		return c
	}
	if plain {
		return code{}
	}
	if words := labelWords.FindString(rest); words != "" {
		value = rest[len(words):]
		return splitCode(value[len(labelGap.FindString(value)):])
	}
	// "パスコードは Mt9xB2N6": a particle stands between.
	for i, r := range value {
		if i > 12 || r == '\n' {
			break
		}
		if r < utf8.RuneSelf && wordByte(byte(r)) {
			if c := splitCode(value[i:]); mixed(c.text) {
				return c
			}
			break
		}
	}
	return code{}
}

// splitCode reads the passcode with which a text begins. Where another word is
// glued to it, a known label decides where it ends; without one it is a question.
func splitCode(text string) code {
	word := leadingCode(text)
	after := text[len(word):]
	if word == "" || noCode.MatchString(word) || labelAt(text) > 0 && !strings.HasPrefix(after, "\n") && strings.Trim(word, "0123456789") != "" {
		return code{}
	}
	for at := shortestSeen; at < len(word) && at <= longestSeen; at++ {
		if labelAt(text[at:]) > 0 {
			return code{text: word[:at]}
		}
		if window := text[at:min(len(text), at+96)]; strings.Contains(window, "\n") && labelAt(strings.ReplaceAll(window, "\n", "")) > 0 {
			return code{text: word[:at], others: []string{word}, unsure: true} // a line break has cut the label
		}
	}
	next, _ := utf8.DecodeRuneInString(after)
	switch {
	case joins(after), len(word) < 4 && !startsCode(after):
		return code{}
	case len(word) < shortestSeen:
		return shortCode(word, after)
	case len(word) <= longestSeen && labelAt(after) > 0:
		return code{text: word}
	case len(word) <= usual && next >= utf8.RuneSelf && unicode.IsUpper(next): // "Hx3Lm9QaÞarftu": a word begins
		return code{text: word}
	case unicode.IsLetter(next) && latin(next), len(word) > longestSeen:
		return longCode(word)
	case len(word) > usual: // longer than any that an invitation has shown
		return longCode(word)
	}
	if whole := cutCode(word, after); whole != "" {
		return code{text: whole, others: []string{word}, unsure: true}
	}
	plain := !mixed(word) && strings.ContainsAny(word, "abcdefghijklmnopqrstuvwxyz") && strings.ToLower(word) == word
	return code{text: word, unsure: plain && !lastOnLine(after)}
}

// usual is the longest passcode that an invitation has shown.
const usual = 8

// cutCode returns a passcode together with what a line break or a blank may have
// cut off it, or "". A small word behind a blank is prose.
func cutCode(word, after string) string {
	gap := countPrefix(after, " \n")
	rest := after[gap:]
	for n := 1; gap > 0 && len(word)+n <= usual && n <= len(rest) && wordByte(rest[n-1]) && rest[n-1] != '_'; n++ {
		if n < len(rest) && wordByte(rest[n]) && labelAt(rest[n:]) == 0 || labelAt(rest) > 0 {
			continue
		}
		if !strings.Contains(after[:gap], "\n") && strings.Trim(rest[:n], "abcdefghijklmnopqrstuvwxyz") == "" {
			continue
		}
		return word + rest[:n]
	}
	return ""
}

// joins reports whether punctuation makes a word a part of a longer thing.
func joins(after string) bool {
	return len(after) > 1 && strings.IndexByte("@-_./'\\", after[0]) >= 0 && wordByte(after[1]) && after[1] != '_'
}

// startsCode reports whether a blank and further letters and digits follow.
func startsCode(after string) bool {
	return len(after) > 1 && after[0] == ' ' && wordByte(after[1])
}

// shortCode asks about a word that is shorter than any passcode seen: it may have
// been typed in two parts.
func shortCode(word, after string) code {
	if startsCode(after) || len(after) > 1 && after[0] == '\n' && wordByte(after[1]) && labelAt(after[1:]) == 0 {
		second := leadingCode(after[1:])
		if sum := len(word) + len(second); sum >= shortestSeen && sum <= 10 && lastOnLine(after[1+len(second):]) {
			return code{text: word + second, others: []string{word}, unsure: true}
		}
	}
	if len(word) < 4 {
		return code{}
	}
	return code{text: word, unsure: true}
}

// longCode asks where a passcode ends that has a word glued to it.
func longCode(word string) code {
	var cuts []string
	for _, at := range []int{8, 6, 7, 9, 10} {
		if at < len(word) && word[at] >= 'A' && word[at] <= 'Z' {
			cuts = append(cuts, word[:at])
		}
	}
	if len(word) <= longestSeen || len(cuts) == 0 {
		cuts = append(cuts, word[:min(len(word), 64)])
	}
	return code{text: cuts[0], others: cuts[1:], unsure: true}
}

// likelyCode returns the most likely passcode in the words that follow a meeting
// ID, by its form. A word after a colon counts more than a bare one, mixed letters
// and digits more than a plain word.
func likelyCode(words string, cut bool) code {
	best, bestScore := code{}, 0
	for i, loc := range token.FindAllStringIndex(words, maxTokens) {
		if cut && loc[1] == len(words) { // may be cut
			break
		}
		s := passcodeScore(words, loc[0], loc[1], i == 0)
		if s <= bestScore {
			continue
		}
		c := splitCode(words[loc[0]:])
		if c.text == "" {
			continue
		}
		c.rule = "form"
		c.unsure = c.unsure || s < 3 || hasLetter(words[:loc[0]]) || strings.TrimSpace(words[loc[0]+len(c.text):]) != "" || !strings.ContainsAny(c.text, "0123456789")
		best, bestScore = c, s
	}
	return best
}

// codeOnLineBefore returns the last word before a meeting ID that both stands after
// a label and looks drawn at random, or "".
func codeOnLineBefore(words string) string {
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
	numeric := strings.Trim(word, "0123456789") == ""
	if len(word) < 4 || len(word) > 20 || !passcodeShape.MatchString(word) || numeric && (!first || len(word) < shortestSeen) || joinedWord(words, from, to) {
		return 0
	}
	if numeric { // "342 178 905 663 482913"
		return 1
	}
	if from > 1 && digit(word[0]) && words[from-1] == ' ' && digit(words[from-2]) { // the end of a longer number
		return 0
	}
	labelled := afterLabel(words[:from])
	if labelled && labels().other.in(lastLine(words[:from])) {
		return 0
	}
	switch {
	case labelled && mixed(word):
		return surest
	case len(word) >= 6 && strings.ContainsAny(word, "0123456789") && strings.Count(words[:from], "\n") <= 2:
		return 3
	case len(word) >= 6 && mixed(word) && lastOnLine(words[to:]) && (alone(words, from) || !strings.Contains(words[:from], "\n")):
		return 3
	case labelled && lastOnLine(words[to:]):
		return 2
	case first && lastOnLine(words[to:]):
		return 1
	default:
		return 0
	}
}

func lastLine(s string) string { return s[strings.LastIndexByte(s, '\n')+1:] }

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

func lastOnLine(after string) bool {
	rest := strings.TrimLeft(after, " \t.,;)*\"")
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
