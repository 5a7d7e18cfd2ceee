// Command check proves of the deployment template what can be proved without Azure: that every
// expression evaluates, that what Azure would be sent has the shape that Azure takes, that template,
// form, program, guide and module agree, and that the check itself notices mistakes. It deploys
// nothing.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/anteroom-visit/anteroom/azuredeploy/check/arm"
	"github.com/anteroom-visit/anteroom/azuredeploy/check/plant"
	"github.com/anteroom-visit/anteroom/azuredeploy/check/rules"
	"github.com/anteroom-visit/anteroom/azuredeploy/check/shape"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Getenv, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "check:", err)
		os.Exit(1)
	}
}

// least is the part of the planted mistakes that must be caught, in percent.
const least = 98

// errFound says that something is wrong; what it is has been printed.
var errFound = errors.New("the deployment is not sound")

func run(ctx context.Context, args []string, getenv func(string) string, out io.Writer) error {
	flags := flag.NewFlagSet("check", flag.ContinueOnError)
	flags.SetOutput(out)
	root := flags.String("root", "../..", "the project's `directory`")
	schemas := flags.String("schemas", getenv("ARM_SCHEMAS"), "`directory` of Microsoft's resource schemas, VERSION/PROVIDER.json")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("read arguments: %w", err)
	}
	files, err := readFiles(*root)
	if err != nil {
		return err
	}
	program, err := startProgram(ctx, *root)
	if err != nil {
		return err
	}
	defer program.stop()
	facts := rules.Facts{Settings: program.settings, Answers: program.answers}
	if facts.Schemas, err = openSchemas(*root, *schemas); err != nil {
		_, _ = fmt.Fprintln(out, "SKIPPED: the walk along Microsoft's schemas:", err)
	}
	return report(rules.NewChecker(facts), files, facts.Schemas != nil, out)
}

// openSchemas takes the directory that is given, or else looks beside the project.
func openSchemas(root, directory string) (*shape.Schemas, error) {
	if directory == "" {
		directory = filepath.Join(root, "..", "shared", "data", "arm-schemas")
	}
	return shape.OpenSchemas(directory)
}

// readFiles takes the texts that have to agree.
func readFiles(root string) (rules.Files, error) {
	var files rules.Files
	for _, f := range []struct {
		into *[]byte
		path string
	}{
		{&files.Template, "azuredeploy.json"},
		{&files.Form, "createUiDefinition.json"},
		{&files.Module, "go.mod"},
		{&files.Readme, "README.md"},
		{&files.Guide, "docs/deploy.md"},
		{&files.Manifest, "docs/kubernetes.yaml"},
		{&files.Release, ".github/workflows/release.yml"},
		{&files.Publish, "azuredeploy/publish-template"},
	} {
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(f.path))) //nolint:gosec // the project's own files
		if err != nil {
			return files, fmt.Errorf("read what is to be checked: %w", err)
		}
		*f.into = text
	}
	return files, nil
}

// report inspects the files, plants mistakes in them, and prints the figures.
func report(checker *rules.Checker, files rules.Files, whole bool, out io.Writer) error {
	begun := time.Now()
	print := func(format string, args ...any) { _, _ = fmt.Fprintf(out, format+"\n", args...) }
	problems := checker.Inspect(files)
	for _, p := range problems {
		print("problem  %s", p)
	}
	print("%d problems in %d parameter sets", len(problems), len(rules.Sets()))
	if template, err := arm.Decode(files.Template); err == nil {
		if m, ok := template.(map[string]any); ok && !rules.Pinned(m) {
			print("note     the image is named by its version: the release writes its digest behind it")
		}
	}
	caught, err := plant.Run(checker, files)
	if err != nil {
		return err
	}
	for _, c := range caught.Classes {
		print("%5d of %5d caught: %s", c.Caught, c.Planted, c.Name)
	}
	unexplained := 0
	for _, s := range caught.Survivors {
		reason := s.Reason
		if reason == "" {
			reason = "NOT EXPLAINED"
			unexplained++
		}
		print("survived %s at %s: %s", s.Class, s.Where, reason)
	}
	percent := 100 * float64(caught.Caught) / float64(caught.Planted)
	print("%d of %d planted mistakes caught, %.1f %%, in %.0f s", caught.Caught, caught.Planted, percent, time.Since(begun).Seconds())
	if len(problems) > 0 || whole && (percent < least || unexplained > 0) {
		return errFound
	}
	return nil
}
