# Readyboard: every command of a working day. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help demo dev test check format drills bench screenshots requirements clean

py := .venv/bin/python

# The headless shell is the same engine without the windows: a page opens in a third of the time.
CHROMIUM ?= $(firstword $(wildcard /usr/bin/chromium-headless-shell /usr/bin/chromium) /usr/bin/chromium-headless-shell)
export CHROMIUM

# Tests: one worker more than processors, since journeys in the browser wait now and then; file by file, in the order of
# tests/conftest.py; their databases in memory where there is a place for it.
WORKERS ?= $(shell echo $$(($$(nproc) + 1)))
export PYTEST_DEBUG_TEMPROOT ?= $(wildcard /dev/shm)

# Set in some containers: each of the many processes of a test run would compile 1 700 modules anew, 1.8 s of its 3.
unexport PYTHONDONTWRITEBYTECODE

# Passed on only when given: make demo HOST=0.0.0.0 PORT=8080 SEED=7
serve_env := $(if $(HOST),READYBOARD_HOST=$(HOST)) $(if $(PORT),READYBOARD_PORT=$(PORT))

help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

demo: .venv/.ready-run ## Serve a made-up company (HOST=, PORT=, SEED=); sign-ins are printed
	@$(serve_env) $(py) -m app.cli demo $(if $(SEED),--seed $(SEED))

dev: .venv/.ready-dev ## Serve the demo company, restarting when the code changes (HOST=, PORT=)
	@$(serve_env) $(py) scripts/dev.py

test: check ## Everything CI runs: the checks, then all tests (ARGS= goes to pytest)
	@test -x "$(CHROMIUM)" || { \
	  echo "The browser tests need Chromium at $(CHROMIUM). On Debian: sudo apt-get install -y chromium-headless-shell"; \
	  echo "(Elsewhere: make test CHROMIUM=/path/to/chromium.)"; exit 1; }
	$(py) -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: .venv/.ready-dev ## Format, lint, types, layers, templates
	$(py) -m ruff format --check --quiet .
	$(py) -m ruff check --quiet .
	$(py) -m mypy
	$(py) -m mypy --no-explicit-package-bases alembic/env.py
	.venv/bin/lint-imports
	$(py) -m djlint --lint --quiet app/templates

format: .venv/.ready-dev ## Format and repair what ruff can
	$(py) -m ruff format .
	$(py) -m ruff check --fix .

drills: .venv/.ready-dev ## Break things on purpose; minutes (docs/reliability.md)
	$(py) -m pytest tests/drills -m drill -s --timeout=3600 $(ARGS)

bench: .venv/.ready-dev ## Measure against a floor taken in the same run
	$(py) -m tests.bench $(ARGS)

screenshots: .venv/.ready-dev ## Make the pictures under docs/pictures anew
	$(py) -m tests.browser.pictures $(ARGS)

requirements: .venv/.ready-dev ## Pin again from pyproject.toml (UPGRADE=1: to the newest)
	scripts/pin $(if $(UPGRADE),--upgrade)

clean: ## Remove what was made; never data/
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find app alembic tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

set_up := scripts/set-up requirements-uv.txt pyproject.toml

.venv/.ready-run: requirements.txt $(set_up)
	@scripts/set-up run

.venv/.ready-dev: requirements-dev.txt requirements.txt $(set_up)
	@scripts/set-up dev
