# Targets first make what they need in .venv, if it is missing or older than its lock.
# Each of the hundreds of kernels that the tests start would compile the library anew.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
LEARN  := $(VENV)/.ready-to-learn
TEST   := $(VENV)/.ready-to-test
COMPILE = $(BIN)/uv pip compile --universal --python-version 3.11 --quiet --no-header
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help lab test lint style notebooks exercises site lock clean

help:  ## Show what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

lab: $(LEARN)  ## Lay the course in my_course/, or renew it there, and open it in JupyterLab
	$(BIN)/python -m course_lib start my_course $(LAB_OPTIONS)

test: style  ## Run every check: style, types, library, lessons, browser
	$(BIN)/basedpyright & types=$$!; $(BIN)/python -m pytest -n 3 $(TEST_OPTIONS) && wait $$types

lint: style  ## Style of modules and notebooks, types, the lessons' grammar
	$(BIN)/basedpyright
	$(BIN)/python tools/lint.py

style: $(TEST)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

notebooks: $(TEST)  ## Run the lessons and solutions and store them in canonical form
	$(BIN)/python tools/refresh.py

exercises: $(TEST)  ## Make exercises/ from solutions/; answers that stand there are put aside
	$(BIN)/python tools/build_exercises.py

site: $(TEST)  ## Write the course as web pages that come alive in the browser: site/
	$(BIN)/python -m course_lib site site --runtime "$$($(BIN)/python tools/runtime.py)" $(SITE_OPTIONS)

lock: $(TEST)  ## Pin the newest versions that both pyproject.toml allow
	$(COMPILE) --upgrade pyproject.toml -o requirements.txt
	$(COMPILE) --upgrade pyproject.toml grader/pyproject.toml --group test --extra cluster --extra postgres \
		--no-emit-package losses-and-optimizers --constraints requirements.txt -o requirements-test.txt

clean:  ## Remove .venv and everything that was generated
	rm -rf $(VENV) build dist site .runtime *.egg-info test-artefacts .pytest_cache .ruff_cache .hypothesis
	find . \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

$(LEARN): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed; $(PYTHON) is older. Name another: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) -r requirements.txt
	$(PIP) --no-deps -e .
	@touch $@

$(TEST): requirements-test.txt $(LEARN)
	$(PIP) -r requirements-test.txt
	$(PIP) --no-deps -e . -e ./grader
	@touch $@
