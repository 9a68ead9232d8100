# Everything a newcomer needs:  make demo   make test
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SETS := e2e

.PHONY: help demo test lint unit functional e2e bench docs clean

help:
	@echo 'make demo        rebuild a real tree of wheels from source, and install from it'
	@echo 'make test        lint, types, layers, and all tests'
	@echo 'make unit        the tests that take seconds'
	@echo 'make functional  the tests in the real sandbox'
	@echo 'make e2e         real packages of e2e/, an hour of them (SET=pure for some)'
	@echo 'make bench       compare with fromager, pip and uv (see bench/README.md)'
	@echo 'make docs        write the generated reference pages anew'

$(VENV)/made: pyproject.toml tools/environment
	tools/environment '$(PYTHON)' '$(VENV)'
	touch $@

demo: $(VENV)/made
	tools/bubblewrap
	$(BIN)/builder bootstrap $(SETS)/demo.txt --settings settings.yaml --wheelhouse wheelhouse
	tools/install-from wheelhouse $(SETS)/demo.txt '$(VENV)'

test: lint unit functional

lint: $(VENV)/made
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(VENV)/made
	$(BIN)/pytest -q tests/unit tests/property tests/golden -n auto

functional: $(VENV)/made
	tools/bubblewrap
	tools/test-packages
	$(BIN)/pytest -q tests/functional -n auto --dist loadfile

# Who may not install packages still builds what needs none of them.
e2e: $(VENV)/made
	tools/bubblewrap
	-tools/install-dev-packages $(if $(SET),,--rust --opencl)
	$(BIN)/pytest -q e2e --durations=0 --durations-min=1 $(if $(SET),-k $(SET))

bench: $(VENV)/made
	$(BIN)/python -m bench

docs: $(VENV)/made
	$(BIN)/python -m wheeltree.settings.reference > docs/reference/settings.md
	$(BIN)/python -m wheeltree.cli.reference > docs/reference/cli.md

clean:
	rm -rf $(VENV) wheelhouse
