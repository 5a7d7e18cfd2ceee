package main

import (
	"regexp"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// policy collects what a Dockerfile does against our rules.
type policy struct {
	dockerfile
	ignore   string // the text of .dockerignore
	problems []problem
}

// checkDockerfile says what is wrong with a Dockerfile and its .dockerignore: what BuildKit's own
// linter finds, and then our rules.
func checkDockerfile(source []byte, ignore string) []problem {
	parsed, err := parseDockerfile(source)
	if err != nil {
		return []problem{{"syntax", 0, err.Error()}}
	}
	p := policy{dockerfile: parsed, ignore: ignore, problems: parsed.lint}
	p.checkBases()
	for i, stage := range p.stages {
		for _, command := range stage.Commands {
			p.checkNames(command)
			p.checkCommand(command, i == len(p.stages)-1)
		}
	}
	p.checkFinal(p.stages[len(p.stages)-1])
	return p.problems
}

func (p *policy) add(rule string, at []parser.Range, text string) {
	p.problems = append(p.problems, problem{rule, lineOf(at), text})
}

var (
	argBase   = regexp.MustCompile(`^\$\{?([A-Z_]+)\}?$`)
	digest    = regexp.MustCompile(`@sha256:[0-9a-f]{64}$`)
	exactTag  = regexp.MustCompile(`:v?[0-9]+\.[0-9]+\.[0-9]+[\w.-]*$`)
	secretish = regexp.MustCompile(`(?i)(secret|token|passw|passphrase|credential|private|connection|_key\b|_keys\b|^key)`)
)

// checkBases wants each base to be an earlier stage, scratch, a digest, or an ARG (so that a
// release can give a digest) whose default is a whole version.
func (p *policy) checkBases() {
	var earlier []string
	for _, stage := range p.stages {
		name := stage.BaseName
		arg := argBase.FindStringSubmatch(name)
		if stage.Name != "" && slices.Contains(earlier, stage.Name) {
			p.add("duplicate-stage", stage.Location, "two stages are called "+stage.Name)
		}
		switch {
		case name == "scratch" || slices.Contains(earlier, name) || digest.MatchString(name):
		case arg == nil:
			p.add("base-unpinned", stage.Location, name+" is no digest, and no ARG that a release can set to one")
		case p.defaults[arg[1]] == "":
			p.add("base-unpinned", stage.Location, "ARG "+arg[1]+" has no default")
		case !digest.MatchString(p.defaults[arg[1]]) && !exactTag.MatchString(p.defaults[arg[1]]):
			p.add("base-version", stage.Location, p.defaults[arg[1]]+" names no whole version")
		}
		earlier = append(earlier, stage.Name)
	}
}

// checkNames finds secrets given at build time: they stay in the image's history.
func (p *policy) checkNames(command instructions.Command) {
	var names []string
	switch c := command.(type) {
	case *instructions.ArgCommand:
		for _, arg := range c.Args {
			names = append(names, arg.Key)
		}
	case *instructions.EnvCommand:
		for _, pair := range c.Env {
			names = append(names, pair.Key)
		}
	}
	for _, name := range names {
		if secretish.MatchString(name) {
			p.add("secret", command.Location(), name+" stays readable in the image")
		}
	}
}

func (p *policy) checkCommand(command instructions.Command, final bool) {
	at := command.Location()
	switch c := command.(type) {
	case *instructions.AddCommand:
		p.add("add", at, "ADD fetches and unpacks by itself; use COPY")
	case *instructions.CopyCommand:
		if c.From == "" && slices.Contains(c.SourcePaths, ".") && !listsWhatIsNeeded(p.ignore) {
			p.add("copy-all", at, "COPY . without a .dockerignore that begins by leaving out everything")
		}
		if final && c.From == "" {
			p.add("copy-context", at, "the image takes what a stage has built, and nothing else")
		}
	case *instructions.WorkdirCommand:
		if !strings.HasPrefix(c.Path, "/") {
			p.add("relative-workdir", at, c.Path+" depends on what stands before it")
		}
	case *instructions.RunCommand:
		p.checkRun(strings.Join(c.CmdLine, " "), at)
	case *instructions.EntrypointCommand:
		if c.PrependShell {
			p.add("shell-form", at, "ENTRYPOINT in shell form needs a shell, and keeps SIGTERM from the program")
		}
	case *instructions.CmdCommand:
		if c.PrependShell {
			p.add("shell-form", at, "CMD in shell form needs a shell")
		}
	case *instructions.HealthCheckCommand:
		if len(c.Health.Test) == 0 || c.Health.Test[0] != "CMD" {
			p.add("shell-form", at, "HEALTHCHECK needs to be CMD with a list; there is no shell")
		}
	}
}

// listsWhatIsNeeded tells whether the first pattern leaves out everything.
func listsWhatIsNeeded(ignore string) bool {
	for line := range strings.Lines(ignore) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			return line == "*" || line == "**"
		}
	}
	return false
}

var (
	fetches    = regexp.MustCompile(`\b(curl|wget)\b`)
	npmInstall = regexp.MustCompile(`\bnpm (ci|install|i)\b`)
	goBuild    = regexp.MustCompile(`\bgo (build|install)\b`)
	floating   = regexp.MustCompile(`@latest\b`)
)

func (p *policy) checkRun(line string, at []parser.Range) {
	if fetches.MatchString(line) {
		p.add("download", at, "what is fetched here is checked by nobody")
	}
	if floating.MatchString(line) {
		p.add("latest", at, "@latest is another thing tomorrow")
	}
	if m := npmInstall.FindStringSubmatch(line); m != nil {
		if m[1] != "ci" {
			p.add("npm", at, "npm "+m[1]+" may change the lock file; use npm ci")
		}
		if !strings.Contains(line, "--ignore-scripts") {
			p.add("npm", at, "packages may run their own scripts; use --ignore-scripts")
		}
	}
	if goBuild.MatchString(line) {
		for _, want := range []string{"CGO_ENABLED=0", "-trimpath", "-buildvcs=false", "timetzdata"} {
			if !strings.Contains(line, want) {
				p.add("go-build", at, "the program is built without "+want)
			}
		}
	}
}

var wantedLabels = []string{"title", "source", "licenses", "version", "revision"}

// checkFinal looks at the stage that becomes the image.
func (p *policy) checkFinal(stage instructions.Stage) {
	if stage.BaseName != "scratch" {
		p.add("not-scratch", stage.Location, "the image brings along what "+stage.BaseName+" holds")
	}
	var user, entrypoint, health bool
	var labels []string
	for _, command := range stage.Commands {
		switch c := command.(type) {
		case *instructions.UserCommand:
			user = number.MatchString(c.User)
		case *instructions.EntrypointCommand:
			if entrypoint {
				p.add("repeated", c.Location(), "the last ENTRYPOINT hides the others")
			}
			entrypoint = true
		case *instructions.HealthCheckCommand:
			health = true
		case *instructions.VolumeCommand:
			p.add("volume", c.Location(), "the program writes nothing; a volume says that it does")
		case *instructions.LabelCommand:
			for _, pair := range c.Labels {
				labels = append(labels, strings.Trim(pair.Key, `"`))
			}
		}
	}
	if !user {
		p.add("root", stage.Location, "USER has to be a number other than 0, with a group")
	}
	if !entrypoint {
		p.add("no-entrypoint", stage.Location, "nothing is run")
	}
	if !health {
		p.add("no-healthcheck", stage.Location, "nothing tells whether the program is alive")
	}
	for _, name := range wantedLabels {
		if !slices.Contains(labels, "org.opencontainers.image."+name) {
			p.add("no-label", stage.Location, "org.opencontainers.image."+name+" is missing")
		}
	}
}

// number is a user and a group, neither of them root.
var number = regexp.MustCompile(`^[1-9][0-9]*:[1-9][0-9]*$`)
