# The whole project in a few words. `make demo` and `make test` need only Python 3 and make.
.DEFAULT_GOAL := help
CHECKS := lint formatted types template desk pins organisation contracts
.PHONY: help setup demo up test test-all test-changed check format build changeset deploy bench train requirements clean $(CHECKS:%=check-%)

# Without bytecode each worker of pytest translates every test anew, and each process that it starts what it imports.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
UV := .venv/tools/bin/uv
# What the checks of these depend on; each runs anew where something of it has changed since it passed.
BUILT := $(shell find desk.yaml functions infra local requirements tests/aws_rules -type f -not -name '*.pyc' -not -name brand.json)
PINS := requirements/dev.txt requirements/functions.txt requirements/sam.txt requirements/uv.txt

help: ## what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: .venv/ready ## bring uv, Python 3.13 and every pinned dependency into .venv

.venv/ready: $(PINS) pyproject.toml
	python3 -m venv .venv/tools
	.venv/tools/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt
	$(UV) venv -q --allow-existing --python 3.13 .venv
	$(UV) pip sync -q --compile-bytecode --python .venv --require-hashes requirements/dev.txt
	$(UV) pip install -q --python .venv --no-deps --no-build-isolation -e .
	touch $@

.venv/sam/ready: .venv/ready requirements/sam.txt
	$(UV) venv -q --allow-existing --python $(BIN)/python .venv/sam
	$(UV) pip sync -q --compile-bytecode --python .venv/sam --require-hashes requirements/sam.txt
	touch $@

demo: setup ## a day at the desk, on this machine; .dorothy/demo/index.html leads to all of it
	$(BIN)/dorothy demo

up: setup ## the desk left running, with a local X to play on: http://127.0.0.1:8008
	$(BIN)/dorothy up

test: check ## everything: check, then the tests, with a sample of the exhaustive ones
	$(BIN)/pytest -n auto -q

test-all: check ## the same with every variant of the exhaustive tests, before a release
	$(BIN)/python -m benchmarks.structure
	$(BIN)/pytest -n auto -q --all-variants

test-changed: setup ## the tests of the files that you changed, in half a minute; FILES="..." names others
	$(BIN)/python -m tests.changed $(FILES)

# Two at a time, after those of a second the longest first, each with its output in one piece; one by one where make is too old for that.
check: setup .venv/sam/ready ## format, lint, types, import contracts, organisation, pins, template
	@$(MAKE) --no-print-directory $(if $(filter output-sync,$(.FEATURES)),-j 2 --output-sync) $(CHECKS:%=check-%)

# No check leaves bytecode in functions/ while another one copies them.
$(CHECKS:%=check-%): export PYTHONDONTWRITEBYTECODE := 1

check-types:
	$(BIN)/mypy

check-template: .venv/checked-template

.venv/checked-template: .venv/sam/ready $(BUILT)
	infra/check-template
	touch $@

check-desk:
	$(BIN)/dorothy check

check-pins: .venv/checked-pins

.venv/checked-pins: .venv/ready $(PINS) pyproject.toml infra/pin
	infra/check-pins
	touch $@

check-organisation:
	$(BIN)/python -m benchmarks.structure.rules

check-contracts:
	PYTHONPATH=functions $(BIN)/lint-imports

check-lint:
	$(BIN)/ruff check .

check-formatted:
	$(BIN)/ruff format --check .

format: setup ## let ruff fix what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

build: setup .venv/sam/ready ## what is deployed, with bytecode, in .aws-sam/build
	infra/build

changeset: setup .venv/sam/ready ## what a deployment would change on AWS, without changing it
	$(BIN)/dorothy deploy-target
	infra/build
	infra/deploy --no-execute-changeset

deploy: setup .venv/sam/ready ## the stack of desk.yaml
	$(BIN)/dorothy deploy-target
	infra/build
	infra/deploy

bench: build ## start-up, size, calls and CPU per mention; prints and stores benchmarks/results.json
	$(BIN)/python -m benchmarks

train: setup ## the reader's heads anew, from training/corpus and desk.yaml
	$(BIN)/dorothy train --general $(patsubst %,--texts %,$(sort $(wildcard training/corpus/train/*.tsv)))

requirements: setup ## write the pins anew from pyproject.toml
	infra/pin

clean: ## remove everything that was made
	rm -rf .venv .aws-sam .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .dorothy functions/desk/brand.json
