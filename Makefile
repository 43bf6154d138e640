# Two commands do everything: `make demo` runs the whole job, `make test` passes the tests.
# Each sets up what it needs in .venv, from uv.lock, with nothing but Python >= 3.11 on the machine.

PYTHON ?= python3
export UV_PYTHON_DOWNLOADS := never

# Many images of containers set this. The tests start hundreds of processes, and without bytecode each would
# compile all that it loads: half of the time of all tests.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo airflow test style types imports dependencies bytecode setup check fit bench fuzz coverage matrix dist sbom audit docs clean
.DEFAULT_GOAL := help

help:  ## Show these lines
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Maplewire needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9

# Where a shell has PYTHONDONTWRITEBYTECODE, or may not write here, each short command would compile all that it
# loads: two thirds of its time. So what they load is compiled once: two seconds. What a crawl loads is compiled
# by loading it: two seconds more, and each crawl begins in half the time.
LOADED := annotated_types babel dotenv email_validator humanize pydantic pydantic_core queuelib rich scrapy \
	snowballstemmer sqlalchemy typer w3lib yaml
LIBRARIES = $$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
COMPILE = @libraries=$(LIBRARIES); for name in $(LOADED); do echo "$$libraries/$$name"; done | \
	.venv/bin/python -m compileall -q -i - crawlers pipelines maplewire_demo && \
	.venv/bin/python -c 'import crawlers.spiders.news'

.venv/.light: .venv/bin/uv uv.lock pyproject.toml
	.venv/bin/uv sync --quiet --frozen --no-default-groups --inexact
	$(COMPILE)
	@touch $@

.venv/.airflow: .venv/bin/uv uv.lock pyproject.toml
	.venv/bin/uv sync --quiet --frozen --no-default-groups --inexact --extra airflow
	$(COMPILE)
	@touch $@ .venv/.light

.venv/.full: .venv/bin/uv uv.lock pyproject.toml
	.venv/bin/uv sync --quiet --frozen --inexact --all-groups --extra airflow
	$(COMPILE)
	@touch $@ .venv/.light .venv/.airflow

demo: .venv/.light  ## Run the whole job on a small news web of its own
	@.venv/bin/maplewire demo

airflow: .venv/.airflow  ## Show the work in Airflow; with DEMO=1 on a small news web
	@.venv/bin/maplewire airflow $(if $(DEMO),--demo)

setup: .venv/.full  ## Install everything, extras and test tools included
	.venv/bin/uv sync --quiet --frozen --all-groups --all-extras

# More than twice as many as CI has cores, since many tests wait: for a slow server, a node that starts, a
# scheduler. Three left a third of the processors' time unused.
TEST_PROCESSES := 5

# Tests that ask no network, database or server: `make test FAST=1`.
PURE_TESTS := tests/house tests/crawlers/test_checked_yaml.py tests/crawlers/test_dates.py \
	tests/crawlers/test_scripts.py tests/crawlers/test_selection.py tests/crawlers/test_urls.py \
	tests/pipelines/beat tests/pipelines/query tests/pipelines/relevance tests/pipelines/revisions \
	tests/pipelines/route tests/pipelines/text

test: .venv/.full  ## Check style, types, imports; run all tests (FAST=1: the pure ones, in a minute)
	@$(MAKE) --no-print-directory --jobs 2 style types imports dependencies $(if $(FAST),,bytecode)
	@.venv/bin/python -m pytest -n $(TEST_PROCESSES) $(if $(FAST),$(PURE_TESTS)) $(PYTEST_ARGS)

style:
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check --quiet .

types:
	@.venv/bin/mypy

imports:
	@.venv/bin/lint-imports --no-logo

dependencies:
	@.venv/bin/deptry --no-ansi crawlers pipelines maplewire_demo maplewire_bench

# In a new checkout each process of tests would compile all of them: ten seconds of the processor each. Mistakes
# that are met here are told when the tests run.
bytecode:
	-@.venv/bin/python -m pytest --collect-only --quiet > /dev/null 2>&1

# Lines that only a child process runs (a crawl, the command) are counted there, too.
coverage: .venv/.full  ## Run all tests and say which lines they never reach
	.venv/bin/python -m pytest -n $(TEST_PROCESSES) --cov --cov-report=term:skip-covered $(PYTEST_ARGS)

# The suite runs on the Python that `make test` takes. This tries each of the others that the machine has.
matrix:  ## Run the pure tests on every Python from 3.11 to 3.13 that is here
	@for version in 3.11 3.12 3.13; do \
		command -v python$$version > /dev/null || { echo "python$$version: not here"; continue; }; \
		echo "python$$version"; \
		UV_PROJECT_ENVIRONMENT=.venv-$$version .venv/bin/uv sync --quiet --frozen --python python$$version --group dev && \
		.venv-$$version/bin/python -m pytest -n 2 $(PURE_TESTS) || exit 1; \
	done

# Files of a release. DIST is emptied first, so that no older wheel is taken for this one.
DIST := dist
EXPORT := .venv/bin/uv export --quiet --frozen --no-default-groups --no-emit-project --format requirements-txt

dist: .venv/.full  ## Build wheel, sdist, locked requirements and bills of materials into dist/
	rm -rf $(DIST)
	.venv/bin/uv build --quiet --out-dir $(DIST)
	.venv/bin/twine check --strict $(DIST)/*.whl $(DIST)/*.tar.gz
	$(EXPORT) --output-file $(DIST)/requirements.txt > /dev/null
	$(EXPORT) --no-hashes --output-file $(DIST)/constraints.txt > /dev/null
	@$(MAKE) --no-print-directory sbom
	cd $(DIST) && sha256sum *.whl *.tar.gz *.txt *.json > SHA256SUMS

sbom: .venv/.full  ## Write the bills of materials (CycloneDX) of the command and of the image into dist/
	@.venv/bin/python -m release.bill_of_materials $(DIST)/maplewire.cdx.json
	@.venv/bin/python -m release.bill_of_materials $(DIST)/maplewire-image.cdx.json --extra production

audit: .venv/.full  ## Ask what vulnerabilities are known in what a release installs (says so when offline)
	@.venv/bin/python -m release.vulnerabilities $(AUDIT_ARGS)

docs: .venv/.full  ## Build the documentation site into site/
	.venv/bin/mkdocs build --quiet

check: .venv/.full  ## Mend style, then check it, types and imports
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo

fit: .venv/.light  ## Learn the beat's weights from marks and LABELLED="a.jsonl b.jsonl" (WRITE=1 keeps them)
	@.venv/bin/maplewire fit $(LABELLED) $(if $(WRITE),--write)

.venv-peers/.made: .venv/bin/uv maplewire_bench/peers/uv.lock
	UV_PROJECT_ENVIRONMENT=$(CURDIR)/.venv-peers .venv/bin/uv sync --quiet --frozen --project maplewire_bench/peers
	@touch $@

# Where the environment of other programs cannot be made, ours is measured alone.
bench: .venv/.light  ## Measure what costs most beside other programs, in ten minutes (BENCH_ARGS=--json)
	@$(MAKE) --silent .venv-peers/.made || echo "no other programs: their environment could not be made" >&2
	@.venv/bin/maplewire bench all --peers .venv-peers/bin/python $(BENCH_ARGS)

fuzz: .venv/.full  ## Measure how reading long texts grows, up to a million characters (FUZZ_ARGS="judge compare")
	@.venv/bin/python -m tests.growth $(FUZZ_ARGS)

clean:  ## Remove the environment and every cache
	rm -rf .venv .venv-3.* .venv-peers site .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis dist
