// Options that every tool shares, with one spelling and one meaning.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <tuple>
#include <utility>

#include "core/fields.h"

namespace fm {

enum class When { automatic, always, never };
constexpr auto enum_names(When) {
  return std::array{std::pair{When::automatic, "auto"}, std::pair{When::always, "always"},
                    std::pair{When::never, "never"}};
}

struct RunOptions {
  std::string output = "-";
  bool no_clobber = false;
  std::string seed = "0";
  std::int64_t threads = 0;
  std::int64_t max_memory = 0;
  bool quiet = false;
  bool verbose = false;
  When progress = When::automatic;
  When color = When::automatic;
  std::string report;
  std::string config;
  bool print_config = false;
  bool dry_run = false;
  bool help = false;
  bool version = false;

  static constexpr auto fields() {
    using O = RunOptions;
    constexpr auto group = "Running";
    return std::tuple{
        field("output", &O::output, "where the result goes; - is standard output, .gz compresses")
            .flag('o')
            .shown_as("FILE")
            .unstored()
            .in(group),
        field("no_clobber", &O::no_clobber, "refuse to replace an existing output").unstored().in(group),
        field("seed", &O::seed, "seed of all random numbers, or \"random\"")
            .flag('s')
            .shown_as("N")
            .in(group),
        field("threads", &O::threads, "threads (0: all this process may use); never changes a result",
              between(0, 4096))
            .flag('j')
            .unstored()
            .in(group),
        field("max_memory", &O::max_memory,
              "end with exit code 7 instead of asking for more bytes than this, beside 8 MB a thread for "
              "stacks (0: what this machine or its cgroup has)",
              between(0, 1e15))
            .shown_as("BYTES")
            .unstored()
            .in(group),
        field("quiet", &O::quiet, "say nothing but errors").flag('q').unstored().in(group),
        field("verbose", &O::verbose, "say what was decided").flag('v').unstored().in(group),
        field("progress", &O::progress, "show progress on standard error").unstored().in(group),
        field("color", &O::color, "colour messages").unstored().in(group),
        field("report", &O::report, "write one JSON object about the run")
            .shown_as("FILE")
            .unstored()
            .in(group),
        field("config", &O::config, "read options from a JSON object; the command line wins")
            .shown_as("FILE")
            .unstored()
            .in(group),
        field("print_config", &O::print_config, "print all options as JSON and end").unstored().in(group),
        field("dry_run", &O::dry_run, "check all that can be checked, print the plan as JSON, write nothing")
            .unstored()
            .in(group),
        field(
            "help", &O::help,
            "show this help and end; --help=man as a man page, --help=bash, zsh or fish completions for that "
            "shell")
            .flag('h')
            .unstored()
            .in(group),
        field("version", &O::version, "show the version and end").flag('V').unstored().in(group)};
  }
};

}  // namespace fm
