# Two commands: `make grade` grades a demo class, `make test` runs every test. Both set up what they need.
PYTHON ?= python3
# Of `make grade`: one assignment, or all of them
ASSIGNMENT ?=
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# A process a core, four at most: each holds torch
PYTEST := $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadgroup

.PHONY: grade test test-long setup bubblewrap clean

grade: setup
	@$(BIN)/python -m tests.demo $(ASSIGNMENT)

test: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(PYTEST)

# Every style under 25 seeds on one thread and on two, every mutant of the solutions: hours on two cores
test-long: setup
	$(BIN)/python -m tests.quality
	$(BIN)/python -m tests.mutation

setup: $(READY) bubblewrap

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

bubblewrap:
	@command -v bwrap >/dev/null || ./install-bubblewrap

clean:
	rm -rf $(VENV) build dist results
