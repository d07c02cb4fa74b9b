// Which files a tool reads and writes: settled and checked before any work is done.
#pragma once

#include <string>
#include <vector>

#include "cli/run_options.h"

namespace fm {

/// The file to read for a data or model argument: `path`, or "-" when it is empty and standard input is not a
/// terminal. Throws usage error "stdin-terminal", whose message says what (`what`) was expected there.
std::string input_or_stdin(const std::string& path, const std::string& what);

/// An output and the option that names it.
struct OutputFile {
  std::string option;  ///< "--output"
  std::string path;    ///< "": it was not asked for
};

/// Checks before anything is written that no two outputs are one file, or both standard output, and that none
/// is an input. Throws usage errors "same-output", "same-file".
void check_outputs(const std::vector<OutputFile>& outputs, const std::vector<std::string>& inputs);
/// The same for the outputs of every tool, --output and --report; --config is an input of each.
void check_outputs(const RunOptions& run, std::vector<std::string> inputs);

/// Whether what is written to `path` appears on a terminal.
bool leads_to_terminal(const std::string& path);

/// Whether there is something at `path` that is neither a file nor a folder: a device, a pipe.
bool is_device(const std::string& path);

/// Whether `path` could be written, without leaving a trace; for dry runs. Devices and pipes are not tried.
/// Throws what opening an Output does.
void try_output(const std::string& path, bool clobber);

/// Throws usage error "two-stdins" if more than one of the inputs is "-".
void refuse_two_stdins(const std::vector<std::string>& inputs);

}  // namespace fm
