package teams

import (
	"regexp"
	"slices"
	"strings"
)

// The limits that keep reading linear, whatever is pasted. The longest real links
// (a classic link, in SafeLinks, in Proofpoint) stay under 3 KiB.
const (
	maxText      = 64 << 10 // bytes of pasted text
	maxLink      = 8 << 10  // bytes of one link, wrappers included
	maxLinks     = 1024     // links looked at in one text
	maxDepth     = 5        // wrappers around one link
	maxEncodings = 4        // layers of percent-encoding around one value
	maxLines     = 24       // lines that one broken link may take
	maxJoins     = 96       // attempts at joining broken lines in one text
	maxIDs       = 64       // digit groups looked at in one text
	maxTokens    = 64       // words looked at for a passcode
	maxReadings  = 8192     // addresses read in one text, wrapped ones included
)

// outcome is what one link, or a whole text, turned out to be. With neither
// meeting nor code it has nothing to do with Teams, or, when partial, is the
// beginning of something.
type outcome struct {
	meeting *Meeting
	// others are further meetings that the same text could mean. With unsure, the
	// meeting must be confirmed even without others.
	others []Meeting
	unsure bool
	code   Code
	// service is the name of the other service, or of the mail filter.
	service string
	// partial: the host is genuine but the link is not whole, so that a line
	// break may have cut it.
	partial bool
	// needsPasscode: the ID of a short link that came without its passcode.
	needsPasscode string
	// salvage is the meeting of a partial link whose end is missing, if the rest
	// turns out not to be there.
	salvage *Meeting
	rule    string
}

func refused(c Code) outcome { return outcome{code: c} }

func accepted(m Meeting, rule string) outcome { return outcome{meeting: &m, rule: rule} }

func (o outcome) empty() bool {
	return o.meeting == nil && o.code == "" && !o.partial && o.needsPasscode == "" && o.service == ""
}

func (o outcome) certain() bool { return o.meeting != nil && len(o.others) == 0 && !o.unsure }

// all returns every meeting that the outcome could mean.
func (o outcome) all() []Meeting {
	if o.meeting == nil {
		return nil
	}
	return append([]Meeting{*o.meeting}, o.others...)
}

// parser reads one text.
type parser struct {
	rules      Rules
	passcode   string // the second field, when there is one
	noPasscode bool
	quoted     bool   // the text is a quoted reply
	solo       bool   // the text is the link alone
	raw        string // the link in the text, wrappers included
	after      string // what follows it
	readings   int    // addresses read so far
	joins      int    // joins of lines tried so far
	steps      int    // bytes looked at so far, for tests
}

func (r Rules) read(in Input) Reading {
	if len(in.Text) > maxText || len(in.Passcode) > maxText {
		return Reading{Refusal: &Refusal{Code: TooLong}}
	}
	passcode := strings.Join(strings.Fields(strings.Map(plainRune, strings.ToValidUTF8(in.Passcode, " "))), "")
	if len(passcode) > 64 {
		return Reading{Refusal: &Refusal{Code: TooLong}}
	}
	passcode = strings.Map(plainLetter, passcode)
	badPasscode := passcode != "" && !passcodeShape.MatchString(passcode)
	p := &parser{rules: r, passcode: passcode, noPasscode: in.NoPasscode}
	if badPasscode {
		p.passcode = ""
	}
	d := p.open(in.Text, true)
	o := p.document(d)
	if o.meeting == nil && o.code == "" && d.failed { // the text is not encoded as its header says
		d = p.open(in.Text, false)
		o = p.document(d)
	}
	if badPasscode && o.meeting != nil && o.meeting.Kind == KindID {
		return Reading{Refusal: &Refusal{Code: PasscodeMissing}}
	}
	reading := o.reading()
	reading.Cancelled = d.cancelled
	reading.Rule = strings.Join(append(d.rules, o.rule), "+")
	return reading
}

func (o outcome) reading() Reading {
	switch {
	case o.certain():
		return Reading{Meeting: o.meeting}
	case o.meeting != nil:
		return Reading{Question: askAbout(o.all())}
	case o.code == "":
		return Reading{Refusal: &Refusal{Code: NotAMeeting, Service: o.service}}
	case o.code == OtherService, o.code == NotAMeeting:
		return Reading{Refusal: &Refusal{Code: o.code, Service: o.service}}
	}
	return Reading{Refusal: &Refusal{Code: o.code}}
}

// document reads a text with everything undone. The meeting that a calendar entry
// names goes before whatever its description mentions.
func (p *parser) document(d document) outcome {
	p.quoted = slices.Contains(d.rules, "quoted-reply")
	if d.joinURL != "" {
		p.solo, p.after = true, ""
		if o := p.read(trimLink(strings.TrimSpace(d.joinURL)), 0); o.certain() {
			o.rule = "calendar-property+" + o.rule
			return o
		}
	}
	return p.text(d.text)
}

// findings are what the links of one text turned out to be.
type findings struct {
	sure    []Meeting // each certain, all different
	unsure  []outcome
	code    Code
	service string
	filter  string // a mail filter whose links only it can decode
	needs   string // the ID of a short link without passcode
	after   int    // where in rest the passcode of needs may stand
	rest    string // the text without its links
	rule    string
}

// text reads a whole text: its links first, then, unless a refused link has spoken
// for all of it, the meeting ID and passcode by their form.
func (p *parser) text(text string) outcome {
	f := p.links(text)
	switch {
	case len(f.sure) == 1 && f.settles():
		return accepted(f.sure[0], f.rule)
	case len(f.sure) > 0:
		return outcome{meeting: &f.sure[0], others: f.others(f.sure[0]), unsure: true, rule: f.rule}
	case f.code.decides() && len(f.unsure) == 0:
		return outcome{code: f.code}
	}
	o := p.idAndPasscode(f)
	if len(f.unsure) > 0 {
		link := f.unsure[0]
		if o.certain() && o.meeting.ID == link.meeting.ID {
			return o
		}
		return outcome{meeting: link.meeting, others: f.others(*link.meeting), unsure: true, rule: link.rule}
	}
	p.steps += 4 * len(f.rest)
	foreign := f.service
	if foreign == "" {
		foreign = serviceAddressed(f.rest)
	}
	if foreign == "" && longNumber.MatchString(f.rest) {
		foreign = serviceNamed(f.rest)
	}
	if foreign != "" && f.needs == "" && !f.code.aboutTeams() {
		return p.otherService(o, foreign, f.rest)
	}
	if o.meeting != nil {
		return o
	}
	if o.code == "" && headless.MatchString(f.rest) {
		o.code = IncompleteLink
	}
	if o.code = worse(f.code, o.code); o.code != OtherService {
		o.service = f.filter
	}
	return o
}

// links reads every link in a text.
func (p *parser) links(text string) findings {
	var (
		f      = findings{after: -1}
		s      = scanner{text: text}
		rest   strings.Builder
		copied int
	)
	p.steps += len(text)
	for range maxLinks {
		c, ok := s.next()
		if !ok {
			break
		}
		o, end := p.weigh(text, c)
		s.at = end
		rest.WriteString(text[copied:c.start])
		rest.WriteByte('\n')
		copied = end
		f.add(o, rest.Len())
	}
	rest.WriteString(text[copied:])
	f.rest = rest.String()
	return f
}

func (f *findings) add(o outcome, at int) {
	switch {
	case o.certain():
		if len(f.sure) <= maxChoices && !slices.Contains(f.sure, *o.meeting) {
			f.sure = append(f.sure, *o.meeting)
		}
		if f.rule == "" {
			f.rule = o.rule
		}
	case o.meeting != nil:
		if len(f.unsure) < maxChoices {
			f.unsure = append(f.unsure, o)
		}
	}
	if o.needsPasscode != "" && f.after < 0 {
		f.needs, f.after = o.needsPasscode, at
	}
	if o.code == OtherService {
		f.service = o.service
	}
	if o.code == NotAMeeting {
		f.filter = o.service
	}
	f.code = worse(f.code, o.code)
}

// settles reports whether the one certain meeting is among what every uncertain
// link could mean.
func (f *findings) settles() bool {
	for _, o := range f.unsure {
		if !slices.Contains(o.all(), f.sure[0]) {
			return false
		}
	}
	return true
}

// others lists what the links could mean besides first.
func (f *findings) others(first Meeting) []Meeting {
	var others []Meeting
	add := func(m Meeting) {
		if m != first && !slices.Contains(others, m) {
			others = append(others, m)
		}
	}
	for _, m := range f.sure {
		add(m)
	}
	for _, o := range f.unsure {
		for _, m := range o.all() {
			add(m)
		}
	}
	return others
}

// headless is what only the end of a link of Teams has, the beginning of which was not
// copied.
var headless = regexp.MustCompile(`(?i)(?:^|[^a-z])meet/[0-9]{9,}|[0-9]{4,}\?p=[a-z0-9]{6,18}\b|meetup-join/19|meeting_[a-z0-9_=-]{16,}(?:@|%(?:25)*40)thread|(?:\{|%7b)(?:"|%22)Tid(?:"|%22)|%22Oid%22%3a%22`)

// longNumber is a number that could be another service's meeting ID.
var longNumber = regexp.MustCompile(`[0-9](?:[ -]?[0-9]){8}`)

var teamsWord = regexp.MustCompile(`(?i)\bteams\b`)

// otherService decides about a text that names another service: a meeting ID in it
// is that service's, unless the text is about Teams too.
func (p *parser) otherService(o outcome, service, words string) outcome {
	if o.meeting != nil && teamsWord.MatchString(words) {
		o.unsure = true
		return o
	}
	return outcome{code: OtherService, service: service}
}
