# One door: `make demo` shows it, `make test` proves it. Needs Python 3.11+ and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1
QUESTION ?= Có bao nhiêu đơn vị được khen thưởng ở Cần Thơ?

.PHONY: help demo test sweep bench lint types layers tests clean

help:
	@echo "make demo    install into .venv, index seeds/ and ask: $(QUESTION)"
	@echo "make test    lint, types, import layers, tests"
	@echo "make sweep   the long crash, damage and fuzz sweeps"
	@echo "make bench   retrieval and speed, written to bench/results/"
	@echo "make train   the bundled model, from raw corpora (train/README.md)"

# A stamp per set of packages: a second run installs nothing.
$(VENV)/.core: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "HoiDap needs Python 3.11 or newer; try: make PYTHON=python3.11 demo")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -c constraints.txt -e .
	touch $@

# The tests in a browser use Debian's Chromium. Without it they are skipped, and the end of the run says so.
$(VENV)/.browser: $(VENV)/.test
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	|| { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get -qq update \
	     && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium fonts-liberation >/dev/null; } \
	|| echo "!!! NO CHROMIUM, AND IT CANNOT BE INSTALLED HERE: THE BROWSER TESTS WILL BE SKIPPED !!!"
	touch $@

$(VENV)/.test: $(VENV)/.core
	$(BIN)/python -m pip install --quiet -c constraints.txt "torch==$$(sed -n 's/^torch==//p' constraints.txt)"
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[test]'
	touch $@

demo: $(VENV)/.core
	$(BIN)/hoidap index seeds/*.txt
	$(BIN)/hoidap ask "$(QUESTION)"

test: lint types layers tests

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.test
	$(BIN)/mypy

layers: $(VENV)/.test
	$(BIN)/lint-imports

tests: $(VENV)/.test $(VENV)/.browser
	$(BIN)/python -m pytest

sweep: $(VENV)/.test
	$(BIN)/python -m pytest -m sweep

clean:
	rm -rf $(VENV) .hoidap .bench build dist *.egg-info

-include bench/bench.mk
-include train/train.mk
