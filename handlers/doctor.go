package handlers

import (
	"context"

	"github.com/anteroom-visit/anteroom/views"
)

// Doctor examines the site that it belongs to.
type Doctor interface {
	// Examine returns its findings, always in the same order. It ends when ctx does, with a finding for
	// each check that it could not finish.
	Examine(ctx context.Context) []Finding
}

// FindingState is the result of a check.
type FindingState string

// The states. Information is what cannot be examined from where the site runs.
const (
	FindingOK          FindingState = "ok"
	FindingWarning     FindingState = "warning"
	FindingProblem     FindingState = "problem"
	FindingInformation FindingState = "information"
)

// Finding is what a check found. It holds nothing secret, and is in English, as all text for operators.
type Finding struct {
	// Check names the check, such as "link-keys". Several findings can share it.
	Check string `json:"check"`
	// State is the result.
	State FindingState `json:"state"`
	// Says is what was found.
	Says string `json:"says"`
	// Fix is what to do; empty for nothing.
	Fix string `json:"fix,omitempty"`
	// Command is a line for a shell that shows more; empty for none.
	Command string `json:"command,omitempty"`
}

// viewFindings returns findings as the page shows them.
func viewFindings(findings []Finding) []views.Finding {
	shown := make([]views.Finding, len(findings))
	for i, f := range findings {
		shown[i] = views.Finding{Check: f.Check, State: string(f.State), Says: f.Says, Fix: f.Fix, Command: f.Command}
	}
	return shown
}
