package views

// EndedPage is the page after a call.
type EndedPage struct {
	Page
	Ending, Action string
	// Next is what the way back is called, if it is not called like Action.
	Next string
	// Regular says that the visit took place and ended in the ordinary way.
	Regular bool
	// Final says that there is nothing to come back to.
	Final bool
	// Return says that the session still has a visit to come back to.
	Return bool
	// Reference is the code pair for support, "" after an ordinary end.
	Reference string
	// NoStart reports a site where visitors cannot paste another link.
	NoStart bool
	// Survey asks how the visit was; its zero value asks nothing.
	Survey Survey
}

// Survey is the one question after a visit: its form, the thanks for the answer, or a link to the
// organisation's own form.
type Survey struct {
	// Form shows the form, Answered the thanks, and Elsewhere, an https address, the link.
	Form, Answered bool
	Elsewhere      string
	// Code and SubCode are the ending's, to come back to it.
	Code, SubCode string
	// Points, "1" to "5" or "", and Text are what the visitor has answered already, to be kept.
	Points, Text string
	// Max is how many characters the text may have.
	Max string
	// Fault is the last part of the catalogue's id for why the answer was not taken, or "".
	Fault string
}

// typed is Text as a textarea takes it: parsers drop a line break that comes first in one.
func (s Survey) typed() string { return "\n" + s.Text }

// again says that the next step leads back into the same visit.
func (p EndedPage) again() bool { return p.wantsBack() && p.Return }

// retry says that the way back may work even though it is not what the ending offers first.
func (p EndedPage) retry() bool { return p.Action == "phone" && !p.Final && p.Return }

// lost says that the next step would lead back into a visit that this browser no longer has.
func (p EndedPage) lost() bool { return p.wantsBack() && !p.Return }

func (p EndedPage) wantsBack() bool {
	switch p.Action {
	case "rejoin", "wait-again", "take-over":
		return true
	}
	return false
}

// next returns the catalogue's ID of what the way back is called.
func (p EndedPage) next() string {
	if p.Next != "" {
		return "action." + p.Next
	}
	return "action." + p.Action
}
