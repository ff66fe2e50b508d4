# Reproduces the figures. `make help` says what there is.

PROFILE ?= laptop
# All there are, for `make help` and `make clean`.
PROFILES := smoke laptop laptop-seeds paper full-length
# Empty: decided by the program.
JOBS ?=
DATA ?=
MIRROR ?=

SAMEDGE := .build/static/release/samedge
SOURCES := Package.swift $(shell find Sources -type f -name '*.swift')
# A recipe that begins with + gets the tokens of `make -j`, but make runs it even where it is told to run nothing (-n, -q, -t):
# then the program, if it is built, is asked for the plan. Recipes of programs that cannot plan do nothing then.
DRY := $(strip $(foreach flag,n q t,$(findstring $(flag),$(firstword -$(MAKEFLAGS)))))
RUN := $(if $(DRY),test ! -x $(SAMEDGE) || $(SAMEDGE) plan,$(SAMEDGE) run)
CHECK := $(if $(DRY),:,$(SAMEDGE) check)
OPTIONS := $(if $(JOBS),--jobs $(JOBS)) $(if $(DATA),--data $(DATA)) $(if $(MIRROR),--mirror $(MIRROR))

.PHONY: all smoke seeds paper test lint torture slurm bits check renderers bench plan clean help

all: $(SAMEDGE) ## all figures and the report of PROFILE (laptop)
	+@$(RUN) --profile $(PROFILE) $(OPTIONS)

smoke: ## every stage and figure in seconds, on stand-in data
	@$(MAKE) --no-print-directory all PROFILE=smoke

seeds: ## the laptop's runs with three seeds each, and the claims with their spread
	@$(MAKE) --no-print-directory all PROFILE=laptop-seeds

paper: ## full size, 2,000 to 4,000 steps (the paper's runs are about 25 to 50 times longer); see `make plan PROFILE=paper` first
	@$(MAKE) --no-print-directory all PROFILE=paper

test: ## all tests, optimised as shipped
	swift test -c release

lint: ## the layout of the Swift sources, as .swift-format has it; `swift format -i -r Sources Tests Package.swift` mends it
	@swift format lint --strict --recursive --parallel Sources Tests Package.swift

torture: ## kill, starve and damage the pipeline in full, and print the figures reached
	@Tests/Torture/run

slurm: ## run, disturb and kill jobs of a Slurm on this machine; as root, with slurm-wlm and munge installed
	@Tests/Slurm/run

bits: ## the same bytes from every build: instruction sets, debug and release, threads
	@Tests/Bits/run

check: $(SAMEDGE) ## compare figures and claims of PROFILE with the goldens; on real data with MIRROR=FOLDER-OR-URL or DATA=real
	+@$(CHECK) --profile $(PROFILE) $(OPTIONS)

renderers: all ## draw the figures of PROFILE and the gallery with rsvg-convert and chromium, and check the pictures
	@$(SAMEDGE) gallery
	@python3 Tests/Renderers/check.py figures/$(PROFILE)/*.svg figures/gallery.html

bench: $(SAMEDGE) ## time kernels and steps
	@$(SAMEDGE) bench

plan: $(SAMEDGE) ## what a run would do, and how long it may take
	@$(SAMEDGE) plan --profile $(PROFILE) $(OPTIONS)

clean: ## remove the build and the drawn figures; the store stays
	rm -rf .build .build-bits $(addprefix figures/,$(PROFILES)) figures/gallery.html

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' Makefile
	@echo "make figures/laptop/NAME.svg   one figure"
	@echo "profiles: $(PROFILES)"
	@echo "variables: PROFILE=NAME JOBS=N DATA=auto|real|standin MIRROR=FOLDER-OR-URL"

# The program is built only when a source changed. It is linked statically, so that it starts in milliseconds; in a folder of
# its own, because `swift test` links otherwise and would compile everything again.
$(SAMEDGE): $(SOURCES)
	swift build -c release --scratch-path .build/static --product samedge --static-swift-stdlib
	@touch $@

# The graph is known to the program alone: it is asked each time.
.PHONY: FORCE
FORCE:
figures/%.svg: $(SAMEDGE) FORCE
	+@$(RUN) --profile $(firstword $(subst /, ,$*)) $(OPTIONS) $@
