package views

import "strconv"

// DoctorPage tells who runs the site how it is set up.
type DoctorPage struct {
	Page
	Findings []Finding
}

// Finding is what was seen of one thing. State is ok, warning, problem or information.
type Finding struct {
	Check, State, Message, Fix, Command string
}

// in are the findings in one of the states, the worst state first.
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

// mark is the state as the style sheet of tests names it, which is the icon's name as well.
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

// stateText is the state in words.
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

// verdict is all findings in one sentence.
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
