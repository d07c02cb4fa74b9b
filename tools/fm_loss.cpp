// fm-loss: the conditional loss of a field, the floor that no field can get below, and what is between them.
#include "cli/counts.h"
#include "cli/estimates.h"
#include "cli/path_choice.h"
#include "cli/result_format.h"
#include "core/decimal.h"
#include "io/output.h"
#include "metrics/matching_loss.h"
#include "model/matching_gradient.h"

using namespace fm;

namespace {

struct LossOptions : PathChoice, ReadOptions, RunOptions {
  std::optional<Scheduler> scheduler;
  std::string times = "0:1";
  std::int64_t bins = 10;
  std::int64_t count = 20000;
  bool gradient = false;
  ResultFormat format = ResultFormat::automatic;

  static constexpr auto fields() {
    using O = LossOptions;
    constexpr auto group = "Losses";
    return std::tuple_cat(
        PathChoice::fields(),
        std::tuple{
            field(
                "scheduler", &O::scheduler,
                "path of the exact field, and a change of the model's (default: the model's own, or cond-ot)")
                .in("Field"),
            field("times", &O::times, "mean over times from T0 to T1").shown_as("T0:T1").in(group),
            field("bins", &O::bins, "equal parts of the time to tell apart", between(1, 1000)).in(group),
            field("count", &O::count, "points drawn, over all parts", between(1, 1e9)).flag('n').in(group),
            field("gradient", &O::gradient,
                  "of a model, also the lengths of the gradients of loss and distance in the network's "
                  "parameters, and of their difference (a forward and two backward passes a point)")
                .in(group),
            field("format", &O::format, "table on a terminal, JSON otherwise").flag('f').in("Output")},
        ReadOptions::fields(), RunOptions::fields());
  }
};

/// What is known of one part of the time.
struct Part {
  MatchingLoss loss;
  std::optional<MatchingGradient> gradient;  ///< none: not asked for
};

/// The numbers of a part by their names, in order. Where the loss is infinite its gradient is none.
std::vector<std::pair<std::string, Estimate>> numbers(const Part& part) {
  const MatchingLoss& loss = part.loss;
  std::vector<std::pair<std::string, Estimate>> all = {
      {"loss", loss.loss}, {"floor", loss.floor}, {"excess", loss.excess}, {"distance", loss.distance}};
  if (!part.gradient) return all;
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  const bool known = std::isfinite(loss.loss.value);
  const MatchingGradient& gradient = *part.gradient;
  all.emplace_back("loss_gradient", known ? gradient.loss : Estimate{none, none});
  all.emplace_back("distance_gradient", gradient.distance);
  all.emplace_back("gradient_difference", known ? gradient.difference : Estimate{none, none});
  return all;
}

Json json_of(const Part& part) {
  Json json = {{"times", {as_typed(part.loss.begin), as_typed(part.loss.end)}}, {"draws", part.loss.draws}};
  for (const auto& [name, estimate] : numbers(part)) set_estimate(json, name, estimate);
  set_estimate(json, "cross", part.loss.cross);
  return json;
}

/// The bins and, last, the total.
using Parts = std::vector<Part>;

std::string json_text(const Parts& parts, const Scheduler& scheduler) {
  Json json = {
      {"scheduler", print_value(scheduler)}, {"total", json_of(parts.back())}, {"bins", Json::array()}};
  for (std::size_t bin = 0; bin + 1 < parts.size(); ++bin) json["bins"].push_back(json_of(parts[bin]));
  return text_of(json) + "\n";
}

Cells cells(const Parts& parts, bool for_people) {
  Cells rows = {{"t_begin", "t_end"}};
  for (const auto& [name, estimate] : numbers(parts.front())) {
    rows.front().push_back(name);
    rows.front().push_back(for_people ? "+-" : name + "_error");
  }
  for (const Part& part : parts) {
    auto& row = rows.emplace_back(
        std::vector{cell(as_typed(part.loss.begin), for_people), cell(as_typed(part.loss.end), for_people)});
    for (const auto& [name, estimate] : numbers(part))
      for (std::string& text : cells_of(estimate, for_people)) row.push_back(std::move(text));
  }
  return rows;
}

/// Throws usage errors where there is no network whose gradient it would be.
void check_gradient(const LossOptions& options, const ChosenPath& chosen, const Scheduler& scheduler) {
  if (!options.gradient) return;
  if (!chosen.model)
    throw usage_error("gradient-model", "--gradient is that of a network", "name a model with -m FILE");
  if (print_value(scheduler) != print_value(chosen.model->scheduler))
    throw usage_error("gradient-scheduler",
                      "--gradient is of the loss on the path that the model learned, " +
                          print_value(chosen.model->scheduler),
                      "leave --scheduler out");
}

Parts measured_parts(const LossOptions& options, const ChosenPath& chosen, const MeasuredPath& measured,
                     std::pair<double, double> times, Index draws, std::uint64_t seed) {
  const MatchingLosses losses =
      matching_losses(measured.path, measured.field(), times.first, times.second, options.bins, draws, seed);
  Parts parts;
  for (const MatchingLoss& bin : losses.bins) parts.push_back({bin, {}});
  parts.push_back({losses.total, {}});
  if (!options.gradient) return parts;
  const MatchingGradients gradients = matching_gradients(
      measured.path, chosen.model->network, losses.total.begin, losses.total.end, options.bins, draws, seed);
  for (std::size_t bin = 0; bin < gradients.bins.size(); ++bin) parts[bin].gradient = gradients.bins[bin];
  parts.back().gradient = gradients.total;
  return parts;
}

int run(LossOptions& options, Session& session) {
  const auto [begin, end] = parse_interval(options.times);
  if (begin > end) throw usage_error("times", "--times has to rise here, such as 0:1");
  const ChosenPath chosen = choose_path(options, options, options, session);
  const Scheduler scheduler = settled_scheduler(chosen, options.scheduler);
  check_gradient(options, chosen, scheduler);
  const MeasuredPath measured = chosen.under(scheduler);
  // Two are the fewest that have a standard error.
  const std::int64_t draws = std::max<std::int64_t>(2, (options.count + options.bins - 1) / options.bins);
  if (options.dry_run) {
    print_json({{"columns", chosen.columns}, {"draws", draws * options.bins}, {"options", to_json(options)}});
    return exit_done;
  }
  Output output(options.output, !options.no_clobber);
  const Parts parts = measured_parts(options, chosen, measured, {begin, end}, draws, session.seed);
  if (const double last = parts.back().loss.end; last < end)
    session.detail("the field is known up to t = " + shortest(last) + ": means are over the times before");
  const ResultFormat format = settled(options.format, options.output);
  output.write(format == ResultFormat::table ? aligned(cells(parts, true))
               : format == ResultFormat::csv ? comma_separated(cells(parts, false))
                                             : json_text(parts, scheduler));
  output.commit();
  session.report["total"] = json_of(parts.back());
  return exit_done;
}

}  // namespace

int main(int argc, char** argv) {
  return tool_main<LossOptions>(
      {.name = "fm-loss",
       .summary = "measures the loss of flow matching, its floor, and the distance to the exact field",
       .usage = "fm-loss --exact DATA | --mixture FILE.json [-m MODEL] [options]",
       .examples =
           {"fm-loss --exact faithful.csv # the floor: what no network can get below on these rows",
            "fm-train faithful.csv --coupling independent -o f.safetensors && fm-loss --exact faithful.csv "
            "-m "
            "f.safetensors # how far training went",
            "fm-loss --exact faithful.csv -m f.safetensors --times 0:0.9 --bins 3 -f csv # in three parts "
            "of the time",
            "fm-loss --exact faithful.csv -m f.safetensors --gradient # the gradients of loss and distance "
            "are "
            "one",
            "fm-loss --exact faithful.csv -m f.safetensors --scheduler cosine # the model on another path "
            "than "
            "it learned",
            "fm-loss --exact faithful.csv --scheduler vp # where the loss is infinite, it says so"},
       .notes =
           {"loss is E|u - u_t|^2, with u the field and u_t the velocity towards a given target point. floor "
            "is "
            "E|v - u_t|^2, with v the exact field: the loss of perfect training. excess is loss - floor, and "
            "distance E|u - v|^2, found directly: the theorem of flow matching says that the two are equal. "
            "The last "
            "line is the mean over all times. All in squared units of the coordinates, the source being "
            "normal and "
            "independent of the target. Where a mean over time is infinite (vp and linear-vp up to t = 1) it "
            "says so; excess and distance are then means over the times where the field is known.",
            "--gradient adds loss_gradient |grad L|, distance_gradient |grad L*| and gradient_difference "
            "|grad "
            "L - grad L*|, over the same points. Their errors are the length of the noise in the mean, and "
            "fall as 1/sqrt(count): a gradient_difference of about its error is 0."}},
      argc, argv, run);
}
