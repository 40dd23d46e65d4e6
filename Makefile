# Spillway. Each target sets up what it needs.
VENV := .venv
PYTHON ?= python3
STAMP := $(VENV)/.stamp
PEERS := .venv-peers
PEERS_LOCK := benchmarks/peers/quix-requirements

.PHONY: setup demo test faults soak mutants check bench bench-text bench-growth bench-peers bench-scaling audit lock clean bench-surge

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Spillway needs Python 3.11 or newer"; exit 1; }
	@echo "Setting up $(VENV): about a minute the first time."
	@test -x $(VENV)/bin/python || $(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@PYTHONWARNINGS=ignore $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(STAMP)  ## make .venv with pinned, hash-checked dependencies

demo: $(STAMP)  ## a surge day on a local Kafka, live, in about five minutes
	$(VENV)/bin/spillway demo

test: $(STAMP)  ## everything, the fault suite in its short form, on real local Kafkas, in two processes
	$(VENV)/bin/python -m streams.kernels
	$(VENV)/bin/python -m pytest -n 2 --dist loadfile

faults: $(STAMP)  ## the fault suite, each scenario five times in its long form; SEED=N repeats a run
	FAULTS_ROUNDS=5 FAULTS_SEED=$(SEED) $(VENV)/bin/python -m pytest tests/faults

soak: $(STAMP)  ## two workers, half of capacity, a fault a minute, 30 minutes; MINUTES=N SECONDS=N SEED=N RATE=N
	$(VENV)/bin/python -m tests.faults.soak $(if $(SECONDS),--seconds $(SECONDS)) $(if $(MINUTES),--minutes $(MINUTES)) \
	  $(if $(SEED),--seed $(SEED)) $(if $(RATE),--rate $(RATE))

mutants: $(STAMP)  ## faults put into a copy of the runtime: a test must go red for each
	$(VENV)/bin/python -m tests.faults.mutants

check: $(STAMP)  ## ruff, mypy --strict, import-linter
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

bench: $(STAMP)  ## speed, latency and restore from one broker (twenty minutes); ARGS="triage latency" for some parts
	$(VENV)/bin/python -m benchmarks.run $(ARGS)

bench-text: $(STAMP)  ## how good and fast the text models are (five minutes; ARGS="FILE.csv --label-column NAME" for your own)
	$(VENV)/bin/python -m benchmarks.text $(ARGS)

bench-growth: $(STAMP)  ## six weeks of slow growth in memory, triage and surges (five minutes); ARGS="--weeks 1" for less
	$(VENV)/bin/python -m benchmarks.growth $(ARGS)

bench-surge: $(STAMP)  ## every figure of docs/surges.md, with its picture (ten minutes); ARGS="--series 4" for some
	$(VENV)/bin/python -m benchmarks.surge --picture docs/surges.svg $(ARGS)

$(PEERS)/.stamp: $(PEERS_LOCK).lock
	@test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

bench-peers: $(STAMP) $(PEERS)/.stamp  ## beside a bare loop, Kafka Streams, Quix Streams and stock Faust (ten minutes)
	$(VENV)/bin/python -m benchmarks.peers $(ARGS)

bench-scaling: $(STAMP)  ## cost by partitions and workers, and of idling (four minutes)
	$(VENV)/bin/python -m benchmarks.scaling $(ARGS)

audit: $(STAMP)  ## known vulnerabilities, where pip-audit's database answers
	$(VENV)/bin/pip-audit --requirement requirements.lock --require-hashes --disable-pip

lock: $(STAMP)  ## pin all dependencies again after a change of pyproject.toml
	$(VENV)/bin/pip-compile --quiet --extra dev --generate-hashes --allow-unsafe --strip-extras \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o requirements.lock pyproject.toml
	$(VENV)/bin/pip-compile --quiet --build-deps-for wheel --generate-hashes --allow-unsafe --strip-extras \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --constraint requirements.lock \
	  -o requirements-runtime.lock pyproject.toml
	$(VENV)/bin/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o $(PEERS_LOCK).lock $(PEERS_LOCK).in

clean:
	rm -rf $(VENV) $(PEERS) build .pytest_cache .mypy_cache .ruff_cache .hypothesis
