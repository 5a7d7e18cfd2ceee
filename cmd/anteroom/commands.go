package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// commands is the command line.
type commands struct {
	Serve   serveCommand   `cmd:"" default:"withargs" help:"Serve the site (the default command)."`
	Meeting meetingCommand `cmd:"" help:"Show the meeting in a pasted link, meeting ID or invitation."`
	Link    linkCommand    `cmd:"" help:"Make a link to a visit, or open one."`
	Token   tokenCommand   `cmd:"" help:"Create or delete an identity with its token."`
	Doctor  doctorCommand  `cmd:"" help:"Report what is wrong with the settings, the service and the address."`
	Version versionCommand `cmd:"" help:"Print the version."`

	Settings    settingsCommand    `cmd:"" hidden:"" help:"List the settings of serve."`
	Healthcheck healthcheckCommand `cmd:"" help:"Ask the site on this machine whether it is alive; for containers."`
}

// errExit stands in for the exit that kong makes after printing help.
var errExit = errors.New("exit")

// run runs the program. Settings in args take precedence over those in env ("NAME=value" lines).
func run(ctx context.Context, args, env []string, c console) (err error) {
	var cli commands
	parser, err := kong.New(&cli,
		kong.Name("anteroom"),
		kong.Description("The front door to a Teams meeting: visitors join from the browser, without an app or an account."),
		kong.Writers(c.out, c.err),
		kong.Exit(func(int) { panic(errExit) }),
		kong.Resolvers(environment(env)),
		kong.ValueFormatter(namesVariable),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(c, environ(env)),
	)
	if err != nil {
		return fmt.Errorf("build commands: %w", err)
	}
	defer func() {
		if r := recover(); r != nil && r != any(errExit) {
			panic(r)
		}
	}()
	chosen, err := parser.Parse(args)
	if err != nil {
		return err
	}
	return chosen.Run()
}

// variable returns the environment variable of a flag that has the tag "setting", otherwise "".
func variable(v *kong.Value) string {
	if !v.Tag.Has("setting") {
		return ""
	}
	return strings.ToUpper(strings.ReplaceAll(v.Name, "-", "_"))
}

// environment resolves flags from the environment given to run, so that tests need not change the
// process's own. An empty variable counts as unset here, and as a mistake in newMistakes.
func environment(env []string) kong.Resolver {
	given := environ(env).values()
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		name := variable(flag.Value)
		if name == "" || given[name] == "" {
			return nil, nil
		}
		return given[name], nil
	})
}

// namesVariable adds the variable's name to a flag's help.
func namesVariable(v *kong.Value) string {
	if name := variable(v); name != "" {
		return v.Help + " ($" + name + ")"
	}
	return v.Help
}
