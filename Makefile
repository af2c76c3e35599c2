# Two commands: `make demo` and `make test`. Both set up what they need in this folder; outside it they touch the caches of
# pip and npm, and install Debian packages that are missing (Chromium and npm, for the tests).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SURVEY := surveys/it-i-praksis
OUT := build/it-i-praksis
PORT ?= 8000
SERVE ?= 1

.PHONY: demo test test-slow benchmark pictures lint browser clean lock

demo: $(VENV)/.run
	@rm -rf $(OUT)/site
	$(BIN)/praksis check $(SURVEY) --quiet
	$(BIN)/praksis rehearse $(SURVEY)
	$(BIN)/praksis build $(SURVEY)
	$(BIN)/praksis export $(OUT)/releases $(OUT)/site
ifneq ($(SERVE),0)
	$(BIN)/praksis serve $(OUT)/releases --port $(PORT)
endif

test: $(VENV)/.test browser lint
	$(BIN)/pytest -n auto

# What needs a local Spark, and so Java 17.
test-slow: $(VENV)/.slow
	$(BIN)/pytest -m slow

BENCHMARK := build/benchmark/venv

# Praksis, R's `survey` and svy side by side (minutes). R is Debian's r-cran-survey; without it, it says what is left out.
# Writes benchmarks/results.md when told the date: make benchmark DATE=2026-11-22
benchmark: $(VENV)/.run $(BENCHMARK)/.installed
	$(BIN)/python benchmarks/estimation.py $(if $(DATE),--date $(DATE)) $(BENCHMARK_OPTIONS)

$(BENCHMARK)/.installed: benchmarks/requirements.txt
	@test -x $(BENCHMARK)/bin/python || $(PYTHON) -m venv $(BENCHMARK)
	@$(BENCHMARK)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
	  -r benchmarks/requirements.txt
	@touch $@

# The README's pictures, taken by the browser test.
pictures: $(VENV)/.test browser
	PRAKSIS_SCREENSHOTS=1 $(BIN)/pytest tests/browser -k test_take_pictures

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The browser is Debian's; axe-core comes from npm at the version in the lock file.
browser: tests/browser/node_modules/.installed
	@command -v chromium >/dev/null || { echo "Installing Chromium (Debian package)"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; }

tests/browser/node_modules/.installed: tests/browser/package-lock.json
	@command -v npm >/dev/null || { echo "Installing npm (Debian package)"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq npm >/dev/null; }
	cd tests/browser && npm ci --silent --no-audit --no-fund
	@touch $@

$(VENV)/.run: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing from requirements.lock"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.run requirements-test.lock
	@echo "Installing from requirements-test.lock"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-test.lock
	@touch $@

$(VENV)/.slow: $(VENV)/.test requirements-slow.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-slow.lock
	@touch $@

# Rewrites the lock files; needs uv. They name no package host.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --extra build pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --extra build --extra test pyproject.toml -o requirements-test.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --extra build --extra test --extra spark pyproject.toml -o requirements-slow.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  benchmarks/requirements.in -o benchmarks/requirements.txt

clean:
	rm -rf $(VENV) build tests/browser/node_modules
