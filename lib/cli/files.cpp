#include "cli/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "core/error.h"
#include "io/output.h"

namespace fm {

std::string input_or_stdin(const std::string& path, const std::string& what) {
  if (!path.empty() && path != "-") return path;
  if (isatty(STDIN_FILENO) == 1)
    throw usage_error("stdin-terminal", "no " + what + ": no file is named and standard input is a terminal",
                      "name a file, or pipe one in; --help shows examples");
  return "-";
}

namespace {

/// The name in the file system of a standard stream, which "-" stands for.
std::string resolved(const std::string& path, const char* stream) {
  return path == "-" ? stream : path;
}

/// Whether two names stand for one file, be it there yet or not.
bool one_file(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return false;
  const auto place = [](const std::string& path) {
    std::error_code failed;
    return std::filesystem::weakly_canonical(std::filesystem::absolute(path), failed);
  };
  return same_file(a, b) || place(a) == place(b);
}

}  // namespace

bool is_device(const std::string& path) {
  std::error_code absent;
  const auto status = std::filesystem::status(path, absent);
  return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status) &&
         !std::filesystem::is_directory(status);
}

void check_outputs(const std::vector<OutputFile>& outputs, const std::vector<std::string>& inputs) {
  for (auto at = outputs.begin(); at != outputs.end(); ++at) {
    const std::string& path = at->path;
    const std::string output = resolved(path, "/dev/stdout");
    const std::string shown = path == "-" ? "standard output" : in_quotes(path);
    const auto taken = [&](const OutputFile& other) {
      return path == other.path ? !path.empty() && path != "/dev/null"
                                : one_file(output, resolved(other.path, "/dev/stdout")) && !is_device(output);
    };
    if (const auto other = std::find_if(outputs.begin(), at, taken); other != at)
      throw usage_error("same-output", shown + " can take one result only",
                        "choose different files for " + other->option + " and " + at->option);
    const auto read = [&](const std::string& input) {
      return one_file(output, resolved(input, "/dev/stdin")) && !is_device(output);
    };
    if (std::any_of(inputs.begin(), inputs.end(), read))
      throw usage_error("same-file", "the output " + shown + " is also an input",
                        "choose another " + at->option);
  }
}

void check_outputs(const RunOptions& run, std::vector<std::string> inputs) {
  inputs.push_back(run.config);
  check_outputs({{"--output", run.output}, {"--report", run.report}}, inputs);
}

bool leads_to_terminal(const std::string& path) {
  if (path.empty() || path == "-") return isatty(STDOUT_FILENO) == 1;
  std::error_code absent;
  if (!std::filesystem::is_character_file(path, absent)) return false;
  const int device = ::open(path.c_str(), O_WRONLY | O_NOCTTY | O_CLOEXEC);
  const bool terminal = device >= 0 && isatty(device) == 1;
  if (device >= 0) ::close(device);
  return terminal;
}

void try_output(const std::string& path, bool clobber) {
  if (path.empty() || path == "-" || is_device(path)) return;
  Output probe(path, clobber);
}

void refuse_two_stdins(const std::vector<std::string>& inputs) {
  int count = 0;
  for (const std::string& input : inputs) count += input == "-";
  if (count > 1)
    throw usage_error("two-stdins", "standard input can be only one of the inputs",
                      "name a file for the others");
}

}  // namespace fm
