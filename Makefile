# The verbs of a developer's day. Each sets up what it needs first; the second time
# that takes no time. Everything is kept in ~/.cache/helpdesk_bridge.
PYTHON ?= python3
export ONLY K ARGS MINUTES KEEP ALL ONCE PICTURES
export PYTHONDONTWRITEBYTECODE = 1
HOSTILE = dev/tests/test_slack_inbound.py::test_hostile_requests_are_refused_or_acknowledged_and_leave_nothing_behind
FUZZ = tests/unit/test_payload_fuzz.py $(HOSTILE)
VENV_PYTHON = $(PYTHON) -m dev.setup --python

.DEFAULT_GOAL := help
.PHONY: help setup test family upgrade fuzz lint format pot demo bench soak chaos mutants proof screenshots sbom wheel clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16
	@echo "  dev/odoo ...  Odoo's own command line, e.g. dev/odoo shell -d DATABASE"
	@echo "  dev/db ...    fresh NAME [ADDON ...] | drop NAME | list"

setup: ## fetch and build everything the other verbs need
	@$(PYTHON) -m dev.setup

test: ## all tests; ONLY=unit|odoo|e2e or a path, K=expression ARGS="..." KEEP=1 PICTURES=1
	@$(PYTHON) dev/test

family: ## OCA's helpdesk addons and Odoo's gateway pass their own tests beside ours; ONLY="addon ..."
	@$(PYTHON) -m dev.family

upgrade: ## a filled database of the first release is upgraded, compared and used
	@$(PYTHON) -m dev.upgrade

fuzz: ## 20,000 random emails: nothing of them is lost; 10,000 hostile requests as Slack's; FUZZ_EXAMPLES=number
	@FUZZ_EXAMPLES=$${FUZZ_EXAMPLES:-20000} ONLY="$(FUZZ)" $(PYTHON) dev/test

lint: ## ruff, pylint-odoo, XML, reStructuredText, text files; ONLY="ruff xml"
	@$(PYTHON) -m dev.lint

format: ## let ruff format the Python code
	@python=$$($(VENV_PYTHON)) && $$python -m ruff format --no-cache .

pot: ## renew i18n/helpdesk_bridge.pot and bring the translations up to it
	@python=$$($(VENV_PYTHON)) && $$python -m dev.pot

demo: ## Odoo with mail and a Slack double, to click through; ONCE=1 ends by itself
	@python=$$($(VENV_PYTHON)) && $$python -m dev.demo

bench: ## measure the guarantees; ONLY=section ARGS="--clicks 20" (dev/bench/sizes.py)
	@python=$$($(VENV_PYTHON)) && $$python -m dev.bench

chaos: ## interrupt everything while mails and messages are under way, then count them; ONLY=scenario ARGS="--mails 10000"
	@python=$$($(VENV_PYTHON)) && $$python -m dev.chaos

soak: ## hold a load of emails, agents and Slack, then count: MINUTES=10 ARGS="--rate 0.2"
	@python=$$($(VENV_PYTHON)) && $$python -m dev.soak

mutants: ## break what is guaranteed, one fault after the other: a test has to fail for each; ONLY=name,name
	@$(PYTHON) -m dev.mutants

proof: ## docs/proof.md from what bench and chaos found last
	@$(PYTHON) -m dev.proof

screenshots: ## renew the pictures of the Apps page and of the guides
	@python=$$($(VENV_PYTHON)) && $$python -m dev.screenshots

sbom: ## what the addon needs to run, as CycloneDX: sbom.cdx.json
	@$(PYTHON) -m dev.sbom

wheel: ## the addon as a package for pip
	@python=$$($(VENV_PYTHON)) && $$python -m dev.wheel

clean: ## remove this checkout's databases and logs; ALL=1: the shared cache too
	@$(PYTHON) -m dev.clean
