#include "cli/tool.h"

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <optional>
#include <random>

#include "cli/help.h"
#include "cli/signals.h"
#include "core/memory_limit.h"
#include "core/parallel.h"
#include "core/version.h"
#include "io/output.h"
#include "io/read_file.h"

namespace fm {

std::int64_t memory_for(const RunOptions& run) {
  return run.max_memory > 0 ? run.max_memory : machine_memory();
}

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
      return 2;
    case ErrorKind::data:
      return 3;
    case ErrorKind::model:
      return 4;
    case ErrorKind::io:
      return 5;
    case ErrorKind::numeric:
      return 6;
    case ErrorKind::limit:
      return 7;
  }
  return 6;
}

std::vector<std::pair<int, std::string>> exit_meanings() {
  return {{exit_done, "done"},
          {exit_answer_no, "finished, and the answer is no: --fail-if, fm-data check"},
          {exit_code(ErrorKind::usage), "options that contradict each other or are out of range"},
          {exit_code(ErrorKind::data), "input data"},
          {exit_code(ErrorKind::model), "a model file"},
          {exit_code(ErrorKind::io), "cannot read or write, a full disk included"},
          {exit_code(ErrorKind::numeric), "a computation left the finite numbers or did not converge"},
          {exit_code(ErrorKind::limit), "memory or a declared limit"},
          {exit_paused, "training stopped after a checkpoint: run it again with --resume auto"}};
}

namespace {

constexpr const char* red = "\x1b[1;31m";
constexpr const char* yellow = "\x1b[33m";
constexpr const char* plain = "";

/// A line without its file says nothing.
std::string place_text(const Place& place) {
  if (place.file.empty()) return {};
  std::string text = escaped(place.file, 200);
  if (place.line > 0) text += ":" + std::to_string(place.line);
  if (place.line > 0 && place.column > 0) text += ":" + std::to_string(place.column);
  return text;
}

}  // namespace

bool in_colours(When when, bool on_terminal) {
  const char* no_color = std::getenv("NO_COLOR");
  const bool automatic = on_terminal && (no_color == nullptr || *no_color == '\0');
  return when == When::always || (when == When::automatic && automatic);
}

std::string error_line(const Problem& problem) {
  const std::string place = place_text(problem.place);
  return (place.empty() ? "" : place + ": ") + "error: " + problem.message + " [" + problem.id + "]";
}

Session::Session(std::string tool, const RunOptions& options)
    : tool_(std::move(tool)),
      quiet_(options.quiet),
      verbose_(options.verbose && !options.quiet),
      on_terminal_(isatty(STDERR_FILENO) == 1),
      streams_to_terminal_(leads_to_terminal(options.output)),
      progress_(options.progress) {
  colour_ = in_colours(options.color, on_terminal_);
}

namespace {

/// Names of files and columns in a message cannot write on the terminal.
std::string printable(const std::string& text) {
  return escaped(text, text.size());
}

}  // namespace

void Session::line(const char* colour, const std::string& kind, const std::string& text) const {
  std::string out = tool_ + ": ";
  if (!kind.empty()) out += (colour_ && *colour ? colour + kind + "\x1b[0m" : kind) + ": ";
  out += text + "\n";
  std::fputs(out.c_str(), stderr);
}

void Session::note(const std::string& text) const {
  if (!quiet_) line(plain, "", printable(text));
}
void Session::warn(const std::string& text) const {
  if (!quiet_) line(yellow, "warning", printable(text));
}
void Session::detail(const std::string& text) const {
  if (verbose_) line(plain, "", printable(text));
}

void Session::print_error(const Error& error) const {
  for (const Problem& problem : error.problems()) {
    const std::string place = place_text(problem.place);
    std::string text = problem.message + " [" + problem.id + "]";
    if (place.empty()) {
      line(red, "error", text);
    } else {
      const std::string kind = colour_ ? std::string(red) + "error\x1b[0m" : "error";
      line(plain, "", place + ": " + kind + ": " + text);
    }
  }
  if (!error.hint().empty()) line(plain, "hint", error.hint());
}

namespace {

constexpr std::size_t max_config_bytes = std::size_t{1} << 20;

void read_config(const OptionsAccess& access, const std::string& path) {
  const std::string text = read_file(path, max_config_bytes);
  try {
    access.from_json(parse_json(text, in_quotes(path), ErrorKind::usage));
  } catch (const Error& error) {
    std::vector<Problem> problems = error.problems();
    for (Problem& problem : problems) problem.place.file = path;
    throw Error(error.kind(), std::move(problems), error.hint());
  }
}

/// The seed's number; "random" is drawn from the system and told, and stands in the options from then on.
std::uint64_t resolve_seed(RunOptions& options, const Session& session) {
  std::int64_t seed = 0;
  if (options.seed == "random") {
    std::random_device device;
    seed = static_cast<std::int64_t>(device());
    options.seed = std::to_string(seed);
    session.note("seed " + options.seed);
    return static_cast<std::uint64_t>(seed);
  }
  try {
    parse_value(options.seed, seed, between(0, 0x1p53));
  } catch (const Error& error) {
    throw usage_error(error.id(), std::string("--seed: ") + error.what(),
                      "a whole number from 0 on, or \"random\"");
  }
  return static_cast<std::uint64_t>(seed);
}

void print_result(const std::string& text) {
  Output output("-");
  output.write(text);
  output.commit();
}

/// Everything between the parsed options and the exit code.
int run_session(const OptionsAccess& access, Session& session, const std::function<int(Session&)>& body) {
  RunOptions& run = *access.run;
  if (run.output.empty())
    throw usage_error("output-name", "--output: the name is empty",
                      "name a file (an unset variable?), or - for standard output");
  session.seed = resolve_seed(run, session);
  set_threads(run.threads > 0 ? static_cast<int>(run.threads) : available_threads());
  limit_memory(memory_for(run), threads());
  if (run.print_config) {
    run.print_config = false;  // the printed options, read back, are to do the run
    print_json(access.to_json());
    return exit_done;
  }
  if (run.dry_run) try_output(run.output, !run.no_clobber), try_output(run.report, true);
  std::optional<Output> report;
  if (!run.report.empty() && !run.dry_run) report.emplace(run.report);  // no work for what cannot be written
  const auto start = std::chrono::steady_clock::now();
  session.report["tool"] = session.tool();
  session.report["version"] = version;
  const int code = body(session);
  if (report) {
    session.report["seed"] = session.seed;
    session.report["seconds"] =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    report->write(text_of(session.report, 2) + "\n");
    report->commit();
  }
  return code;
}

const char* program = "";  // for where nothing can be allocated

/// Where memory ends while an object is destroyed (those of the JSON library allocate then), no exception can
/// be caught: the end is still that of CLI.md.
[[noreturn]] void end_without_memory() {
  remove_temporaries();
  for (const char* const text : {program, ": error: out of memory [memory]\n"})
    if (::write(STDERR_FILENO, text, std::strlen(text)) < 0) break;
  ::_exit(exit_code(ErrorKind::limit));
}

[[noreturn]] void end_at_terminate() {
  if (const std::exception_ptr failure = std::current_exception()) {
    try {
      std::rethrow_exception(failure);
    } catch (const std::bad_alloc&) {
      end_without_memory();
    } catch (...) {
    }
  }
  std::abort();
}

Error out_of_memory(const RunOptions& run) {
  const std::string all = rounded(static_cast<double>(machine_memory()) / 1e6) + " MB";
  if (run.max_memory == 0)
    return limit_error("memory", "out of memory: there are " + all + " for this process", {},
                       "fewer rows at a time, or a smaller network or batch, take less");
  return limit_error("memory",
                     "this takes more than the " + std::to_string(run.max_memory) + " bytes of --max-memory",
                     {}, "raise --max-memory: there are " + all + " for this process");
}

int guarded(const Session& session, const RunOptions& run, const std::function<int()>& action) {
  try {
    return action();
  } catch (const Interrupted& interrupted) {
    remove_temporaries();
    end_by_signal(interrupted.signal);
  } catch (const Error& error) {
    if (error.id() == "closed-pipe") {
      remove_temporaries();
      end_by_signal(SIGPIPE);
    }
    session.print_error(error);
    return exit_code(error.kind());
  } catch (const std::bad_alloc&) {
    session.print_error(out_of_memory(run));
    return exit_code(ErrorKind::limit);
  } catch (const std::exception& error) {
    session.print_error(numeric_error("internal", std::string("unexpected: ") + error.what()));
    return exit_code(ErrorKind::numeric);
  }
}

}  // namespace

int run_tool(const Tool& tool, const OptionsAccess& access, int argc, const char* const* argv,
             const std::function<int(Session&)>& body) {
  guard_standard_descriptors();
  install_signal_handlers();
  program = tool.name.c_str();
  std::set_terminate(end_at_terminate);
  RunOptions& run = *access.run;
  const Session bare(tool.name, run);
  bool go_on = false, seed_given = false;
  const int code = guarded(bare, run, [&] {
    const CommandLine line = parse_command_line(access.table, argc, argv);
    if (line.has("help"))
      return print_result(help_in_form(line.text_of("help"), {tool, access.table})), exit_done;
    if (line.has("version")) return print_result(tool.name + " " + std::string(version) + "\n"), exit_done;
    if (line.has("config")) read_config(access, line.text_of("config"));
    apply(line);
    seed_given = line.has("seed") || run.seed != RunOptions{}.seed;
    go_on = true;
    return exit_done;
  });
  if (!go_on) return code;
  Session session(tool.name, run);
  session.seed_given = seed_given;
  return guarded(session, run, [&] { return run_session(access, session, body); });
}

void print_json(const Json& json) {
  print_result(text_of(json, 2) + "\n");
}

}  // namespace fm
