package teams

import (
	"strings"
)

// teams reads an address on a genuine host of Teams, one layer of percent-encoding
// after the other until it makes sense.
func (p *parser) teams(l link, h host, depth int) outcome {
	whole := l.tail()
	best := outcome{partial: true}
	for range maxEncodings {
		p.steps += len(whole)
		o := p.route(l, h, depth)
		if o.meeting != nil || o.code != "" && !o.partial {
			return p.permit(o, h)
		}
		if best.code == "" && !o.empty() {
			best = o
		}
		plain := unescape(whole)
		if plain == whole {
			break
		}
		whole = plain
		l = splitPath(whole)
	}
	if best.code == "" && cutPath(l.path) {
		best.code = IncompleteLink
	}
	return p.permit(best, h)
}

// cutPath reports whether a path ends within one that leads to a meeting.
func cutPath(path string) bool {
	path = strings.ToLower(path)
	for _, whole := range []string{"/l/meetup-join/", "/meet/", "/dl/launcher/launcher.html", "/light-meetings/launch"} {
		if len(path) > 1 && strings.HasPrefix(whole, path) {
			return true
		}
	}
	return false
}

// permit refuses what is in a government cloud unless the rules allow it.
func (p *parser) permit(o outcome, h host) outcome {
	joins := o.meeting != nil || o.code == PasscodeMissing || o.code == IncompleteLink
	if h.kind == hostGovernment && joins && !p.rules.GovernmentCloud {
		return refused(GovernmentCloud)
	}
	return o
}

// route reads one address of Teams by its path, then by its fragment, in which
// the Teams web client keeps the meeting.
func (p *parser) route(l link, h host, depth int) outcome {
	s := l.segments()
	if startsWith(s, "v2") || startsWith(s, "_") { // the web client's own folders
		s = s[1:]
	}
	switch {
	case startsWith(s, "l", "meetup-join"):
		if o := p.classic(l, h, s[2:]); !o.empty() {
			return o
		}
	case startsWith(s, "meet"):
		return p.short(l, h, s[1:])
	case startsWith(s, "light-meetings"):
		return p.light(l, h)
	case startsWith(s, "dl", "launcher"), startsWith(s, "convene", "meetings"):
		// Not encoded, the address is cut at its own '#' and stands in the fragment.
		if inner := l.param("url"); inner != "" && inner != "/_" {
			return p.launched(inner, h, depth)
		}
	case startsWith(s, "convene"):
		return refused(LiveEvent)
	case startsWith(s, "registration"):
		return refused(EventRegistration)
	case startsWith(s, "l", "chat"), startsWith(s, "l", "call"):
		return refused(CallOrChat)
	case startsWith(s, "l", "channel"), startsWith(s, "l", "team"):
		return refused(ChannelLink)
	case startsWith(s, "l", "message"):
		return messageLink(l, s[2:])
	}
	if strings.HasPrefix(l.fragment, "/") {
		return p.launched(l.fragment, h, depth)
	}
	return outcome{}
}

// launched reads the address that a launcher page or the web client was told to
// open: a path on the same host, mostly behind "/_#", or a whole address.
func (p *parser) launched(inner string, h host, depth int) outcome {
	if depth >= maxDepth {
		return outcome{partial: true}
	}
	for range maxEncodings {
		if strings.HasPrefix(inner, "/") || webScheme.MatchString(inner) {
			break
		}
		inner = unescape(inner)
	}
	if !strings.HasPrefix(inner, "/") {
		return p.inner(inner, depth)
	}
	p.readings++
	inner = strings.TrimPrefix(inner, "/_#")
	return p.teams(splitPath(inner), h, depth+1)
}

// messageLink distinguishes a link to a message in a channel from one in a chat.
func messageLink(l link, s []string) outcome {
	if len(s) > 0 && channelThread.MatchString(unescapeAll(s[0])) || l.param("groupId") != "" {
		return refused(ChannelLink)
	}
	return refused(CallOrChat)
}

// personal reads an address on the host of personal accounts. It also serves
// guests of work meetings, whose tenant then stands in the address.
func (p *parser) personal(l link) outcome {
	if startsWith(l.segments(), "light-meetings") {
		if o := p.light(l, host{kind: hostTeams, name: publicHost}); o.meeting != nil && o.meeting.Kind == KindLink {
			return o
		}
	}
	return refused(PersonalMeeting)
}
