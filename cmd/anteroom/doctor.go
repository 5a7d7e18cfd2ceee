package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/anteroom-visit/anteroom/handlers"
)

// doctorCommand examines a site by the settings that serve would read.
type doctorCommand struct {
	serveCommand
	JSON   bool `name:"json" help:"Answer as JSON."`
	Strict bool `help:"Exit with status 1 for warnings as well."`
}

// diagnosis is the answer as JSON.
type diagnosis struct {
	Version  string             `json:"version"`
	Sound    bool               `json:"sound"` // whether the exit status is 0
	Problems int                `json:"problems"`
	Warnings int                `json:"warnings"`
	Findings []handlers.Finding `json:"findings"`
}

// Run prints one line for each finding. Exit status 0 is for a site without problems, with --strict
// for one without warnings too.
func (d doctorCommand) Run(ctx context.Context, c console, env environ) error {
	out := diagnosis{Version: versionText(), Findings: newExamination(d.serveCommand, env).Examine(ctx)}
	for _, f := range out.Findings {
		switch f.State {
		case handlers.FindingProblem:
			out.Problems++
		case handlers.FindingWarning:
			out.Warnings++
		case handlers.FindingOK, handlers.FindingInformation: // count for nothing
		}
	}
	out.Sound = out.Problems == 0 && (!d.Strict || out.Warnings == 0)
	if err := out.print(c.out, d.JSON); err != nil {
		return err
	}
	if !out.Sound {
		return errQuiet
	}
	return nil
}

func (d diagnosis) print(w io.Writer, asJSON bool) error {
	if asJSON {
		return writeJSON(w, d)
	}
	var b strings.Builder
	for _, f := range d.Findings {
		state := string(f.State)
		if f.State == handlers.FindingInformation {
			state = "info"
		}
		fmt.Fprintf(&b, "%-8s %-13s %s", state, f.Check, f.Says)
		if f.Fix != "" {
			fmt.Fprintf(&b, ". Fix: %s", f.Fix)
		}
		if f.Command != "" {
			fmt.Fprintf(&b, ". Cannot be checked from here; shown by: %s", f.Command)
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "problems: %d, warnings: %d\n", d.Problems, d.Warnings)
	_, err := io.WriteString(w, b.String())
	return err
}

// examinationTime bounds a whole examination, whatever does not answer.
const examinationTime = 15 * time.Second

// Examine makes all checks at once. One that is not done in time is told as a problem.
func (x *examination) Examine(ctx context.Context) []handlers.Finding {
	ctx, cancel := context.WithTimeout(ctx, examinationTime)
	defer cancel()
	x = x.begin(ctx)
	list := checks()
	done := make([]chan []handlers.Finding, len(list))
	for i, c := range list {
		done[i] = make(chan []handlers.Finding, 1) // nobody may be there any more
		go func() { done[i] <- c.look(ctx, x) }()
	}
	var all []handlers.Finding
	for i, c := range list {
		var found []handlers.Finding
		select {
		case found = <-done[i]:
		case <-ctx.Done():
			select {
			case found = <-done[i]: // it was done at the last moment
			default:
				found = []handlers.Finding{problem("look at the network between this machine and what is asked", "not done within %s", examinationTime)}
			}
		}
		for _, f := range found {
			f.Check = c.name
			all = append(all, x.redact(f))
		}
	}
	return all
}

func fine(format string, args ...any) handlers.Finding {
	return handlers.Finding{State: handlers.FindingOK, Says: fmt.Sprintf(format, args...)}
}

func warning(fix, format string, args ...any) handlers.Finding {
	return handlers.Finding{State: handlers.FindingWarning, Says: fmt.Sprintf(format, args...), Fix: fix}
}

func problem(fix, format string, args ...any) handlers.Finding {
	return handlers.Finding{State: handlers.FindingProblem, Says: fmt.Sprintf(format, args...), Fix: fix}
}

func unseen(format string, args ...any) handlers.Finding {
	return handlers.Finding{State: handlers.FindingInformation, Says: fmt.Sprintf(format, args...)}
}

// orFine is what was found, or where that is nothing, that all is well.
func orFine(found []handlers.Finding, format string, args ...any) []handlers.Finding {
	if len(found) > 0 {
		return found
	}
	return []handlers.Finding{fine(format, args...)}
}
