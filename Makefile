# `make grade` grades a demo class, `make demo` opens JupyterLab on one, `make test` runs every test.
# Each sets up what it needs.
PYTHON ?= python3
# Of `make grade`: one assignment, or all of them
ASSIGNMENT ?=
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# A process a core, four at most: each holds torch
PYTEST := $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4

.PHONY: grade demo test test-long setup clean

grade: setup
	@$(BIN)/python -m tests.demo $(ASSIGNMENT)

demo: setup
	@$(BIN)/python -m tests.demo.jupyter

test: setup
	@./install-system-packages chromium
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(PYTEST)

# Every style under 25 seeds on one thread and on two, every mutant of the solutions, the attacks in both
# sandboxes: hours on two cores
test-long: setup
	$(BIN)/python -m tests.quality
	$(BIN)/python -m tests.mutation
	$(BIN)/python -m tests.attacks

setup: $(READY)
	@./install-system-packages bwrap

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) build dist results
