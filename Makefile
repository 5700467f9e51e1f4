# Callcard. `make run` starts everything, `make test` proves it; `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
BIN := bin/callcard
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
GO_FILES := $(shell git ls-files '*.go' '*.sql' '*.lua' '*.wav' go.mod go.sum 2>/dev/null)

.PHONY: run test dev check gen bench help build

run: ## build, then start the demo office with its own database, phones and caller
	@./.ci/deps run
	@$(MAKE) --no-print-directory build
	@$(BIN) demo

build: $(BIN) ## build bin/callcard

$(BIN): $(GO_FILES)
	@CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.buildVersion=$(VERSION)" -o $@ ./cmd/callcard

test: ## everything that must be green; installs what it needs on Debian as root
	@./.ci/deps test
	@./.ci/suites all

check: ## fast checks: format, vet, arrows, generated files, quick tests
	@./.ci/suites check

dev: build ## the demo, started again whenever a Go file changes
	@./.ci/dev

gen: ## make generated files anew
	@go generate ./...
	@go test ./web/api -run TestOpenAPI -update >/dev/null && echo "gen: ok"

bench: build ## internal benchmarks, and how to run the load generator
	@./.ci/bench

help: ## this list
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
