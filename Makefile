# The recipes of the project; people, pre-commit and CI run the same ones.
# Each sets up what it needs, from nothing but Python 3.11 or newer, make and the package registries.

BIN := .venv/bin
READY := .venv/.ready
PYTHON ?= $(or $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done),\
	$(error Ironcage needs Python 3.11 or newer: install it, or say where it is with make PYTHON=/path/to/python))
CATALOGUES := $(wildcard engine/ironcage/locale/*/LC_MESSAGES/*.po)
SOURCES := engine audit plugins console
ARGS ?=

export UV_PYTHON_DOWNLOADS := never
export UV_CACHE_DIR := $(CURDIR)/build/cache/uv
# pip trusts what the machine trusts, a registry behind an authority of one's own house included; so shall uv.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem),)
export UV_SYSTEM_CERTS := 1
endif
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME

.PHONY: help demo test test-long check lint fresh fix bench bench-long messages requirements setup-browser clean

help:  ## List the recipes.
	@sed -nE 's/^([a-z-]+):.*## (.*)/make \1|\2/p' Makefile | while IFS='|' read -r name what; do printf '%-20s %s\n' "$$name" "$$what"; done

demo: $(READY)  ## Run real records through a process, audit them and show what was found.
	$(BIN)/ironcage demo $(ARGS)

test: $(READY)  ## Run every test but the long ones.
	$(BIN)/pytest -n auto --dist loadfile -m 'not long' $(ARGS)

test-long: $(READY)  ## Run the tests that take minutes, and look for what no example shows yet: each run draws its own.
	$(BIN)/pytest -n 2 --dist loadfile -m 'long or hypothesis' --hypothesis-profile fresh $(ARGS)

check: lint fresh  ## Run what CI runs: format, lint, types, imports, then the README's commands in a fresh clone.

lint: $(READY)  ## Check format, style, types and the direction of imports.
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/lint-imports

fresh:  ## Run the README's commands, every test among them, in a fresh clone with an empty home.
	.ci/readme

fix: $(READY)  ## Mend what can be mended without thought: format and style.
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(READY)  ## Measure, and write build/bench.json.
	$(BIN)/python -m benchmarks $(ARGS)

bench-long: $(READY)  ## Measure what needs millions of rows, into the same file.
	$(BIN)/python -m benchmarks --long $(ARGS)

messages: $(READY)  ## Bring the catalogues up to date with the messages in the code.
	@mkdir -p build
	$(BIN)/pybabel -q extract $(SOURCES) -o build/ironcage.pot -k text -k mark --project=ironcage \
		--sort-by-file --add-location=file --no-wrap
	$(BIN)/pybabel -q update -i build/ironcage.pot -d engine/ironcage/locale -D ironcage \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap

requirements: $(READY)  ## Pin the dependencies anew, each with the hashes of its files.
	$(COMPILE) pyproject.toml -o requirements/runtime.txt
	$(COMPILE) pyproject.toml --group dev -c requirements/runtime.txt -o requirements/dev.txt
	$(COMPILE) requirements/uv.in -c requirements/dev.txt -o requirements/uv.txt
COMPILE = UV_CUSTOM_COMPILE_COMMAND='make requirements' $(BIN)/uv pip compile -q --upgrade --universal \
	--python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate

setup-browser:  ## Install the browser that tests of pages look through, where there is none.
	@command -v chromium >/dev/null || { apt-get -q update && apt-get -q -y install --no-install-recommends chromium; }

clean:  ## Remove what the recipes made, the environment excepted.
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .grimp_cache

# The environment: uv from its own pinned file, then exactly the pinned packages, then this project, editable.
$(READY): requirements/dev.txt requirements/uv.txt pyproject.toml hatch_build.py $(CATALOGUES)
	@test -x $(BIN)/uv || { \
		$(PYTHON) -m venv .venv && \
		$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt; }
	@$(BIN)/uv pip sync -q --python $(BIN)/python --require-hashes requirements/dev.txt
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@
