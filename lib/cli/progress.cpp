#include "cli/progress.h"

#include <cstdio>

namespace fm {

namespace {
constexpr auto redraw_interval = std::chrono::milliseconds(100);
constexpr auto patient_interval = std::chrono::seconds(5);  // short runs leave no lines in a log
constexpr double plain_lines = 20;
}  // namespace

Progress::Progress(const Session& session)
    : session_(session), shown_(session.shows_progress()), patient_(!session.progress_always()) {}

Progress::~Progress() {
  end();
}

void Progress::end() {
  if (drawn_ && session_.on_terminal()) std::fputs("\r\x1b[K", stderr);
  drawn_ = false;
}

bool Progress::due(double share) const {
  if (!shown_) return false;
  const auto since_last = std::chrono::steady_clock::now() - last_;
  if (session_.on_terminal()) return since_last >= redraw_interval || (share >= 1 && last_share_ < 1);
  if (patient_ && since_last < patient_interval) return false;
  return share >= last_share_ + 1 / plain_lines;
}

void Progress::update(double share, const std::string& text) {
  if (!due(share)) return;
  last_ = std::chrono::steady_clock::now();
  last_share_ = share;
  drawn_ = true;
  if (session_.on_terminal())
    std::fprintf(stderr, "\r%s: %s\x1b[K", session_.tool().c_str(), text.c_str());
  else
    std::fprintf(stderr, "%s: %s\n", session_.tool().c_str(), text.c_str());
}

void Progress::rows(std::int64_t done, std::int64_t total) {
  if (session_.streams_to_terminal() && session_.on_terminal()) return;
  // Without a total every call counts as a little progress, so that a terminal still shows the count.
  const double share =
      total > 0 ? static_cast<double>(done) / static_cast<double>(total) : last_share_ + 1 / plain_lines;
  if (!due(share)) return;
  std::string text = std::to_string(done) + (total > 0 ? "/" + std::to_string(total) : "") + " rows";
  update(share, text);
}

std::string duration_text(double seconds) {
  const auto whole = static_cast<long long>(seconds + 0.5);
  char text[32];
  if (whole < 60)
    std::snprintf(text, sizeof text, "%llds", whole);
  else if (whole < 3600)
    std::snprintf(text, sizeof text, "%lldm%02llds", whole / 60, whole % 60);
  else
    std::snprintf(text, sizeof text, "%lldh%02lldm", whole / 3600, whole / 60 % 60);
  return text;
}

}  // namespace fm
