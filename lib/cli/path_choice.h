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
#include "flow/exact_path.h"
#include "flow/mixture_file.h"
#include "io/table_options.h"

namespace fm {

struct PathChoice {
  std::string exact;
  std::string mixture;
  std::string model;
  Standardize standardize = Standardize::columns;

  static constexpr auto fields() {
    using O = PathChoice;
    constexpr auto group = "Field";
    return std::tuple{
        field("exact", &O::exact, "the path to the rows of this data set").shown_as("FILE").in(group),
        field("mixture", &O::mixture, "the path to the mixture of normal laws in this JSON file")
            .shown_as("FILE")
            .in(group),
        field("model", &O::model, "measure this model instead of the exact field")
            .flag('m')
            .shown_as("FILE")
            .in(group),
        field("standardize", &O::standardize, "coordinates, where no model brings its own").in(group)};
  }
};

/// A law as read, the coordinates to see it in, and a model's field if there is one.
struct ChosenPath {
  Standardiser coordinates;
  std::vector<std::string> columns;
  std::unique_ptr<VelocityField> model;      ///< none: measure the exact field
  std::optional<Scheduler> model_scheduler;  ///< of the model

  /// The path to the law under a scheduler, in coordinates.
  ExactPath under(const Scheduler& scheduler) const;
  /// What is measured on `path`.
  const VelocityField& measured(const ExactPath& path) const { return model ? *model : path.field(); }

  std::variant<Points, Mixture> law;  ///< rows or mixture, in data units
};

/// Reads law and model; columns of a data set follow the model's. Warns if the model was trained with pairs
/// that are not independent, whose field the exact one is not. Throws usage errors "no-law" without --exact
/// or --mixture, "two-fields" with both, "exact-only", "normal-source" for a model that starts from a file;
/// and data error "law-columns" for a mixture whose columns are not the model's, by number or by name.
ChosenPath choose_path(PathChoice& options, const ReadOptions& reading, const RunOptions& run,
                       Session& session);

/// The scheduler of the path: the model's, else the given one, else cond-ot. Throws usage error
/// "model-scheduler" for one that is not the model's.
Scheduler settled_scheduler(const ChosenPath& chosen, const std::optional<Scheduler>& given);

}  // namespace fm
