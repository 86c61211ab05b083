# `make demo` and `make test` set up everything they need; the rest is for developers.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PEERS := .venv-peers
UV_VERSION := 0.13.9
CHROMIUM := chromium chromium-browser google-chrome google-chrome-stable chrome
INITDB := initdb /usr/lib/postgresql/*/bin/initdb

# Without byte code every TensorFlow import takes three times as long.
unexport PYTHONDONTWRITEBYTECODE
export TF_CPP_MIN_LOG_LEVEL ?= 3

.PHONY: help demo test browser postgresql lint format lock lock-peers bench bench-speed bench-quality bench-published bench-comparison bench-coverage clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/' | expand -t 22

$(VENV)/.installed: requirements.lock setup.cfg pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "anomaly needs Python 3.11 or newer, and $(PYTHON) is " + sys.version.split()[0] + ": make PYTHON=/path/to/python3.11 ...")'
	@echo "Setting up $(VENV) (once; a minute or two)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(VENV)/.installed ## set up everything and run the main job on simulated transactions
	@$(BIN)/python examples/demo.py

# A part each for fresh processes: TensorFlow never gives back the memory of what it has compiled.
# A part without any of the tests asked for exits with 5. Two processes share two cores, so that more
# threads of BLAS would only get in each other's way.
test: $(VENV)/.installed browser postgresql lint ## set up everything and run all checks and tests
	@export OPENBLAS_NUM_THREADS=1; times=$$(mktemp); trap 'echo "The ten slowest, in seconds:"; sort -rn $$times | sed -n 1,10p; rm $$times' EXIT; \
	for part in "tests/comparison tests/samplers tests/classifiers" tests/detectors "tests --ignore tests/comparison --ignore tests/samplers --ignore tests/classifiers --ignore tests/detectors"; do \
	    $(BIN)/python -m pytest -n 2 --dist loadgroup --times=$$times $$part $(PYTEST_ARGS) || [ $$? -eq 5 ]; \
	done

browser: ## a Chromium for the tests of the report, where one may be installed
	@command -v $(CHROMIUM) >/dev/null || { \
	    echo "Installing Chromium (once; a minute or two)"; \
	    [ "$$(id -u)" = 0 ] && root=env || root="sudo -n env"; \
	    { $$root DEBIAN_FRONTEND=noninteractive timeout 300 apt-get update && \
	      $$root DEBIAN_FRONTEND=noninteractive timeout 600 apt-get install --yes --no-install-recommends chromium; \
	    } >/dev/null 2>&1 && command -v $(CHROMIUM) >/dev/null || \
	        echo "It cannot be installed here, so the tests in a browser will be skipped"; }

postgresql: ## a PostgreSQL for the tests of databases, where one may be installed
	@command -v $(INITDB) >/dev/null || { \
	    echo "Installing PostgreSQL (once; a minute or two)"; \
	    [ "$$(id -u)" = 0 ] && root=env || root="sudo -n env"; \
	    { $$root DEBIAN_FRONTEND=noninteractive timeout 300 apt-get update && \
	      $$root DEBIAN_FRONTEND=noninteractive timeout 600 apt-get install --yes --no-install-recommends postgresql; \
	    } >/dev/null 2>&1 && command -v $(INITDB) >/dev/null || \
	        echo "It cannot be installed here, so the tests with a PostgreSQL will be skipped"; }

lint: $(VENV)/.installed ## ruff, mypy, and the directions of the imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo --no-cache

bench: $(VENV)/.installed bench-speed bench-quality bench-published bench-comparison bench-coverage ## measure every figure of docs/benchmarks.md
	@$(BIN)/python -m benchmarks simulation
	@$(BIN)/python -m benchmarks reports
	@$(BIN)/python -m benchmarks thresholds
	@$(BIN)/python -m benchmarks validation
	@$(BIN)/python -m benchmarks history

bench-speed: $(VENV)/.installed ## training and scoring against Keras, PyOD and others; over an hour
	@$(MAKE) --no-print-directory $(PEERS)/.installed || echo "$(PEERS) is not ready, so the rows against PyOD are left out"
	@$(BIN)/python -m benchmarks speed

bench-quality: $(VENV)/.installed ## detectors against PyOD and scikit-learn; hours, and goes on where it was stopped
	@$(MAKE) --no-print-directory $(PEERS)/.installed || echo "$(PEERS) is not ready, so the peers are left out"
	@$(BIN)/python -m benchmarks quality

bench-published: $(VENV)/.installed ## five published recipes, their figures beside ours; an hour, and goes on where it was stopped
	@$(BIN)/python -m benchmarks published

bench-coverage: $(VENV)/.installed ## how often the intervals hold the truth; some minutes
	@$(BIN)/python -m benchmarks coverage

bench-comparison: $(VENV)/.installed ## the default methods of anomaly compare on three sets; an hour, and goes on where it was stopped
	@$(BIN)/python -m benchmarks comparison

# pip, not uv: its configuration may show a CPU build of PyTorch, which is tried first.
$(PEERS)/.installed: benchmarks/peers.lock benchmarks/peers-cpu.lock
	@echo "Setting up $(PEERS) (once; a minute or two)"
	@test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	@for lock in peers-cpu peers; do \
	    $(PEERS)/bin/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps --require-hashes \
	        -r benchmarks/$$lock.lock || echo "nothing found for benchmarks/$$lock.lock"; \
	done
	@$(PEERS)/bin/python -c "import torch, pyod.models.auto_encoder"
	@touch $@

format: $(VENV)/.installed ## put the code into ruff's format
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

lock: ## pin every dependency anew in requirements.lock
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --all-extras --custom-compile-command "make lock" setup.cfg --output-file requirements.lock

lock-peers: ## pin what the benchmarks compare with anew in benchmarks/peers.lock
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	    --excludes benchmarks/peers-without.txt \
	    --custom-compile-command "make lock-peers" benchmarks/peers.in --output-file benchmarks/peers.lock

clean: ## remove the virtual environments and everything built
	rm -rf $(VENV) $(PEERS) build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache
