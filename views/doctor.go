package views

import "strconv"

// DoctorPage shows operators how the site is set up.
type DoctorPage struct {
	Page
	Findings []Finding
}

// Finding is the result of one check. State is ok, warning, problem or information.
type Finding struct {
	Check, State, Message, Fix, Command string
}

// in returns the findings in the given states, in the order of the states.
func (p DoctorPage) in(states ...string) (found []Finding) {
	for _, state := range states {
		for _, f := range p.Findings {
			if f.State == state {
				found = append(found, f)
			}
		}
	}
	return found
}

// mark returns the state's name in the style sheet of tests, which is also the icon's name.
func (f Finding) mark() string {
	switch f.State {
	case "ok":
		return "good"
	case "warning":
		return "limit"
	case "problem":
		return "bad"
	}
	return "untested"
}

// stateText returns the state in words.
func (p DoctorPage) stateText(f Finding) string {
	switch f.State {
	case "ok":
		return p.text("doctor.ok")
	case "warning":
		return p.text("doctor.warning")
	case "problem":
		return p.text("doctor.problem")
	}
	return p.text("doctor.information")
}

// verdict summarises all findings in one sentence.
func (p DoctorPage) verdict() string {
	problems, warnings := len(p.in("problem")), len(p.in("warning"))
	if problems+warnings == 0 {
		return p.text("doctor.sound")
	}
	return p.text("doctor.problems", "Problems", strconv.Itoa(problems), "Warnings", strconv.Itoa(warnings))
}

func (p DoctorPage) verdictMark() string {
	switch {
	case len(p.in("problem")) > 0:
		return "blocked"
	case len(p.in("warning")) > 0:
		return "limit"
	}
	return "good"
}
