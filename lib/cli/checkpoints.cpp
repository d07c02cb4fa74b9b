#include "cli/checkpoints.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "core/error.h"
#include "core/text.h"
#include "io/output.h"
#include "io/read_file.h"

namespace fm {

namespace {

constexpr std::size_t max_checkpoint_bytes = std::size_t{1} << 35;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// What the two runs differ in, the first of it, for people.
std::string difference(const Json& there, const Json& here) {
  const Json before = there.value("options", Json::object());
  const Json& now = here["options"];
  const auto shown = [](const Json& options, const std::string& key) {
    return options.contains(key) ? text_of(options[key]) : std::string("absent");
  };
  for (const Json* options : {&now, &before})
    for (const auto& item : options->items())
      if (shown(before, item.key()) != shown(now, item.key()))
        return item.key() + " was " + shown(before, item.key()) + " there and is " + shown(now, item.key()) +
               " here";
  // The seed, which holds rows out, is among the options.
  if (there.value("data", Json()) != here["data"]) return "the data are others";
  return "it was made by another version of the program";
}

/// A state that this run neither goes on from nor has made is hours of work: it is not written over.
void refuse_to_overwrite(const CheckpointOptions& options) {
  const std::string& file = options.checkpoint;
  std::error_code absent;
  if (options.resume == "auto" || same_file(options.resume, file)) return;
  if (std::filesystem::file_size(file, absent) == 0 || absent) return;
  throw usage_error(
      "checkpoint-exists",
      "--checkpoint " + in_quotes(file) + " exists already, and this run does not go on from it",
      "add --resume auto to go on, or remove the file to start anew");
}

}  // namespace

void check_checkpoints(const CheckpointOptions& options) {
  const auto need = [&](bool wanted, const std::string& flag) {
    if (wanted && options.checkpoint.empty())
      throw usage_error("checkpoint-missing", flag + " needs a file for the state of the training",
                        "add --checkpoint FILE");
  };
  need(options.time_limit > 0, "--time-limit");
  need(options.resume == "auto", "--resume auto");
  if (options.checkpoint == "-" || lower_case(options.checkpoint).ends_with(".gz") ||
      is_device(options.checkpoint))
    throw usage_error(
        "checkpoint-output",
        "--checkpoint " + in_quotes(options.checkpoint) +
            ": a state is read back from a plain file, so it is neither streamed nor compressed",
        "choose another name");
  try_output(options.checkpoint, true);
  refuse_to_overwrite(options);
}

Checkpoints::Checkpoints(const CheckpointOptions& options, Json run)
    : options_(options), run_(std::move(run)) {}

std::optional<TrainingState> Checkpoints::resumed(const Session& session) const {
  if (options_.resume.empty()) return {};
  const bool automatic = options_.resume == "auto";
  const std::string& file = automatic ? options_.checkpoint : options_.resume;
  if (automatic && !std::filesystem::exists(file)) return {};
  Checkpoint checkpoint = decode_checkpoint(read_file(file, max_checkpoint_bytes), file);
  if (checkpoint.run != run_)
    throw usage_error(
        "resume-differs",
        in_quotes(file) + " is the state of another training: " + difference(checkpoint.run, run_),
        "repeat the command that made it, or remove the file to start anew");
  session.note("goes on after step " + std::to_string(checkpoint.state.step) + " of " + in_quotes(file));
  return std::move(checkpoint.state);
}

void Checkpoints::after_step(const Training& training) {
  if (options_.checkpoint.empty() || seconds_since(last_) < options_.checkpoint_every) return;
  save(training);
}

bool Checkpoints::save(const Training& training) {
  if (options_.checkpoint.empty()) return false;
  write_file(options_.checkpoint, encode_checkpoint({run_, training.state()}));
  last_ = Clock::now();
  return true;
}

bool Checkpoints::out_of_time() const {
  return options_.time_limit > 0 && seconds_since(start_) >= options_.time_limit;
}

void Checkpoints::remove() const {
  std::error_code gone;  // a link is followed, as in writing
  if (!options_.checkpoint.empty())
    std::filesystem::remove(std::filesystem::canonical(options_.checkpoint, gone), gone);
}

}  // namespace fm
