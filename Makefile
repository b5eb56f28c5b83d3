# `make grade` grades a demo class, `make demo` opens JupyterLab on one, `make test` runs every test.
# Each sets up what it needs.
PYTHON ?= python3
# Of `make lock`: --upgrade, or --upgrade-package NAME
UPGRADE ?=
# Of `make grade`: one assignment, or all of them
ASSIGNMENT ?=
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Four processes at most: each holds torch
PYTEST := $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --no-loadscope-reorder --durations 40 --durations-min 5
MAKEFLAGS += --jobs=2

.PHONY: grade demo test lint tests test-long setup lock sandbox browser clean

grade: setup
	@$(BIN)/python -m tests.demo $(ASSIGNMENT)

demo: setup
	@$(BIN)/python -m tests.demo.jupyter

test: lint tests

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache --no-logo
	$(BIN)/mypy

tests: setup browser
	$(PYTEST)

# The demo classes of all assignments, every style under 25 seeds on one thread and on two, every mutant of the
# solutions, every property by 20,000 examples, ten minutes of fuzzing, the attacks in both sandboxes, a class of
# 2,000, a JupyterHub (with npm): hours on two cores
test-long: setup browser
	$(PYTEST) --hypothesis-profile long tests/test_wire_properties.py tests/test_corruption.py
	$(BIN)/python -m tests.fuzz --seconds 600 --corpus build/fuzz/corpus
	$(BIN)/python -m tests.fuzz.answers --seconds 300
	$(BIN)/python -m tests.demo
	$(BIN)/python -m tests.quality
	$(BIN)/python -m tests.mutation
	$(BIN)/python -m tests.attacks
	$(BIN)/python -m tests.soak --write
	$(BIN)/python -m tests.hub

setup: $(READY) sandbox

sandbox:
	@./install-system-packages bwrap

browser: sandbox
	@./install-system-packages chromium ip openssl

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@test -s .autograder-secret || (umask 077; $(BIN)/python -c 'import secrets; print(secrets.token_hex(32))' > .autograder-secret)
	@touch $@

# Writes constraints.txt for what pyproject.toml asks for, on every system and Python; pins that still fit stay
lock:
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --universal --python-version 3.10 \
		--extra dev --no-annotate --no-emit-index-url $(UPGRADE) --output-file constraints.txt pyproject.toml

clean:
	rm -rf $(VENV) build dist results
