// fm-energy: what a flow spends on its way, beside the least that any flow between its ends could.
#include "cli/estimates.h"
#include "cli/path_choice.h"
#include "cli/progress.h"
#include "cli/result_format.h"
#include "core/value.h"
#include "io/output.h"
#include "metrics/path_energy.h"
#include "ode/solve.h"
#include "ot/assignment.h"

using namespace fm;

namespace {

struct EnergyOptions : PathChoice, ReadOptions, RunOptions {
  std::vector<Scheduler> schedulers;
  std::int64_t count = 1000;
  Solver solver = Dopri5{};
  std::int64_t rows = 1000;
  std::int64_t repeats = 4;
  ResultFormat format = ResultFormat::automatic;

  static constexpr auto fields() {
    using O = EnergyOptions;
    constexpr auto group = "Energies";
    return std::tuple_cat(
        PathChoice::fields(),
        std::tuple{
            field("schedulers", &O::schedulers,
                  "paths to compare (default: the model's own, else every one that fits)")
                .shown_as("LIST")
                .in(group),
            field("count", &O::count, "points moved along the field", between(10, 1e8)).flag('n').in(group),
            field("solver", &O::solver, "ODE solver").in(group),
            field("rows", &O::rows, "points of a sample that W2 is measured between",
                  between(1, max_assignment))
                .in(group),
            field("repeats", &O::repeats, "pairs of such samples", between(2, 1000)).in(group),
            field("format", &O::format, "table on a terminal, JSON otherwise").flag('f').in("Output")},
        ReadOptions::fields(), RunOptions::fields());
  }
};

/// What is known of one path.
struct Chain {
  Scheduler scheduler;
  EndsDistance ends;
  FlowEnergy flow;
  Estimate conditional, npe;
};

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// Whether what sampling adds to W2^2 is small beside it: else an NPE would measure that.
bool is_known(const EndsDistance& ends) {
  constexpr double small = 0.1;
  return !ends.floor || ends.floor->value < small * ends.w2_squared.value;
}

Chain measure(const ChosenPath& chosen, const Scheduler& scheduler, const EnergyOptions& options,
              std::uint64_t seed) {
  const MeasuredPath measured = chosen.under(scheduler);
  const ExactPath& path = measured.path;
  Chain chain{scheduler,
              ends_distance(path, options.rows, options.repeats, seed),
              flow_energy(path, measured.field(), options.solver, options.count, seed),
              {conditional_energy(path), none},
              {}};
  const bool infinite = std::isinf(chain.flow.energy.value);
  chain.npe = infinite || is_known(chain.ends)
                  ? normalised_path_energy(chain.flow.energy, chain.ends.w2_squared)
                  : Estimate{none, none};
  return chain;
}

/// The columns in order.
std::vector<std::pair<std::string, Estimate>> numbers(const Chain& chain) {
  return {{"w2_lower", {chain.ends.lower_bound, none}},
          {"w2_squared", chain.ends.w2_squared},
          {"w2_floor", chain.ends.floor.value_or(Estimate{0, none})},
          {"flow_energy", chain.flow.energy},
          {"pair_energy", chain.conditional},
          {"npe", chain.npe},
          {"straightness", chain.flow.straightness}};
}

/// What has a closed form for every law has no error to show.
bool is_sampled(const std::string& name) {
  return name != "w2_lower" && name != "pair_energy";
}

Cells table(const std::vector<Chain>& chains) {
  Cells rows = {{"scheduler"}};
  for (const auto& [name, estimate] : numbers(chains.front())) {
    rows.front().push_back(name);
    if (is_sampled(name)) rows.front().emplace_back("+-");
  }
  for (const Chain& chain : chains) {
    auto& row = rows.emplace_back(std::vector{name_of(chain.scheduler)});
    for (const auto& [name, estimate] : numbers(chain)) {
      const auto texts = cells_of(estimate, true);
      row.push_back(texts[0]);
      if (is_sampled(name)) row.push_back(texts[1]);
    }
  }
  return rows;
}

Cells csv(const std::vector<Chain>& chains) {
  Cells rows = {{"scheduler", "t_end"}};
  for (const auto& [name, estimate] : numbers(chains.front())) {
    rows.front().push_back(name);
    rows.front().push_back(name + "_error");
  }
  for (const Chain& chain : chains) {
    auto& row = rows.emplace_back(std::vector{print_value(chain.scheduler), cell(chain.flow.t_end, false)});
    for (const auto& [name, estimate] : numbers(chain))
      for (std::string& text : cells_of(estimate, false)) row.push_back(std::move(text));
  }
  return rows;
}

std::string json_text(const EnergyOptions& options, const std::vector<Chain>& chains) {
  Json json = {{"points", options.count}, {"paths", Json::array()}};
  for (const Chain& chain : chains) {
    Json path = {{"scheduler", print_value(chain.scheduler)}, {"t_end", chain.flow.t_end}};
    for (const auto& [name, estimate] : numbers(chain)) set_estimate(path, name, estimate);
    path["w2_rows"] = chain.ends.rows;
    path["w2_repeats"] = chain.ends.repeats;
    json["paths"].push_back(path);
  }
  return text_of(json) + "\n";
}

void settle_schedulers(EnergyOptions& options, const ChosenPath& chosen) {
  if (!options.schedulers.empty()) return;
  if (chosen.model) {
    options.schedulers = {chosen.model->scheduler};
  } else {
    const bool adaptive = std::holds_alternative<AdaptivePath>(chosen.conditional);
    for_each_member<Scheduler>([&](const auto& scheduler) {
      if (!adaptive || takes_bandwidths(scheduler)) options.schedulers.emplace_back(scheduler);
    });
  }
}

int run(EnergyOptions& options, Session& session) {
  const ChosenPath chosen = choose_path(options, options, options, session);
  settle_schedulers(options, chosen);
  if (options.dry_run) {
    print_json({{"columns", chosen.columns}, {"options", to_json(options)}});
    return exit_done;
  }
  Output output(options.output, !options.no_clobber);
  Progress progress(session);
  std::vector<Chain> chains;
  for (const Scheduler& scheduler : options.schedulers) {
    progress.update(static_cast<double>(chains.size()) / static_cast<double>(options.schedulers.size()),
                    print_value(scheduler));
    chains.push_back(measure(chosen, scheduler, options, session.seed));
  }
  progress.end();
  const ResultFormat format = settled(options.format, options.output);
  output.write(format == ResultFormat::table ? aligned(table(chains))
               : format == ResultFormat::csv ? comma_separated(csv(chains))
                                             : json_text(options, chains));
  output.commit();
  session.report["paths"] = chains.size();
  return exit_done;
}

}  // namespace

int main(int argc, char** argv) {
  return tool_main<EnergyOptions>(
      {.name = "fm-energy",
       .summary =
           "measures the kinetic energy of a flow against the least there could be: W2, NPE, straightness",
       .usage = "fm-energy --exact DATA | --mixture FILE.json [-m MODEL] [options]",
       .examples =
           {"fm-energy --exact faithful.csv -f csv # the exact field under every scheduler",
            "fm-energy --exact faithful.csv --schedulers cond-ot,cosine,polynomial:power=2 # these ones",
            "fm-energy --exact quakes.csv -m quakes.safetensors # a model's flow, between the same ends",
            "fm-energy --exact quakes.csv -m quakes.safetensors --schedulers cond-ot,cosine # and what it "
            "would "
            "be on another path"},
       .notes = {"W2^2 <= flow_energy <= pair_energy: the squared Wasserstein distance of the two ends, the "
                 "mean of int "
                 "|v|^2 dt along the flow, and that of int |d/dt psi|^2 dt over independent pairs, which has "
                 "a closed form. "
                 "npe is |flow_energy - W2^2| / W2^2; straightness is the mean of int |(Z_T - Z_0)/T - "
                 "dZ/dt|^2 dt, 0 for "
                 "straight lines at constant speed. All in squared units of the coordinates.",
                 "w2_squared is exact for one normal law. Else it is measured between samples, which makes "
                 "it too large by "
                 "about what w2_floor shows, the same between two samples of the target; w2_lower is a lower "
                 "bound that "
                 "takes no samples (Gelbrich): the truth lies between. npe inherits the bias, and is left "
                 "out where w2_floor is more than a tenth of w2_squared: --rows more. Where the "
                 "field ends "
                 "before t = 1 flows stop at t_end. Energies that are infinite say so: under vp and "
                 "linear-vp pair_energy, and flow_energy of the exact field of rows."}},
      argc, argv, run);
}
