# make help lists the targets. Options are given as NAME=value.
PORT ?= 8069
ADDON ?=
AREA ?=
TOOLS = @python3 -c 'import sys; sys.exit("Python 3.10 or newer is needed to start: install python3." if sys.version_info < (3, 10) else 0)' && PYTHONDONTWRITEBYTECODE=1 python3 -m tools
.DEFAULT_GOAL = help
.PHONY: help run test lint format bench requirements stop clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /make \1|/p' $(MAKEFILE_LIST) | while IFS='|' read -r target text; do printf '%-18s %s\n' "$$target" "$$text"; done

run: ## get everything, serve a demo at http://127.0.0.1:PORT (PORT=8069) until Ctrl-C
	$(TOOLS) run

test: ## run every test; ADDON=collab_base[,...] runs that addon's only
	$(TOOLS) test '$(ADDON)'

lint: ## check style and old idioms, change nothing
	$(TOOLS) lint '$(ADDON)'

format: ## let the formatters rewrite what lint would complain about
	$(TOOLS) format '$(ADDON)'

bench: ## measure Collab and its peers side by side; AREA=documents measures that area only
	$(TOOLS) bench '$(AREA)'

requirements: ## write the pinned requirement files anew from the *.in files
	$(TOOLS) requirements

stop: ## end an Odoo and PostgreSQL that a killed command left running
	$(TOOLS) stop

clean: ## stop them and remove everything fetched or made (.local/)
	$(TOOLS) clean

export PORT
