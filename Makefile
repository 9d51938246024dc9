# Each target does its whole set-up by itself: `make test` on a fresh machine is enough.
#
#     make test ARGS="tests/personas -k bomb"    arguments for pytest
#     make test PYTHON=/path/to/python3          another interpreter than the one found

# Everything is relative, so that the folder's name may hold spaces.
BIN := .venv/bin
DEMO := demo
ARGS ?=
PYTHON ?=
UV ?= $(firstword $(wildcard $(BIN)/uv) uv)

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test lint types format bench pictures pins clean runtime dev

help:
	@echo 'make demo     play a negotiation and look at it'
	@echo 'make test     lint, types and the tests, as CI runs them     ARGS="-k bike"  for pytest'
	@echo 'make lint     ruff: rules and format                         make format  mends what it can'
	@echo 'make types    mypy, strict'
	@echo 'make bench    the benchmarks, each with its target'
	@echo 'make pictures draw what Moot prints into docs/pictures'
	@echo 'make pins     resolve the dependencies anew into requirements-dev.txt'
	@echo 'make clean    remove .venv, the caches, builds and the demo'
	@echo 'each sets up .venv by itself; PYTHON=/path/to/python3 chooses the interpreter'

runtime:
	@PYTHON='$(PYTHON)' sh .ci/venv runtime

dev:
	@PYTHON='$(PYTHON)' sh .ci/venv dev

# A workspace of its own, so that the demo's transcripts are not among yours.
demo: export MOOT_WORKSPACE = .
demo: runtime
	@mkdir -p $(DEMO)
	cd $(DEMO) && ../$(BIN)/moot run used-bike --seed 7
	@echo
	cd $(DEMO) && ../$(BIN)/moot ls
	@echo
	@echo 'It is kept in $(DEMO)/. Next:'
	@echo '  cd $(DEMO) && . ../$(BIN)/activate    then `moot` is on the PATH'
	@echo '  moot run used-bike --seed 8          another seed, another story'
	@echo '  moot scenarios                       what else there is to play'

test: lint types
	@$(BIN)/python -P -m pytest -n 2 $(ARGS)

lint: dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: dev
	@$(BIN)/mypy

format: dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: dev
	@set -e; for target in benchmarks/[!_]*.py; do $(BIN)/python -P "$$target"; done

# The tests draw them again, and compare.
pictures: runtime
	@$(BIN)/python -P docs/pictures/draw.py

# For every platform and every Python from 3.11 on; no index's address goes into the file.
pins:
	@command -v '$(UV)' >/dev/null || { \
	  echo 'moot: the pins are resolved by uv; type:  $(BIN)/python -m pip install uv' >&2; exit 1; }
	$(UV) pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --upgrade \
	  --custom-compile-command 'make pins' --group dev pyproject.toml --output-file requirements-dev.txt

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist moot.egg-info $(DEMO)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
