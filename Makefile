# Two commands: `make play` and `make test`. Kept to what every make and sh can do (macOS has make 3.81).

BIN := .venv/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PAGES := facegame_lib/reco/static/index.html
FLAGS = $(if $(PORT),--port $(PORT)) $(if $(filter-out 0 no,$(NO_BROWSER)),--no-browser)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help play app serve web docs test lint chromium clean

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' Makefile
	@echo
	@echo "  PORT=9000      another port than 8888 (serve: 8765)"
	@echo "  HTTPS=1        serve secure pages: phones give the camera to no others"
	@echo "  NO_BROWSER=1   only print the address, open no browser"
	@echo "  PYTHON=...     the Python to make .venv with (3.11 to 3.13)"

play: .venv/installed  ## set up what is missing and open the game in JupyterLab
	@$(BIN)/facegame prepare
	@$(BIN)/facegame play $(FLAGS)

app: .venv/installed  ## the same, as a plain web page (Voila)
	@$(BIN)/facegame prepare
	@$(BIN)/facegame app $(FLAGS)

serve: .venv/installed-server web  ## the game for phones and other computers; HTTPS=1 gives phones the camera
	@$(BIN)/facegame serve $(if $(PORT),--port $(PORT)) $(if $(filter-out 0 no,$(HTTPS)),--https)

web: $(PAGES)  ## build the pages for phones and the projector (needs Node.js)

test: .venv/installed-dev chromium lint web  ## run every check and every test, the browser ones included
	@cd web && npm run --silent check && npm run --silent test
	@$(BIN)/python -m pytest

docs: .venv/installed-dev  ## build the site into build/docs; a warning is an error
	@$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet --builder html docs build/docs
	@echo "Open build/docs/index.html"

lint: .venv/installed-dev  ## ruff and mypy only
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

chromium: .venv/installed-dev  # the browser that the tests drive
	@if command -v chromium || command -v chromium-browser || command -v google-chrome; then exit 0; fi >/dev/null; \
	echo "Getting Chromium for the browser tests."; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && \
	    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; then exit 0; fi; \
	$(BIN)/python -m playwright install chromium

clean:  ## remove everything that make has made
	rm -rf web/node_modules facegame_lib/reco/static docs/made .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find facegame_lib tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps are touched last, so an installation that was interrupted is done again.
.venv/installed: EXTRAS := mobilenet,app,lab
.venv/installed: pyproject.toml constraints.txt
	@$(venv)
	@$(install)
	@touch $@

.venv/installed-server: EXTRAS := mobilenet,app,lab,server
.venv/installed-server: pyproject.toml constraints.txt
	@$(venv)
	@$(install)
	@touch .venv/installed $@

.venv/installed-dev: EXTRAS := mobilenet,app,lab,server,cluster,export,docs,dev
.venv/installed-dev: pyproject.toml constraints.txt
	@$(venv)
	@$(install)
	@touch .venv/installed .venv/installed-server $@

web/node_modules/installed: web/package.json web/package-lock.json
	@$(node)
	@echo "Getting what builds the pages, into web/node_modules."
	@cd web && npm ci --loglevel=error --no-audit --no-fund >/dev/null
	@touch $@

$(PAGES): web/node_modules/installed facegame_lib/texts.json \
        $(wildcard web/*.html web/*.ts web/*.json web/src/*.* web/src/*/*.*)
	@cd web && npm run --silent build
	@touch $@

define node
if ! node -e 'const [a, b] = process.versions.node.split("."); \
    process.exit(+(a == 20 ? b < 19 : a == 22 ? b < 12 : a < 23))' 2>/dev/null || ! npm --version >/dev/null 2>&1; then \
    echo "The pages for phones are built by Node.js: 20.19, 22.12 or newer, with npm. Get it from nodejs.org" \
        "(Debian, Ubuntu: apt install nodejs npm) and try again." >&2; \
    echo "Notebooks and other programs need no pages: $(BIN)/facegame serve lets them in as it is." >&2; \
    exit 1; \
fi
endef

# Python 3.14 is too new: the HDF5 library that TensorFlow asks for has no package for it yet.
define venv
if ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
    found=; \
    for python in $(or $(PYTHON),python3.13 python3.12 python3.11 python3 python); do \
        if "$$python" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
            2>/dev/null; then found=$$python; break; fi; \
    done; \
    if [ -z "$$found" ]; then \
        echo "facegame needs Python 3.11, 3.12 or 3.13 with its venv module, and" \
            "$(if $(PYTHON),$(PYTHON) is not that.,none was found.)" >&2; \
        echo "Get one from python.org (Debian, Ubuntu: apt install python3 python3-venv)," \
            "or name one: make play PYTHON=/path/to/python3" >&2; \
        exit 1; \
    fi; \
    echo "Making .venv with $$("$$found" --version)."; \
    "$$found" -m venv --clear .venv; \
fi
endef

# On a terminal pip shows its own progress bars; in a log they would be noise.
define install
if [ -t 1 ]; then quiet=; else quiet=--quiet; fi; \
echo "Installing the game in .venv. The first time takes some minutes: TensorFlow is large."; \
$(BIN)/python -m pip install $$quiet --constraint constraints.txt --editable ".[$(EXTRAS)]"
endef
