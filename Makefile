# Reproduces the figures. `make help` says what there is.

PROFILE ?= laptop
# All there are, for `make help` and `make clean`.
PROFILES := smoke laptop laptop-seeds map long paper full-length
# Empty: decided by the program.
JOBS ?=
DATA ?=
MIRROR ?=
DEVICE ?=

# Where `make install` puts things, after DESTDIR, which packagers set.
PREFIX ?= /usr/local
BASH_FOLDER := share/bash-completion/completions
ZSH_FOLDER := share/zsh/site-functions
FISH_FOLDER := share/fish/vendor_completions.d
MAN_FOLDER := share/man/man1

SAMEDGE := .build/static/release/samedge
# The compiler's own cache, which would be in a home that there may not be.
export CLANG_MODULE_CACHE_PATH ?= $(CURDIR)/.build/module-cache
# A value as one word of the shell, whatever is in it.
quoted = '$(subst ','\'',$(1))'
# A recipe that begins with + gets the tokens of `make -j`, but make runs it even where it is told to run nothing (-n, -q, -t):
# then the program, if it is built, is asked for the plan. Recipes of programs that cannot plan do nothing then.
DRY := $(strip $(foreach flag,n q t,$(findstring $(flag),$(firstword -$(MAKEFLAGS)))))
RUN := $(if $(DRY),test ! -x $(SAMEDGE) || $(SAMEDGE) plan,$(SAMEDGE) run)
CHECK := $(if $(DRY),:,$(SAMEDGE) check)
OPTIONS := $(if $(JOBS),--jobs $(call quoted,$(JOBS))) $(if $(DATA),--data $(call quoted,$(DATA))) \
    $(if $(MIRROR),--mirror $(call quoted,$(MIRROR)))
ON := $(if $(DEVICE),--device $(call quoted,$(DEVICE)))
# The program that these sources make, whenever something is to be run: Sources/Build/program looks each time.
PROGRAM := $(if $(DRY),,program)

.PHONY: all program place smoke seeds map long paper test tools lint torture slurm bits check renderers bench plan install clean help

all: $(PROGRAM) ## all figures and the report of PROFILE (laptop)
	+@$(RUN) --profile $(call quoted,$(PROFILE)) $(OPTIONS) $(if $(DRY),,$(ON))

smoke: ## every stage and figure in seconds, on stand-in data
	@$(MAKE) --no-print-directory all PROFILE=smoke

seeds: ## the laptop's runs with three seeds each, and the official estimator beside ours
	@$(MAKE) --no-print-directory all PROFILE=laptop-seeds

map: ## a grid of step sizes and radii: which of them come to the edge
	@$(MAKE) --no-print-directory all PROFILE=map

long: ## the CNN for 2,000 steps, in which it learns
	@$(MAKE) --no-print-directory all PROFILE=long

paper: ## full size, 2,000 to 4,000 steps (the paper's runs are about 25 to 50 times longer); see `make plan PROFILE=paper` first
	@$(MAKE) --no-print-directory all PROFILE=paper

test: place ## all tests, optimised as shipped
	swift test -c release

tools: ## the Debian packages of the programs that tests need, where they are missing; as root
	@Tests/tools

lint: ## the layout of the Swift sources, as .swift-format has it; `swift format -i -r Sources Tests Package.swift` mends it
	@swift format lint --strict --recursive --parallel Sources Tests Package.swift

torture: place ## kill, starve and damage the pipeline in full, and print the figures reached
	@Tests/Torture/run

slurm: ## run, disturb and kill jobs of a Slurm on this machine; as root, after `make tools`
	@Tests/Slurm/run

bits: ## the same bytes from every build: instruction sets, debug and release, threads
	@Tests/Bits/run

check: $(PROGRAM) ## compare figures and claims of PROFILE with the goldens; on real data with MIRROR=FOLDER-OR-URL or DATA=real
	+@$(CHECK) --profile $(call quoted,$(PROFILE)) $(OPTIONS)

renderers: all ## draw the figures of PROFILE, at both widths, and the gallery with rsvg-convert and chromium, and check the pictures
	@$(SAMEDGE) gallery
	@$(SAMEDGE) export --profile $(call quoted,$(PROFILE)) $(OPTIONS) --columns 1 --output figures/$(PROFILE)/column --quiet
	@python3 Tests/Renderers/check.py figures/$(PROFILE)/*.svg figures/$(PROFILE)/column/*.svg figures/gallery.html

bench: $(PROGRAM) ## time kernels and steps
	@$(SAMEDGE) bench

plan: $(PROGRAM) ## what a run would do, and how long it may take
	@$(SAMEDGE) plan --profile $(call quoted,$(PROFILE)) $(OPTIONS) $(ON)

install: $(PROGRAM) ## the program, its completions for bash, zsh and fish and its manual page, below PREFIX (/usr/local)
	@install -d $(addprefix $(call quoted,$(DESTDIR)$(PREFIX))/,bin $(BASH_FOLDER) $(ZSH_FOLDER) $(FISH_FOLDER) $(MAN_FOLDER))
	@install -m 755 $(SAMEDGE) $(call quoted,$(DESTDIR)$(PREFIX))/bin/samedge
	@$(SAMEDGE) completion bash >$(call quoted,$(DESTDIR)$(PREFIX))/$(BASH_FOLDER)/samedge
	@$(SAMEDGE) completion zsh >$(call quoted,$(DESTDIR)$(PREFIX))/$(ZSH_FOLDER)/_samedge
	@$(SAMEDGE) completion fish >$(call quoted,$(DESTDIR)$(PREFIX))/$(FISH_FOLDER)/samedge.fish
	@$(SAMEDGE) man >$(call quoted,$(DESTDIR)$(PREFIX))/$(MAN_FOLDER)/samedge.1
	@echo "installed below "$(call quoted,$(DESTDIR)$(PREFIX))": bin/samedge, completions, samedge(1)"

clean: ## remove the build and the drawn figures; the store stays
	rm -rf .build .build-bits $(addprefix figures/,$(PROFILES)) figures/gallery.html

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-10s %s\n", $$1, $$2}' Makefile
	@echo "make figures/laptop/NAME.svg   one figure"
	@echo "profiles: $(PROFILES)"
	@echo "variables: PROFILE=NAME JOBS=N DATA=auto|real|standin MIRROR=FOLDER-OR-URL DEVICE=cpu|auto|gpu|N|NAME"
	@echo "           PREFIX=FOLDER DESTDIR=FOLDER"

program:
	@Sources/Build/program

place:
	@Sources/Build/place

# The graph is known to the program alone: it is asked each time.
.PHONY: FORCE
FORCE:
figures/%.svg: $(PROGRAM) FORCE
	+@$(RUN) --profile $(firstword $(subst /, ,$*)) $(OPTIONS) $(if $(DRY),,$(ON)) $(call quoted,$@)
