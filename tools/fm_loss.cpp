// fm-loss: the conditional loss of a field, the floor that no field can get below, and what is between them.
#include "cli/counts.h"
#include "cli/estimates.h"
#include "cli/path_choice.h"
#include "cli/result_format.h"
#include "io/output.h"
#include "metrics/matching_loss.h"

using namespace fm;

namespace {

struct LossOptions : PathChoice, ReadOptions, RunOptions {
  std::optional<Scheduler> scheduler;
  std::string times = "0:1";
  std::int64_t bins = 10;
  std::int64_t count = 20000;
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
            field("format", &O::format, "table on a terminal, JSON otherwise").flag('f').in("Output")},
        ReadOptions::fields(), RunOptions::fields());
  }
};

struct Measured {
  const char* name;
  Estimate MatchingLoss::*member;
};
constexpr std::array measures = {
    Measured{"loss", &MatchingLoss::loss}, Measured{"floor", &MatchingLoss::floor},
    Measured{"excess", &MatchingLoss::excess}, Measured{"distance", &MatchingLoss::distance}};

Json json_of(const MatchingLoss& part) {
  Json json = {{"times", {part.begin, part.end}}, {"draws", part.draws}};
  for (const Measured& measure : measures) set_estimate(json, measure.name, part.*measure.member);
  set_estimate(json, "cross", part.cross);
  return json;
}

std::string json_text(const MatchingLosses& losses, const Scheduler& scheduler) {
  Json json = {
      {"scheduler", print_value(scheduler)}, {"total", json_of(losses.total)}, {"bins", Json::array()}};
  for (const MatchingLoss& bin : losses.bins) json["bins"].push_back(json_of(bin));
  return text_of(json) + "\n";
}

Cells cells(const MatchingLosses& losses, bool for_people) {
  Cells rows = {{"t_begin", "t_end"}};
  for (const Measured& measure : measures) {
    rows.front().push_back(measure.name);
    rows.front().push_back(for_people ? "+-" : std::string(measure.name) + "_error");
  }
  const auto add = [&](const MatchingLoss& part) {
    auto& row = rows.emplace_back(std::vector{cell(part.begin, for_people), cell(part.end, for_people)});
    for (const Measured& measure : measures)
      for (std::string& text : cells_of(part.*measure.member, for_people)) row.push_back(std::move(text));
  };
  for (const MatchingLoss& bin : losses.bins) add(bin);
  add(losses.total);
  return rows;
}

int run(LossOptions& options, Session& session) {
  const auto [begin, end] = parse_interval(options.times);
  if (begin > end) throw usage_error("times", "--times has to rise here, such as 0:1");
  const ChosenPath chosen = choose_path(options, options, options, session);
  const Scheduler scheduler = settled_scheduler(chosen, options.scheduler);
  const MeasuredPath measured = chosen.under(scheduler);
  // Two are the fewest that have a standard error.
  const std::int64_t draws = std::max<std::int64_t>(2, (options.count + options.bins - 1) / options.bins);
  if (options.dry_run) {
    print_json({{"columns", chosen.columns}, {"draws", draws * options.bins}, {"options", to_json(options)}});
    return exit_done;
  }
  Output output(options.output, !options.no_clobber);
  const MatchingLosses losses =
      matching_losses(measured.path, measured.field(), begin, end, options.bins, draws, session.seed);
  if (losses.total.end < end)
    session.detail("the field is known up to t = " + shortest(losses.total.end) +
                   ": means are over the times before");
  const ResultFormat format = settled(options.format, options.output);
  output.write(format == ResultFormat::table ? aligned(cells(losses, true))
               : format == ResultFormat::csv ? comma_separated(cells(losses, false))
                                             : json_text(losses, scheduler));
  output.commit();
  session.report["total"] = json_of(losses.total);
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
            "says so; excess and distance are then means over the times where the field is known."}},
      argc, argv, run);
}
