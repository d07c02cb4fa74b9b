# The menu. It only calls the recipe (CMakeLists.txt), which also works alone: cmake -S . -B build && cmake --build build
BUILD ?= build
PREFIX ?= /usr/local
JOBS ?= $(shell nproc)
CMAKE_FLAGS ?=
CLANG ?= $(shell command -v clang++ || command -v clang++-14)
FUZZ_SECONDS ?= 60
READERS ?=
SANITIZERS ?= address,undefined
FLOORS ?= core io data ot nn flow ode model metrics cli
space := $(subst ,, )

GENERATOR = $${CMAKE_GENERATOR:-$$(command -v ninja >/dev/null && echo Ninja || echo Unix Makefiles)}
CONFIGURE = CMAKE_GENERATOR="$(GENERATOR)" cmake -S . $(CMAKE_FLAGS)
COMPILE = cmake --build $(BUILD) --parallel $(JOBS)
CTEST = ctest --output-on-failure --parallel $(JOBS) --test-dir
SOURCES = git ls-files '*.h' '*.cpp'

.PHONY: help deps build demo pictures test test-all fidelity bench bench-peers lint tidy format sanitize fuzz coverage install packages clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile
	@echo "Settings: BUILD=$(BUILD) PREFIX=$(PREFIX) JOBS=$(JOBS) FLOORS="$(FLOORS)" SANITIZERS=$(SANITIZERS) FUZZ_SECONDS=$(FUZZ_SECONDS) CMAKE_FLAGS=$(CMAKE_FLAGS) FM_NO_INSTALL=1"

deps: ## install what the build lacks (Debian, Ubuntu); FM_NO_INSTALL=1 only says what
	@sh lib/dependencies.sh

build: deps ## programs into build/bin, and the tests
	$(CONFIGURE) -B $(BUILD)
	$(COMPILE)

demo: deps ## train, sample, judge and draw, on the data of data/
	$(CONFIGURE) -B $(BUILD)
	$(COMPILE) --target programs
	PATH="$(abspath $(BUILD))/bin:$$PATH" sh tools/demo.sh $(BUILD)/demo

pictures: deps ## the paths of README's theory, drawn by fm-plot
	$(CONFIGURE) -B $(BUILD)
	$(COMPILE) --target programs
	PATH="$(abspath $(BUILD))/bin:$$PATH" sh tools/pictures.sh $(BUILD)/pictures

test: build ## all tests but the slow ones (about a minute)
	$(CTEST) $(BUILD) --label-exclude slow

test-all: build ## all tests
	$(CTEST) $(BUILD)

fidelity: build ## published tasks by default options, into tests/fidelity/RESULTS.md (about 15 minutes)
	$(BUILD)/tests/fm_fidelity > $(BUILD)/fidelity.md
	mv $(BUILD)/fidelity.md tests/fidelity/RESULTS.md
	cat tests/fidelity/RESULTS.md

bench: deps ## benchmarks of the library and of starting its programs
	$(CONFIGURE) -B $(BUILD) -DFM_BENCH=ON
	$(COMPILE) --target fm_bench
	$(BUILD)/tests/fm_bench

bench-peers: deps ## the same work beside PyTorch, JAX, TorchCFM, POT and pandas, into tests/bench/RESULTS.md (15 minutes)
	$(CONFIGURE) -B $(BUILD) -DFM_BENCH=ON
	$(COMPILE) --target fm_bench
	sh tests/peers/run.sh $(BUILD) --scaling > $(BUILD)/bench-peers.md
	mv $(BUILD)/bench-peers.md tests/bench/RESULTS.md
	cat tests/bench/RESULTS.md

lint: ## the floor rule, names of tests and types, the layout of the code, its lengths
	sh tests/lint/floors.sh lib
	sh tests/lint/floors_test.sh
	sh tests/lint/names.sh tests
	sh tests/lint/types.sh lib
	sh tests/lint/types_test.sh
	sh tests/lint/errors.sh .
	sh tests/lint/errors_test.sh
	sh tests/lint/lengths.sh lib tools tests
	@if command -v clang-format >/dev/null; then $(SOURCES) | xargs clang-format --dry-run -Werror; \
	 else echo "lint: no clang-format: layout not checked"; fi

tidy: build ## clang-tidy over library and programs (slow)
	git ls-files 'lib/*.cpp' 'tools/*.cpp' | xargs -n 1 -P $(JOBS) clang-tidy --quiet -p $(BUILD)

format: ## lay out the code by .clang-format
	$(SOURCES) | xargs clang-format -i

sanitize: deps ## unit tests of FLOORS under SANITIZERS (SANITIZERS=thread finds data races)
	$(CONFIGURE) -B $(BUILD)-sanitize -DFM_SANITIZE=$(SANITIZERS) -DCMAKE_BUILD_TYPE=Debug \
	  -DCMAKE_CXX_FLAGS_DEBUG="-O1 -g1"
	cmake --build $(BUILD)-sanitize --parallel $(JOBS) --target $(FLOORS:%=test_%)
	$(CTEST) $(BUILD)-sanitize --label-exclude slow --tests-regex '^($(subst $(space),|,$(strip $(FLOORS))))/'

fuzz: deps ## each reader of bytes under libFuzzer (clang), FUZZ_SECONDS each; READERS="csv gzip" only these
	@[ -n "$(CLANG)" ] || { echo "fuzz: no clang++ (Debian: clang-14 libclang-rt-14-dev), or name it: CLANG=..."; exit 1; }
	$(CONFIGURE) -B $(BUILD)-fuzz -DFM_FUZZ=ON -DBUILD_TESTING=OFF -DCMAKE_CXX_COMPILER=$(CLANG) \
	  -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG="-O1 -gline-tables-only"
	cmake --build $(BUILD)-fuzz --parallel $(JOBS) --target fuzzers
	sh tests/fuzz/run.sh $(BUILD)-fuzz $(FUZZ_SECONDS) $(READERS)

coverage: deps ## executed lines of each floor and of the whole library under the tests (slow: no optimisation)
	$(CONFIGURE) -B $(BUILD)-coverage -DFM_COVERAGE=ON -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_FLAGS_DEBUG=-O0
	cmake --build $(BUILD)-coverage --parallel $(JOBS)
	find $(BUILD)-coverage -name '*.gcda' -delete  # counts of older runs
	$(CTEST) $(BUILD)-coverage --label-exclude slow; tested=$$?; \
	  sh tests/lint/coverage.sh $(BUILD)-coverage && exit $$tested

install: build ## programs, pages, completions and library into PREFIX
	cmake --install $(BUILD) --prefix $(PREFIX)

packages: build ## Debian packages and a Python wheel, into build/packages
	cmake -E make_directory $(BUILD)/packages
	cd $(BUILD) && cpack -G DEB -B packages
	python3 -m pip wheel --no-deps --config-settings=build-dir=$(abspath $(BUILD))-wheel \
	  --wheel-dir $(BUILD)/packages ./tools/packaging/python

clean: ## remove what was built
	rm -rf $(BUILD) $(BUILD)-sanitize $(BUILD)-coverage $(BUILD)-fuzz $(BUILD)-wheel
