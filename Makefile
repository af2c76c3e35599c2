# Two commands: `make demo` and `make test`. Both set up what they need in this folder; outside it they touch the caches of
# pip and npm, and install Debian packages that are missing (Chromium, npm and PostgreSQL, for the tests).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SURVEY := surveys/it-i-praksis
OUT := build/it-i-praksis
PORT ?= 8000
SERVE ?= 1

.PHONY: demo test test-slow benchmark load pictures lint browser postgresql pango clean lock

demo: $(VENV)/.run
	@rm -rf $(OUT)/site
	$(BIN)/praksis check $(SURVEY) --quiet
	$(BIN)/praksis rehearse $(SURVEY)
	$(BIN)/praksis build $(SURVEY)
	$(BIN)/praksis export $(OUT)/releases $(OUT)/site
ifneq ($(SERVE),0)
	$(BIN)/praksis serve $(OUT)/releases --port $(PORT) --answers $(SURVEY) --database $(OUT)/answers.sqlite
endif

test: $(VENV)/.test browser postgresql pango lint
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

LOAD := build/benchmark/load

# Two hundred respondents at once, on SQLite and PostgreSQL (minutes). Writes benchmarks/answering.md when told the date.
load: $(VENV)/.test postgresql $(LOAD)/.installed
	$(BIN)/python benchmarks/answering.py --locust $(LOAD)/bin/locust $(if $(DATE),--date $(DATE)) $(BENCHMARK_OPTIONS)

$(LOAD)/.installed: benchmarks/requirements-load.txt
	@test -x $(LOAD)/bin/python || $(PYTHON) -m venv $(LOAD)
	@$(LOAD)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
	  -r benchmarks/requirements-load.txt
	@touch $@

# The pictures of README and docs, taken by the browser tests.
pictures: $(VENV)/.test browser
	PRAKSIS_SCREENSHOTS=1 $(BIN)/pytest tests/browser -k "test_take_pictures or test_whole_wave"

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The browser is Debian's; axe-core comes from npm at the version in the lock file.
browser: tests/browser/node_modules/.installed
	@command -v chromium >/dev/null || { echo "Installing Chromium (Debian package)"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; }

# What draws letters in the PDF of a receipt.
pango:
	@ldconfig -p | grep -q "libpangoft2-1.0.so.0" || { echo "Installing Pango (Debian packages)"; \
	  apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 >/dev/null; }

# The tests start a server of their own, in a temporary folder and without a port.
postgresql:
	@test -n "$$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" || { echo "Installing PostgreSQL (Debian package)"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql >/dev/null; }

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
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  benchmarks/requirements-load.in -o benchmarks/requirements-load.txt

clean:
	rm -rf $(VENV) build tests/browser/node_modules
