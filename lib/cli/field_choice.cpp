#include "cli/field_choice.h"

#include <algorithm>
#include <filesystem>

#include "cli/counts.h"
#include "cli/rows_read.h"
#include "core/random.h"
#include "flow/exact_path.h"
#include "flow/mixture_file.h"
#include "flow/pairs_field.h"
#include "flow/rescheduled_field.h"
#include "model/model_file.h"

namespace fm {

namespace {

void set_exact(ChosenField& chosen, std::unique_ptr<ExactField> field) {
  chosen.exact = field.get();
  chosen.field = std::move(field);
}

/// Gives "-" to the one input that is to come from standard input, and refuses contradictions.
void settle_inputs(FieldOptions& options, const RunOptions& run) {
  if (!options.model.empty() + !options.exact.empty() + !options.mixture.empty() + !options.pairs.empty() > 1)
    throw usage_error("two-fields", "--model, --exact, --mixture and --pairs exclude each other");
  if (options.exact.empty() && options.mixture.empty() && options.pairs.empty())
    options.model = input_or_stdin(options.model, "model");
  for (std::string* input : {&options.points, &options.exact, &options.mixture, &options.pairs})
    if (*input == "-") *input = input_or_stdin(*input, input == &options.mixture ? "mixture" : "table");
  refuse_two_stdins({options.model, options.exact, options.mixture, options.pairs, options.points});
  check_outputs(run, {options.model, options.exact, options.mixture, options.pairs, options.points});
}

/// The model's field, on the path of another scheduler if one is given.
std::unique_ptr<VelocityField> field_of(Model& model, const std::optional<Scheduler>& scheduler) {
  const TrainingOptions training = training_options(model);
  const Scheduler own = training.scheduler;
  auto field = std::make_unique<NetworkField>(std::move(model.network));
  if (!scheduler || print_value(*scheduler) == print_value(own)) return field;
  if (std::holds_alternative<BridgePath>(training.path))
    throw usage_error("bridge-scheduler", "a model of a bridge path has no other scheduler",
                      "leave --scheduler out");
  return std::make_unique<RescheduledField>(std::move(field), own, *scheduler, model.moments);
}

ChosenField from_model(const FieldOptions& options, const Session& session) {
  Model model = load_model(options.model);
  ChosenField chosen;
  chosen.coordinates = model.coordinates;
  chosen.columns = model.columns;
  chosen.has_names = model.has_names;
  chosen.source = model.options.value("source", "normal");
  if (chosen.source != "normal") chosen.draws.reset();
  chosen.default_count = model.record.rows + model.record.held_out;
  for (Index column = 0; column < model.moments.mean1.size(); ++column)
    if (model.moments.cov11(column, column) == 0)
      chosen.constants.emplace_back(column, model.moments.mean1(column));
  const Guidance guidance = parse_guidance(options.guidance);
  chosen.conditions =
      choose_conditions(options, guidance, model.conditions, training_options(model).condition_dropout > 0,
                        !options.points.empty(), session);
  chosen.field = field_of(model, options.scheduler);
  if (guidance.needs_unconditional())
    chosen.field = std::make_unique<GuidedField>(std::move(chosen.field), guidance);
  return chosen;
}

ChosenField from_data(const FieldOptions& options, const ReadOptions& reading, Session& session) {
  const auto [data, coordinates] = read_exact_rows(options, reading, session);
  ChosenField chosen;
  chosen.weighted = data.weights.size() > 0;
  chosen.coordinates = coordinates;
  chosen.columns = data.names;
  chosen.has_names = data.has_names;
  chosen.default_count = data.points.cols();
  set_exact(chosen, exact_field(to_coordinates(chosen.coordinates, data.points), data.weights,
                                options.scheduler.value_or(CondOt{}), options.path.value_or(AffinePath{}),
                                data.bandwidths));
  return chosen;
}

ChosenField from_mixture(const FieldOptions& options) {
  if (options.path) check_path_without_rows(*options.path);
  constexpr std::int64_t rows_of_unknown = 1000;  // as many as fm-data draws
  const MixtureFile file = load_mixture(options.mixture);
  ChosenField chosen;
  chosen.coordinates = fit_standardiser(file.mixture, options.standardize);
  chosen.columns = file.columns;
  chosen.has_names = file.has_names;
  chosen.default_count = file.rows.value_or(rows_of_unknown);
  set_exact(chosen, std::make_unique<MixtureField>(to_coordinates(chosen.coordinates, file.mixture),
                                                   options.scheduler.value_or(CondOt{})));
  return chosen;
}

ChosenField from_pairs(const FieldOptions& options, const ReadOptions& reading, Session& session) {
  const auto [table, coordinates] = read_exact_pairs(options, reading, session);
  ChosenField chosen;
  chosen.coordinates = coordinates;
  chosen.columns = table.names;
  chosen.source = options.pairs;
  chosen.default_count = table.weights.size();
  const Points x0 = to_coordinates(chosen.coordinates, table.source);
  const Points x1 = to_coordinates(chosen.coordinates, table.target);
  set_exact(chosen, std::make_unique<PairsField>(x0, x1, table.weights, options.jitter,
                                                 options.scheduler.value_or(CondOt{})));
  PairedSource sources(x0, table.weights, 0);
  sources.jitter_std.setConstant(options.jitter);  // in coordinates, not in the columns' deviations
  chosen.draws = std::move(sources);
  return chosen;
}

}  // namespace

ExactRows read_exact_rows(const FieldOptions& options, const ReadOptions& reading, Session& session) {
  WantedColumns wanted;
  wanted.weight = options.weight;
  wanted.weight_may_miss = options.weight_may_miss;
  wanted.bandwidth = bandwidth_column(options.path.value_or(AffinePath{}));
  Dataset data = read_told(options.exact, reading, session, wanted);
  Standardiser coordinates = fit_standardiser_of(data.points, data.weights, options.standardize);
  return {std::move(data), std::move(coordinates)};
}

ExactPairs read_exact_pairs(const FieldOptions& options, const ReadOptions& reading, Session& session) {
  PairTable table = read_pairs(options.pairs, reading);
  session.detail(table.decisions);
  Standardiser coordinates = fit_standardiser(table.source, table.target, options.standardize);
  return {std::move(table), std::move(coordinates)};
}

void ChosenField::hold_constants(double t, Points& x) const {
  if (t != 1) return;
  for (const auto& [column, value] : constants) x.row(column).setConstant(value);
}

void refuse_misplaced(const FieldOptions& options) {
  if (!options.model.empty() && is_changed(options, &FieldOptions::standardize))
    throw usage_error("exact-only",
                      "--standardize goes with --exact, --mixture or --pairs; a model brings its own");
  if (options.exact.empty() && !options.weight.empty())
    throw usage_error("exact-only", "--weight weighs the rows of --exact DATA");
  if (options.pairs.empty() && is_changed(options, &FieldOptions::jitter))
    throw usage_error("pairs-only", "--jitter goes with --pairs");
  if (options.exact.empty() && options.mixture.empty() && options.path)
    throw usage_error("exact-only", "--path goes with --exact; a model or --pairs bring their own");
}

ChosenField choose_field(FieldOptions& options, const ReadOptions& reading, const RunOptions& run,
                         Session& session) {
  settle_inputs(options, run);
  refuse_misplaced(options);
  if (options.model.empty()) refuse_conditions(options);
  if (!options.points.empty() && options.count)
    throw usage_error("count-and-points", "--count and given points exclude each other");
  if (!options.exact.empty()) return from_data(options, reading, session);
  if (!options.pairs.empty()) return from_pairs(options, reading, session);
  return options.mixture.empty() ? from_model(options, session) : from_mixture(options);
}

std::vector<std::string> point_columns(const ChosenField& chosen) {
  std::vector<std::string> columns = chosen.columns;
  for (const std::string& name : chosen.conditions.names()) columns.push_back(name);
  return columns;
}

void show_classes(const ChosenField& chosen, std::size_t first_column, TableWriter& writer) {
  const ChosenConditions& conditions = chosen.conditions;
  if (!conditions.used) return;
  for (std::size_t k = 0; k < conditions.all.size(); ++k)
    if (const auto& classes = conditions.all[k].column.classes; !classes.empty())
      writer.set_classes(first_column + chosen.columns.size() + k, classes);
}

void print_plan(const ChosenField& chosen, std::int64_t rows, const Json& tables, const Json& options) {
  print_json({{"columns", point_columns(chosen)},
              {"rows", rows < 0 ? Json(nullptr) : Json(rows)},
              {"tables", tables.is_null() ? Json::array() : tables},
              {"options", options}});
}

std::vector<std::string> with_added_columns(const std::vector<std::string>& before,
                                            const std::vector<std::string>& columns,
                                            const std::string& prefix,
                                            const std::vector<std::string>& behind) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& name) {
    names.push_back(prefix + name);
    if (std::find(columns.begin(), columns.end(), names.back()) != columns.end())
      throw usage_error("column-clash",
                        "the added column " + in_quotes(names.back()) + " is also a column of the data",
                        "give the added ones other names with --column-prefix PREFIX");
  };
  for (const std::string& name : before) add(name);
  names.insert(names.end(), columns.begin(), columns.end());
  for (const std::string& name : behind) add(name);
  return names;
}

namespace {

/// Rows of a table, by reading it once.
std::int64_t count_rows(const std::string& path, const ReadOptions& reading, const WantedColumns& wanted) {
  TableReader reader(path, reading, wanted);
  Points block;
  while (reader.read(block, 4096) > 0) continue;
  return reader.summary().rows;
}

[[noreturn]] void throw_shrunk() {
  throw io_error("changed", "the points have fewer rows now than when they were counted", {},
                 "let no other program write to their file meanwhile");
}

}  // namespace

StartingPoints::StartingPoints(const FieldOptions& options, const ChosenField& chosen,
                               const ReadOptions& reading, const std::string& shard, std::uint64_t seed,
                               double start_time)
    : chosen_(chosen), file_(options.points), seed_(seed), at_source_(start_time == 0) {
  if (options.points.empty()) {
    if (start_time != 0)
      throw usage_error("start-points", "points can be drawn only where the paths start, at t = 0",
                        "name a file with the points to start from");
    if (!chosen.draws)
      throw usage_error(
          "start-points",
          "this model carries points of " + in_quotes(chosen.source) + ", not of a normal source",
          "name a file with the points to transport, or - for standard input");
    const RowRange rows = shard_rows(shard, options.count.value_or(chosen.default_count));
    begin_ = next_ = rows.begin;
    end_ = rows.end;
    first_shard_ = rows.first_shard;
    return;
  }
  // -c and -x are for the data of --exact and --pairs; without these they are for the points.
  WantedColumns wanted{chosen.columns, chosen.has_names, !options.exact.empty() || !options.pairs.empty()};
  wanted.known_labels = chosen.conditions.to_read();
  wanted.weight = options.points_weight;
  wanted.weight_may_miss = options.weight_may_miss;
  if (shard != "1/1") {
    const std::filesystem::path points = options.points;
    std::error_code unknown;  // left to the reader, which says what is wrong
    if (options.points == "-" || (exists(points, unknown) && !is_regular_file(points, unknown)))
      throw usage_error("shard-stdin", "--shard needs the number of rows, which a pipe does not tell",
                        "write the points to a file first");
    const RowRange rows = shard_rows(shard, count_rows(options.points, reading, wanted));
    begin_ = rows.begin;
    end_ = rows.end;
    first_shard_ = rows.first_shard;
  }
  reader_ = std::make_unique<TableReader>(options.points, reading, wanted);
  Points skipped;
  while (next_ < begin_) {
    const Index rows = reader_->read(skipped, std::min<std::int64_t>(4096, begin_ - next_));
    if (rows == 0) throw_shrunk();
    next_ += rows;
  }
}

void StartingPoints::tell(Session& session) const {
  if (reader_) tell_rows(session, file_, reader_->summary());
}

bool StartingPoints::next(Points& x, Index max_rows) {
  const Index wanted = end_ < 0 ? max_rows : std::min<std::int64_t>(max_rows, end_ - next_);
  row_ = next_;
  if (wanted <= 0) return false;
  const Index dim = chosen_.field->path_rows();
  Points labels(0, wanted);
  if (reader_) {
    if (reader_->read(data_, wanted) == 0) {
      if (end_ >= 0) throw_shrunk();
      return false;
    }
    if (weighted()) {
      weights_ = data_.bottomRows(1).transpose();
      data_.conservativeResize(data_.rows() - 1, Eigen::NoChange);
    }
    labels = data_.bottomRows(data_.rows() - dim);
    data_.conservativeResize(dim, Eigen::NoChange);
    x = to_coordinates(chosen_.coordinates, data_);
  } else {
    x.resize(dim, wanted);
    draw_source(*chosen_.draws, {seed_, Purpose::source}, static_cast<std::uint64_t>(next_), x);
  }
  if (at_source_) leave_source(chosen_.field->start(), x);
  conditions_ = chosen_.conditions.values(labels);
  if (chosen_.field->still_rows() > 0) {
    x.conservativeResize(chosen_.field->dim(), Eigen::NoChange);
    x.bottomRows(chosen_.field->still_rows()) = chosen_.conditions.rows(conditions_);
  }
  next_ += x.cols();
  return true;
}

}  // namespace fm
