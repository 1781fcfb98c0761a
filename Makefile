# make run     start a practice bot and the Playground, and say what to open
# make test    the whole suite, on SQLite and on a PostgreSQL of its own, with a browser (BOTH=1: every flow on both)
# make check   style, types, arrows between the rooms, migrations, lock files, known vulnerabilities, secrets
# make chaos   replicas killed at random against a Teams that fails: what becomes of every notice
# make soak    ten minutes of twenty answers a second on each database, then a stop under load
# make fuzz    twenty thousand broken, forged and strange requests on each database, and what was stored meanwhile
# make bench, make pictures, make tidy, make lock
# Everything is installed into .venv, node_modules and .make; remove them to start afresh.

SHELL := /bin/bash
.DEFAULT_GOAL := run
.PHONY: run test check chaos soak fuzz bench pictures tidy lock
MAKEFLAGS += --no-print-directory

ROOMS := storage assurance cards scheduler bot
PY := .venv/bin/python
PIP := $(PY) -m pip install --quiet --require-hashes --only-binary :all:
NPM := npm ci --no-progress --loglevel=error
export PIP_DISABLE_PIP_VERSION_CHECK := 1

run: .venv/run node_modules/run
	@$(PY) -m bot.playground

test: .venv/dev node_modules/dev
	@$(PY) -m tests.browser
	@$(PY) -m pytest -n 3 --maxschedchunk 1 -q $(TESTS)

check: .venv/dev
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check --quiet . || { echo "Some files are not tidy: make tidy"; exit 1; }
	@$(PY) -m mypy --strict $(ROOMS)
	@.venv/bin/lint-imports --no-cache
	@$(PY) -m tests.databases
	@! grep -nE '"resolved"|--(extra-)?index-url|--find[-]links[= ]/|--trusted-host| @ (https?|file):|/(tmp|home|root|opt)/' \
		requirements.lock requirements-dev.lock package-lock.json \
		|| { echo "A lock file names a registry or a folder of this machine: make lock"; exit 1; }
	@$(PY) -m tests.audits
	@echo "All checks passed."

chaos: .venv/dev
	@$(PY) -m tests.chaos

soak: .venv/dev
	@$(PY) -m tests.soak

fuzz: .venv/dev
	@$(PY) -m tests.fuzz && $(PY) -m tests.fuzz --database postgres

bench: .venv/dev
	@for one in $$(grep -l __main__ tests/bench/*.py); do \
		one=$${one%.py}; $(PY) -m $${one//\//.} || exit 1; done

pictures: .venv/dev node_modules/dev
	@rm -rf .make/cards
	@KEEP_CARDS=.make/cards $(PY) -m pytest -n 2 -q
	@CHROMIUM="$$($(PY) -m tests.browser --path)" $(PY) -m tests.pictures .make/cards .make/pictures

tidy: .venv/dev
	@$(PY) -m ruff check --fix --quiet . || true
	@$(PY) -m ruff format --quiet .

LOCK := $(PY) -m uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links pyproject.toml
lock: .venv/dev .make/node
	@$(LOCK) -o requirements.lock
	@$(LOCK) --constraint requirements.lock --extra dev -o requirements-dev.lock
	@npm install --package-lock-only --loglevel=error

# What make test installs holds all that make run needs, so after it make run installs nothing.
.venv/run: requirements.lock | .venv/bin/python
	@echo "Installing the Python packages (the first time only)"
	@$(PIP) -r requirements.lock
	@touch $@

.venv/dev: requirements-dev.lock requirements.lock | .venv/bin/python
	@echo "Installing the Python packages, with those of the tests (a minute or two, the first time only)"
	@$(PIP) -r requirements-dev.lock
	@touch .venv/run $@

node_modules/run: package-lock.json | .make/node
	@echo "Installing the Playground (the first time only)"
	@$(NPM) --omit=dev
	@touch $@

node_modules/dev: package-lock.json | .make/node
	@echo "Installing the Playground, and a browser for the tests (the first time only)"
	@$(NPM)
	@touch node_modules/run $@

.make/node:
	@command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' \
		|| { echo "Please install Node.js 20 or newer (with npm), then try again."; exit 1; }
	@mkdir -p .make && touch $@

.venv/bin/python:
	@found=; for one in $(PYTHON) python3.11 python3.12 python3.13 python3.14 python3; do \
		if $$one -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$one; break; fi; done; \
	if [ -z "$$found" ]; then echo "Please install Python 3.11 or newer, then try again."; exit 1; fi; \
	$$found -m venv .venv \
		|| { rm -rf .venv; echo "Python cannot make an environment (Debian: apt-get install python3-venv)."; exit 1; }; \
	.venv/bin/python -m pip uninstall --quiet --yes setuptools 2>/dev/null || true  # not locked, and nothing needs it
