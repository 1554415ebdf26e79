# Every step a person needs. `make` alone lists them.
PYTHON ?= python3
PORT ?= 8000
INSTANCE ?= instance
FIGURES ?= instance/figures
WORKERS ?= 2
THREADS ?= 4

BIN := .venv/bin
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
CATALOGUES := $(wildcard translations/*/LC_MESSAGES/portal.po)
COMPILED := $(CATALOGUES:.po=.mo)
COMPILE := pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

.DEFAULT_GOAL := help
.PHONY: help run figures test quick check audit hooks bench install format lock vendor fonts messages clean

help: ## list what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

# ---- environment ------------------------------------------------------------

.venv/made:
	@echo "→ making the environment in .venv"
	@$(PYTHON) -m venv .venv || { \
		echo "→ this Python has no venv; installing Debian's package"; \
		$(SUDO) apt-get install -y python3-venv && $(PYTHON) -m venv .venv; }
	@touch $@

.venv/run: .venv/made requirements.txt
	@echo "→ installing what the portal needs (versions and hashes are locked)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.txt
	@touch $@

.venv/check: .venv/made requirements-check.txt
	@echo "→ installing what the checks and the quick tests need (versions and hashes are locked)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-check.txt
	@touch $@ .venv/run

.venv/dev: .venv/made requirements-dev.txt
	@echo "→ installing what all tests need (versions and hashes are locked)"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
	@touch $@ .venv/check .venv/run

%.mo: %.po
	@$(BIN)/pybabel --quiet compile --input-file=$< --output-file=$@ --locale=$(notdir $(patsubst %/LC_MESSAGES/,%,$(dir $<)))

install: .venv/run ## set up what `make run` needs
	@$(MAKE) --no-print-directory $(COMPILED)

chromium:
	@command -v chromium >/dev/null && command -v chromedriver >/dev/null || { \
		echo "→ installing Debian's chromium for the browser tests"; \
		$(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq chromium chromium-driver >/dev/null; }
.PHONY: chromium

# ---- use --------------------------------------------------------------------

run: export PORTAL_INSTANCE = $(INSTANCE)
run: export PORTAL_PUBLIC_URL = http://127.0.0.1:$(PORT)
run: export PORTAL_DEMONSTRATION = true
run: install ## serve the portal with demonstration data (PORT=8000 INSTANCE=instance)
	@$(BIN)/flask --app wsgi keyring make --if-missing
	@exec $(BIN)/flask --app wsgi demonstration prepare -- \
		$(BIN)/python -m portal.serving --bind 127.0.0.1:$(PORT) --workers $(WORKERS) --threads $(THREADS)

figures: install ## serve figures of an invented country, with all detail, as plain files (PORT=8000)
	@PORTAL_INSTANCE=$(FIGURES) PORTAL_PUBLIC_URL=http://127.0.0.1:$(PORT) PORTAL_DEMONSTRATION=true \
		sh -c '$(BIN)/flask --app wsgi keyring make --if-missing && $(BIN)/flask --app wsgi demonstration figures'
	@echo "Figures: http://127.0.0.1:$(PORT)/ (Ctrl+C stops them)"
	@exec $(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory $(FIGURES)/site

# ---- quality ----------------------------------------------------------------

stock-age: .venv/dev
	@$(BIN)/python -m tests.crypto.stock_age >/dev/null || \
		echo "→ age 1.3 could not be had; the tests that need it will be skipped"
.PHONY: stock-age

stock-go: .venv/dev
	@$(BIN)/python -m tests.crypto.stock_go >/dev/null || \
		echo "→ Go 1.27 could not be had; the tests that need it will be skipped"
.PHONY: stock-go

# Neighbours stay with one worker, which makes their fixtures once; who is idle takes from the other.
BESIDE := -n auto --dist worksteal

test: .venv/dev chromium stock-age stock-go ## run every test: browser, PostgreSQL and Redis included
	@$(MAKE) --no-print-directory $(COMPILED)
	@$(BIN)/pytest $(BESIDE) --durations 10

# What needs no server, no browser and no second: an answer in a minute.
QUICK := tests/architecture tests/cases tests/core tests/crypto tests/browser/test_modules.py

quick: .venv/check ## run the tests that answer in a minute
	@$(MAKE) --no-print-directory $(COMPILED)
	@$(BIN)/pytest -q $(BESIDE) -m "not slow" $(QUICK)

# Node.js comes with the environment, so that its version is locked like all others.
NPM := cd portal/frontend && PATH="$(CURDIR)/$(BIN):$$PATH" npm

portal/frontend/node_modules: portal/frontend/package-lock.json .venv/check
	@echo "→ installing what builds and checks the scripts of pages"
	@$(NPM) ci --silent && touch node_modules

check: .venv/check portal/frontend/node_modules ## run what reads the code without running it
	@$(MAKE) --no-print-directory $(COMPILED)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/codespell
	$(NPM) run --silent check

audit: .venv/dev ## ask the registries whether a locked version is vulnerable or old
	@$(BIN)/python -m tests.dependencies

bench: .venv/dev chromium ## measure speed and memory; figures go to docs/performance.md
	@$(MAKE) --no-print-directory $(COMPILED)
	@$(BIN)/python -m bench

hooks: .venv/dev ## let each commit be read by the fast part of `make check` (pre-commit)
	@$(BIN)/pre-commit install

format: .venv/check ## put the code into its one form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# ---- upkeep -----------------------------------------------------------------

lock: .venv/check ## write requirements*.txt anew from setup.cfg
	$(BIN)/$(COMPILE) --extra grow --output-file requirements.txt setup.cfg
	$(BIN)/$(COMPILE) --extra grow --extra check --extra dev --output-file requirements-dev.txt setup.cfg
	$(BIN)/$(COMPILE) --extra grow --extra check --constraint requirements-dev.txt \
		--output-file requirements-check.txt setup.cfg

vendor: portal/frontend/node_modules ## build the scripts of pages, from npm too, into portal/static/vendor
	$(NPM) run --silent build

# The letters that texts of pictures may have: Latin, Cyrillic, Kazakh, marks of writing.
LETTERS := U+0020-007E,U+00A0-00FF,U+0400-045F,U+0492-0493,U+049A-049B,U+04A2-04A3,U+04AE-04B1,U+04BA-04BB,U+04D8-04D9,U+04E8-04E9,U+2010-2014,U+2018-201E,U+2026,U+202F,U+2116,U+2212
NOTO := portal/frontend/node_modules/@expo-google-fonts/noto-sans
FONTS := portal/data/fonts

fonts: portal/frontend/node_modules ## make the fonts of PNG pictures from npm
	for style in 400Regular:Regular 700Bold:Bold; do \
		$(BIN)/pyftsubset $(NOTO)/$${style%:*}/NotoSans_$${style%:*}.ttf --unicodes=$(LETTERS) \
			--layout-features=kern --no-hinting --output-file=$(FONTS)/NotoSans-$${style#*:}.ttf || exit 1; \
	done
	cp $(NOTO)/LICENSE_FONT $(FONTS)/OFL.txt

messages: .venv/check ## collect new texts into translations/*/LC_MESSAGES/portal.po
	$(BIN)/pybabel extract --mapping-file translations/babel.cfg --no-location --sort-output \
		--keywords="_ _l ngettext:1,2 lazy_gettext" --project=portal --output-file translations/portal.pot .
	$(BIN)/pybabel update --domain portal --input-file translations/portal.pot \
		--output-dir translations --no-fuzzy-matching --ignore-obsolete

clean: ## remove the environment and what was compiled; never the instance folder
	rm -rf .venv $(COMPILED) .mypy_cache .pytest_cache .ruff_cache .hypothesis
