// fm-data CLOUD: rows of a toy cloud as a table.
#pragma once

#include <cstdint>
#include <tuple>

#include "cli/cloud_choice.h"
#include "cli/counts.h"
#include "cli/tool.h"
#include "io/table_options.h"

namespace fm {

struct DrawOptions : WriteOptions, ShardOptions, RunOptions {
  Cloud cloud = Moons{};
  std::int64_t count = 1000;
  bool with_label = false;
  bool log_density = false;

  static constexpr auto fields() {
    using O = DrawOptions;
    constexpr auto group = "Cloud";
    return std::tuple_cat(
        std::tuple{
            field("cloud", &O::cloud, "which cloud").positional().in(group),
            field("count", &O::count, "points to draw", between(1, 1e15)).flag('n').in(group),
            field("with_label", &O::with_label,
                  "a column \"label\" that says which part of the cloud a row is from")
                .in(group),
            field(
                "log_density", &O::log_density,
                "a column \"log_density\": log p of each row, in nats; in closed form, for clouds on curves "
                "(moons, rings, s-curve, swiss-roll, two-spirals) by quadrature to 1e-12")
                .in(group)},
        ShardOptions::fields(), WriteOptions::fields(), RunOptions::fields());
  }
};

/// Writes the rows. Throws usage errors "no-parts" for a label where the cloud is one part or has more than
/// max_classes, "column-clash" for a mixture with a column of such a name, and those of cloud_law().
int draw_cloud(DrawOptions& options, Session& session);

}  // namespace fm
