# GAR Studio: set-up and the everyday commands.
#
# Everything is installed into .venv with pip.  The first call says how much it will download;
# later calls start at once.  What can be said on the command line:
#   PYTHON=python3.12    another Python (3.11 or newer) to make .venv with
#   TORCH=torch==2.13.0  the torch to install; a torch that .venv already has is never replaced
#   ARGS="-k mask -x"    more words for pytest or the benchmark

PYTHON ?= python3
TORCH ?= torch==2.13.0
ARGS ?=

VENV := .venv
PY := $(VENV)/bin/python
CONSTRAINTS := $(VENV)/constraints.txt
# One stamp for each set of extras in pyproject.toml.
TEST := $(VENV)/.installed-test
DEV := $(VENV)/.installed-dev

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.SUFFIXES:
.PHONY: help demo test soak lint bench screenshots clean system

help:
	@echo "make demo         open the studio on the sample project (unseen where there is no display)"
	@echo "make test         run the tests"
	@echo "make soak         random users, kills, spoilt files and more, for long (half an hour)"
	@echo "make lint         check format, style, types and layers"
	@echo "make bench        measure GAR's engine against the plain way (some minutes)"
	@echo "make screenshots  take the pictures in docs/images anew"
	@echo "make clean        remove what the commands above leave behind, but not $(VENV)"

demo: $(TEST)
	@$(PY) main.py demo

test: $(TEST)
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest $(ARGS)

soak: $(TEST)
	QT_QPA_PLATFORM=offscreen $(PY) -m pytest -m soak $(ARGS)

lint: $(DEV)
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports

bench: $(TEST)
	$(PY) -m benchmarks.gar $(ARGS)

screenshots: $(TEST)
	QT_QPA_PLATFORM=offscreen $(PY) -m tests.screenshots docs/images

clean:
	rm -rf demo-output docs/images/checks build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache \
		.import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

# --- set-up ---------------------------------------------------------------------------------

# Qt's system libraries and fonts: installed for root on Debian and Ubuntu, named elsewhere.
system:
	@command -v "$(PYTHON)" >/dev/null || { \
		echo "GAR Studio needs Python 3.11 or newer, and there is no “$(PYTHON)” here."; \
		echo "Install it (Debian and Ubuntu: apt-get install python3 python3-venv)."; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "GAR Studio needs Python 3.11 or newer; “$(PYTHON)” is $$($(PYTHON) --version)."; \
		echo "Name a newer one, for example: make PYTHON=python3.12 demo"; exit 1; }
	@"$(PYTHON)" -m gar_studio.system_packages

$(PY): | system
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "“$(PYTHON)” cannot make virtual environments."; \
		echo "Install what is missing (Debian and Ubuntu: apt-get install python3-venv)."; exit 1; }
	"$(PYTHON)" -m venv $(VENV)

# torch comes first and alone: a build that somebody chose stays, and the constraint keeps other
# packages, torchvision above all, from bringing one of their own.
define install
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip
	@if $(PY) -c 'from importlib.metadata import version; version("torch")' 2>/dev/null; then \
		echo "Set-up: torch is there already and is kept; at most 0.3 GB more to download."; \
	else \
		case "$$(uname -s)" in \
		Linux) \
			echo "First set-up: up to 3 GB to download and 7 GB on the disk, because torch's usual"; \
			echo "build for Linux brings CUDA. With a build for the CPU it is 0.5 GB: make $(VENV)"; \
			echo "yourself, install that torch into it, and call make again; it is kept.";; \
		*) \
			echo "First set-up: about 0.5 GB to download.";; \
		esac; \
		$(PY) -m pip install "$(TORCH)"; \
	fi
	@$(PY) -c 'from importlib.metadata import version; \
		print("torch==" + version("torch").split("+")[0])' > $(CONSTRAINTS)
	$(PY) -m pip install -c $(CONSTRAINTS) -e ".[$(1)]"
endef

$(TEST): pyproject.toml | $(PY)
	$(call install,test)
	@touch $@

$(DEV): pyproject.toml | $(PY)
	$(call install,dev)
	@touch $@ $(TEST)
