# Everything a person does with Tocsin, in the order of need. `make` alone explains itself.

.DEFAULT_GOAL := help
SHELL := /bin/bash

# Node 24 comes with the npm packages, whatever the machine has.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
packages := node_modules/.package-lock.json
tocsin := node --disable-warning=ExperimentalWarning packages/ops/src/cli.ts

help: ## show this
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

doctor: $(packages) ## say what is missing on this machine, and the line that installs it
	@$(tocsin) doctor

up: $(packages) ## start everything, and return when all is well (PORT_OFFSET=1000 shifts every port; BROKERS=3)
	@$(tocsin) up

status: $(packages) ## show every part: state, URL, memory, restarts (JSON=1 for scripts; TARGET=kind)
	@$(tocsin) status $(if $(JSON),--json)

logs: $(packages) ## follow the log of a part: SERVICE=orders (FOLLOW=0 returns at its end; TARGET=kind)
	@$(tocsin) logs $(SERVICE) $(if $(filter 0,$(FOLLOW)),--no-follow)

sql: $(packages) ## ask a service's database, read only: SERVICE=orders QUERY="select …" (WRITE=1 lets it write; TARGET=kind)
	@$(tocsin) sql $(if $(SERVICE),--service=$(SERVICE)) $(if $(filter-out 0,$(WRITE)),--write)

replay: $(packages) ## show the dead letters of a consumer group, or send them back with YES=1: GROUP=orders (ID=…; TARGET=kind)
	@$(tocsin) replay $(if $(GROUP),--group=$(GROUP)) $(if $(ID),--id=$(ID)) $(if $(filter-out 0,$(YES)),--yes)

hold: $(packages) ## keep a part down: PART=kafka (TARGET=kind)
	@$(tocsin) hold $(PART)

release: $(packages) ## let a held part go: PART=kafka (TARGET=kind)
	@$(tocsin) release $(PART)

down: $(packages) ## end everything
	@$(tocsin) down

test: $(packages) ## check and test everything, on real Kafka, Postgres, Prometheus and Alertmanager
	@$(tocsin) test

check: $(packages) ## what of `make test` needs no running programs
	@$(tocsin) test --static

format: $(packages) ## put every file into its format
	@biome check --write

drill: $(packages) ## prove an alarm on the running platform: ALERT=HighErrorRate, GROUP=messaging, ALL=1 (FAST=1, TARGET=kind)
	@$(tocsin) drill $(ALERT) $(if $(SERVICE),--service=$(SERVICE)) $(if $(GROUP),--group=$(GROUP)) $(if $(TIMES),--times=$(TIMES)) \
	  $(if $(filter-out 0,$(ALL)),--all) $(if $(filter-out 0,$(FAST)),--fast) $(if $(filter-out 0,$(RECORD)),--record) $(if $(filter 0,$(RUNBOOK)),--no-runbook)

heal: $(packages) ## repair what a killed drill left broken (TARGET=kind)
	@$(tocsin) heal

quiet: $(packages) ## see that nothing rings but the Watchdog: FOR=15m (TARGET=kind)
	@$(tocsin) quiet $(if $(FOR),--for=$(FOR))

reconcile: $(packages) ## look for orders that were lost or done twice: SINCE=10m
	@$(tocsin) reconcile $(if $(SINCE),--since=$(SINCE)) $(if $(UNTIL),--until=$(UNTIL))

deploy: $(packages) ## the same on Kubernetes, in kind (CLUSTER=, CONTEXT= with IMAGE=, VALUES=, KIND_IMAGE=, KIND_CONFIG=)
	@$(tocsin) deploy

image: $(packages) ## build the one image alone, to push it where a cluster of CONTEXT= can pull it
	@$(tocsin) image

forward: $(packages) ## the cluster's ports on this machine, until Ctrl-C
	@$(tocsin) forward

e2e: $(packages) ## prove on the cluster what only a cluster can show: rollouts, probes, a broker that is gone
	@node --disable-warning=ExperimentalWarning --test --test-concurrency=1 'tests/kubernetes/*.test.ts'

undeploy: $(packages) ## delete the cluster that `make deploy` created; of any other, what it installed
	@$(tocsin) undeploy

clean: $(packages) ## end everything and remove what it kept, fetched and logged
	@$(tocsin) down
	@# What is known of clusters, and broken on them, stays as long as they do: `make undeploy` removes it.
	@rm -rf .tocsin/drills/pending.json .tocsin/drills/report*
	@[ ! -d .tocsin ] || find .tocsin -mindepth 1 -maxdepth 1 ! -name kubernetes ! -name drills -exec rm -rf {} +

# As it was typed: make would take each $$1 for a variable of its own.
sql: export SQL := $(value QUERY)

# What stands in the shell's environment names no cluster and changes nothing: only what is typed after `make` does.
$(foreach name,TARGET CLUSTER CONTEXT IMAGE VALUES WRITE YES,$(if $(filter environment,$(origin $(name))),$(eval $(name) :=)))

export PORT_OFFSET BROKERS TARGET CLUSTER CONTEXT IMAGE VALUES KIND_IMAGE KIND_CONFIG

# Not `npm ci`: a registry that lacks the builds for other systems leaves them out of the lock, which it then refuses.
$(packages): package-lock.json
	@echo 'Installing the npm packages …'
	@npm install --no-save --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: help doctor up status logs sql replay hold release down test check format drill heal quiet reconcile deploy image forward e2e undeploy clean
