// Couplings: which row of the target goes with which source point. Training with pairs that are close makes
// straighter paths. Every coupling uses each source point once, so the source keeps its law; the target keeps
// its own as far as the coupling says.
#pragma once

#include <cstdint>
#include <optional>
#include <tuple>
#include <variant>
#include <vector>

#include "core/fields.h"
#include "core/random.h"
#include "core/types.h"
#include "flow/source.h"
#include "ot/assignment.h"
#include "ot/semidiscrete.h"
#include "ot/transport.h"

namespace fm {

/// As they come. Source: Lipman et al. 2023, arXiv:2210.02747.
struct Independent {
  static constexpr auto name = "independent";
  static constexpr auto summary = "pairs as they are drawn";
  static constexpr auto fields() { return std::tuple{}; }
};

/// A plan (transport.h) inside each block of `batch` pairs, and for each source point of the block a partner
/// drawn from its row of the plan. Source: Tong et al. 2024, arXiv:2302.00482; Pooladian et al. 2023,
/// arXiv:2304.14772; with partial plans Nguyen et al. 2022, arXiv:2108.09645.
template <class Method>
struct InBlocks : Method {
  std::int64_t batch = 256;
  static constexpr auto fields() {
    return std::tuple_cat(
        std::tuple{field("batch", &InBlocks::batch, "pairs in a block", between(1, max_assignment))},
        Method::fields());
  }
};
using Exact = InBlocks<ExactTransport>;
using Sinkhorn = InBlocks<SinkhornTransport>;
using Unbalanced = InBlocks<UnbalancedTransport>;
using Partial = InBlocks<PartialTransport>;
using Greedy = InBlocks<GreedyTransport>;

/// The optimal map from the source to all rows of the target (semidiscrete.h): no blocks, and a row for every
/// draw of noise, however many are drawn.
struct Semidiscrete {
  static constexpr auto name = "semidiscrete";
  static constexpr auto summary = "optimal map from the whole source to all rows";
  double passes = 50;
  double tolerance = 0.6;
  static constexpr auto fields() {
    using S = Semidiscrete;
    return std::tuple{field("passes", &S::passes, "draws to find the map with, for each row", above(0)),
                      field("tolerance", &S::tolerance,
                            "largest relative error of the rows' shares, root mean square", above(0))};
  }
};

using Coupling = std::variant<Independent, Exact, Sinkhorn, Unbalanced, Partial, Greedy, Semidiscrete>;

/// For each column n of x0 (D, N) a column of x1 (D, N), inside blocks; source point n draws from row first +
/// n of `random`. Both may carry extra rows (ot/extra_rows.h). A permutation for Independent, Exact and
/// Greedy. Blocks are coupled in parallel.
std::vector<Index> couple(const Independent&, PointsIn x0, PointsIn x1, const Random& random,
                          std::uint64_t first, const ExtraRows& extra = {});
template <class Method>
std::vector<Index> couple(const InBlocks<Method>& coupling, PointsIn x0, PointsIn x1, const Random& random,
                          std::uint64_t first, const ExtraRows& extra = {});

/// The rows of a target and what is known of each. Points and conditions are views: what they show must
/// outlive whoever keeps them.
struct TargetRows {
  PointsIn points;                 ///< (D, n), n >= 1
  PointsIn conditions = Points();  ///< (E, n), E >= 0, the extra rows (ot/extra_rows.h) of a coupling's cost
  Vector weights = Vector();       ///< (n) > 0, of any sum; empty: all rows are equal
  Vector bandwidths = Vector();    ///< h (n) of an adaptive path, whose pairs end beside the row; or empty
  Index classes = 0;               ///< of the conditions the last, which are numbers of classes
  double class_cost = 0;           ///< what each class that differs adds to the cost
};

/// A coupling made ready for one target and one source.
///
/// Rows that carry conditions are coupled by the cost |x0 - x1|^2 + |c0 - c1|^2 (classes: class_cost for each
/// that differs), where a source point carries the condition of the row whose turn it is. Coupled by |x0 -
/// x1|^2 alone, the source points of one condition would be those near its rows, not the whole source, from
/// which it is sampled later. Independent needs no cost for that. Source: Cheng and Schwing 2025,
/// arXiv:2503.10636.
class Coupler {
 public:
  /// For Semidiscrete the map is found here: see SemidiscretePlan for the cost. There weights are the
  /// target's masses; to the others `turn` brings them. Bandwidths have no say. Throws numeric error
  /// "semidiscrete-shares" if shares are worse than its tolerance.
  Coupler(const Coupling& coupling, const TargetRows& target, const Source& source, std::uint64_t seed);

  /// The row of the target that goes with each column of x0 (D, N), the draws first, first + 1, ... of the
  /// source. `turn` (N): the rows whose turn it is, which all but Semidiscrete choose from.
  std::vector<Index> rows(PointsIn x0, const std::vector<Index>& turn, std::uint64_t first) const;

  /// Pairs in a block; 1 where they are not coupled in blocks.
  Index block() const;

  /// Of Semidiscrete: how wrong the rows' shares are (SemidiscretePlan::share_error).
  std::optional<double> share_error() const;

 private:
  /// Points x (D, N) with the conditions (E, N) of these rows below them.
  Points with_conditions(PointsIn x, const std::vector<Index>& rows) const;

  Coupling coupling_;
  PointsIn points_, conditions_;  // of the target
  ExtraRows extra_;
  Random random_;
  std::optional<SemidiscretePlan> map_;
};

}  // namespace fm
