# Two commands: `make book` builds the site, `make test` runs the tests. Both make the environment first.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help book pdf test lab serve check bench record lock browser clean

BIN := .venv/bin
READY := .venv/.ready
PEERS := .venv/peers
PORT ?= 8000
WORKERS ?= 2

# One thread a process: torch's numbers depend on the thread count, and the tests share the machine.
export OMP_NUM_THREADS := 1
export MKL_NUM_THREADS := 1
export NUMBA_NUM_THREADS ?= 1

# The book and its tests see only what the environment holds: no kernel, profile or setting of this machine.
book pdf test browser: export JUPYTER_PREFER_ENV_PATH := 1
book pdf test browser: export JUPYTER_DATA_DIR := $(CURDIR)/.venv/share/jupyter
book pdf test browser: export JUPYTER_CONFIG_DIR := $(CURDIR)/.venv/etc/jupyter
book pdf test browser: export IPYTHONDIR := $(CURDIR)/.venv/etc/ipython
book pdf test browser: export MPLCONFIGDIR := $(CURDIR)/.venv/etc/matplotlib
export PYTHONNOUSERSITE := 1
unexport PYTHONPATH PYTHONHOME JUPYTER_PATH JUPYTER_CONFIG_PATH

help:
	@echo "make book     the site in _build/html, executed chapters and all"
	@echo "make pdf      the whole book as one PDF, _build/two-timescales.pdf; needs Chromium"
	@echo "make test     every test that needs no browser"
	@echo "make lab      JupyterLab on the chapters"
	@echo "make serve    the built site on localhost (PORT=8000)"
	@echo "make check    lint, types, direction of imports, environment drift"
	@echo "make browser  the built site and JupyterLab in a real Chromium"
	@echo "make bench    our engines beside their peers"
	@echo "make record   every experiment at full scale; stop it and start it again at will"
	@echo "make lock     requirements.lock and environment.yml from pyproject.toml (UPGRADE=1 moves the pins)"
	@echo "make clean    removes the built site, the caches and the environment; results stay"

# Made once; made again when the dependencies move.
$(READY): pyproject.toml requirements.lock .ci/environment
	@.ci/environment
	@touch $@

book: $(READY)
	@echo "book: executing the chapters and building the site"
	@$(BIN)/jupyter-book build . -W -n --keep-going
	@echo "book: built. Open $(CURDIR)/_build/html/index.html, or run make serve"

pdf: $(READY)
	@echo "pdf: executing the chapters and binding the book in one page"
	@$(BIN)/jupyter-book build . --builder singlehtml -W -n --keep-going
	@echo "pdf: printing it"
	@$(BIN)/python -m companion.site.paper _build/singlehtml/index.html _build/two-timescales.pdf

test: $(READY)
	@echo "test: everything that needs no browser"
	@$(BIN)/python -m pytest --ignore=tests/browser -n $(WORKERS) --dist loadfile

browser: $(READY)
	@echo "browser: the site in _build/html and JupyterLab, in Chromium"
	@$(BIN)/python -m pytest tests/browser

lab: $(READY)
	@JUPYTER_CONFIG_PATH="$(CURDIR)/.jupyter" $(BIN)/jupyter lab chapters $(LAB_FLAGS)

serve: $(READY)
	@test -f _build/html/index.html || { echo "serve: nothing is built yet; run make book first" >&2; exit 1; }
	@echo "serve: http://127.0.0.1:$(PORT)/ (Ctrl-C stops it)"
	@$(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory _build/html

check: $(READY)
	@echo "check: lint and format (ruff)"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@echo "check: types (mypy)"
	@$(BIN)/mypy
	@echo "check: direction of imports (import-linter)"
	@$(BIN)/lint-imports
	@echo "check: environment.yml and requirements.lock against pyproject.toml"
	@$(BIN)/python .ci/lock.py --check

# The peers, in an environment of their own that sees ours and adds nothing to it.
$(PEERS)/.ready: pyproject.toml $(READY)
	@echo "bench: installing the peers in $(PEERS)"
	@rm -rf $(PEERS) && $(BIN)/python -m venv --without-pip $(PEERS)
	@ours=$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))'); \
	  theirs=$$($(PEERS)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))'); \
	  echo "import site; site.addsitedir('$$ours')" >"$$theirs/ours.pth"
	@peers=$$($(BIN)/python -c 'import tomllib; \
	  extras = tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]; \
	  print(*extras["bench"], *extras["trl"])'); \
	  $(PEERS)/bin/python -m pip install --quiet $$peers
	@touch $@

bench: $(PEERS)/.ready
	@for script in benchmarks/*.py; do echo "bench: $$script"; $(PEERS)/bin/python "$$script" $(BENCH_FLAGS); done

record: $(READY)
	@echo "record: every experiment at full scale (hours; finished units are kept, so stopping loses nothing)"
	@$(BIN)/companion run --all --scale full
	@echo "record: every experiment at live scale, the reference that verify compares with"
	@$(BIN)/companion run --all --scale live --out results

lock: $(READY)
	@$(BIN)/python .ci/lock.py $(if $(UPGRADE),--upgrade)

clean:
	@echo "clean: removing the built site, the caches and the environment"
	@rm -rf _build .venv .ruff_cache .mypy_cache .pytest_cache .import_linter_cache .hypothesis src/*.egg-info
	@find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
