# The few commands of this project. `make help` lists them from the comments behind the targets.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input

.DEFAULT_GOAL := help
.PHONY: help install install-dev run test test-slow check format snapshots letters screens drive bench profile lock clean

help:  ## list these commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

.venv/runtime.stamp: deploy/lock/runtime.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3,11) <= sys.version_info[:2] < (3,14) else "Jiangbu needs Python 3.11 to 3.13; this is %d.%d. Choose one with make PYTHON=python3.11 …" % sys.version_info[:2])'
	$(PYTHON) -m venv .venv
	$(PIP) install --quiet --no-deps --require-hashes -r deploy/lock/runtime.txt
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.stamp: deploy/lock/dev.txt .venv/runtime.stamp
	$(PIP) install --quiet --no-deps --require-hashes -r deploy/lock/dev.txt
	@touch $@

install: .venv/runtime.stamp  ## install what the desk needs into .venv, versions and hashes locked

install-dev: .venv/dev.stamp  ## install what tests and checks need as well

run: install  ## start the desk with a rehearsal year; stop it with Ctrl-C
	@$(BIN)/jiangbu up --demo

test: install-dev  ## run the tests, on SQLite and on PostgreSQL, shared out over the processors
	$(BIN)/python -m pytest -m "not slow" -n logical --dist worksteal

test-slow: install-dev  ## run those that take a browser, a Prefect server, kill -9 or a whole year
	$(BIN)/python -m pytest -m slow -n logical --dist worksteal

check: install-dev  ## format, lint, types, import contracts, migrations, templates
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/checks

format: install-dev  ## bring the code into its one format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

snapshots: install-dev  ## accept the reviewed changes of the snapshots under tests/
	$(BIN)/python -m pytest -q --accept-snapshots

letters: install-dev  ## draw the letters on paper into docs/letters, with their table
	$(BIN)/python tests/notifications/letter_gallery.py

screens: install-dev  ## take pictures of every page into docs/screens, with their table; SCREENS="--only claim"
	PYTHONPATH=tests $(BIN)/python tests/web/screen_gallery.py $(SCREENS)

drive: install-dev  ## kill a running desk's children, 200 times in a busy month; DRIVE="--kills 20 --database postgresql"
	PYTHONPATH=tests $(BIN)/python tests/flows/kill_drive.py $(DRIVE)

bench: install-dev  ## measure: what each page costs, and ten people at work, on 1,000 and on 100,000 claims
	@for each in tests/benchmarks/*.py; do echo "$$each"; PYTHONPATH=tests $(BIN)/python $$each || exit 1; done

profile: install-dev  ## tell where time goes: pages (PROFILE="--only claim --profile" for one), importing, slow tests
	$(BIN)/python tests/benchmarks/pages.py --claims 1000 $(PROFILE)
	@$(BIN)/python -X importtime -c 'import cli.main' 2>&1 | sort -t '|' -k 2 -n | tail -n 15
	$(BIN)/python -m pytest -q -m "not slow" --durations=25

lock:  ## resolve the dependencies anew (needs uv in .venv)
	$(BIN)/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command 'make lock' --group build pyproject.toml -o deploy/lock/runtime.txt
	$(BIN)/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-annotate --custom-compile-command 'make lock' --group dev -c deploy/lock/runtime.txt pyproject.toml -o deploy/lock/dev.txt

clean:  ## remove what was installed and cached, never the data folder
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
