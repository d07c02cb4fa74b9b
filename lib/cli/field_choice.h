// The field that fm-sample and fm-path work with: a model, or the exact field of a data set, a mixture or
// given pairs.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "cli/condition_choice.h"
#include "cli/tool.h"
#include "data/dataset.h"
#include "data/pair_table.h"
#include "data/standardiser.h"
#include "flow/conditional_path.h"
#include "flow/exact_field.h"
#include "flow/scheduler.h"
#include "flow/source.h"
#include "io/table_options.h"
#include "io/table_reader.h"
#include "io/table_writer.h"
#include "ode/solve.h"

namespace fm {

/// Which field it is. Tools say of these options what they are for there.
struct FieldChoice {
  std::string model;
  std::string exact;
  std::string mixture;
  std::optional<Scheduler> scheduler;
  std::optional<ConditionalPath> path;
};

/// Options that choose a field and the points to start from.
struct FieldOptions : FieldChoice, ConditionOptions {
  std::string points;
  std::string pairs;
  std::string weight;
  double jitter = 0.05;
  Standardize standardize = Standardize::columns;
  std::optional<std::int64_t> count;
  Solver solver = Dopri5{};
  std::string points_weight = {};  // no option: the column that weighs the points, if they have one
  bool weight_may_miss = false;    // no option: --exact may be without the column `weight`

  static constexpr auto fields() {
    using O = FieldOptions;
    constexpr auto group = "Field";
    return std::tuple_cat(
        std::tuple{
            field("points", &O::points, "start from these points instead of drawing them")
                .positional()
                .shown_as("FILE")
                .in(group),
            field("model", &O::model, "model file (default: standard input)")
                .flag('m')
                .shown_as("FILE")
                .in(group),
            field("exact", &O::exact, "use the exact field of this data set instead of a model")
                .shown_as("FILE")
                .in(group),
            field("mixture", &O::mixture,
                  "use the exact field of the mixture of normal laws in this JSON file")
                .shown_as("FILE")
                .in(group),
            field("pairs", &O::pairs,
                  "use the exact field of the pairs in this file, as fm-pairs writes them: from a source "
                  "file's "
                  "points")
                .shown_as("FILE")
                .in(group),
            field("weight", &O::weight, "column that weighs the rows of --exact").shown_as("COL").in(group),
            field("jitter", &O::jitter, "noise around the path of each of --pairs, in coordinates", above(0))
                .in(group)},
        ConditionOptions::fields(),
        std::tuple{
            field("scheduler", &O::scheduler,
                  "path to follow: change of the model's own, or that of the exact field (default: cond-ot)")
                .in(group),
            field("path", &O::path, "path of the exact field to rows: affine or adaptive (default: affine)")
                .in(group),
            field("standardize", &O::standardize,
                  "coordinates of the exact field (of --pairs from both ends pooled)")
                .in(group),
            field("count", &O::count, "points to draw (default: as many as rows in training)",
                  between(1, 1e15))
                .flag('n')
                .in(group),
            field("solver", &O::solver, "ODE solver").in(group)});
  }
};

/// A field with all that is needed to use it in data units.
struct ChosenField {
  std::unique_ptr<VelocityField> field;  ///< in coordinates; conditions are its still rows
  const ExactField* exact = nullptr;     ///< the same field, if its law is known in closed form
  Standardiser coordinates;
  std::vector<std::string> columns;
  bool has_names = true;
  std::string source;                            ///< the source file's name, if any
  std::optional<Source> draws = NormalSource{};  ///< what points are drawn from, in coordinates; none: given
  std::int64_t default_count = 0;
  bool weighted = false;  ///< the rows of --exact have weights
  std::vector<std::pair<Index, double>>
      constants;  ///< columns of one value in training, and it, in coordinates
  ChosenConditions conditions;

  /// Whether paths start at draws of N(0, I).
  bool normal_source() const { return draws && std::holds_alternative<NormalSource>(*draws); }

  /// Points x (D, N) that have come to time t: at t = 1 the columns that were constant in training are that
  /// constant, without the error of a solver.
  void hold_constants(double t, Points& x) const;
};

/// The rows of --exact DATA and the coordinates to see them in.
struct ExactRows {
  Dataset data;
  Standardiser coordinates;
};

/// Reads them, with the weights that --weight names and the bandwidths of a path that names their column.
ExactRows read_exact_rows(const FieldOptions& options, const ReadOptions& reading, Session& session);

/// The pairs of --pairs and the coordinates to see them in.
struct ExactPairs {
  PairTable table;
  Standardiser coordinates;
};
ExactPairs read_exact_pairs(const FieldOptions& options, const ReadOptions& reading, Session& session);

/// Throws usage errors "exact-only" and "pairs-only" for options that say something of a field which is not
/// chosen.
void refuse_misplaced(const FieldOptions& options);

/// Settles which inputs are read from standard input, reads the model or the data, and makes the field.
/// Throws usage errors for options that contradict each other.
ChosenField choose_field(FieldOptions& options, const ReadOptions& reading, const RunOptions& run,
                         Session& session);

/// Names of all columns that stand for a point: the data's (D) and those of its conditions (K).
std::vector<std::string> point_columns(const ChosenField& chosen);

/// Has the writer show the classes of conditions as texts; its columns from first_column on are those of
/// point_columns().
void show_classes(const ChosenField& chosen, std::size_t first_column, TableWriter& writer);

/// What --dry-run prints: the field's columns, the rows to come (-1: not known), the tables read so far (as
/// in the report) and all options.
void print_plan(const ChosenField& chosen, std::int64_t rows, const Json& tables, const Json& options);

/// Names of a table with columns added before and behind those of the data; `prefix` goes before the added
/// ones. Throws usage error "column-clash" if an added one is also one of the data.
std::vector<std::string> with_added_columns(const std::vector<std::string>& before,
                                            const std::vector<std::string>& columns,
                                            const std::string& prefix,
                                            const std::vector<std::string>& behind = {});

/// Starting points row by row: drawn from the normal source, or read from a file. Always in coordinates. At t
/// = 0 they are points of the source, handed out where they stand on the path (VelocityField::start).
class StartingPoints {
 public:
  /// Rows of `shard` ("K/N"); `start_time` is where the points stand. Throws usage errors.
  StartingPoints(const FieldOptions& options, const ChosenField& chosen, const ReadOptions& reading,
                 const std::string& shard, std::uint64_t seed, double start_time);

  /// The next rows as the field takes them, conditions below the points (D + C, at most max_rows); none at
  /// the end.
  bool next(Points& x, Index max_rows);
  /// The same rows in data units as they were read; nothing if they were drawn.
  const Points& data() const { return data_; }
  /// Their conditions as numbers and numbers of classes (K, n); (0, n) if none are used.
  const Points& conditions() const { return conditions_; }
  /// Weights of these rows; empty: none.
  const Vector& weights() const { return weights_; }
  bool weighted() const { return reader_ && reader_->weight(); }

  /// Says what was left out of the points' file so far, as tell_rows does.
  void tell(Session& session) const;

  bool first_shard() const { return first_shard_; }
  /// Row, in the whole, of the first point handed out by the last next().
  std::int64_t row() const { return row_; }
  /// Rows of this shard, -1 if not known.
  std::int64_t total() const { return end_ < 0 ? -1 : end_ - begin_; }

 private:
  const ChosenField& chosen_;
  std::string file_;
  std::unique_ptr<TableReader> reader_;  // none: drawn
  Points data_, conditions_;             // (D, n), (K, n) of the last next()
  Vector weights_;                       // (n)
  std::uint64_t seed_;
  bool at_source_;
  bool first_shard_ = true;
  std::int64_t begin_ = 0, end_ = -1, next_ = 0, row_ = 0;
};

}  // namespace fm
