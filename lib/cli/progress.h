// Progress of long work on standard error: one line that is redrawn on a terminal, about 20 plain lines
// otherwise.
#pragma once

#include <chrono>
#include <string>

#include "cli/tool.h"

namespace fm {

class Progress {
 public:
  explicit Progress(const Session& session);
  ~Progress();
  /// Takes the redrawn line away, so that something else can be printed.
  void end();

  /// Shows `text` for the done share in [0, 1]; drawn at most ten times a second on a terminal.
  void update(double share, const std::string& text);
  /// Progress of a stream of rows; total -1 if not known. Silent where the rows themselves run through the
  /// terminal.
  void rows(std::int64_t done, std::int64_t total);
  /// Whether update() would draw now: lets callers spare the making of `text`.
  bool due(double share) const;

 private:
  const Session& session_;
  const bool shown_, patient_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
  double last_share_ = -1;
  bool drawn_ = false;
};

/// "12s", "3m05s", "2h10m".
std::string duration_text(double seconds);

}  // namespace fm
