// The clouds that fm-train learns from: a target, and a source file or given pairs, read in data units and
// made rows of a training in coordinates.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "cli/tool.h"
#include "data/condition.h"
#include "data/dataset.h"
#include "data/standardiser.h"
#include "io/table_options.h"
#include "model/training_options.h"
#include "model/training_rows.h"

namespace fm {

struct CloudOptions {
  std::string data;
  std::optional<std::string> source;  // settled before it is used
  std::string pairs;
  std::string condition;
  std::string weight;
  std::optional<Standardize> standardize;  // settled before it is used
  std::string bandwidth = {};              // no option: the column of --path adaptive:column=COL

  static constexpr auto fields() {
    using O = CloudOptions;
    constexpr auto group = "Data";
    return std::tuple{
        field("data", &O::data, "the point cloud to learn (default: standard input)")
            .positional()
            .shown_as("FILE")
            .unstored()
            .in(group),
        field("source", &O::source,
              "where paths start: normal, or a file of points (default: normal; the pairs with --pairs, "
              "and normal then says that their sources are draws of that law)")
            .shown_as("normal|FILE")
            .in(group),
        field("pairs", &O::pairs, "learn from these pairs (source_*, target_*[, weight]) instead of DATA")
            .shown_as("FILE")
            .in(group),
        field("condition", &O::condition,
              "columns that say what kind a row is, numbers or texts as classes: the field is learned "
              "given them")
            .shown_as("LIST")
            .in(group),
        field("weight", &O::weight,
              "column of DATA that weighs its rows: numbers from 0 on, none of the columns to learn")
            .shown_as("COL")
            .in(group),
        field("standardize", &O::standardize,
              "scale to learn in: each column its own, one for all, or data units (default: "
              "columns; global with a source file)")
            .in(group)};
  }
};

/// Whether paths start at the normal law: options.source is settled.
bool normal_source(const CloudOptions& options);

/// The clouds of one training, in data units.
struct TrainingClouds {
  Dataset target;
  std::optional<Dataset> source;
  std::optional<Dataset> held_out;
  std::optional<Vector> pair_weights;  ///< if rows of source and target are given pairs
};

/// Reads them, and the rows to judge by from validation_file if it is named; tells what was decided and warns
/// of what is odd in the target.
TrainingClouds read_clouds(const CloudOptions& options, const std::string& validation_file,
                           const ReadOptions& reading, Session& session);

/// The coordinates to learn in. Sources of pairs that are draws of the normal law say in which it is the
/// standard one.
Standardiser coordinates_of(const TrainingClouds& clouds, const CloudOptions& options);

std::vector<Condition> conditions_of(const TrainingClouds& clouds);

/// The rows to learn from and the rows to judge by: those of a file, or training.validation of all.
TrainingSplit rows_of(const TrainingClouds& clouds, const Standardiser& coordinates,
                      const std::vector<Condition>& conditions, const CloudOptions& options,
                      const TrainingOptions& training, std::uint64_t seed);

}  // namespace fm
