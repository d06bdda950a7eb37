# Two commands on a fresh machine: `make demo` and `make test`. Python 3.11+, pip and make are all they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo up test bench bench-scale bench-peers check lock front clean

help:  ## say what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 13

# --no-deps: the locks are complete, and resolving them once more trips over faults of older pips
# (23.2 ships with Python 3.11 and 3.12: extras of pinned packages).
# The stamps stand for an environment that matches its lock file: touched last, so that an
# interrupted set-up starts again, and a second `make demo` skips straight to the work.
$(VENV)/.run: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Dateline needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) --version). Try: make demo PYTHON=python3.12"; exit 1; }
	@echo "setting up $(VENV) from requirements.lock (about a minute the first time)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.run requirements-dev.lock
	@echo "adding the test tools from requirements-dev.lock"
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

# pywb holds other packages back, so the archive it serves for the tests has an environment of its own
.venv-pywb/.test: tests/pywb.lock
	@echo "setting up .venv-pywb, the web archive the tests read our WARC files with"
	@test -x .venv-pywb/bin/python || $(PYTHON) -m venv .venv-pywb
	@.venv-pywb/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r tests/pywb.lock
	@touch $@

demo: $(VENV)/.run  ## crawl the bundled demo newspaper for real and show what came out
	@$(BIN)/dateline demo

up: $(VENV)/.run  ## start Dagster's UI and daemon: nightly crawls from here on
	@$(BIN)/dateline up

# axe-core, which looks the pages over; the test says so where it is not to be had
front/node_modules/.test: front/package-lock.json
	@if command -v npm >/dev/null; then cd front && npm ci --ignore-scripts --no-audit --no-fund --silent && touch node_modules/.test; fi || true

test: $(VENV)/.test .venv-pywb/.test front/node_modules/.test  ## run all the tests
	@$(BIN)/python -m pytest

check: $(VENV)/.test  ## what the gate checks besides the tests: style and types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: $(VENV)/.test  ## print speed and memory, each beside its yardstick in the same run
	@$(BIN)/python -m benchmarks

bench-scale: $(VENV)/.test  ## print what the ways past one machine cost, each beside what it takes the place of
	@$(BIN)/python -m benchmarks cluster
	@$(BIN)/python -m benchmarks lake

# each peer holds other packages back, so each has an environment of its own
.venv-%/.peer: benchmarks/peers/%.lock
	@test -x .venv-$*/bin/python || $(PYTHON) -m venv .venv-$*
	@.venv-$*/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

bench-peers: $(VENV)/.test .venv-fundus/.peer .venv-newsplease/.peer  ## print articles a core second out of CC-NEWS, ours and other systems' (DATA=folder of scoring sets)
	@$(BIN)/python -m benchmarks.peers $(or $(DATA),$(error DATA is not set: make bench-peers DATA=../shared/eval/data/cleaning))

lock: $(VENV)/.test  ## resolve requirements*.in anew into the hash-locked files
	@for name in requirements requirements-lake requirements-cluster requirements-postgres deploy/requirements requirements-dev tests/pywb benchmarks/peers/fundus benchmarks/peers/newsplease; do \
	  $(BIN)/uv pip compile $$name.in --output-file $$name.lock --quiet --upgrade --generate-hashes \
	    --universal --python-version 3.11 --no-annotate --no-header || exit 1; done

front:  ## bundle the map libraries of `dateline serve` anew from their hash-pinned lock file (needs npm)
	@cd front && npm ci --ignore-scripts --no-audit --no-fund --silent && node build.mjs

clean:  ## remove what set-up and tests made; the data directory stays
	@rm -rf $(VENV) .venv-pywb .venv-fundus .venv-newsplease .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
