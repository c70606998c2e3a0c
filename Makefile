# make run: the page on http://127.0.0.1:7860. make test: every test. make check: format, lint,
# types, import rules. Set PYTHON to choose an interpreter (3.11 to 3.13).

PYTHON ?= $(shell for p in python3 python python3.12 python3.13 python3.11; do \
	"$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null \
	&& echo "$$p" && break; done)
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check
CORPUS ?= ../shared/notes
QUESTIONS ?= ../shared/eval/ask_dev.jsonl

.PHONY: run test check format eval bench clean

run: $(VENV)/.installed
	@$(PY) app.py

$(VENV)/.created:
	@test -n "$(PYTHON)" || { echo "Noteproof needs Python 3.11, 3.12 or 3.13: install one, or name it: make run PYTHON=/path/to/python"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing: on Debian, apt install python3-venv"; exit 1; }
	@touch $@

$(VENV)/.installed: requirements.txt constraints.txt | $(VENV)/.created
	@echo "Installing what Noteproof needs (once, some minutes) ..."
	@$(PIP) install --quiet --requirement requirements.txt --constraint constraints.txt
	@touch $@

$(VENV)/.installed-dev: requirements.txt requirements-dev.txt constraints.txt | $(VENV)/.created
	@echo "Installing what Noteproof and its tests need (once, some minutes) ..."
	@$(PIP) install --quiet --requirement requirements-dev.txt --constraint constraints.txt
	@touch $@ $(VENV)/.installed

test: $(VENV)/.installed-dev
	@$(PY) -m pytest

check: $(VENV)/.installed-dev
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports

format: $(VENV)/.installed-dev
	@$(VENV)/bin/ruff format .
	@$(VENV)/bin/ruff check --fix .

eval: $(VENV)/.installed
	@$(PY) -m evals retrieval --questions $(QUESTIONS) --corpus $(CORPUS)
	@$(PY) -m evals answers --questions $(QUESTIONS) --corpus $(CORPUS)

bench: $(VENV)/.installed
	@$(PY) -m evals bench --questions $(QUESTIONS) --corpus $(CORPUS)

clean:
	@rm -rf $(VENV) var .pytest_cache .mypy_cache .ruff_cache .hypothesis
