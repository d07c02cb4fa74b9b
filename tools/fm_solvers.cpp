// fm-solvers: how far each ODE solver ends from a tight run, at what cost, on the same points of a field.
#include "cli/counts.h"
#include "cli/field_choice.h"
#include "cli/progress.h"
#include "cli/result_format.h"
#include "cli/tool.h"
#include "io/output.h"
#include "ode/comparison.h"
#include "ode/solve.h"

using namespace fm;

namespace {

/// The one solver of FieldOptions is here the tight one.
constexpr auto adapted(Field<FieldOptions, Solver> field) {
  field.name = "reference";
  field.help = "what the others are measured against";
  return field;
}
constexpr auto adapted(Field<FieldOptions, std::optional<std::int64_t>> field) {
  field.help = "points to draw (default: 1000)";
  return field;
}
template <class Other>
constexpr auto adapted(Other field) {
  return field;
}

Dopri8 tight() {
  Dopri8 solver;
  // A network is computed in floats: below 1e-8 the estimates of errors are their rounding, and a run costs a
  // hundred times more without being truer.
  solver.rtol = solver.atol = 1e-8;
  return solver;
}

struct SolversOptions : FieldOptions, ReadOptions, RunOptions {
  std::vector<Solver> solvers = solver_menu();
  std::string times = "0:1";
  ResultFormat format = ResultFormat::automatic;

  SolversOptions() { solver = tight(); }

  static constexpr auto fields() {
    using O = SolversOptions;
    return std::tuple_cat(
        std::apply([](auto... field) { return std::tuple{adapted(field)...}; }, FieldOptions::fields()),
        std::tuple{field("solvers", &O::solvers, "solvers to compare").shown_as("LIST").in("Comparison"),
                   field("times", &O::times, "integrate from T0 to T1").shown_as("T0:T1").in("Comparison"),
                   field("format", &O::format, "table on a terminal, JSON otherwise").flag('f').in("Output")},
        ReadOptions::fields(), RunOptions::fields());
  }
};

// More points would make no figure surer that can be read off the table.
constexpr Index most_points = 65536;

using Rows = std::vector<std::vector<std::string>>;

Rows cells(const std::vector<SolverScore>& scores, bool for_people) {
  const auto text = [&](double number) { return for_people ? rounded(number, 3) : shortest(number); };
  Rows rows = {{"solver", "evaluations", "evaluations_max", "error", "seconds"}};
  for (const SolverScore& score : scores)
    rows.push_back({print_value(score.solver), text(score.evaluations_mean),
                    std::to_string(score.evaluations_max), text(score.error), text(score.seconds)});
  if (for_people) rows.front()[2] = "most";
  return rows;
}

std::string json_text(const SolversOptions& options, Index points, const std::vector<SolverScore>& scores) {
  Json json = {{"points", points},
               {"times", options.times},
               {"reference", print_value(options.solver)},
               {"solvers", Json::array()}};
  for (const SolverScore& score : scores)
    json["solvers"].push_back({{"solver", print_value(score.solver)},
                               {"evaluations", score.evaluations_mean},
                               {"evaluations_max", score.evaluations_max},
                               {"error", score.error},
                               {"seconds", score.seconds}});
  return json.dump() + "\n";
}

int run(SolversOptions& options, Session& session) {
  const auto [t0, t1] = parse_interval(options.times);
  const ChosenField chosen = choose_field(options, options, options, session);
  if (options.points.empty() && !options.count) options.count = 1000;
  StartingPoints start(options, chosen, options, "1/1", session.seed, t0);
  if (options.dry_run)
    return print_plan(chosen, start.total(), session.report["tables"], to_json(options)), exit_done;

  if (start.total() > most_points)
    session.warn("the first " + std::to_string(most_points) +
                 " points are compared: more would make no figure surer");
  Points x0;
  if (!start.next(x0, most_points)) throw data_error("no-points", "there are no points to start from");
  Output output(options.output, !options.no_clobber);
  Progress progress(session);
  const Points wanted = solve(*chosen.field, options.solver, x0, t0, t1).x;
  std::vector<SolverScore> scores;
  for (const Solver& solver : options.solvers) {
    progress.update(static_cast<double>(scores.size()) / static_cast<double>(options.solvers.size()),
                    print_value(solver));
    scores.push_back(score_solver(*chosen.field, solver, x0, t0, t1, wanted));
  }
  progress.end();
  const ResultFormat format = settled(options.format, options.output);
  output.write(format == ResultFormat::table ? aligned(cells(scores, true))
               : format == ResultFormat::csv ? comma_separated(cells(scores, false))
                                             : json_text(options, x0.cols(), scores));
  output.commit();
  start.tell(session);
  session.report["points"] = x0.cols();
  session.report["solvers"] = scores.size();
  return exit_done;
}

}  // namespace

int main(int argc, char** argv) {
  return tool_main<SolversOptions>(
      {.name = "fm-solvers",
       .summary = "measures ODE solvers on a field: error against a tight run, evaluations, time",
       .usage = "fm-solvers [POINTS] [-m MODEL] [--solvers LIST] [options]",
       .examples =
           {"fm-solvers -m quakes.safetensors # every solver at a range of costs",
            "fm-solvers -m quakes.safetensors --solvers euler:steps=10,multistep:steps=10,rk4:steps=10,tsit5 "
            "--format csv # these ones",
            "fm-solvers -m quakes.safetensors --solvers "
            "heun:steps=8,heun:steps=8,grid=cosine,heun:steps=8,grid=power:exponent=1.5 # where steps should "
            "stand",
            "fm-solvers --exact faithful.csv -n 100 --times 0:0.9 # on the exact field of a data set"},
       .notes =
           {"The error is the root of the mean squared distance between a solver's end points and the "
            "reference's, in coordinates: with standardized columns, 0.01 is a hundredth of a standard "
            "deviation. "
            "All solvers start from the same points. A network is computed in floats: errors near 1e-6 are "
            "its rounding. Seconds are this machine's and differ from run to run; "
            "all other numbers do not."}},
      argc, argv, run);
}
