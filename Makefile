# The commands of this project; `make help` lists them.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
UV := .tools/bin/uv
PYTHON_310 := $(shell tools/find_python.sh 2>/dev/null)
ENCODER := models/encoder/manifest.json
MODEL := models/assistant.tar.gz
TRAINING_FILES := config.yml domain.yml $(shell find data -name '*.yml') $(shell find assistant/nlu assistant/policies -name '*.py' -o -name '*.json' -o -name '*.npz') $(wildcard data/practice/*.txt)
COACH := models/coach.npz
WEB := web/dist/widget.js
OWN_CODE := assistant actions bench console tools tests

export RASA_TELEMETRY_ENABLED := false
export RASA_MAX_CACHE_SIZE := 0
export PYTHONWARNINGS := ignore
export TF_CPP_MIN_LOG_LEVEL := 3
export MALLOC_ARENA_MAX := 2
export MALLOC_TRIM_THRESHOLD_ := 1000000
export UV_NO_PROGRESS := 1

.PHONY: help run test demo train encoder report calibrate detector adapter bench lint format content lock check-python web

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(VENV)/.runtime $(MODEL) $(COACH) $(WEB) ## install, build, train if needed, and start everything; Ctrl-C stops
	@$(BIN)/python tools/run.py

test: $(VENV)/.dev ## install what tests need, lint, check content, train, run all tests
	@tools/install_for_tests.sh
	@$(MAKE) --no-print-directory lint content web train
	@echo "== tests"
	$(BIN)/python -m pytest

demo: $(VENV)/.runtime ## fill the console with made-up requests to look at; REMOVE=1 takes them out again
	@$(BIN)/python -m console migrate --verbosity 0
	@$(BIN)/python -m console demo $(if $(REMOVE),--remove)

train: $(MODEL) $(COACH) ## train into models/; nothing to do when nothing changed

encoder: $(ENCODER) ## build the sentence encoder into models/encoder/

web: $(WEB) ## build the website chat's launcher and panel into web/dist/

report: $(VENV)/.dev $(MODEL) ## language-understanding report: reports/index.html
	$(BIN)/python -m bench.nlu.report

calibrate: $(VENV)/.dev $(ENCODER) ## choose threshold and margin on the development set
	$(BIN)/python -m bench.nlu.calibrate

detector: $(VENV)/.dev $(ENCODER) ## train the crisis detector and choose its thresholds
	$(BIN)/python -m bench.nlu.detector

adapter: $(VENV)/.runtime ## train the encoder's adapter (half an hour; needs Python 3.11 and PyTorch); then encoder, calibrate, detector
	@tools/train_adapter.sh

bench: $(VENV)/.dev $(MODEL) $(WEB) ## benchmarks into bench/results/ (public data: DATA=../shared/data)
	$(BIN)/python -m bench.nlu.public $(or $(DATA),../shared/data)
	$(BIN)/python -m bench.latency.run
	$(BIN)/python -m bench.web.run
	$(BIN)/python -m bench.web.flood
	$(BIN)/python -m bench.console.run

lint: $(VENV)/.dev ## style and types
	@echo "== lint"
	$(BIN)/ruff format --check $(OWN_CODE)
	$(BIN)/ruff check $(OWN_CODE)
	$(BIN)/mypy

format: $(VENV)/.dev ## put code in the project's style
	$(BIN)/ruff format $(OWN_CODE)
	$(BIN)/ruff check --fix $(OWN_CODE)

content: $(VENV)/.dev ## check every sentence, button, source and help line
	@echo "== content"
	$(BIN)/python -m assistant.content.check

lock: $(UV) ## renew requirements/*.txt from requirements/*.in
	@for name in uv encoder runtime dev; do \
	  $(UV) pip compile --quiet --generate-hashes --python-version 3.10 --override requirements/overrides.txt \
	    requirements/$$name.in --output-file requirements/$$name.txt; done

$(UV): requirements/uv.txt
	@tools/find_python.sh > /dev/null
	@echo "== installing uv"
	@$(PYTHON_310) -m venv .tools
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

$(BIN)/python: | $(UV)
	@$(UV) venv --quiet --python $(PYTHON_310) $(VENV)
	@# The repository's packages can be imported from anywhere in this environment.
	@pwd > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/ipt_assistant.pth"

$(VENV)/.runtime: requirements/runtime.txt | $(BIN)/python
	@echo "== installing packages (a minute or two)"
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements/runtime.txt
	@tools/compile_bytecode.sh
	@touch $@

$(VENV)/.dev: requirements/dev.txt requirements/runtime.txt | $(BIN)/python
	@echo "== installing packages with those for tests (a minute or two)"
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes requirements/dev.txt
	@tools/compile_bytecode.sh
	@touch $(VENV)/.runtime $@

$(ENCODER): requirements/encoder.txt assistant/nlu/build_encoder.py assistant/nlu/adapter.safetensors | $(UV)
	@echo "== building the sentence encoder"
	@$(UV) venv --quiet --clear --python $(PYTHON_310) .tools/encoder
	@$(UV) pip sync --quiet --python .tools/encoder/bin/python --require-hashes requirements/encoder.txt
	@.tools/encoder/bin/python assistant/nlu/build_encoder.py models/encoder
	@rm -rf .tools/encoder

$(MODEL): $(TRAINING_FILES) $(ENCODER)
	@[ -f $(VENV)/.runtime ] || $(MAKE) --no-print-directory $(VENV)/.runtime
	@echo "== training (about a minute)"
	@$(BIN)/rasa train --skip-validation --fixed-model-name assistant > models/training.log 2>&1 \
	  || { tail -n 30 models/training.log; exit 1; }
	@echo "trained $(MODEL)"

$(COACH): $(wildcard data/coach/*.yml assistant/coach/*.py) content/coach.yml data/practice/moves.txt assistant/nlu/linear.py assistant/nlu/text.py $(ENCODER)
	@[ -f $(VENV)/.runtime ] || $(MAKE) --no-print-directory $(VENV)/.runtime
	@echo "== training the coach (half a minute)"
	@$(BIN)/python -m assistant.coach.train

$(WEB): $(wildcard web/src/*) web/build.mjs web/tsconfig.json content/widget.yml web/node_modules/.installed
	@echo "== building the chat page"
	@cd web && npm run --silent check && npm run --silent build

web/node_modules/.installed: web/package-lock.json
	@tools/need_node.sh
	@echo "== installing the chat page's tools"
	@cd web && npm ci --silent
	@touch $@
