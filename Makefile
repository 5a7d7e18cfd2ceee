# Anteroom. `make help` lists the targets.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

BIN := bin/anteroom
NPM := npm --prefix static --no-update-notifier --loglevel=error
GOLANGCI_VERSION := v2.15.0
GOFUMPT_VERSION := v0.12.0
TOOLS := $(CURDIR)/bin/tools
LINTER := $(TOOLS)/golangci-lint-$(GOLANGCI_VERSION)
GOFUMPT := $(TOOLS)/gofumpt-$(GOFUMPT_VERSION)
INSTALLED := static/node_modules/.package-lock.json
BUNDLE := static/dist/manifest.json

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | expand -t 12

.PHONY: run
run: build ## Install, build and serve http://localhost:8080
	@$(BIN) serve

.PHONY: dev
dev: $(INSTALLED) ## Serve http://localhost:8080 and reload on every change
	@tools/dev

.PHONY: build
build: $(BUNDLE) ## Build the program: bin/anteroom
	CGO_ENABLED=0 go build -trimpath -o $(BIN) ./cmd/anteroom

$(INSTALLED): static/package.json static/package-lock.json static/.npmrc
	$(NPM) ci --ignore-scripts
	@touch $@

SOURCES := $(shell find static/src static/css static/assets static/bundle -type f 2>/dev/null) static/build.mjs teams/endings.json
$(BUNDLE): $(INSTALLED) $(SOURCES)
	$(NPM) run build

.PHONY: test
test: build test-generated test-types test-go test-unit test-journeys ## Run what every change must pass (minutes)

.PHONY: check
check: build check-race check-flood check-browser ## Run everything else: races, all pages, all endings
	$(MAKE) --jobs=2 --output-sync check-deploy check-pasted check-builds check-kql probe check-engines

.PHONY: check-pasted
check-pasted: # a pasted meeting is never read as another one
	ANTEROOM_TEAMS_CASES=200000 go test ./teams -run TestReadNeverReturnsAnotherMeeting

.PHONY: test-generated
test-generated: # the committed generated code is current
	go tool templ generate -check
	cd rehearsal && go run ./protocol -check
	go mod tidy -diff
	go mod verify

.PHONY: test-types
test-types: $(INSTALLED)
	$(NPM) run types

.PHONY: test-go
test-go: $(BUNDLE)
	go vet ./...
	go test ./...

# The packages that share anything between goroutines; what they call is watched in their tests too.
SHARING := ./acs/... ./cmd/... ./doctor/... ./entra/... ./graph/... ./handlers/... ./rehearsal/...

.PHONY: check-race
check-race: $(BUNDLE)
	go test -race $(SHARING)

.PHONY: check-deploy
check-deploy: $(BUNDLE) # two copies behind a real proxy and under a real Prometheus; skipped where they cannot be installed
	@command -v caddy >/dev/null && command -v prometheus >/dev/null || { apt-get update && apt-get install -y --no-install-recommends caddy prometheus; } || echo "SKIPPED: no Caddy or Prometheus (Debian: apt-get install caddy prometheus)"
	DEPLOY_TRIAL=1 go test ./deploy -count=1 -v -run TwoCopies

.PHONY: check-kql
check-kql: static/kql/node_modules/.package-lock.json # the queries for Azure, with Microsoft's parser
	node --test static/kql/queries.test.mjs

static/kql/node_modules/.package-lock.json: static/kql/package.json static/kql/package-lock.json static/kql/.npmrc
	npm --prefix static/kql --no-update-notifier --loglevel=error ci --ignore-scripts
	@touch $@

LOAD_TIME := 5m

.PHONY: load
load: $(BUNDLE) ## Measure three copies under load and with faults: LOAD_TIME (5m) at 30 joins a second
	LOAD=on LOAD_TIME=$(LOAD_TIME) go test ./cmd/anteroom -run TestLoad -count=1 -v -timeout 60m

.PHONY: check-flood
check-flood: $(BUNDLE) # honest visitors can join despite slow clients and long headers
	FLOOD=on go test ./cmd/anteroom -run TestFlood -count=1 -v

.PHONY: test-unit
test-unit: $(INSTALLED)
	$(NPM) run unit

.PHONY: check-builds
check-builds: $(INSTALLED) # each kind of build has the parts that it needs, and no others
	$(NPM) run builds

# The tag @journey marks the browser tests that every change must pass.
BROWSERS = CHROMIUM="$$(static/e2e/chromium)" CHROMIUM_SHELL="$$(static/e2e/chromium shell)"

.PHONY: test-journeys
test-journeys: build bin/acstest
	$(BROWSERS) $(NPM) run e2e -- --grep @journey

.PHONY: check-browser
check-browser: build bin/acstest
	$(BROWSERS) $(NPM) run e2e -- --grep-invert @journey

.PHONY: bin/acstest
bin/acstest:
	go build -o $@ ./cmd/acstest

.PHONY: probe
probe: $(INSTALLED) ## Compare the rehearsal's SDKs with Microsoft's
	CHROMIUM="$$(static/e2e/chromium)" $(NPM) run probe

.PHONY: screens
screens: build bin/acstest ## Take a picture of every page: static/.screens
	CHROMIUM="$$(static/e2e/chromium)" $(NPM) run screens

.PHONY: bench
bench: build static/bench/node_modules/.package-lock.json ## Measure: Lighthouse, and the server compared with a bare one
	CHROMIUM="$$(static/e2e/chromium)" node static/bench/lighthouse.mjs
	go test ./cmd/anteroom -run '^$$' -bench . -benchtime 2s -timeout 10m

# Other browsers have their own npm packages, so that no other target has to install them.
.PHONY: check-engines
check-engines: build static/engines/node_modules/.package-lock.json # Firefox, WebKit and a screen reader; skipped where they cannot be installed. What it speaks is in static/.heard
	static/engines/install
	$(NPM) run engines

static/engines/node_modules/.package-lock.json: static/engines/package.json static/engines/package-lock.json static/engines/.npmrc
	npm --prefix static/engines --no-update-notifier --loglevel=error ci --ignore-scripts
	@touch $@

static/bench/node_modules/.package-lock.json: static/bench/package.json static/bench/package-lock.json static/bench/.npmrc
	npm --prefix static/bench --no-update-notifier --loglevel=error ci --ignore-scripts
	@touch $@

.PHONY: image
image: ## Build the image anteroom:VERSION with docker, podman or buildah
	@azuredeploy/build-image

FUZZTIME := 60s

.PHONY: fuzz
fuzz: $(BUNDLE) ## Fuzz every parser of untrusted input, FUZZTIME (60s) each
	@tools/fuzz $(FUZZTIME)

.PHONY: audit
audit: build ## Check for known vulnerabilities and licences; write the bill of materials: bin/sbom
	@tools/audit

.PHONY: lint
lint: $(LINTER) $(GOFUMPT) $(BUNDLE) ## Check formatting and types, run the linters
	@unformatted="$$($(GOFUMPT) -l $$(git ls-files -co --exclude-standard '*.go' | grep -v _templ.go))"; \
		[ -z "$$unformatted" ] || { echo "not formatted (make fmt):"; echo "$$unformatted"; exit 1; }
	go tool templ fmt -fail views
	$(LINTER) run
	$(NPM) run types
	$(NPM) run lint

.PHONY: fmt
fmt: $(GOFUMPT) $(INSTALLED) ## Format everything and generate what is generated
	$(GOFUMPT) -w $$(git ls-files -co --exclude-standard '*.go' | grep -v _templ.go)
	go tool templ fmt views
	go tool templ generate
	$(NPM) run fmt

$(LINTER):
	GOBIN=$(TOOLS) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	mv $(TOOLS)/golangci-lint $@

$(GOFUMPT):
	GOBIN=$(TOOLS) go install mvdan.cc/gofumpt@$(GOFUMPT_VERSION)
	mv $(TOOLS)/gofumpt $@

.PHONY: clean
clean: ## Remove the build's output
	rm -rf bin static/.build
	find static/dist -mindepth 1 ! -name .gitkeep -delete
