# SLRT Portal. Needs python3 (3.11 or newer, with venv and pip), git and make; uses uv when it is there.
# What the programs read from the environment (PORT, DATABASE_URL, SECRET_KEY ...) is in docs/operations.md.

SHELL := /bin/sh
VENV ?= .venv
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
UV ?= $(shell command -v uv 2>/dev/null)
BIN := $(VENV)/bin
export DJANGO_SETTINGS_MODULE ?= portal.settings.dev
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run dev test check bench messages lock setup

help: ## Say what can be made
	@sed -n 's/^\([a-z][a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

run: $(VENV)/.run ## Start the portal with demo data: web and worker, at http://localhost:$PORT (8000)
	@$(BIN)/python manage.py setup
	@exec $(BIN)/python -m portal.operations.serve

dev: $(VENV)/.dev ## Start it for work on the code: reloads, debug pages; the worker beside it
	@DEBUG=1 $(BIN)/python manage.py setup
	@DEBUG=1 exec $(BIN)/python -m portal.operations.serve --reload

setup: $(VENV)/.run ## Bring tables, reference data and messages in step with the code
	@$(BIN)/python manage.py setup

test: $(VENV)/.dev ## Run the tests (ARGS="tests/accounts -x" for a part)
	@$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/.dev ## Lint, format, import floors, names, migrations, messages, secrets
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m portal.operations.code_checks

bench: $(VENV)/.dev ## Measure, as ratios within one run; writes var/bench.md
	@$(BIN)/python -m tests.bench $(ARGS)

messages: $(VENV)/.dev ## Bring the message catalogues in step with the code
	@$(BIN)/python manage.py messages

lock: ## Resolve the dependencies anew into the two hashed requirement files (needs uv)
	@test -n "$(UV)" || { echo "make lock needs uv"; exit 1; }
	@$(UV) pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --quiet --output-file requirements.txt
	@$(UV) pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --quiet --output-file requirements-dev.txt

# -- the environment: a stamp per requirement file, so that an unchanged one costs nothing -------------------------
$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "No python3 of version 3.11 or newer was found."; exit 1; }
	@if test -n "$(UV)"; then $(UV) venv --quiet --python $(PYTHON) $(VENV); \
	else $(PYTHON) -m venv $(VENV) || { echo "Creating $(VENV) failed; on Debian install python3-venv."; exit 1; }; fi

define install
	@echo "Installing $(1) into $(VENV) ..."
	@if test -n "$(UV)"; then $(UV) pip install --quiet --python $(BIN)/python --require-hashes -r $(1); \
	else $(BIN)/python -m pip install --quiet --require-hashes -r $(1); fi
	@touch $@
endef

$(VENV)/.run: requirements.txt | $(VENV)/bin/python
	$(call install,requirements.txt)

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(call install,requirements-dev.txt)
