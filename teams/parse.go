package teams

import (
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
)

// outcome is what one link turned out to be. With neither meeting nor code it has
// nothing to do with us, or, when partial, is the beginning of something.
type outcome struct {
	meeting *Meeting
	code    Code
	// partial: the host is genuine but the link is not whole, so that a line
	// break may have cut it.
	partial bool
	// needsPasscode: the ID of a short link that came without its passcode.
	needsPasscode string
}

func refused(c Code) outcome     { return outcome{code: c} }
func accepted(m Meeting) outcome { return outcome{meeting: &m} }

// parser reads one text. readings and joins count the work done.
type parser struct {
	rules    Rules
	passcode string // the second field, when there is one
	readings int
	joins    int
}

func (r Rules) parse(text, passcode string) (Meeting, *Refusal) {
	if len(text) > maxText || len(passcode) > maxText {
		return Meeting{}, &Refusal{TooLong}
	}
	passcode = strings.Join(strings.Fields(normalise(passcode)), "")
	if len(passcode) > 64 {
		return Meeting{}, &Refusal{TooLong}
	}
	badPasscode := passcode != "" && !passcodeShape.MatchString(passcode)
	p := &parser{rules: r, passcode: passcode}
	if badPasscode {
		p.passcode = ""
	}
	o := p.text(normalise(text))
	switch {
	case o.meeting != nil && badPasscode && o.meeting.Kind == KindID:
		return Meeting{}, &Refusal{PasscodeMissing}
	case o.meeting != nil:
		return *o.meeting, nil
	case o.code == "":
		return Meeting{}, &Refusal{NotAMeeting}
	default:
		return Meeting{}, &Refusal{o.code}
	}
}

// text reads a whole normalised text: its links first, then, unless a refused
// link has spoken for all of it, the meeting ID and passcode by their shape.
func (p *parser) text(text string) outcome {
	var (
		s      = scanner{text: text}
		rest   strings.Builder // the text without its links
		copied int
		found  outcome
		after  = -1 // where in rest the passcode of found.needsPasscode may stand
	)
	for range maxLinks {
		c, ok := s.next()
		if !ok {
			break
		}
		o, end := p.weigh(text, c)
		s.at = end
		if o.meeting != nil {
			return o
		}
		rest.WriteString(text[copied:c.start])
		rest.WriteByte('\n')
		copied = end
		if o.needsPasscode != "" && after < 0 {
			found.needsPasscode, after = o.needsPasscode, rest.Len()
		}
		found.code = worse(found.code, o.code)
	}
	if found.code.decides() {
		return found
	}
	rest.WriteString(text[copied:])
	words := rest.String()
	if after >= 0 {
		if code := passcodeIn(words[after:]); code != "" {
			return accepted(Meeting{Kind: KindID, ID: found.needsPasscode, Passcode: code})
		}
	}
	o := p.idAndPasscode(words)
	if o.meeting != nil {
		return o
	}
	return outcome{code: worse(found.code, o.code)}
}

// weigh reads one candidate and, where a line break may have cut it, the lines
// that follow; it also says where in text the link ends.
func (p *parser) weigh(text string, c candidate) (outcome, int) {
	o := p.read(c.link(), 0)
	cut := o.meeting == nil && o.partial
	if !cut && (o.meeting == nil || o.meeting.Passcode == "" || !cutPasscode(text, c)) {
		return o, c.end
	}
	raw, at := c.raw, c.end
	for range maxLines {
		if p.joins >= maxJoins || len(raw) > maxLink {
			break
		}
		piece, end := continued(text, at, c.bracketed)
		if piece == "" {
			break
		}
		p.joins++
		raw, at = raw+piece, end
		joined := p.read(trimLink(raw), 0)
		if joined.meeting != nil || (joined.code != "" && !joined.partial) {
			return joined, at
		}
	}
	return o, c.end
}
