// A path all of whose facts are known in closed form: from the normal source to finitely many rows or to a
// mixture of normal laws, drawn independently. Its velocity, density and score are those of EmpiricalField,
// AdaptiveField and MixtureField; here stands what is needed besides to measure on the path: draws of the
// target and its moments. In coordinates.
#pragma once

#include <memory>
#include <variant>
#include <vector>

#include "core/random.h"
#include "core/types.h"
#include "flow/adaptive_field.h"
#include "flow/conditional_path.h"
#include "flow/empirical_field.h"
#include "flow/mixture_field.h"
#include "flow/moments.h"

namespace fm {

/// The exact field of rows (D, M) of weights (M), or none (0) for equal ones, under a path; column (M) as for
/// path_bandwidths(). Throws what ExactPath does.
std::unique_ptr<ExactField> exact_field(PointsIn rows, const Vector& weights, const Scheduler& scheduler,
                                        const ConditionalPath& path, const Vector& column = Vector());

/// Throws usage error "exact-path" for a path whose exact field is not that of a mixture under a scheduler
/// alone.
void check_path_without_rows(const ConditionalPath& path);

class ExactPath {
 public:
  /// rows (D, M), M >= 1, all of equal weight. On an adaptive path x1 is its end, row + h x0 with h from the
  /// rows. Throws usage errors "exact-path" for a bridge and check_adaptive_scheduler()'s, data error
  /// "adaptive-neighbors".
  ExactPath(PointsIn rows, const Scheduler& scheduler, const ConditionalPath& path = AffinePath{});
  /// weights (M) as for EmpiricalField, or none (0) for equal ones. They have no say in the bandwidths.
  /// column (M) as for path_bandwidths(), whose errors are thrown.
  ExactPath(PointsIn rows, const Vector& weights, const Scheduler& scheduler,
            const ConditionalPath& path = AffinePath{}, const Vector& column = Vector());
  ExactPath(const Mixture& target, const Scheduler& scheduler);

  Index dim() const { return moments_.mean1.size(); }
  const Scheduler& scheduler() const { return scheduler_; }
  const VelocityField& field() const;

  /// log_p(n) = log p_t(x_n), (N), and score = grad log p_t(x) (D, N); x (D, N), t (N) in field().domain().
  void log_density(VectorIn t, PointsIn x, VectorOut log_p) const;
  void score(VectorIn t, PointsIn x, PointsOut score) const;

  /// One draw of x1 (D) for a source point x0 (D).
  void draw_target(Draws& draws, VectorIn x0, VectorOut x1) const;

  /// Of the pair (x0, x1), exactly.
  const Moments& moments() const { return moments_; }
  /// Whether x1 lies on finitely many points: then x_t tells x1 near t = 1.
  bool discrete() const { return discrete_; }
  /// Whether every x_t is normal: a mixture of one component.
  bool normal() const { return normal_; }

 private:
  using Field = std::variant<EmpiricalField, AdaptiveField, MixtureField>;

  Scheduler scheduler_;
  Vector bandwidths_;  // (M) of the rows, none (0) unless the path is adaptive
  Field field_;
  Points centres_;             // (D, M), rows or means
  Vector cumulative_;          // (M), weights summed up
  std::vector<Points> roots_;  // R of S_k = R R^T; none: rows
  Moments moments_;
  bool discrete_, normal_;
};

/// Points of the path at times t (N): x0 normal, x1 of the target, xt and ut as path_sample() (D, N). Row
/// first_row + n of `random` draws the pair of column n.
struct PathPoints {
  Points x0, x1, xt, ut;
};
PathPoints draw_path_points(const ExactPath& path, VectorIn t, const Random& random, std::uint64_t first_row);

/// Some of the points that a mean over t uniform in [begin, end] is taken from.
struct TimedPoints {
  Vector t;  ///< (N)
  PathPoints at;
};

/// Points first, ..., last - 1 of `draws`: point n at a time in the n-th of `draws` equal parts of [begin,
/// end], so that the drift of what is measured in time is no noise, and standard errors are at most too
/// large. Row first_row + n of the seed draws point n.
TimedPoints draw_over_times(const ExactPath& path, double begin, double end, Index draws, Index first,
                            Index last, std::uint64_t seed, std::uint64_t first_row);

}  // namespace fm
