package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const repo = "../.."

func readRepo(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repo, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestDockerfileKeepsTheRules(t *testing.T) {
	for _, p := range checkDockerfile([]byte(readRepo(t, "Dockerfile")), readRepo(t, ".dockerignore")) {
		t.Error(p)
	}
}

// Each mistake is planted into the Dockerfile that we have, and its rule has to find it.
func TestPlantedMistakesInTheDockerfile(t *testing.T) {
	original, ignore := readRepo(t, "Dockerfile"), readRepo(t, ".dockerignore")
	for _, c := range []struct{ rule, old, planted string }{
		{"syntax", "COPY go.mod", "COPPY go.mod"},
		{"syntax", "FROM scratch", "FROM"},
		{"base-unpinned", "${GO_IMAGE} AS", "docker.io/library/golang:1.26.8 AS"},
		{"base-unpinned", "ARG GO_IMAGE=docker.io/library/golang:1.26.8-bookworm", "ARG GO_IMAGE"},
		{"base-version", "golang:1.26.8-bookworm", "golang:latest"},
		{"base-version", "golang:1.26.8-bookworm", "golang"},
		{"base-version", "golang:1.26.8-bookworm", "golang:1.26"},
		{"base-version", "node:20.20.2-bookworm-slim", "node:lts"},
		{"not-scratch", "FROM scratch", "FROM ${GO_IMAGE}"},
		{"secret", "ARG REVISION=unknown", "ARG ACS_CONNECTION_STRING"},
		{"secret", "ARG REVISION=unknown", "ENV SESSION_KEYS=abc"},
		{"secret", "WORKDIR /src\n", "ARG NPM_TOKEN\nWORKDIR /src\n"},
		{"secret", "EXPOSE 8080", "ENV DESK_PASSPHRASE=open"},
		{"add", "COPY go.mod go.sum ./", "ADD https://example.org/go.mod ./"},
		{"add", "COPY --from=program /image/anteroom /anteroom", "ADD anteroom.tar.gz /"},
		{"copy-context", "COPY --from=program /image/anteroom /anteroom", "COPY anteroom /anteroom"},
		{"copy-context", "EXPOSE 8080", "COPY . /src"},
		{"shell-form", `ENTRYPOINT ["/anteroom"]`, "ENTRYPOINT /anteroom"},
		{"shell-form", `ENTRYPOINT ["/anteroom"]`, "ENTRYPOINT [/anteroom]"},
		{"shell-form", `ENTRYPOINT ["/anteroom"]`, "ENTRYPOINT [\"/anteroom\"]\nCMD serve"},
		{"shell-form", `CMD ["/anteroom", "healthcheck"]`, "CMD /anteroom healthcheck"},
		{"shell-form", `HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 CMD ["/anteroom", "healthcheck"]`, "HEALTHCHECK NONE"},
		{"no-healthcheck", `HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 CMD ["/anteroom", "healthcheck"]`, ""},
		{"no-entrypoint", `ENTRYPOINT ["/anteroom"]`, ""},
		{"root", "USER 65532:65532\n", ""},
		{"root", "USER 65532:65532", "USER 0:0"},
		{"root", "USER 65532:65532", "USER root"},
		{"root", "USER 65532:65532", "USER nonroot"},
		{"root", "USER 65532:65532", "USER 65532"},
		{"root", "EXPOSE 8080", "USER 0"},
		{"volume", "EXPOSE 8080", "VOLUME /data"},
		{"no-label", "org.opencontainers.image.licenses", "licenses"},
		{"no-label", "org.opencontainers.image.revision", "revision"},
		{"download", "RUN go mod download", "RUN curl -sSfL https://example.org/install.sh | sh"},
		{"latest", "RUN go mod download", "RUN go install example.org/tool@latest"},
		{"npm", "npm ci --ignore-scripts", "npm ci"},
		{"npm", "npm ci --ignore-scripts", "npm install --ignore-scripts"},
		{"go-build", " -trimpath", ""},
		{"go-build", "CGO_ENABLED=0 ", ""},
		{"go-build", " -buildvcs=false", ""},
		{"go-build", " -tags timetzdata", ""},
		{"buildkit-StageNameCasing", "AS browser", "AS Browser"},
		{"buildkit-FromAsCasing", "AS browser", "as browser"},
		{"relative-workdir", "WORKDIR /src/static", "WORKDIR src/static"},
		{"buildkit-MaintainerDeprecated", "EXPOSE 8080", "MAINTAINER someone"},
		{"duplicate-stage", "AS program", "AS browser"},
		{"repeated", `ENTRYPOINT ["/anteroom"]`, "ENTRYPOINT [\"/a\"]\nENTRYPOINT [\"/anteroom\"]"},
	} {
		planted := strings.Replace(original, c.old, c.planted, 1)
		if planted == original {
			t.Errorf("%s: %q is not in the Dockerfile", c.rule, c.old)
			continue
		}
		wantRule(t, c.rule, c.planted, checkDockerfile([]byte(planted), ignore))
	}
	for _, ignore := range []string{"", "# nothing\n", ".git\nbin\n"} {
		wantRule(t, "copy-all", ".dockerignore "+ignore, checkDockerfile([]byte(original), ignore))
	}
}

func wantRule(t *testing.T, rule, planted string, found []problem) {
	t.Helper()
	for _, p := range found {
		if p.rule == rule {
			return
		}
	}
	t.Errorf("%s did not find %q; found %v", rule, planted, found)
}
