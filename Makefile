# Callcard. `make run` starts everything, `make test` proves it; `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
BIN := bin/callcard
UI := web/ui
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
GO_FILES := $(shell git ls-files '*.go' '*.sql' '*.lua' '*.wav' go.mod go.sum 2>/dev/null)
UI_FILES := $(shell git ls-files $(UI) ':!$(UI)/e2e' 2>/dev/null)

.PHONY: run test dev check gen bench help build page

run: ## build, then start the demo office with its own database, phones and caller
	@./.ci/deps run
	@$(MAKE) --no-print-directory build
	@$(BIN) demo

build: $(BIN) ## build bin/callcard, the page included

page: web/dist/index.html ## build the page only

$(BIN): $(GO_FILES) web/dist/index.html
	@CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.buildVersion=$(VERSION)" -o $@ ./cmd/callcard

web/dist/index.html: $(UI_FILES) $(UI)/node_modules/.package-lock.json
	@cd $(UI) && npm run --silent build

$(UI)/node_modules/.package-lock.json: $(UI)/package-lock.json
	@cd $(UI) && npm ci --silent --no-audit --no-fund && touch node_modules/.package-lock.json

test: ## everything that must be green; installs what it needs on Debian as root
	@./.ci/deps test
	@./.ci/suites all

check: $(UI)/node_modules/.package-lock.json ## fast checks: format, vet, arrows, generated files, types, quick tests
	@./.ci/suites check

dev: build ## the demo and the page with live reload; the demo starts again whenever a Go file changes
	@./.ci/dev

gen: $(UI)/node_modules/.package-lock.json ## make generated files anew
	@go generate ./...
	@go test ./web/api -run TestOpenAPI -update >/dev/null
	@cd $(UI) && npm run --silent gen >/dev/null && echo "gen: ok"

bench: build ## internal benchmarks, and how to run the load generator
	@./.ci/bench

help: ## this list
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
