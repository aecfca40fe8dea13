# Everything that is run by hand or by CI. `make` prints what there is.

GOLANGCI_LINT := v2.15.0
GOVULNCHECK   := v1.9.0
BIN           := $(CURDIR)/.bin
VERSION       ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS       := -s -w -X gatehouse/cmd/cli.version=$(VERSION)

.DEFAULT_GOAL := help
.PHONY: help build demo test check lint arrows race vuln cross rules bench golden e2e-emulate clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build bin/gatehouse
	@CGO_ENABLED=0 go build -trimpath -ldflags "$(LDFLAGS)" -o bin/gatehouse ./cmd/gatehouse

demo: build ## open the console on the built-in world: no account, no network
	@bin/gatehouse demo

test: ## every test
	go test ./...

check: lint arrows race vuln cross rules ## what must be green before anything lands

lint: $(BIN)/golangci-lint-$(GOLANGCI_LINT) ## golangci-lint, pinned, built once into .bin
	@test -z "$$(gofmt -l cmd model providers ui)" || { gofmt -l cmd model providers ui; echo 'gofmt: run gofmt -w on these'; exit 1; }
	$< run ./...

arrows: ## the table of allowed imports
	go test -count=1 -run '^TestArrows|^TestHouse' ./cmd/gatehouse

race: ## every test under the race detector
	go test -race ./...

vuln: $(BIN)/govulncheck-$(GOVULNCHECK) ## known vulnerabilities, where their database can be had
	@if out=$$($< ./... 2>&1); then echo "govulncheck: nothing known"; \
	elif echo "$$out" | grep -qiE 'no such host|dial tcp|forbidden|proxyconnect|connection refused|i/o timeout|fetching vulnerabilities|unreachable'; then echo "govulncheck: its database cannot be reached here, nothing was checked"; \
	else echo "$$out"; exit 1; fi

cross: ## build for every system gatehouse runs on, without cgo
	@for t in linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64; do \
		echo "build $$t"; CGO_ENABLED=0 GOOS=$${t%/*} GOARCH=$${t#*/} go build -trimpath -o /dev/null ./cmd/gatehouse || exit 1; done

rules: build ## rules for dependencies and the size of the binary
	@.ci/rules bin/gatehouse

bench: build ## benchmarks: the table, the filter, the first frame
	go test -run '^$$' -bench . -benchmem ./model/... ./providers/... ./ui/... ./cmd/...

golden: ## write the golden screens anew; look at the difference before committing it
	go test ./ui/... -update

e2e-emulate: build ## run the binary against a server nobody here wrote (needs node and npm)
	@.ci/emulate

clean: ## remove what was built
	rm -rf bin .bin

$(BIN)/golangci-lint-$(GOLANGCI_LINT):
	@mkdir -p $(BIN)
	GOBIN=$(BIN) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT)
	@mv $(BIN)/golangci-lint $@

$(BIN)/govulncheck-$(GOVULNCHECK):
	@mkdir -p $(BIN)
	GOBIN=$(BIN) go install golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK)
	@mv $(BIN)/govulncheck $@
