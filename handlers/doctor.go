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
	Check string
	// State is the result.
	State FindingState
	// Message is what was found.
	Message string
	// Fix is what to do; empty for nothing.
	Fix string
	// Command is a line for a shell that shows more; empty for none.
	Command string
}

// viewFindings returns findings as the page shows them.
func viewFindings(findings []Finding) []views.Finding {
	shown := make([]views.Finding, len(findings))
	for i, f := range findings {
		shown[i] = views.Finding{Check: f.Check, State: string(f.State), Message: f.Message, Fix: f.Fix, Command: f.Command}
	}
	return shown
}
