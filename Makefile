.PHONY: help build demo test test-quick lint fmt regen bench ci

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build the release binary, target/release/tempoctl
	cargo build --release

demo: ## build, start a simulated stack that nobody sends traces to, run doctor against it
	cargo run -- lab run no-app-traffic --expect-exit 4 -- doctor

test: ## run every test (needs prometheus on PATH: apt-get install prometheus)
	cargo test

test-quick: ## run the tests that need nothing but Rust, and say how many that leaves out
	@cargo test -- --skip real_prometheus_ && cargo test -q --test it -- --list real_prometheus_ | awk '/: test$$/ { n++ } END { print n + 0, "tests left out, which need a real Prometheus; make test runs them" }'

lint: ## check format, clippy and, where cargo-deny is installed, licences and advisories
	cargo fmt --check && cargo clippy --all-targets -- -D warnings && { ! cargo deny --version >/dev/null 2>&1 || cargo deny check; }

fmt: ## format
	cargo fmt

regen: ## write anew what is generated: registries, docs/causes, completions, manual page, README's picture
	REGEN=1 cargo test --test it -- generated registry documents

bench: ## run the benchmarks
	cargo bench

ci: lint test ## what has to pass before a change lands
