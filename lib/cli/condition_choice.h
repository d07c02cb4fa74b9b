// What the tools are told of conditions: --given and --guidance, against what a model knows.
#pragma once

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "cli/tool.h"
#include "core/types.h"
#include "data/condition.h"
#include "flow/guided_field.h"

namespace fm {

struct ConditionOptions {
  std::vector<std::string> given;
  std::string guidance = "1";

  static constexpr auto fields() {
    using O = ConditionOptions;
    constexpr auto group = "Field";
    return std::tuple{
        field(
            "given", &O::given,
            "condition of all points; repeated for several columns (default: those columns of POINTS, or no "
            "condition)")
            .shown_as("COL=VALUE")
            .repeated()
            .in(group),
        field("guidance", &O::guidance,
              "weight of the condition: 1 as learned, 0 none, more than 1 exaggerates; @T0:T1 at these times "
              "only")
            .shown_as("W[@T0:T1]")
            .in(group)};
  }
};

/// The conditions (K) of a model, and what is known of them.
struct ChosenConditions {
  std::vector<Condition> all;
  std::vector<std::optional<double>> given;  ///< (K), --given; the others are read with the points
  bool used = false;                         ///< false: the points have none

  /// Columns that are read with the points; none if no conditions are used.
  std::vector<LabelColumn> to_read() const;
  /// Names of the columns (K) that stand beside the points; none if no conditions are used.
  std::vector<std::string> names() const;
  /// Numbers and numbers of classes (K, N), from those read (the columns of to_read(), N); (0, N) if no
  /// conditions are used.
  Points values(PointsIn read) const;
  /// What a field reads for values(): (C, N), zeros if no conditions are used.
  Points rows(PointsIn values) const;
};

/// `known`: the model's conditions; `unconditional`: whether it also learned the field without them;
/// `with_points`: points are given, and their columns say the rest. Throws usage errors "no-conditions",
/// "given-form", "unknown-condition", "given-number", "unknown-class", "given-twice", "given-unused",
/// "condition-open", "no-unconditional".
ChosenConditions choose_conditions(const ConditionOptions& options, const Guidance& guidance,
                                   const std::vector<Condition>& known, bool unconditional, bool with_points,
                                   const Session& session);

/// Throws usage error "no-conditions" if options ask for what only a model of conditions has.
void refuse_conditions(const ConditionOptions& options);

}  // namespace fm
