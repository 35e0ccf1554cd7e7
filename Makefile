.PHONY: help build demo test test-all test-quick lint audit fmt regen regen-accuracy bench fuzz ci \
	stack-up stack-down doctor tempo-status tempo-metrics tempo-logs tempo-logs-generator \
	tempo-start-test-generator tempo-stop-test-generator

TEMPOCTL ?= cargo run --quiet --

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-26s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build the release binary, target/release/tempoctl
	cargo build --release

demo: ## build, start a simulated stack without application traffic, and run doctor against it
	cargo run -- lab run no-app-traffic --expect-exit 4 -- doctor

test: ## run the tests that need only Rust and prometheus on PATH (apt-get install prometheus)
	cargo test -- --skip real_docker_ --skip real_python_ --skip real_node_ --skip real_browser_ --skip real_dpkg_

test-all: ## run all tests; they also need Docker, Python, Node.js, Chromium and cargo-deb, and report what is missing
	cargo test -- $(LEAVE)

test-quick: ## run the tests that need only Rust, and print how many were left out
	@cargo test -- --skip real_ && cargo test -q --test it -- --list real_ | awk '/: test$$/ { n++ } END { print n + 0, "tests left out; they need a real Prometheus, Docker, Python, Node.js, a browser or dpkg. make test-all runs them" }'

lint: ## check formatting, clippy with and without the lab, and, if cargo-deny is installed, licences and sources
	cargo fmt --check && cargo clippy --all-targets -- -D warnings && cargo clippy --no-default-features -- -D warnings && { ! cargo deny --version >/dev/null 2>&1 || cargo deny check licenses bans sources; }

audit: ## check dependencies against the RustSec advisories (needs cargo-deny and network access)
	cargo deny check advisories

fmt: ## format the code
	cargo fmt

regen-accuracy: ## regenerate docs/accuracy.md: run every case and write down what was right
	REGEN=1 cargo test --test cases

regen: ## regenerate files: registries, docs/causes, docs/cli, docs/coverage.md, completions, manual page, examples, the picture
	REGEN=1 cargo test --test it -- registry && REGEN=1 cargo test --test it -- generated coverage documents

bench: ## run the benchmarks
	cargo bench

FUZZ_SECONDS ?= 60
FUZZ_TARGETS ?= $(shell sed -n 's/^name = "\([a-z]*\)"/\1/p' tests/fuzz/Cargo.toml)

fuzz: ## feed every parser of foreign input with changed recordings, FUZZ_SECONDS each (needs cargo-fuzz and a nightly compiler)
	cargo test --test it -- --ignored write_seed_corpus
	@set -e; for target in $(FUZZ_TARGETS); do \
		cargo +nightly fuzz run --fuzz-dir tests/fuzz $$target -- -max_total_time=$(FUZZ_SECONDS) -max_len=65536 -timeout=20 -rss_limit_mb=2048; \
	done

ci: lint test ## run what must pass before a change lands

# The stack: deploy/compose if Docker runs, otherwise the simulated stack; each target prints which.

stack-up: ## start a stack in the background: Tempo, Prometheus, Grafana, collector, Loki
	@$(TEMPOCTL) lab up --prefer-compose

stack-down: ## stop the stack; volumes are kept
	@$(TEMPOCTL) lab down --prefer-compose

doctor: ## find where the stack loses data, why, and what to change
	@$(TEMPOCTL) doctor

tempo-status: ## run doctor without waiting for search and metrics
	@$(TEMPOCTL) doctor --fast

tempo-metrics: ## show rate, errors and durations of the services that send traces
	@$(TEMPOCTL) metrics

tempo-logs: ## print Tempo's latest log lines
	@$(TEMPOCTL) lab log --prefer-compose

tempo-start-test-generator: ## send test traffic to the stack
	@$(TEMPOCTL) lab up --generator --prefer-compose

tempo-stop-test-generator: ## stop the test traffic
	@$(TEMPOCTL) lab down --generator --prefer-compose

tempo-logs-generator: ## print the latest output of the test traffic
	@$(TEMPOCTL) lab log --generator --prefer-compose
