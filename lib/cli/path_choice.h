// The exact path that fm-loss, fm-energy and fm-grid measure on, and the field that they measure: a model
// beside it, or the path's own.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "cli/tool.h"
#include "data/dataset.h"
#include "data/standardiser.h"
#include "flow/conditional_path.h"
#include "flow/exact_path.h"
#include "flow/mixture_file.h"
#include "io/table_options.h"
#include "model/network_field.h"

namespace fm {

struct PathChoice {
  std::string exact;
  std::string mixture;
  std::string weight;
  std::string model;
  std::optional<ConditionalPath> path;
  Standardize standardize = Standardize::columns;

  static constexpr auto fields() {
    using O = PathChoice;
    constexpr auto group = "Field";
    return std::tuple{
        field("exact", &O::exact, "the path to the rows of this data set").shown_as("FILE").in(group),
        field("mixture", &O::mixture, "the path to the mixture of normal laws in this JSON file")
            .shown_as("FILE")
            .in(group),
        field("weight", &O::weight, "column that weighs the rows of --exact").shown_as("COL").in(group),
        field("model", &O::model, "measure this model instead of the exact field")
            .flag('m')
            .shown_as("FILE")
            .in(group),
        field("path", &O::path, "path to rows: affine or adaptive (default: the model's, or affine)")
            .in(group),
        field("standardize", &O::standardize, "coordinates, where no model brings its own").in(group)};
  }
};

/// A path, and what is measured on it.
struct MeasuredPath {
  ExactPath path;
  std::unique_ptr<const VelocityField> model;  ///< none: measure the path's own field

  const VelocityField& field() const { return model ? *model : path.field(); }
};

/// A network as trained.
struct TrainedNetwork {
  Network network;
  Moments moments;  ///< of its pairs
  Scheduler scheduler;
};

/// A law as read, the coordinates to see it in, and a model if there is one.
struct ChosenPath {
  Standardiser coordinates;
  std::vector<std::string> columns;
  std::optional<TrainedNetwork> model;  ///< none: measure the exact field
  ConditionalPath conditional;          ///< the model's, else the given one, else affine

  /// The path to the law under a scheduler, in coordinates; and the model's field on it: as trained, or
  /// changed to that scheduler (flow/rescheduled_field.h).
  MeasuredPath under(const Scheduler& scheduler) const;

  std::variant<Points, Mixture> law;  ///< rows or mixture, in data units
  Vector weights;                     ///< of the rows; empty: equal ones
  Vector bandwidths;  ///< of the rows, as they stand in the column of `conditional`; empty without one
};

/// Reads law and model; columns of a data set follow the model's. Warns if the model was trained with pairs
/// that are not independent, whose field the exact one is not. Throws usage errors "no-law" without --exact
/// or --mixture, "two-fields" with both, "exact-only", "normal-source" for a model that starts from a file,
/// "bridge-path" for one of a bridge; and data error "law-columns" for a mixture whose columns are not the
/// model's, by number or by name.
ChosenPath choose_path(PathChoice& options, const ReadOptions& reading, const RunOptions& run,
                       Session& session);

/// The scheduler of the path: the given one, else the model's, else cond-ot.
Scheduler settled_scheduler(const ChosenPath& chosen, const std::optional<Scheduler>& given);

}  // namespace fm
