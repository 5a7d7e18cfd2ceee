package views

// EndedPage is the page after a call.
type EndedPage struct {
	Page
	Ending, Action string
	// Next names the text of the next step, if it differs from Action.
	Next string
	// Regular reports that the visit took place and ended in the ordinary way.
	Regular bool
	// Final reports that there is nothing to return to.
	Final bool
	// Return reports that the session still has a visit to return to.
	Return bool
	// Reference leads to this visit in the log; after trouble, the code pair follows.
	Reference string
	// NoStart reports a site where visitors cannot paste another link.
	NoStart bool
	// Survey asks about the visit; its zero value asks nothing.
	Survey Survey
}

// Survey is the one question after a visit: its form, the thanks for the answer, or a link to the
// organisation's own form.
type Survey struct {
	// Form shows the form, Answered the thanks, and Elsewhere, an https address, the link.
	Form, Answered bool
	Elsewhere      string
	// Code and SubCode are the ending's, to return to its page.
	Code, SubCode string
	// Points, "1" to "5" or "", and Text are the visitor's answers so far.
	Points, Text string
	// Max is how many characters the text may have.
	Max string
	// Fault is the last part of the catalogue's id for why the answer was rejected, or "".
	Fault string
}

// typed returns Text for a textarea, whose first line break HTML parsers drop.
func (s Survey) typed() string { return "\n" + s.Text }

// again reports whether the next step leads back into the same visit.
func (p EndedPage) again() bool { return p.wantsBack() && p.Return }

// retry reports whether joining again may work although the ending offers another step first.
func (p EndedPage) retry() bool { return p.Action == "phone" && !p.Final && p.Return }

// lost reports whether the next step leads back into a visit that this browser no longer has.
func (p EndedPage) lost() bool { return p.wantsBack() && !p.Return }

func (p EndedPage) wantsBack() bool {
	switch p.Action {
	case "rejoin", "wait-again", "take-over":
		return true
	}
	return false
}

// next returns the catalogue's id of the next step's text.
func (p EndedPage) next() string {
	if p.Next != "" {
		return "action." + p.Next
	}
	return "action." + p.Action
}
