// The frame of every tool: command line and config file become a filled options struct; errors become
// messages and exit codes; signals end the process cleanly. The tools themselves only say what they do.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "cli/files.h"
#include "cli/options.h"
#include "cli/run_options.h"
#include "core/json.h"

namespace fm {

struct Chapter;

/// What a tool is, for its help.
struct Tool {
  std::string name;                   ///< "fm-train"
  std::string summary;                ///< one line
  std::string usage;                  ///< "fm-train [DATA] [options]"
  std::vector<std::string> examples;  ///< three or more, each a command that works, "command # what it does"
  std::vector<std::string> notes = {};         ///< paragraphs below the options
  std::vector<Chapter> (*others)() = nullptr;  ///< the tools that a first word makes of it: "fm-data check"
};

/// A tool with its options: all that help, man pages and completions are laid out from.
struct Chapter {
  Tool tool;
  std::vector<Option> options;
};

/// The chapter of a tool of these options. They are only to be read: all chapters of one type share one
/// struct.
template <Described Options>
Chapter chapter_of(Tool tool) {
  static Options defaults;
  return {std::move(tool), options_of(defaults)};
}

/// Exit codes; those of errors follow from ErrorKind.
constexpr int exit_done = 0;
constexpr int exit_answer_no = 1;
constexpr int exit_paused = 75;  ///< stopped after a checkpoint: to be run again
int exit_code(ErrorKind kind);
/// What each exit code means, in their order.
std::vector<std::pair<int, std::string>> exit_meanings();

/// Bytes of memory that a run may take: those of --max-memory, or what there is.
std::int64_t memory_for(const RunOptions& run);

/// Whether --color asks for colours in what goes to a terminal or elsewhere: auto is those of a terminal,
/// unless the environment has NO_COLOR with a value (no-color.org).
bool in_colours(When when, bool on_terminal);

/// A problem in the form of CLI.md, without the tool's name before it.
std::string error_line(const Problem& problem);

/// One run of a tool: its voice on standard error and its report.
class Session {
 public:
  Session(std::string tool, const RunOptions& options);

  /// Messages, each one line after the tool's name; none under --quiet, details only under --verbose.
  void note(const std::string& text) const;
  void warn(const std::string& text) const;
  void detail(const std::string& text) const;
  /// An error in the form of CLI.md, never silenced.
  void print_error(const Error& error) const;

  /// Whether progress is to be shown, whether it was asked for, and whether standard error can redraw a line.
  bool shows_progress() const { return progress_ != When::never && !quiet_; }
  /// Whether the result scrolls through a terminal, where a redrawn line would be torn.
  bool streams_to_terminal() const { return streams_to_terminal_; }
  bool progress_always() const { return progress_ == When::always; }
  bool on_terminal() const { return on_terminal_; }
  const std::string& tool() const { return tool_; }

  std::uint64_t seed = 0;        ///< of this run; "random" is already drawn
  bool seed_given = false;       ///< by the command line or a config file
  Json report = Json::object();  ///< what --report writes; tools add to it

 private:
  void line(const char* colour, const std::string& kind, const std::string& text) const;

  std::string tool_;
  bool quiet_, verbose_, colour_, on_terminal_, streams_to_terminal_;
  When progress_;
};

/// How the frame reads and prints a tool's options without knowing their type.
struct OptionsAccess {
  RunOptions* run;
  std::vector<Option> table;
  std::function<void(const Json&)> from_json;
  std::function<Json()> to_json;
};

/// Runs `body` and returns the exit code; see tool_main.
int run_tool(const Tool& tool, const OptionsAccess& access, int argc, const char* const* argv,
             const std::function<int(Session&)>& body);

/// The whole main of a tool: `run(options, session)` returns the exit code. Options derives from RunOptions.
template <Described Options>
int tool_main(const Tool& tool, int argc, const char* const* argv, int (*run)(Options&, Session&)) {
  Options options;
  OptionsAccess access{&options, options_of(options), [&](const Json& json) { from_json(json, options); },
                       [&] { return to_json(options); }};
  return run_tool(tool, access, argc, argv, [&](Session& session) { return run(options, session); });
}

/// Writes JSON to standard output, indented.
void print_json(const Json& json);

/// Thrown where a tool stops because a signal asked it to; the frame ends the process by that signal.
struct Interrupted {
  int signal;
};

}  // namespace fm
