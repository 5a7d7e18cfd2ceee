package azuredeploy

import (
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	exactTag   = regexp.MustCompile(`:v?\d+\.\d+\.\d+[\w.-]*$`)
	digest     = regexp.MustCompile(`@sha256:[0-9a-f]{64}$`)
	secretName = regexp.MustCompile(`(?i)secret|token|passphrase|password|credential|connection|_keys?\b`)
	numericID  = regexp.MustCompile(`^[1-9]\d*:[1-9]\d*$`)
	continued  = regexp.MustCompile(`\\\n\s*`)
)

// instructions returns the instructions of a Dockerfile, one a line, without comments.
func instructions(source string) []string {
	var lines []string
	for line := range strings.Lines(source) {
		if !strings.HasPrefix(strings.TrimSpace(line), "#") {
			lines = append(lines, line)
		}
	}
	var out []string
	for line := range strings.Lines(continued.ReplaceAllString(strings.Join(lines, ""), " ")) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// dockerfileProblems returns the rules that a Dockerfile breaks.
func dockerfileProblems(source string) []string {
	var problems, stages []string
	defaults := make(map[string]string)
	last := make(map[string]string) // of the final stage: the last instruction of each kind
	labels := ""
	base := ""
	for _, line := range instructions(source) {
		verb, rest, _ := strings.Cut(line, " ")
		if verb == "FROM" {
			fields := slices.DeleteFunc(strings.Fields(rest), func(f string) bool { return strings.HasPrefix(f, "--") })
			base, last, labels = fields[0], make(map[string]string), ""
			name := strings.Trim(base, "${}")
			if base != "scratch" && !digest.MatchString(base) && !slices.Contains(stages, base) && !exactTag.MatchString(defaults[name]) {
				problems = append(problems, "unpinned base: "+base)
			}
			if len(fields) == 3 {
				stages = append(stages, fields[2])
			}
			continue
		}
		last[verb] = rest
		if verb == "ARG" {
			name, value, _ := strings.Cut(rest, "=")
			defaults[name] = value
		}
		if verb == "LABEL" {
			labels += rest
		}
		if (verb == "ARG" || verb == "ENV") && secretName.MatchString(rest) {
			problems = append(problems, "a secret in the image's history: "+rest)
		}
		problems = append(problems, lineProblems(verb, rest)...)
	}
	return append(problems, finalProblems(base, last, labels)...)
}

func lineProblems(verb, rest string) (problems []string) {
	lacks := func(when bool, what string, wanted ...string) {
		for _, w := range wanted {
			if when && !strings.Contains(rest, w) {
				problems = append(problems, what+" without "+w)
			}
		}
	}
	switch verb {
	case "ADD":
		problems = append(problems, "ADD downloads and unpacks; use COPY")
	case "VOLUME":
		problems = append(problems, "VOLUME: the program writes nothing")
	case "ENTRYPOINT", "CMD":
		if !strings.HasPrefix(rest, "[") {
			problems = append(problems, verb+" in shell form")
		}
	case "HEALTHCHECK":
		lacks(true, verb, `CMD ["`)
	case "RUN":
		lacks(strings.Contains(rest, "npm "), "npm", "npm ")
		lacks(regexp.MustCompile(`npm (ci|i|install)\b`).MatchString(rest), "npm", "npm ci", "--ignore-scripts")
		lacks(strings.Contains(rest, "go build"), "go build", "CGO_ENABLED=0", "-trimpath", "-buildvcs=false", "timetzdata")
		if regexp.MustCompile(`\b(curl|wget)\b|@latest\b`).MatchString(rest) {
			problems = append(problems, "downloads something unverified: "+rest)
		}
	}
	return problems
}

func finalProblems(base string, last map[string]string, labels string) (problems []string) {
	if base != "scratch" {
		problems = append(problems, "the image is built on "+base)
	}
	if !numericID.MatchString(last["USER"]) {
		problems = append(problems, "USER must be a number and a group, neither 0: "+last["USER"])
	}
	for _, verb := range []string{"ENTRYPOINT", "HEALTHCHECK", "STOPSIGNAL", "EXPOSE"} {
		if last[verb] == "" {
			problems = append(problems, "no "+verb)
		}
	}
	for _, name := range []string{"title", "source", "licenses", "version", "revision"} {
		if !strings.Contains(labels, "org.opencontainers.image."+name+"=") {
			problems = append(problems, "no label "+name)
		}
	}
	return problems
}

func TestDockerfileKeepsTheRules(t *testing.T) {
	for _, problem := range dockerfileProblems(readFile(t, "Dockerfile")) {
		t.Error(problem)
	}
}

func TestDockerfileRulesNoticeMistakes(t *testing.T) {
	good := readFile(t, "Dockerfile")
	for _, c := range [][2]string{
		{"USER 65532:65532", "USER root"},
		{"USER 65532:65532\n", ""},
		{`ENTRYPOINT ["/anteroom"]`, "ENTRYPOINT /anteroom"},
		{"FROM scratch", "FROM docker.io/library/debian:stable"},
		{"npm ci --ignore-scripts", "npm ci"},
		{"npm ci --ignore-scripts", "npm install --ignore-scripts"},
		{"CGO_ENABLED=0 ", ""},
		{"-tags timetzdata ", ""},
		{"RUN go mod download", "RUN curl -sSf https://example.org/install.sh"},
		{"ARG TARGETOS", "ARG SESSION_KEYS"},
		{"COPY static/ ./", "ADD static/ ./"},
		{"STOPSIGNAL SIGTERM", "VOLUME /data"},
		{`org.opencontainers.image.revision="$REVISION"`, `revision="$REVISION"`},
		{"HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 CMD [", "HEALTHCHECK CMD /anteroom healthcheck #"},
	} {
		bad := strings.Replace(good, c[0], c[1], 1)
		if bad == good {
			t.Errorf("the Dockerfile no longer contains %q", c[0])
		} else if len(dockerfileProblems(bad)) == 0 {
			t.Errorf("%q instead of %q goes unnoticed", c[1], c[0])
		}
	}
	if unpinned := regexp.MustCompile(`node:\S+`).ReplaceAllString(good, "node:lts"); len(dockerfileProblems(unpinned)) == 0 {
		t.Error("an unpinned base goes unnoticed")
	}
}

func TestDockerignoreListsWhatTheProgramNeeds(t *testing.T) {
	var patterns []string
	for line := range strings.Lines(readFile(t, ".dockerignore")) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			patterns = append(patterns, line)
		}
	}
	if patterns[0] != "*" {
		t.Errorf("the first pattern is %q: it must leave out everything", patterns[0])
	}
	out, err := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if .Main}}{{$.ImportPath}}{{end}}{{end}}", "../cmd/anteroom").Output()
	if err != nil {
		t.Fatal(err)
	}
	const module = "github.com/anteroom-visit/anteroom/"
	for path := range strings.FieldsSeq(string(out)) {
		folder, _, _ := strings.Cut(strings.TrimPrefix(path, module), "/")
		if !slices.Contains(patterns, "!"+folder) {
			t.Errorf(".dockerignore leaves out %s, and the program imports %s", folder, path)
		}
	}
	for _, pattern := range []string{"**/.*", "**/*_test.go", "static/node_modules"} {
		if !slices.Contains(patterns, pattern) {
			t.Errorf(".dockerignore lets %s into the build", pattern)
		}
	}
}

// TestToolVersionsAgree compares the versions of Go and Node in the Dockerfile, the workflows and go.mod.
func TestToolVersionsAgree(t *testing.T) {
	find := func(pattern, file string) []string {
		var found []string
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(readFile(t, file), -1) {
			found = append(found, m[1])
		}
		if len(found) == 0 {
			t.Errorf("%s names no version (%s)", file, pattern)
		}
		return slices.Compact(found)
	}
	image := find(`ARG GO_IMAGE=\S+:(\d+\.\d+\.\d+)`, "Dockerfile")
	for _, workflow := range []string{"ci.yml", "release.yml"} {
		if got := find(`go-version: (\S+)`, ".github/workflows/"+workflow); !slices.Equal(got, image) {
			t.Errorf("%s uses Go %v, the image %v", workflow, got, image)
		}
	}
	minor := find(`(?m)^go (\d+\.\d+)`, "go.mod")[0]
	if !strings.HasPrefix(image[0], minor+".") {
		t.Errorf("go.mod requires Go %s, the image uses %s", minor, image[0])
	}
	node := find(`ARG NODE_IMAGE=\S+:(\d+)\.`, "Dockerfile")[0]
	if odd := node[len(node)-1]%2 == 1; odd {
		t.Errorf("Node %s never becomes a long-term release", node)
	}
	if got := find(`node-version: (\d+)\.`, ".github/workflows/release.yml"); got[0] != node {
		t.Errorf("release.yml uses Node %v, the image %s", got, node)
	}
}
