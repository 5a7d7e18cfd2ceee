package teams

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Invitations print "Meeting ID: 264 183 392 744 150" and "Passcode: Mt9xB2N6" in
// some sixty languages. The form decides: groups of three digits, then a word that
// looks like a passcode. The words of labels.json confirm or exclude.

var (
	htmlTag = regexp.MustCompile(`</?[A-Za-z!][^<>]*>`)
	blanks  = regexp.MustCompile(`\s*\n\s*`)
	// digitRun takes phone numbers whole, so that no part of one is an ID.
	digitRun = regexp.MustCompile(`[+(]?[0-9](?:[0-9 .()/-]*[0-9])?`)
	runBreak = regexp.MustCompile(`[ .()/-]{2,}|[./]`)
	plainID  = regexp.MustCompile(`^[1-9][0-9]{8,15}$`)
	onlyID   = regexp.MustCompile(`^[0-9][0-9 .-]*[0-9]$`)
	// unitAfter is a word that makes the number before it a quantity or a time.
	unitAfter = regexp.MustCompile(`(?i)^ ?(?:min|std|stunden|hours?|hrs?|h\b|uhr|am\b|pm\b|a\.m|p\.m|%|€|\$|eur|people|persons?|personen|participants?|teilnehmer|places|st\b|nd\b|rd\b|th\b|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mai|okt|dez|分|時|时|시|분|мин|час)`)
)

// number is a run of digits that has the form of a meeting ID.
type number struct {
	id         string
	start, end int
	// shorter is the ID without its last group, where that group could belong to
	// what follows; shorterEnd is where it ends.
	shorter    string
	shorterEnd int
	// early: if no label says otherwise, the last group begins the passcode.
	early bool
	// longer is the ID with the digits that follow a line break or a blank, where
	// those could belong to it.
	longer string
	spoken scope
}

// scope is what the words before a number are about.
type scope int

const (
	scopeNone    scope = iota // no words, or words of no known meaning
	scopeMeeting              // a meeting ID's label
	scopeUnknown              // a label, but none that is known
	scopeOther                // something that is not a Teams meeting
)

// idAndPasscode finds the meeting ID and its passcode in a text without its links.
func (p *parser) idAndPasscode(f findings) outcome {
	words := strings.Map(plainLetter, f.rest)
	p.steps += 4 * len(words)
	if strings.Contains(words, "</") || strings.Contains(words, "<br") {
		words = htmlTag.ReplaceAllString(words, "\n")
	}
	words = strings.TrimSpace(blanks.ReplaceAllString(strings.ReplaceAll(words, "\t", " "), "\n"))
	if f.needs != "" {
		return p.passcodeOf(f, words)
	}
	var all []outcome
	missing := outcome{}
	devices := deviceNumbers(words)
	for _, run := range digitRun.FindAllStringIndex(words, maxIDs) {
		n, ok := meetingNumber(words, run[0], run[1])
		if !ok || n.spoken == scopeOther {
			continue
		}
		if service := devices[n.id]; service != "" {
			missing = outcome{code: OtherService, service: service}
			continue
		}
		o := p.withPasscode(n, words)
		switch {
		case o.meeting != nil:
			all = append(all, o)
		case o.code != "":
			missing = o
		}
	}
	if o := together(all); o.meeting != nil {
		return o
	}
	if onlyID.MatchString(words) && idShape.MatchString(digitsOf(words)) {
		return p.alone(digitsOf(words))
	}
	return missing
}

// alone decides about an ID for which the text shows no passcode.
func (p *parser) alone(id string) outcome {
	switch {
	case p.passcode != "":
		return accepted(Meeting{Kind: KindID, ID: id, Passcode: p.passcode}, "id+passcode-field")
	case p.noPasscode:
		return accepted(Meeting{Kind: KindID, ID: id}, "id+no-passcode")
	}
	return refused(PasscodeMissing)
}

// together makes one outcome of those for several numbers. A certain one goes
// before those that must be confirmed; two certain ones that differ are a question.
func together(all []outcome) outcome {
	if len(all) == 0 {
		return outcome{}
	}
	slices.SortStableFunc(all, func(a, b outcome) int {
		switch {
		case a.certain() == b.certain():
			return 0
		case a.certain():
			return -1
		}
		return 1
	})
	first := all[0]
	for _, o := range all[1:] {
		if first.certain() && !o.certain() {
			break
		}
		for _, m := range o.all() {
			if !slices.Contains(first.all(), m) && len(first.others) < maxChoices {
				first.others = append(first.others, m)
			}
		}
		if len(first.others) > 0 {
			first.unsure = true
		}
	}
	return first
}

// withPasscode finds the passcode that belongs to a number.
func (p *parser) withPasscode(n number, words string) outcome {
	if p.passcode != "" {
		return n.meeting(p.passcode, nil, "id+passcode-field")
	}
	code := codeFor(words, n)
	switch labelled := strings.Contains(code.rule, "label"); {
	case labelled && glued(words[n.end:]):
		n.shorter = ""
	case n.early && !labelled:
		n.id, n.end, n.shorter, n.early = n.shorter, n.shorterEnd, "", false
		code = codeFor(words, n)
	}
	switch {
	case code.text != "":
		o := n.meeting(code.text, code.others, "id+"+code.rule)
		if n.shorter != "" && code.early != "" { // "914 6kT4vNb8Q": the digit may begin the passcode
			o.others = append(o.others, Meeting{Kind: KindID, ID: n.shorter, Passcode: code.early})
		}
		o.unsure = code.unsure || len(o.others) > 0
		return o
	case n.spoken == scopeNone && n.end-n.start == len(n.id), n.spoken == scopeUnknown && !p.noPasscode:
		return outcome{} // digits of no known meaning
	}
	return p.alone(n.id)
}

func (n number) meeting(code string, others []string, rule string) outcome {
	o := accepted(Meeting{Kind: KindID, ID: n.id, Passcode: code}, rule)
	for _, other := range others {
		o.others = append(o.others, Meeting{Kind: KindID, ID: n.id, Passcode: other})
	}
	if n.shorter != "" && n.shorterEnd > n.start && unitEnds(n) { // "789 15 min": the shorter one is likelier
		whole := *o.meeting
		o.meeting.ID = n.shorter
		o.others = append([]Meeting{whole}, o.others...)
	}
	if n.longer != "" {
		o.others = append(o.others, Meeting{Kind: KindID, ID: n.longer, Passcode: code})
	}
	o.unsure = len(o.others) > 0
	return o
}

// groupedID is how Teams prints an ID: digits in threes, the last group with one to
// three.
var groupedID = regexp.MustCompile(`^[1-9][0-9]{2}(?:[ -][0-9]{3}){2,4}(?:[ -][0-9]{1,3})?$`)

// continuation is what may be the rest of an ID that a break has cut: at most three
// digits, then further groups.
var continuation = regexp.MustCompile(`^ ?\n? ?([0-9]{1,3}(?: [0-9]{3})*(?: [0-9]{1,3})?)`)

// lengthen finds the ID that a number is a part of, if a line break or a blank has
// cut it.
func (n number) lengthen(words string) number {
	after := words[n.end:]
	m := continuation.FindStringSubmatchIndex(after)
	if m == nil || m[2] == 0 {
		return n
	}
	rest, behind := after[m[2]:m[3]], after[m[3]:]
	r, _ := utf8.DecodeRuneInString(behind)
	switch {
	case r == ':' || r == '.' || r == ')' || r == '/' || r == '-' || unicode.IsDigit(r), unitAfter.MatchString(behind):
		return n
	case unicode.IsLetter(r) && latin(r) && labelAt(behind) == 0:
		return n
	}
	run := words[n.start:n.end]
	for _, whole := range []string{run + " " + rest, run + rest} {
		if groupedID.MatchString(whole) || plainID.MatchString(whole) {
			if id := digitsOf(whole); len(id) <= 16 && id != n.id {
				n.longer = id
				return n
			}
		}
	}
	return n
}

// unitEnds reports whether the last group of a number may count something.
func unitEnds(n number) bool { return n.shorterEnd < n.end }

// passcodeOf finds the passcode for a short link that came without it.
func (p *parser) passcodeOf(f findings, words string) outcome {
	if p.passcode != "" {
		return p.alone(f.needs)
	}
	after := f.rest[min(f.after, len(f.rest)):]
	code := codeAfter(after)
	if code.text == "" {
		code = codeFor(words, number{id: f.needs, start: 0, end: 0, spoken: scopeMeeting})
	}
	if code.text == "" {
		return p.alone(f.needs)
	}
	o := number{id: f.needs}.meeting(code.text, code.others, "short-link+"+code.rule)
	o.unsure = code.unsure || len(o.others) > 0
	return o
}

// meetingNumber reads words[from:to], a run of digits, as a meeting ID.
func meetingNumber(words string, from, to int) (number, bool) {
	if words[from] == '(' {
		from++
	}
	if strings.HasPrefix(words[to:], "?p=") { // a piece of a link
		return number{}, false
	}
	if n, ok := regrouped(words, from); ok && (from == 0 || words[from-1] == '#' || standsFree(words, from, to)) {
		return n, true
	}
	// "1. 273 501 ...": a short number before a break only counts the line.
	for {
		cut := runBreak.FindStringIndex(words[from:to])
		if cut == nil {
			break
		}
		if cut[0] > 2 {
			to = from + cut[0]
			break
		}
		from += cut[1]
	}
	if !standsFree(words, from, to) {
		return number{}, false
	}
	n, ok := grouped(words, from, to)
	if !ok {
		return number{}, false
	}
	if after := strings.TrimLeft(words[n.end:], " "); strings.HasPrefix(after, "#") || strings.HasPrefix(after, ",,") || strings.HasPrefix(after, "@") {
		return number{}, false
	}
	n = n.lengthen(words)
	n.spoken = scopeBefore(words, from)
	if len(n.id) == 9 && n.spoken != scopeMeeting {
		return number{}, false
	}
	return n, true
}

// standsFree reports whether what precedes a number lets it be an ID. A letter may
// precede it only at the end of a label, or in another script.
func standsFree(words string, from, to int) bool {
	if from == to || words[from] == '+' || from > 0 && strings.IndexByte("+,#*@_", words[from-1]) >= 0 {
		return false
	}
	if from == 0 || !wordByte(words[from-1]) {
		return true
	}
	before := words[max(0, from-40):from]
	if len(before) > 1 && strings.EqualFold(before[len(before)-2:], "id") {
		return true
	}
	known := labels().id.find(before, -1)
	return len(known) > 0 && known[len(known)-1][1] == len(before)
}

// grouped reads digits written as Teams prints them: in threes, the last group
// with one to three digits; or without any blank.
func grouped(words string, from, to int) (number, bool) {
	run := words[from:to]
	if plain := leadingDigits(run); len(plain) > 4 {
		n := number{id: plain, start: from, end: from + len(plain)}
		return n, plainID.MatchString(plain) && (n.end == to || run[len(plain)] == ' ') && endsWell(words, n.end)
	}
	n := number{start: from}
	at, groups := from, 0
	for at < to && len(n.id) < 16 {
		group := leadingDigits(words[at:to])
		if len(group) > 3 || groups == 0 && (len(group) != 3 || group[0] == '0') {
			break
		}
		n.shorter, n.shorterEnd = n.id, n.end
		n.id, n.end, groups = n.id+group, at+len(group), groups+1
		at = n.end + 1
		if len(group) < 3 {
			break
		}
	}
	if groups > 1 && n.end < len(words) && words[n.end] == ':' && n.end+1 < len(words) && digit(words[n.end+1]) { // "663 14:30"
		n.id, n.end, n.shorter, n.shorterEnd = n.shorter, n.shorterEnd, "", 0
	}
	if groups < 3 || len(n.id) < 9 || len(n.id) > 16 {
		return number{}, false
	}
	return n.settle(words), true
}

// settle decides to which side the last group belongs, and keeps both readings
// where nothing does.
func (n number) settle(words string) number {
	after := words[n.end:]
	switch {
	case len(n.shorter) < 9:
	case glued(after):
		token := leadingCode(words[n.shorterEnd+1:])
		rest := token[n.end-n.shorterEnd-1:]
		follows := words[n.shorterEnd+1+len(token):]
		switch {
		case labelAt(after) > 0, strings.HasPrefix(strings.TrimLeft(follows, " "), ":"), len(token) < shortestSeen:
			n.shorter = "" // a label is glued to the ID
		default: // "567 4SMTaW": codeFor decides
			n.early = len(rest) < shortestSeen && mixed(token)
		}
		return n
	case unitAfter.MatchString(after):
		return n
	}
	n.shorter, n.shorterEnd = "", n.end
	return n
}

// glued reports whether a Latin letter follows directly.
func glued(after string) bool {
	r, _ := utf8.DecodeRuneInString(after)
	return unicode.IsLetter(r) && latin(r)
}

// endsWell reports whether an ID without blanks ends at words[at:]: not within a
// longer word, unless a label is glued to it.
func endsWell(words string, at int) bool {
	r, _ := utf8.DecodeRuneInString(words[at:])
	if r == '_' {
		return false
	}
	if !unicode.IsLetter(r) || !latin(r) {
		return true
	}
	token := leadingCode(words[at:])
	return labelAt(words[at:]) > 0 || strings.HasPrefix(strings.TrimLeft(words[at+len(token):], " "), ":")
}

// scopeBefore reads the label before a number: on its line, or, where the line
// begins with the number, on the line before.
func scopeBefore(words string, from int) scope {
	const window = 90
	before := words[max(0, from-window):from]
	label := before[strings.LastIndexByte(before, '\n')+1:]
	above := strings.TrimSpace(strings.TrimSuffix(before, label))
	above = above[strings.LastIndexByte(above, '\n')+1:]
	if strings.IndexFunc(label, unicode.IsLetter) < 0 {
		label, above = above, ""
	}
	if i := strings.LastIndexFunc(label, func(r rune) bool { return r >= '0' && r <= '9' }); i >= 0 {
		label = label[i+1:]
	}
	t := labels()
	meeting := t.id.find(label, 1)
	switch {
	case t.video.in(label), strings.Contains(above, "@") && len(meeting) == 0 && strings.IndexFunc(label, unicode.IsLetter) >= 0:
		return scopeOther
	case len(meeting) > 0:
		return scopeMeeting
	case t.phone.in(label), t.other.in(label):
		return scopeOther
	case strings.IndexFunc(label, unicode.IsLetter) >= 0:
		return scopeUnknown
	}
	return scopeNone
}

func leadingDigits(s string) string {
	for i := range len(s) {
		if !digit(s[i]) {
			return s[:i]
		}
	}
	return s
}

func digit(b byte) bool { return b >= '0' && b <= '9' }

func wordByte(b byte) bool {
	return b == '_' || digit(b) || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}
