# Everything from a bare checkout. Each step leaves a stamp in .stamps/ and is done again only when its sources changed.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
PY := $(BIN)/python
STAMPS := .stamps
UV := $(BIN)/uv
UV_VERSION := 0.13.9

MESSAGES := $(shell find furrow -path '*/locale/*' -name '*.po')
STATIC := $(shell find furrow -path '*/static/*' -type f)
KERNEL := $(wildcard furrow/routing/kernel/Cargo.* furrow/routing/kernel/*.toml furrow/routing/kernel/src/*.rs furrow/routing/kernel/src/*/*.rs furrow/routing/kernel/src/*/*/*.rs)
# Tests need more packages than the product. Once they are there, every goal uses that larger environment.
DEV := $(if $(wildcard $(STAMPS)/python-dev)$(filter-out run assets lock clean help $(STAMPS)/%,$(MAKECMDGOALS)),-dev)
ENV := $(STAMPS)/python$(DEV)
PACKAGES := $(STAMPS)/packages$(DEV)

# Tests that read the sources only: part of the checks, and of no database.
CHECKED := tests/test_translations.py tests/test_architecture.py

export PATH := $(CURDIR)/$(BIN):$(PATH)
export UV_NO_PROGRESS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help run test check fix lock e2e bench messages access queries assets ready parts system clean

help:
	@grep -E '^## ' Makefile | sed -E 's/^## //'

## make run       everything to the demo company at http://127.0.0.1:8000 (PORT=… for another)
run: ready
	@FURROW_DEMO=$${FURROW_DEMO-1} exec $(BIN)/furrow run --port $(PORT)

## make test      everything to a green test run: checks, SQLite, PostgreSQL, browser
test: system
	@$(MAKE) check
	@mkdir -p $(STAMPS)
	@echo '== Tests on SQLite'
	@$(PY) -m pytest -n 2 --dist worksteal --durations=12 -m 'not e2e' $(CHECKED:%=--ignore=%) 2>&1 | tee $(STAMPS)/sqlite.log
	@echo '== Tests on PostgreSQL'
	@$(PY) -m tests.cluster -- $(PY) -m pytest -n 2 --dist worksteal --durations=12 -m 'not e2e' $(CHECKED:%=--ignore=%) --ignore=furrow/routing 2>&1 | tee $(STAMPS)/postgresql.log
	@echo '== Tests in the browser'
	@$(MAKE) e2e 2>&1 | tee $(STAMPS)/browser.log
	@for part in sqlite postgresql browser; do echo "$$part: $$(tail -n 1 $(STAMPS)/$$part.log)"; done

## make check     ruff, mypy, import-linter, templates, kernel, translations
check: ready
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@find furrow -name '*.html' -print0 | xargs -0 -r $(BIN)/djade --check --target-version 5.2
	@scripts/check_kernel.sh
	@$(PY) -m pytest $(CHECKED)

## make fix       format code and templates, apply safe fixes
fix: $(ENV)
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@find furrow -name '*.html' -print0 | xargs -0 -r $(BIN)/djade --target-version 5.2 || true
	@if command -v cargo >/dev/null; then cargo fmt --manifest-path furrow/routing/kernel/Cargo.toml; fi

## make e2e       the tests in Chromium only
e2e: ready
	@$(PY) -m pytest -n 2 --dist loadgroup --durations=12 -m e2e tests/e2e

## make bench     all measurements at their small size (python -m bench NAME [--full] [--json])
bench: $(ENV) $(STAMPS)/messages $(STAMPS)/static $(STAMPS)/kernel
	@$(PY) -m bench

## make messages  collect the strings of every room into its django.po and compile
messages: $(ENV)
	@$(PY) -m tests.messages
	@$(MAKE) $(STAMPS)/messages

## make access    write tests/access.csv anew (who may open which address)
access: $(ENV) $(STAMPS)/messages
	@FURROW_WRITE=1 $(PY) -m pytest tests/test_access.py

## make queries   write tests/queries.csv anew (database queries a page needs)
queries: $(ENV) $(STAMPS)/messages
	@FURROW_WRITE=1 $(PY) -m pytest tests/test_queries.py

## make assets    collect and compress the static files
assets: $(STAMPS)/static

## make lock      pin all dependencies with their hashes
lock: $(STAMPS)/venv
	@$(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --custom-compile-command 'make lock' pyproject.toml -o requirements.txt
	@$(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url --custom-compile-command 'make lock' --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	@npm install --package-lock-only --ignore-scripts --no-audit --no-fund

## make clean     remove everything make made, but no data (var/)
clean:
	@rm -rf .venv node_modules static furrow/routing/kernel/target $(STAMPS)
	@rm -f furrow/routing/*furrow_kernel.*

# What one part does not need of another is made beside it: Python packages, front-end packages and the kernel come together.
ready:
	@$(MAKE) -j3 DEV=$(DEV) parts

parts: $(ENV) $(PACKAGES) $(STAMPS)/messages $(STAMPS)/static $(STAMPS)/kernel
	@:

system:
	@scripts/system_packages.sh

$(STAMPS)/venv:
	@command -v $(PYTHON) >/dev/null || { echo 'Python is missing: install Python 3.11 or newer, then run make again.'; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: $$($(PYTHON) --version) is too old. Name another one with make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@mkdir -p $(STAMPS)
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet uv==$(UV_VERSION)
	@touch $@

$(ENV): $(STAMPS)/venv requirements$(DEV).txt pyproject.toml
	@echo 'Installing Python packages'
	@$(UV) pip sync --quiet --compile-bytecode --require-hashes requirements$(DEV).txt
	@$(UV) pip install --quiet --no-deps -e .
	@touch $@

$(PACKAGES): package-lock.json .npmrc
	@command -v npm >/dev/null || { echo 'npm is missing: install Node.js 18 or newer, then run make again.'; exit 1; }
	@echo 'Installing front-end packages'
	@mkdir -p $(STAMPS)
	@npm ci $(if $(DEV),,--omit=dev) --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(STAMPS)/messages: $(MESSAGES) | $(ENV)
	@$(PY) -m furrow.kit.messages
	@touch $@

# Without a Rust compiler this leaves no stamp, so that the next make looks again.
$(STAMPS)/kernel: $(KERNEL)
	@scripts/build_kernel.sh

$(STAMPS)/static: $(STATIC) $(PACKAGES) furrow/config/assets.py | $(ENV)
	@echo 'Collecting static files'
	@$(BIN)/furrow manage collectstatic --noinput --clear --verbosity 0 --ignore 'django_htmx*'
	@touch $@
